/** A line search for the strong Wolfe conditions: J. Nocedal and S. Wright, "Numerical Optimization", 2nd ed., 2006, algorithms 3.5 and 3.6. */

/** A point on the line. */
export interface Trial {
  /** How far along the direction; 0 at the start. */
  readonly size: number;
  readonly value: number;
  /** The derivative of the value along the direction. */
  readonly slope: number;
}

/** The least decrease, as a share of what the slope at the start promises. */
const decrease = 1e-4;
/** The largest slope that may be left, as a share of that at the start: loose, as quasi-Newton steps are good. */
const flatness = 0.9;
const maxTrials = 40;

/**
 * A step at which the value is noticeably smaller and the slope noticeably flatter than at `start`, whose slope must be
 * negative. Where the value or the slope is not finite, the step is taken to be too long. If the numbers are too coarse
 * for the second condition, a step that only makes the value smaller; `undefined` if there is none.
 */
export function wolfeSearch<T extends Trial>(at: (size: number) => T, start: T, firstSize: number): T | undefined {
  let previous = start;
  let size = firstSize;
  for (let k = 0; k < maxTrials; k++) {
    const trial = at(size);
    if (!isLower(trial, start) || (k > 0 && trial.value >= previous.value)) return zoom(at, start, previous, trial);
    if (isFlat(trial, start)) return trial;
    if (trial.slope >= 0) return zoom(at, start, trial, previous);
    previous = trial;
    size *= 2;
  }
  return previous;
}

/** Narrows an interval that contains a suitable step; `low` has the smallest value so far and slopes towards `high`. */
function zoom<T extends Trial>(at: (size: number) => T, start: T, low: T, high: T): T | undefined {
  for (let k = 0; k < maxTrials; k++) {
    const size = between(low, high);
    if (size === low.size || size === high.size) break;
    const trial = at(size);
    if (!isLower(trial, start) || trial.value >= low.value) high = trial;
    else {
      if (isFlat(trial, start)) return trial;
      if (trial.slope * (high.size - low.size) >= 0) high = low;
      low = trial;
    }
  }
  return low.size > 0 ? low : undefined;
}

function isLower({ size, value, slope }: Trial, start: Trial): boolean {
  return Number.isFinite(value) && Number.isFinite(slope) && value <= start.value + decrease * size * start.slope;
}

function isFlat({ slope }: Trial, start: Trial): boolean {
  return Math.abs(slope) <= -flatness * start.slope;
}

/** The minimum of the cubic through both ends with their slopes (Nocedal and Wright, 3.59), kept away from the ends. */
function between(low: Trial, high: Trial): number {
  const width = high.size - low.size;
  const d1 = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - low.slope * high.slope);
  const share = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
  return low.size + width * (Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5);
}
