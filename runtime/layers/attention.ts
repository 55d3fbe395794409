/** Attention. */
import type { Random } from "../random.ts";
import { div, mul, weigh } from "../tensor/arithmetic.ts";
import { where } from "../tensor/compare.ts";
import { cast } from "../tensor/create.ts";
import { causalMask, headShape, paddingMask } from "../tensor/expect.ts";
import { softmax } from "../tensor/gather/softmax.ts";
import { matmul, matmulTransposedB } from "../tensor/linear/matmul.ts";
import { reshape, transpose } from "../tensor/reshape.ts";
import type { DType, Tensor } from "../tensor/tensor.ts";
import { dense, initDense, type DenseParameters } from "./dense.ts";

/**
 * `softmax(q · kᵀ / √features) · v`, for queries `[…, queries, features]`, keys `[…, keys, features]` and values
 * `[…, keys, outputs]`. Where `mask`, which is broadcast to `[…, queries, keys]`, is 0, a query does not see the key; a query
 * that sees none gets zeros. Source: A. Vaswani et al., "Attention Is All You Need", 2017, equation 1.
 */
export function scaledDotProductAttention(queries: Tensor, keys: Tensor, values: Tensor, mask?: Tensor): Tensor {
  const features = queries.shape[queries.shape.length - 1];
  const scores = div(matmulTransposedB(queries, keys), Math.sqrt(features));
  if (mask === undefined) return matmul(softmax(scores), values);
  // A finite number instead of -Infinity: where nothing is seen, that would be NaN.
  return matmul(weigh(softmax(where(mask, scores, -1e30)), cast(mask, scores.dtype)), values);
}

export interface AttentionParameters {
  readonly query: DenseParameters;
  readonly key: DenseParameters;
  readonly value: DenseParameters;
  readonly output: DenseParameters;
}

export interface AttentionSizes {
  readonly features: number;
  /** The features of what is looked at: as `features` unless given. */
  readonly memoryFeatures?: number;
  /** Single precision unless given. */
  readonly dtype?: DType;
}

/** First parameters of attention with any number of heads that divides the features. */
export function initAttention(
  random: Random,
  { features, memoryFeatures = features, dtype }: AttentionSizes,
): AttentionParameters {
  return {
    query: initDense(random, { inputs: features, outputs: features, dtype }),
    key: initDense(random, { inputs: memoryFeatures, outputs: features, dtype }),
    value: initDense(random, { inputs: memoryFeatures, outputs: features, dtype }),
    output: initDense(random, { inputs: features, outputs: features, dtype }),
  };
}

/**
 * Attention of `x`, `[batch, time, features]`, to `memory`, `[batch, places, features]` (`x` itself for self-attention), by
 * `heads` heads that share the features among them. With `isCausal`, a time does not see later places; where `padding`,
 * `[batch, places]`, is 0, nothing sees the place. Source: as `scaledDotProductAttention`, section 3.2.2.
 *
 * Throws a RangeError unless `heads` divides the number of features.
 */
export function multiHeadAttention(
  parameters: AttentionParameters,
  heads: number,
  x: Tensor,
  memory: Tensor,
  isCausal: boolean = false,
  padding?: Tensor,
): Tensor {
  const queries = splitHeads(dense(parameters.query, x), heads);
  const keys = splitHeads(dense(parameters.key, memory), heads);
  const values = splitHeads(dense(parameters.value, memory), heads);
  const seen = scaledDotProductAttention(queries, keys, values, attentionMask(x, memory, isCausal, padding));
  return dense(parameters.output, reshape(transpose(seen, [0, 2, 1, 3]), x.shape));
}

/** Where attention may look, for all heads: 1 there, otherwise 0; undefined where it may look everywhere. See `multiHeadAttention`. */
export function attentionMask(x: Tensor, memory: Tensor, isCausal: boolean, padding?: Tensor): Tensor | undefined {
  if (!isCausal) return padding === undefined ? undefined : paddingMask(padding, memory);
  const causal = causalMask(x.shape[1], memory.shape[1]);
  return padding === undefined ? causal : mul(causal, cast(paddingMask(padding, memory), "f32"));
}

/** `[batch, time, features]` as `[batch, heads, time, features / heads]`. */
function splitHeads(x: Tensor, heads: number): Tensor {
  return transpose(reshape(x, headShape(x, heads)), [0, 2, 1, 3]);
}
