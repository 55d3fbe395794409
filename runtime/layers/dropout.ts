/** Dropout. */
import { mul } from "../tensor/arithmetic.ts";
import { dropoutMask } from "../tensor/gather/random-tensors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * `x` with each number set to 0 with probability `rate`, and the others divided by `1 - rate`: for training only; what
 * evaluates a network leaves it out, or passes rate 0. The same seed drops the same numbers, so give each step, and each
 * layer, a seed of its own, an integer of at least 0. Neither `rate` nor `seed` carries a derivative.
 *
 * Source: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014. Throws a
 * RangeError unless `rate` is at least 0 and less than 1.
 */
export function dropout(x: Tensor, rate: number, seed: number): Tensor {
  return mul(x, dropoutMask(x.shape, rate, seed, x.dtype));
}
