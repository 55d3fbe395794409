/** What all first-order optimizers have in common: the walk over the parameters, the state and the checks. */
import { requireFinite, requireWithin } from "../finite.ts";
import { countNumbers } from "../flat.ts";
import { Tensor } from "../tensor/tensor.ts";
import { mapTree } from "../tree.ts";
import type { GradientOf } from "../tree-types.ts";
import type { Schedule } from "./schedules.ts";

/**
 * What an optimizer remembers between steps: plain data, one number a parameter in each tensor, in the order of `flatten`
 * and in double precision. Any way of saving trees keeps it bit for bit. `JSON.stringify` does too: `update` takes the
 * plain arrays that come back.
 */
export type State<Slot extends string = string> = { readonly [S in Slot]: Tensor } & {
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

/** What is remembered, one list of doubles for each slot. */
type Slots<Slot extends string> = { readonly [S in Slot]: Float64Array };

/** One step for the numbers of one array, or one number. */
export interface Step<Slot extends string> {
  /** The parameters, to be overwritten: rounded to single precision where they are kept so. */
  readonly numbers: Float32Array | Float64Array;
  readonly gradient: Float32Array | Float64Array;
  /** What is remembered; to be overwritten. Its place for `numbers[i]` is `from + i`. */
  readonly slots: Slots<Slot>;
  readonly from: number;
  readonly rate: number;
  /** The number of this step, from 1. */
  readonly count: number;
}

/**
 * An optimizer called `name` that remembers `slots`, each a number a parameter, 0 at first. `advance` makes the step for
 * some of them, leaves no -0 and says whether all that it wrote is finite: see `settled`. Where a number that goes into it
 * is not finite, one that comes out at its place must not be either: the checks rely on it.
 */
export function optimizerOf<Slot extends string>(
  name: string,
  ownRate: number | Schedule,
  slots: readonly Slot[],
  advance: (step: Step<Slot>) => boolean,
): Optimizer<Slot> {
  if (typeof ownRate === "number") requireWithin(name, "rate", ownRate, 0);
  return {
    init(params) {
      const length = countNumbers(params, name);
      const lists = slots.map((slot) => [slot, new Float64Array(length)]);
      return stateOf(0, slots, Object.fromEntries(lists) as Slots<Slot>);
    },
    update(params, gradient, state, rate = typeof ownRate === "number" ? ownRate : ownRate(state.step)) {
      requireWithin(name, "rate", rate, 0);
      const remembered = slotsFrom(name, state, slots, countPlaces(params));
      const count = state.step + 1;
      let from = 0;
      const next = mapTree([params, gradient], {
        names: ["params", "gradient"],
        visit([old, change], placeOf) {
          const numbers = old instanceof Float32Array ? new Float32Array(old) : new Float64Array(old);
          if (!advance({ numbers, gradient: typed(change), slots: remembered, from, rate, count })) {
            requireFinite(old, "params", placeOf);
            requireFinite(change, "gradient", placeOf);
            for (const slot of slots) requireFinite(numbersOf(state[slot]), `${name}: state.${slot}`);
            refuse(numbers, 0, numbers.length, "params", placeOf);
            for (const slot of slots)
              refuse(remembered[slot], from, numbers.length, `${name}: ${slot} of params`, placeOf);
          }
          from += numbers.length;
          return numbers;
        },
      });
      return [next, stateOf(count, slots, remembered)];
    },
  };
}

function stateOf<Slot extends string>(step: number, slots: readonly Slot[], lists: Slots<Slot>): State<Slot> {
  const tensors = slots.map((slot) => [slot, new Tensor([lists[slot].length], "f64", lists[slot])]);
  return { step, ...(Object.fromEntries(tensors) as { readonly [S in Slot]: Tensor }) };
}

/** What the state remembers, to be overwritten. Whether its numbers are finite shows in what becomes of them. */
function slotsFrom<Slot extends string>(
  name: string,
  state: State<Slot>,
  slots: readonly Slot[],
  length: number,
): Slots<Slot> {
  if (!Number.isSafeInteger(state.step) || state.step < 0)
    throw new RangeError(`${name}: state.step is ${String(state.step)}, not a number of steps`);
  const lists = slots.map((slot) => {
    const found: unknown = state[slot];
    if (!Array.isArray(found) && !(found instanceof Tensor))
      throw new TypeError(`${name}: state.${slot} is missing: is it another optimizer's state?`);
    const list = numbersOf(found);
    if (list.length !== length)
      throw new RangeError(`${name}: state.${slot} is of ${list.length} numbers, params has ${length}`);
    // A lost number is `null` in a plain array, which would become 0.
    if (Array.isArray(found)) requireFinite(list, `${name}: state.${slot}`);
    return [slot, new Float64Array(list)];
  });
  return Object.fromEntries(lists) as Slots<Slot>;
}

function numbersOf(list: Tensor | readonly number[]): ArrayLike<number> {
  return list instanceof Tensor ? list.data : list;
}

/** Two kinds of arrays at most, so that the loops over them stay fast. */
function typed(numbers: ArrayLike<number>): Float32Array | Float64Array {
  return numbers instanceof Float32Array || numbers instanceof Float64Array ? numbers : new Float64Array(numbers);
}

function countPlaces(params: unknown): number {
  let count = 0;
  mapTree([params], {
    names: ["params"],
    visit([numbers]) {
      count += numbers.length;
      return numbers;
    },
  });
  return count;
}

/** Settles all that a step has written, and says whether it is finite. */
export function settled<Slot extends string>({ numbers, slots, from }: Step<Slot>): boolean {
  let isFine = settle(numbers, 0, numbers.length);
  for (const list of Object.values<Float64Array>(slots)) isFine = settle(list, from, numbers.length) && isFine;
  return isFine;
}

/**
 * Makes `-0` plain 0: JSON writes both as `0`, and what resumes from it must go on alike. Says whether all are finite, by
 * sums without branches (`x - x` is 0 for these, and NaN for all others), two of them since each has to wait for itself.
 */
function settle(numbers: Float32Array | Float64Array, from: number, length: number): boolean {
  let [even, odd] = [0, 0];
  const end = from + length;
  for (let i = from; i < end; i += 2) {
    const number = numbers[i] + 0;
    numbers[i] = number;
    even += number - number;
    if (i + 1 === end) break;
    const next = numbers[i + 1] + 0;
    numbers[i + 1] = next;
    odd += next - next;
  }
  return even + odd === 0;
}

/** Names what has overflowed. */
function refuse(
  numbers: Float32Array | Float64Array,
  from: number,
  length: number,
  name: string,
  placeOf: (i: number) => string,
): void {
  for (let i = 0; i < length; i++) {
    const number = numbers[from + i];
    if (!Number.isFinite(number))
      throw new RangeError(`${name}${placeOf(i)} becomes ${number}: lower the rate, or clip the gradient`);
  }
}
