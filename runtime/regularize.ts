/**
 * What keeps a network simple. Penalties are added to a loss for the tensors that shall stay small; for all parameters at
 * once, `addL2`, `addL1` and the weight decay of `adamw` work on the gradient instead.
 */
import { add, mul } from "./tensor/arithmetic.ts";
import { item } from "./tensor/create.ts";
import { abs, square } from "./tensor/functions.ts";
import { sum } from "./tensor/reductions.ts";
import type { Tensor } from "./tensor/tensor.ts";

/** `Σ |w|` over all numbers of the tensors; the derivative at 0 is 0. */
export function l1Penalty(tensors: readonly Tensor[]): number {
  let total = 0;
  for (let i = 0; i < tensors.length; i++) total += item(sum(abs(tensors[i])));
  return total;
}

/** `½ Σ w²` over all numbers of the tensors: what `addL2` adds the gradient of. */
export function l2Penalty(tensors: readonly Tensor[]): number {
  let total = 0;
  for (let i = 0; i < tensors.length; i++) total += 0.5 * item(sum(square(tensors[i])));
  return total;
}

/**
 * Probabilities along the last axis mixed with the uniform distribution: `(1 - smoothing) · p + smoothing / classes`.
 * Source: C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016.
 */
export function smoothLabels(targets: Tensor, smoothing: number): Tensor {
  return add(mul(targets, 1 - smoothing), smoothing / targets.shape[targets.shape.length - 1]);
}
