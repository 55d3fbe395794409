/** Activations: functions of a tensor, number by number. Sigmoid, tanh, ReLU, softplus and softmax are primitives. */
import { div, mul } from "./tensor/arithmetic.ts";
import { normalCdf, slopeSine } from "./tensor/activation-primitives.ts";
import { greater, greaterEqual, where } from "./tensor/compare.ts";
import { expm1, sigmoid } from "./tensor/functions.ts";
import type { Tensor } from "./tensor/tensor.ts";

export { relu, sigmoid, softplus, tanh } from "./tensor/functions.ts";
export { arctan, softsign } from "./tensor/activation-primitives.ts";
export { softmax } from "./tensor/gather/softmax.ts";

/** `x` itself. */
export function identity(x: Tensor): Tensor {
  return x;
}

/** 1 from 0 on, otherwise 0. Its derivative is zero everywhere: nothing is learned through it. */
export function binaryStep(x: Tensor): Tensor {
  return greaterEqual(x, 0);
}

/** `x / √(1 + alpha · x²)`, for an `alpha` above 0: from `-1/√alpha` to `1/√alpha`. */
export function isru(x: Tensor, alpha: number = 1): Tensor {
  const root = Math.sqrt(alpha);
  return div(slopeSine(mul(x, root)), root);
}

/** `x` where it is positive, otherwise `slope · x`; the derivative at 0 is `slope`. */
export function leakyRelu(x: Tensor, slope: number = 0.01): Tensor {
  return where(greater(x, 0), x, mul(x, slope));
}

/**
 * `x` where it is positive, otherwise `slopes · x`, with learned slopes that are broadcast to `x`. Source: K. He et al.,
 * "Delving Deep into Rectifiers", 2015.
 */
export function prelu(x: Tensor, slopes: Tensor): Tensor {
  return where(greater(x, 0), x, mul(x, slopes));
}

/**
 * `x` where it is positive, otherwise `alpha · (eˣ - 1)`; the derivative at 0 is `alpha`. Source: D.-A. Clevert et al., "Fast
 * and Accurate Deep Network Learning by Exponential Linear Units", 2016.
 */
export function elu(x: Tensor, alpha: number = 1): Tensor {
  const isPositive = greater(x, 0);
  return where(isPositive, x, mul(expm1(where(isPositive, 0, x)), alpha));
}

/** `elu` scaled so that mean 0 and variance 1 are kept. Source: G. Klambauer et al., "Self-Normalizing Neural Networks", 2017. */
export function selu(x: Tensor): Tensor {
  return mul(elu(x, 1.6732632423543772), 1.0507009873554805);
}

/**
 * `x` times the probability that a standard normal number is at most `x`: the exact form, by the error function. Source:
 * D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units", 2016.
 */
export function gelu(x: Tensor): Tensor {
  return mul(x, normalCdf(x));
}

/** `x · sigmoid(x)`, also called swish. Source: S. Elfwing et al., "Sigmoid-Weighted Linear Units", 2017. */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}
