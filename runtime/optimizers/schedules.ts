/** Learning rates that change with the number of steps. */
import { requireInteger, requirePositive, requireWithin } from "../finite.ts";

/** The rate of the next step, from the number of steps made so far (0 before the first). */
export type Schedule = (step: number) => number;

/** The same rate always. Throws a RangeError if it is negative or infinite. */
export function constantRate(rate: number): Schedule {
  requireWithin("constantRate", "rate", rate, 0);
  return () => rate;
}

/**
 * `rate`, multiplied by `factor` after each `every` steps.
 * Throws a RangeError for a negative rate, a factor outside (0, ∞), and an `every` that is not a positive integer.
 */
export function stepDecay(options: {
  readonly rate: number;
  readonly factor: number;
  readonly every: number;
}): Schedule {
  const { rate, factor, every } = options;
  requireWithin("stepDecay", "rate", rate, 0);
  requirePositive("stepDecay", "factor", factor);
  requireInteger("stepDecay", "every", every, 1);
  return (step) => rate * factor ** Math.floor(step / every);
}

/**
 * `rate · factor ^ (step / every)`: like `stepDecay`, but smooth. `every` is 1 unless given.
 * Throws a RangeError for a negative rate, and a factor or an `every` that is not positive.
 */
export function exponentialDecay(options: {
  readonly rate: number;
  readonly factor: number;
  readonly every?: number;
}): Schedule {
  const { rate, factor, every = 1 } = options;
  requireWithin("exponentialDecay", "rate", rate, 0);
  requirePositive("exponentialDecay", "factor", factor);
  requirePositive("exponentialDecay", "every", every);
  return (step) => rate * factor ** (step / every);
}

/**
 * From `rate` down to `to` (0 unless given) along half a cosine wave within `steps` steps, then `to`. Source:
 * I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, equation 5 without restarts.
 * Throws a RangeError for a negative rate or `to`, and `steps` that is not a positive integer.
 */
export function cosineDecay(options: {
  readonly rate: number;
  readonly steps: number;
  readonly to?: number;
}): Schedule {
  const { rate, steps, to = 0 } = options;
  requireWithin("cosineDecay", "rate", rate, 0);
  requireWithin("cosineDecay", "to", to, 0);
  requireInteger("cosineDecay", "steps", steps, 1);
  return (step) => to + ((rate - to) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
}

/**
 * `rate / (1 + decay · step)`. Its sum is infinite and that of its squares is not: what convergence asks for in
 * H. Robbins and S. Monro, "A Stochastic Approximation Method", 1951. Throws a RangeError for a negative rate or decay.
 */
export function inverseTimeDecay(options: { readonly rate: number; readonly decay: number }): Schedule {
  const { rate, decay } = options;
  requireWithin("inverseTimeDecay", "rate", rate, 0);
  requireWithin("inverseTimeDecay", "decay", decay, 0);
  return (step) => rate / (1 + decay * step);
}

/**
 * Rises in equal steps to the first rate of `then`, which it reaches at step number `steps` (from 1); goes on with `then`, whose
 * steps count from there. Source: P. Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.2.
 * Throws a RangeError for `steps` that is not a positive integer, and for a negative rate.
 */
export function warmUp(options: { readonly steps: number; readonly then: number | Schedule }): Schedule {
  const { steps, then } = options;
  requireInteger("warmUp", "steps", steps, 1);
  if (typeof then === "number") requireWithin("warmUp", "then", then, 0);
  const after = typeof then === "number" ? constantRate(then) : then;
  return (step) => (step < steps ? (after(0) * (step + 1)) / steps : after(step - steps));
}
