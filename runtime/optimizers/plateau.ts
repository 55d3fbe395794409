import { requireInteger, requirePositive, requireWithin } from "../finite.ts";

export interface PlateauOptions {
  /** The first rate. */
  readonly rate: number;
  /** What the rate is multiplied by, more than 0 and less than 1; 0.1 unless given. */
  readonly factor?: number;
  /** How many losses without progress are put up with; 10 unless given. */
  readonly patience?: number;
  /** The share of the best loss by which a loss must be better to count as progress; 1e-4 unless given. */
  readonly threshold?: number;
  /** The rate does not fall below this; 0 unless given. */
  readonly minimum?: number;
}

/** Plain data: it can be saved as JSON. */
export interface PlateauState {
  /** The rate for the next steps. */
  readonly rate: number;
  /** The best loss so far; `null` before the first. */
  readonly best: number | null;
  /** How many losses have come since without progress. */
  readonly waited: number;
}

/** A rate that depends on how the loss goes. */
export interface Plateau {
  init(): PlateauState;
  /** The state after one more loss. Throws a RangeError if the loss is NaN or infinite. */
  update(state: PlateauState, loss: number): PlateauState;
}

/**
 * Multiplies the rate by `factor` when the loss has made no progress more than `patience` times in a row; hand
 * `state.rate` to `update` of the optimizer. The rule is that of "reduce on plateau" in the common libraries.
 *
 * Throws a RangeError for a negative rate, minimum or threshold, a factor outside (0, 1), and a patience that is not an integer of at least 0.
 */
export function reduceOnPlateau(options: PlateauOptions): Plateau {
  const { rate, factor = 0.1, patience = 10, threshold = 1e-4, minimum = 0 } = options;
  requireWithin("reduceOnPlateau", "rate", rate, 0);
  requirePositive("reduceOnPlateau", "factor", factor);
  requireWithin("reduceOnPlateau", "factor", factor, 0, 1);
  requireInteger("reduceOnPlateau", "patience", patience, 0);
  requireWithin("reduceOnPlateau", "threshold", threshold, 0);
  requireWithin("reduceOnPlateau", "minimum", minimum, 0);
  return {
    init: () => ({ rate, best: null, waited: 0 }),
    update(state, loss) {
      if (!Number.isFinite(loss)) throw new RangeError(`reduceOnPlateau: the loss is ${loss}`);
      const { best, waited } = state;
      if (best === null || loss < best - threshold * Math.abs(best)) return { rate: state.rate, best: loss, waited: 0 };
      if (waited < patience) return { ...state, waited: waited + 1 };
      return { rate: Math.min(state.rate, Math.max(minimum, state.rate * factor)), best, waited: 0 };
    },
  };
}
