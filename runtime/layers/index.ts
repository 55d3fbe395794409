/** Layers: a type of parameters, a function that makes first ones, and the function itself. The last list is what they are made of. */
export { dense, flattenFeatures, initDense, residual, type DenseParameters, type DenseSizes } from "./dense.ts";
export type { FirstWeights } from "./first.ts";
export {
  convolution1d,
  convolution2d,
  initConvolution,
  initTransposedConvolution,
  transposedConvolution1d,
  transposedConvolution2d,
  type ConvolutionParameters,
  type ConvolutionSizes,
} from "./convolution.ts";
export { dropout } from "./dropout.ts";
export {
  batchNorm,
  batchNormBy,
  initNorm,
  initStatistics,
  layerNorm,
  updateStatistics,
  type NormParameters,
  type Statistics,
} from "./normalization.ts";
export { initSpectral, spectralNorm, updateSpectral, type SingularVectors } from "./spectral.ts";
export {
  embedding,
  initEmbedding,
  positionalEncoding,
  type EmbeddingParameters,
  type EmbeddingSizes,
} from "./embedding.ts";
export {
  bidirectional,
  fromInputs,
  gru,
  gruCell,
  gruStep,
  initGru,
  initLstm,
  initSimpleRnn,
  lstm,
  lstmCell,
  lstmStep,
  simpleRnn,
  simpleRnnStep,
  type GruParameters,
  type LstmSequence,
  type LstmState,
  type RecurrentParameters,
  type RecurrentSizes,
  type Sequence,
} from "./recurrent.ts";
export {
  attentionMask,
  initAttention,
  multiHeadAttention,
  scaledDotProductAttention,
  type AttentionParameters,
  type AttentionSizes,
} from "./attention.ts";
export {
  initDecoderBlock,
  initEncoderBlock,
  transformerDecoderBlock,
  transformerEncoderBlock,
  type DecoderBlockParameters,
  type EncoderBlockParameters,
  type TransformerSizes,
} from "./transformer.ts";

export { splitHeads } from "./attention.ts";
export { biased } from "./convolution.ts";
export { feedForward } from "./transformer.ts";
export {
  axesBesideChannels,
  causalMask,
  flatShape,
  headShape,
  labelsOf,
  paddingMask,
  perChannel,
  rowsOf,
  shapedAs,
} from "../tensor/expect.ts";
