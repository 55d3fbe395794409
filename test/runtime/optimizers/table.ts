/** All first-order optimizers; a new one is tested by being here. */
import {
  adagrad,
  adam,
  adamw,
  momentum,
  nesterov,
  rmsprop,
  sgd,
  type Optimizer,
  type RateOptions,
} from "../../../runtime/nn.ts";

export interface Row {
  readonly name: string;
  readonly make: (options: RateOptions) => Optimizer;
  /** From 1 with rate 0.1, after a gradient of 2, and after one more of -1. */
  readonly steps: readonly [number, number];
  /** A rate at which it comes down to the minimum of an easy function. */
  readonly rate: number;
}

/** One name for all states, whatever they remember. */
function row<Slot extends string>(
  name: string,
  make: (options: RateOptions) => Optimizer<Slot>,
  steps: readonly [number, number],
  rate: number,
): Row {
  return { name, make, steps, rate };
}

export const table: readonly Row[] = [
  // 1 - 0.1 · 2 = 0.8; 0.8 + 0.1 = 0.9
  row("sgd", sgd, [0.8, 0.9], 0.1),
  // v = 2: 1 - 0.2 = 0.8; v = 0.9 · 2 - 1 = 0.8: 0.8 - 0.08 = 0.72
  row("momentum", momentum, [0.8, 0.72], 0.02),
  // v = 2: 1 - 0.1 · (2 + 1.8) = 0.62; v = 0.8: 0.62 - 0.1 · (-1 + 0.72) = 0.648
  row("nesterov", nesterov, [0.62, 0.648], 0.02),
  // s = 4: 1 - 0.1 · 2 / 2 = 0.9; s = 5: 0.9 + 0.1 / 2.2360679775 = 0.9447213595
  row("adagrad", adagrad, [0.9, 0.9447213595], 0.5),
  // s = 0.4: 1 - 0.2 / 0.632455532 = 0.683772234; s = 0.36 + 0.1 = 0.46: + 0.1 / 0.6782329983 = 0.1474419562
  row("rmsprop", rmsprop, [0.683772234, 0.8312141902], 0.003),
  // m = 0.2, v = 0.004, as means 2 and 4: 1 - 0.1 · 2 / 2 = 0.9;
  // m = 0.18 - 0.1 = 0.08, mean 0.08 / (1 - 0.81) = 0.4210526316; v = 0.003996 + 0.001 = 0.004996, mean
  // 0.004996 / (1 - 0.998001) = 2.4992496248, root 1.5809015229: 0.9 - 0.1 · 0.4210526316 / 1.5809015229 = 0.8733662957
  row("adam", adam, [0.9, 0.8733662957], 0.02),
  // As adam, and less 0.1 · 0.01 · 1 = 0.001: 0.899; then 0.899 - 0.0266337043 - 0.1 · 0.01 · 0.899 = 0.8714672957
  row("adamw", (options) => adamw({ ...options, weightDecay: 0.01 }), [0.899, 0.8714672957], 0.02),
];
