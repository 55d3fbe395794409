/**
 * Losses: numbers that say how far predictions are from targets. All are means over the batch, so that a rate does not
 * depend on its size. Tensors of shapes that differ are refused, never broadcast.
 */
import { smoothLabels } from "./regularize.ts";
import { xLogX } from "./tensor/activation-primitives.ts";
import { add, mul, sub } from "./tensor/arithmetic.ts";
import { lessEqual, where } from "./tensor/compare.ts";
import { item } from "./tensor/create.ts";
import { labelsOf, shapedAs } from "./tensor/expect.ts";
import { abs, neg, relu, softplus, square } from "./tensor/functions.ts";
import { takeAlong } from "./tensor/gather/along.ts";
import { logSoftmax } from "./tensor/gather/softmax.ts";
import { mean, sum } from "./tensor/reductions.ts";
import type { Tensor } from "./tensor/tensor.ts";

/** The mean of `(prediction - target)²` over all numbers. */
export function meanSquaredError(predictions: Tensor, targets: Tensor): number {
  return item(mean(square(sub(predictions, shapedAs(targets, predictions, "meanSquaredError")))));
}

/** The mean of `|prediction - target|` over all numbers; the derivative is 0 where they are equal. */
export function meanAbsoluteError(predictions: Tensor, targets: Tensor): number {
  return item(mean(abs(sub(predictions, shapedAs(targets, predictions, "meanAbsoluteError")))));
}

/** `½ Σ (prediction - target)²` along the last axis, and the mean over all others: the error of one example, or the mean of a batch of them. */
export function sumOfSquares(predictions: Tensor, targets: Tensor): number {
  const distances = sub(predictions, shapedAs(targets, predictions, "sumOfSquares"));
  return 0.5 * item(mean(sum(square(distances), -1)));
}

/**
 * The mean over all numbers of `½ e²` where `|e| ≤ delta`, and `delta · (|e| - ½ delta)` elsewhere, for
 * `e = prediction - target`. Source: P. Huber, "Robust Estimation of a Location Parameter", 1964.
 */
export function huber(predictions: Tensor, targets: Tensor, delta: number = 1): number {
  const distances = sub(predictions, shapedAs(targets, predictions, "huber"));
  const sizes = abs(distances);
  const near = mul(0.5, square(distances));
  const far = mul(delta, sub(sizes, 0.5 * delta));
  return item(mean(where(lessEqual(sizes, delta), near, far)));
}

/**
 * The mean over all numbers of `-t · log σ(z) - (1 - t) · log(1 - σ(z))`, for scores `z` (before the sigmoid) and targets
 * `t` from 0 to 1. It is computed as `t · softplus(-z) + (1 - t) · softplus(z)`, which neither overflows nor cancels.
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor): number {
  const yes = shapedAs(targets, logits, "binaryCrossEntropy");
  return item(mean(add(mul(yes, softplus(neg(logits))), mul(sub(1, yes), softplus(logits)))));
}

/**
 * The mean over the batch of `-Σ t · log softmax(z)`, for scores `z` of shape `[…, classes]` (before the softmax) and
 * targets `t` of the same shape, whose last axis holds probabilities. With `smoothing`, the targets are mixed with
 * the uniform distribution first (see `smoothLabels`). Where scores are -Infinity, use `sparseCategoricalCrossEntropy`.
 */
export function categoricalCrossEntropy(logits: Tensor, targets: Tensor, smoothing: number = 0): number {
  const wanted = smoothLabels(shapedAs(targets, logits, "categoricalCrossEntropy"), smoothing);
  return -item(mean(sum(mul(wanted, logSoftmax(logits)), -1)));
}

/**
 * The mean over the batch of `-log softmax(z)[label]`, for scores `z` of shape `[…, classes]` (before the softmax) and
 * labels of the same shape without the last axis: integers of at least 0 and less than the number of classes.
 */
export function sparseCategoricalCrossEntropy(logits: Tensor, labels: Tensor): number {
  const places = labelsOf(labels, logits, "sparseCategoricalCrossEntropy");
  return -item(mean(takeAlong(logSoftmax(logits), places, -1)));
}

/** The mean over all numbers of `max(0, 1 - t · s)`, for scores `s` and targets `t` of 1 or -1; the derivative at the corner is 0. */
export function hinge(scores: Tensor, targets: Tensor): number {
  return item(mean(relu(sub(1, mul(scores, shapedAs(targets, scores, "hinge"))))));
}

/** The mean over all numbers of `max(0, 1 - t · s)²`, for scores `s` and targets `t` of 1 or -1. */
export function squaredHinge(scores: Tensor, targets: Tensor): number {
  return item(mean(square(relu(sub(1, mul(scores, shapedAs(targets, scores, "squaredHinge")))))));
}

/**
 * The mean over the batch of `Σ t · (log t - log softmax(z))`, for scores `z` of shape `[…, classes]` (before the softmax)
 * and targets `t` of the same shape, whose last axis holds probabilities. `0 · log 0` is 0.
 */
export function klDivergence(logits: Tensor, targets: Tensor): number {
  const wanted = shapedAs(targets, logits, "klDivergence");
  return item(mean(sum(sub(xLogX(wanted), mul(wanted, logSoftmax(logits))), -1)));
}
