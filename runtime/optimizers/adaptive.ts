/** Optimizers with a rate of its own for each number. */
import { requirePositive, requireWithin } from "../finite.ts";
import { kernels } from "../kernels/load.ts";
import { optimizerOf, settled, type Optimizer } from "./optimizer.ts";
import type { RateOptions } from "./sgd.ts";

export interface AdagradOptions extends RateOptions {
  /** Added to the denominator, which would be 0 for a gradient of 0; 1e-10 unless given. */
  readonly epsilon?: number;
}

export interface RmspropOptions extends RateOptions {
  /** The share of the mean square that stays from step to step, at least 0 and less than 1; 0.9 unless given. */
  readonly decay?: number;
  /** Added to the denominator; 1e-8 unless given. */
  readonly epsilon?: number;
}

export interface AdamOptions extends RateOptions {
  /** The share of the mean of the gradients that stays from step to step, at least 0 and less than 1; 0.9 unless given. */
  readonly beta1?: number;
  /** The same for the mean of their squares; 0.999 unless given. */
  readonly beta2?: number;
  /** Added to the denominator; 1e-8 unless given. */
  readonly epsilon?: number;
}

export interface AdamwOptions extends AdamOptions {
  /** How much of each number is taken away a step, in units of the rate; at least 0, 0.01 unless given. */
  readonly weightDecay?: number;
}

/**
 * AdaGrad: `s += g²`, `p -= rate · g / (√s + epsilon)`. Source: J. Duchi, E. Hazan and Y. Singer, "Adaptive Subgradient
 * Methods for Online Learning and Stochastic Optimization", 2011.
 *
 * Throws a RangeError for a negative or infinite rate, and an epsilon that is not positive.
 */
export function adagrad({ rate, epsilon = 1e-10 }: AdagradOptions): Optimizer<"squares"> {
  requirePositive("adagrad", "epsilon", epsilon);
  return optimizerOf("adagrad", rate, ["squares"], (step) => {
    const { numbers, gradient, from, rate: size } = step;
    const { squares } = step.slots;
    for (let i = 0; i < numbers.length; i++) {
      squares[from + i] += gradient[i] ** 2;
      numbers[i] -= (size * gradient[i]) / (Math.sqrt(squares[from + i]) + epsilon);
    }
    return settled(step);
  });
}

/**
 * RMSProp: `s = decay · s + (1 - decay) · g²`, `p -= rate · g / (√s + epsilon)`. Source: T. Tieleman and G. Hinton,
 * "Neural Networks for Machine Learning", lecture 6.5, 2012.
 *
 * Throws a RangeError for a negative or infinite rate, a decay outside [0, 1), and an epsilon that is not positive.
 */
export function rmsprop({ rate, decay = 0.9, epsilon = 1e-8 }: RmspropOptions): Optimizer<"squares"> {
  requireWithin("rmsprop", "decay", decay, 0, 1);
  requirePositive("rmsprop", "epsilon", epsilon);
  return optimizerOf("rmsprop", rate, ["squares"], (step) => {
    const { numbers, gradient, from, rate: size } = step;
    const { squares } = step.slots;
    for (let i = 0; i < numbers.length; i++) {
      squares[from + i] = decay * squares[from + i] + (1 - decay) * gradient[i] ** 2;
      numbers[i] -= (size * gradient[i]) / (Math.sqrt(squares[from + i]) + epsilon);
    }
    return settled(step);
  });
}

/**
 * Adam: running means `m` of `g` and `v` of `g²`, and at step t
 * `p -= rate · (m / (1 - beta1ᵗ)) / (√(v / (1 - beta2ᵗ)) + epsilon)`.
 * Source: D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1.
 *
 * Throws a RangeError for a negative or infinite rate, a beta outside [0, 1), and an epsilon that is not positive.
 */
export function adam(options: AdamOptions): Optimizer<"mean" | "variance"> {
  return adamOf("adam", { ...options, weightDecay: 0 });
}

/**
 * Adam that shrinks the parameters themselves, not through the gradient: the step of `adam`, and
 * `p -= rate · weightDecay · p`. Source: I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019.
 *
 * Throws a RangeError like `adam`, and for a negative or infinite weight decay.
 */
export function adamw(options: AdamwOptions): Optimizer<"mean" | "variance"> {
  return adamOf("adamw", options);
}

function adamOf(
  name: string,
  { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 }: AdamwOptions,
): Optimizer<"mean" | "variance"> {
  requireWithin(name, "beta1", beta1, 0, 1);
  requireWithin(name, "beta2", beta2, 0, 1);
  requirePositive(name, "epsilon", epsilon);
  requireWithin(name, "weightDecay", weightDecay, 0);
  return optimizerOf(name, rate, ["mean", "variance"], (step) => {
    const { numbers, gradient, from, rate: size, count } = step;
    const to = from + numbers.length;
    return kernels().adam(
      numbers,
      gradient,
      step.slots.mean.subarray(from, to),
      step.slots.variance.subarray(from, to),
      {
        keepMean: beta1,
        takeMean: 1 - beta1,
        keepVariance: beta2,
        takeVariance: 1 - beta2,
        size: size / (1 - beta1 ** count),
        scale: 1 / (1 - beta2 ** count),
        epsilon,
        shrink: size * weightDecay,
      },
    );
  });
}
