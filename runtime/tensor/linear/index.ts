/** Linear algebra and convolution: what users get. */
export { matmul, matmulTo, matmulTransposedA, matmulTransposedB } from "./matmul.ts";
export { conv2d, conv2dInput, conv2dWeights } from "./convolution.ts";
export {
  conv1d,
  conv1dOptions,
  convTranspose1d,
  convTranspose1dOptions,
  convTranspose1dShape,
  convTranspose2d,
  convTranspose2dShape,
} from "./convolution-variants.ts";
export type { ConvolutionOptions, TransposedOptions } from "./convolution-shapes.ts";
export type { PerAxis, WindowOptions } from "./windows.ts";
export { averagePool2d, averagePool2dInput, maxPool2d, maxPool2dInput, maxPool2dTangent } from "./pooling.ts";
export {
  averagePool1d,
  averagePool1dOptions,
  channelAxes,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  maxPool1dOptions,
} from "./pooling-variants.ts";
export type { Pool, PoolOptions } from "./pooling-windows.ts";
export { einsum, einsumAdjoints, einsumAdjointShape, einsumAdjointSpec, einsumTangent, withOperand } from "./einsum.ts";
