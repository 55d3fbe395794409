import { requireWithin } from "../finite.ts";
import { optimizerOf, settled, type Optimizer } from "./optimizer.ts";
import type { Schedule } from "./schedules.ts";

/** What every optimizer needs. */
export interface RateOptions {
  /** The learning rate, at least 0: a number, or a schedule of the number of steps made so far. */
  readonly rate: number | Schedule;
}

export interface MomentumOptions extends RateOptions {
  /** The share of the velocity that stays from step to step, at least 0 and less than 1; 0.9 unless given. */
  readonly momentum?: number;
}

/**
 * Gradient descent: `p -= rate · g`. Source: H. Robbins and S. Monro, "A Stochastic Approximation Method", 1951.
 *
 * Throws a RangeError for a negative or infinite rate; for what `init` and `update` throw see `Optimizer`.
 */
export function sgd({ rate }: RateOptions): Optimizer<never> {
  return optimizerOf("sgd", rate, [], (step) => {
    const { numbers, gradient, rate: size } = step;
    for (let i = 0; i < numbers.length; i++) numbers[i] -= size * gradient[i];
    return settled(step);
  });
}

/**
 * Gradient descent with momentum: `v = momentum · v + g`, `p -= rate · v`. Source: B. T. Polyak, "Some methods of speeding
 * up the convergence of iteration methods", 1964.
 *
 * Throws a RangeError for a negative or infinite rate, and a momentum outside [0, 1).
 */
export function momentum({ rate, momentum: share = 0.9 }: MomentumOptions): Optimizer<"velocity"> {
  requireWithin("momentum", "momentum", share, 0, 1);
  return optimizerOf("momentum", rate, ["velocity"], (step) => {
    const { numbers, gradient, from, rate: size } = step;
    const { velocity } = step.slots;
    for (let i = 0; i < numbers.length; i++) {
      velocity[from + i] = share * velocity[from + i] + gradient[i];
      numbers[i] -= size * velocity[from + i];
    }
    return settled(step);
  });
}

/**
 * Momentum that looks ahead: `v = momentum · v + g`, `p -= rate · (g + momentum · v)`. Source: Y. Nesterov, "A method of
 * solving a convex programming problem with convergence rate O(1/k²)", 1983, in the form of I. Sutskever et al., "On the
 * importance of initialization and momentum in deep learning", 2013, written at the point that is looked ahead to.
 *
 * Throws a RangeError for a negative or infinite rate, and a momentum outside [0, 1).
 */
export function nesterov({ rate, momentum: share = 0.9 }: MomentumOptions): Optimizer<"velocity"> {
  requireWithin("nesterov", "momentum", share, 0, 1);
  return optimizerOf("nesterov", rate, ["velocity"], (step) => {
    const { numbers, gradient, from, rate: size } = step;
    const { velocity } = step.slots;
    for (let i = 0; i < numbers.length; i++) {
      velocity[from + i] = share * velocity[from + i] + gradient[i];
      numbers[i] -= size * (gradient[i] + share * velocity[from + i]);
    }
    return settled(step);
  });
}
