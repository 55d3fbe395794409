/** Early stopping: remembers the best parameters, and counts how long nothing has been better. */
import { requireInteger, requireWithin } from "../finite.ts";
import { lossName } from "./means.ts";
import type { EarlyStoppingOptions } from "./options.ts";

/** Plain data. */
export interface Best<P> {
  /** The best value so far; `null` before the first. */
  readonly value: number | null;
  /** How many steps had been made then, and with which parameters. */
  readonly step: number;
  readonly parameters: P;
  /** How many values have come since. */
  readonly waited: number;
}

/** After how many steps which values were found. */
export interface Watched<P> {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly step: number;
  readonly parameters: P;
}

/** Throws a RangeError for options that make no sense. */
export function checkStopping({ patience, minDelta = 0 }: EarlyStoppingOptions): void {
  requireInteger("earlyStopping", "patience", patience, 1);
  requireWithin("earlyStopping", "minDelta", minDelta, 0);
}

/** The state after one more evaluation. What is not finite is no progress. */
export function watch<P>(options: EarlyStoppingOptions, best: Best<P>, now: Watched<P>): Best<P> {
  const { watch: name = lossName, mode = "min", minDelta = 0 } = options;
  const value = name === lossName ? now.loss : now.metrics[name];
  if (value === undefined) {
    const known = [lossName, ...Object.keys(now.metrics)].join(", ");
    throw new Error(`earlyStopping: there is no metric ${JSON.stringify(name)}, only ${known}`);
  }
  const gain = best.value === null ? Infinity : mode === "min" ? best.value - value : value - best.value;
  if (Number.isFinite(value) && gain > minDelta)
    return { value, step: now.step, parameters: now.parameters, waited: 0 };
  return { ...best, waited: best.waited + 1 };
}
