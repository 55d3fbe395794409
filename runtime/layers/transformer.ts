/** Blocks of transformers, as A. Vaswani et al., "Attention Is All You Need", 2017, section 3.1 have them: each part is added to its input, then normalized. */
import type { Random } from "../random.ts";
import { add } from "../tensor/arithmetic.ts";
import { relu } from "../tensor/functions.ts";
import type { DType, Tensor } from "../tensor/tensor.ts";
import { initAttention, multiHeadAttention, type AttentionParameters } from "./attention.ts";
import { dense, initDense, type DenseParameters } from "./dense.ts";
import { initNorm, layerNorm, type NormParameters } from "./normalization.ts";

export interface EncoderBlockParameters {
  readonly attention: AttentionParameters;
  readonly attentionNorm: NormParameters;
  readonly widen: DenseParameters;
  readonly narrow: DenseParameters;
  readonly norm: NormParameters;
}

export interface DecoderBlockParameters extends EncoderBlockParameters {
  readonly memory: AttentionParameters;
  readonly memoryNorm: NormParameters;
}

export interface TransformerSizes {
  readonly features: number;
  /** The width of the hidden layer: four times the features unless given. */
  readonly hidden?: number;
  /** Single precision unless given. */
  readonly dtype?: DType;
}

/** First parameters of an encoder block. */
export function initEncoderBlock(
  random: Random,
  { features, hidden = 4 * features, dtype }: TransformerSizes,
): EncoderBlockParameters {
  return {
    attention: initAttention(random, { features, dtype }),
    attentionNorm: initNorm(features, dtype),
    widen: initDense(random, { inputs: features, outputs: hidden, first: "he", dtype }),
    narrow: initDense(random, { inputs: hidden, outputs: features, dtype }),
    norm: initNorm(features, dtype),
  };
}

/** First parameters of a decoder block. */
export function initDecoderBlock(random: Random, sizes: TransformerSizes): DecoderBlockParameters {
  const { features, dtype } = sizes;
  return {
    ...initEncoderBlock(random, sizes),
    memory: initAttention(random, { features, dtype }),
    memoryNorm: initNorm(features, dtype),
  };
}

/**
 * Self-attention and a hidden layer with ReLU, for `x` of shape `[batch, time, features]`. Where `padding`, `[batch, time]`,
 * is 0, nothing looks at the place. `isCausal` makes it a block of a model that goes on writing its own text.
 */
export function transformerEncoderBlock(
  parameters: EncoderBlockParameters,
  heads: number,
  x: Tensor,
  isCausal: boolean = false,
  padding?: Tensor,
): Tensor {
  const seen = multiHeadAttention(parameters.attention, heads, x, x, isCausal, padding);
  return feedForward(parameters, layerNorm(parameters.attentionNorm, add(x, seen)));
}

/**
 * Causal self-attention, attention to `memory` (what the encoder has made, `[batch, places, features]`) and a hidden layer
 * with ReLU, for `x` of shape `[batch, time, features]`. Where `padding`, `[batch, places]`, is 0, nothing looks at the
 * place of the memory.
 */
export function transformerDecoderBlock(
  parameters: DecoderBlockParameters,
  heads: number,
  x: Tensor,
  memory: Tensor,
  padding?: Tensor,
): Tensor {
  const seen = multiHeadAttention(parameters.attention, heads, x, x, true);
  const own = layerNorm(parameters.attentionNorm, add(x, seen));
  const remembered = multiHeadAttention(parameters.memory, heads, own, memory, false, padding);
  return feedForward(parameters, layerNorm(parameters.memoryNorm, add(own, remembered)));
}

function feedForward({ widen, narrow, norm }: EncoderBlockParameters, x: Tensor): Tensor {
  return layerNorm(norm, add(x, dense(narrow, relu(dense(widen, x)))));
}
