/** Layers that give features mean 0 and variance 1, and then a learned scale and shift. */
import { add, div, mul, sub } from "../tensor/arithmetic.ts";
import { onesOf } from "./first.ts";
import { axesBesideChannels, perChannel } from "../tensor/expect.ts";
import { sqrt } from "../tensor/functions.ts";
import { deviation, mean, variance } from "../tensor/reductions.ts";
import { reshape } from "../tensor/reshape.ts";
import { Tensor, type DType } from "../tensor/tensor.ts";

export interface NormParameters {
  /** `[features]` */
  readonly scale: Tensor;
  /** `[features]` */
  readonly shift: Tensor;
}

/** What a batch norm has seen: the mean and the variance of each channel, `[channels]`. They are no parameters: keep them beside those. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** First parameters of a normalization of so many features or channels: scale 1, shift 0. */
export function initNorm(features: number, dtype: DType = "f32"): NormParameters {
  return { scale: onesOf([features], dtype), shift: new Tensor([features], dtype) };
}

/** First statistics: mean 0, variance 1. */
export function initStatistics(channels: number, dtype: DType = "f32"): Statistics {
  return { mean: new Tensor([channels], dtype), variance: onesOf([channels], dtype) };
}

/**
 * Each channel of `[batch, channels, …]` less its mean over the batch and all other axes, divided by the root of its
 * variance plus `epsilon`, then scaled and shifted: for training. For evaluation see `batchNormBy`.
 *
 * Source: S. Ioffe and C. Szegedy, "Batch Normalization", 2015. Throws a RangeError where the shapes do not fit.
 */
export function batchNorm(parameters: NormParameters, x: Tensor, epsilon: number = 1e-5): Tensor {
  const axes = axesBesideChannels(x, "batchNorm");
  const shape = perChannel(parameters.scale, x, "batchNorm");
  const spread = sqrt(add(variance(x, axes, true), epsilon));
  const factor = div(reshape(parameters.scale, shape), spread);
  return add(mul(deviation(x, axes), factor), reshape(parameters.shift, shape));
}

/** `batchNorm` by the mean and variance given instead of those of the batch: for evaluation, where one example must not depend on the others. */
export function batchNormBy(
  parameters: NormParameters,
  statistics: Statistics,
  x: Tensor,
  epsilon: number = 1e-5,
): Tensor {
  const shape = perChannel(parameters.scale, x, "batchNormBy");
  const spread = sqrt(add(statistics.variance, epsilon));
  const factor = div(parameters.scale, spread);
  const shift = sub(parameters.shift, mul(statistics.mean, factor));
  return add(mul(x, reshape(factor, shape)), reshape(shift, shape));
}

/**
 * Statistics moved on towards those of a batch: `momentum` times the old ones plus `1 - momentum` times the new ones, of
 * which the variance is the unbiased estimate. It is called beside the loss, with what goes into the `batchNorm` there.
 */
export function updateStatistics(statistics: Statistics, x: Tensor, momentum: number = 0.9): Statistics {
  const axes = axesBesideChannels(x, "updateStatistics");
  const count = x.size / x.shape[1];
  const ofBatch = variance(x, axes, false, count > 1 ? 1 : 0);
  return {
    mean: add(mul(statistics.mean, momentum), mul(mean(x, axes), 1 - momentum)),
    variance: add(mul(statistics.variance, momentum), mul(ofBatch, 1 - momentum)),
  };
}

/**
 * The numbers along the last axis less their mean, divided by the root of their variance plus `epsilon`, then scaled and
 * shifted. Source: J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016.
 */
export function layerNorm(parameters: NormParameters, x: Tensor, epsilon: number = 1e-5): Tensor {
  const spread = sqrt(add(variance(x, -1, true), epsilon));
  return add(mul(div(deviation(x, -1), spread), parameters.scale), parameters.shift);
}
