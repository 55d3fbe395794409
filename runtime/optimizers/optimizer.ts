/** What all first-order optimizers have in common: the walk over the parameters, the state and the checks. */
import { requireFinite, requireWithin } from "../finite.ts";
import { countNumbers } from "../flat.ts";
import { mapTree } from "../tree.ts";
import type { GradientOf } from "../tree-types.ts";
import type { Schedule } from "./schedules.ts";

/**
 * What an optimizer remembers between steps: plain data, one number a parameter in each list. `JSON.stringify` keeps it
 * bit for bit.
 */
export type State<Slot extends string = string> = { readonly [S in Slot]: readonly number[] } & {
  /** How many steps have been made. */
  readonly step: number;
};

/** A rule that turns parameters and a gradient into better parameters. It remembers nothing itself. */
export interface Optimizer<Slot extends string = string> {
  /** The state before the first step. Throws where the parameters hold no numbers, or numbers that are not finite. */
  init(params: unknown): State<Slot>;
  /**
   * New parameters and the new state; what is passed is not changed. Strings, booleans, integer arrays and the like are
   * passed through. `rate` takes the place of the optimizer's own (see `reduceOnPlateau`).
   *
   * Throws a TypeError that names the place where the gradient has another shape than the parameters, and a RangeError
   * where a number is or becomes NaN or infinite, or where the state belongs to other parameters.
   */
  update<T>(params: T, gradient: GradientOf<T>, state: State<Slot>, rate?: number): [params: T, state: State<Slot>];
}

/** One step for the numbers of one array, or one number. */
export interface Step<Slot extends string> {
  /** The parameters; to be overwritten. */
  readonly numbers: Float64Array;
  readonly gradient: ArrayLike<number>;
  /** What is remembered; to be overwritten. Its place for `numbers[i]` is `from + i`. */
  readonly slots: { readonly [S in Slot]: number[] };
  readonly from: number;
  readonly rate: number;
  /** The number of this step, from 1. */
  readonly count: number;
}

/** An optimizer called `name` that remembers `slots`, each a number a parameter, 0 at first. */
export function optimizerOf<Slot extends string>(
  name: string,
  ownRate: number | Schedule,
  slots: readonly Slot[],
  advance: (step: Step<Slot>) => void,
): Optimizer<Slot> {
  if (typeof ownRate === "number") requireWithin(name, "rate", ownRate, 0);
  return {
    init(params) {
      const length = countNumbers(params, name);
      return stateOf(0, slots, () => new Array<number>(length).fill(0));
    },
    update(params, gradient, state, rate = typeof ownRate === "number" ? ownRate : ownRate(state.step)) {
      requireWithin(name, "rate", rate, 0);
      checkState(name, state, slots, countNumbers(params, name));
      const copies = stateOf(state.step + 1, slots, (slot) => state[slot].slice());
      let from = 0;
      const next = mapTree([params, gradient], {
        names: ["params", "gradient"],
        visit([old, change], placeOf) {
          requireFinite(change, "gradient", placeOf);
          const numbers = new Float64Array(old);
          advance({ numbers, gradient: change, slots: copies, from, rate, count: copies.step });
          tidy(numbers, 0, numbers.length, "params", placeOf);
          for (const slot of slots) tidy(copies[slot], from, numbers.length, `${name}: ${slot} of params`, placeOf);
          from += numbers.length;
          return numbers;
        },
      });
      return [next, copies];
    },
  };
}

function stateOf<Slot extends string>(
  step: number,
  slots: readonly Slot[],
  list: (slot: Slot) => number[],
): { readonly [S in Slot]: number[] } & { readonly step: number } {
  const lists = Object.fromEntries(slots.map((slot) => [slot, list(slot)])) as { readonly [S in Slot]: number[] };
  return { step, ...lists };
}

function checkState<Slot extends string>(
  name: string,
  state: State<Slot>,
  slots: readonly Slot[],
  length: number,
): void {
  if (!Number.isSafeInteger(state.step) || state.step < 0)
    throw new RangeError(`${name}: state.step is ${String(state.step)}, not a number of steps`);
  for (const slot of slots) {
    const list: unknown = state[slot];
    if (!Array.isArray(list))
      throw new TypeError(`${name}: state.${slot} is missing: is it another optimizer's state?`);
    if (list.length !== length)
      throw new RangeError(`${name}: state.${slot} is of ${list.length} numbers, params has ${length}`);
    requireFinite(list as number[], `${name}: state.${slot}`);
  }
}

/** Refuses what has overflowed, and makes `-0` plain 0: JSON writes both as `0`, and what resumes from it must go on alike. */
function tidy(
  numbers: Float64Array | number[],
  from: number,
  length: number,
  name: string,
  placeOf: (i: number) => string,
): void {
  for (let i = 0; i < length; i++) {
    const number = numbers[from + i];
    if (!Number.isFinite(number))
      throw new RangeError(`${name}${placeOf(i)} becomes ${String(number)}: lower the rate, or clip the gradient`);
    numbers[from + i] = number + 0;
  }
}
