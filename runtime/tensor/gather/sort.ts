/** Order: which numbers of a line come first. */
import { primitive } from "../../primitive.ts";
import { newData, showShape, Tensor, type TensorData } from "../tensor.ts";
import { takeAlong } from "./along.ts";
import { linesOf } from "./lines.ts";

/** Integers up to this are exact in single precision. */
const exactSingles = 2 ** 24;

/**
 * The places of the numbers of each line along `axis` (the last unless given) in rising order, or in falling order where
 * `descending`: what stands at `[.., 0, ..]` is where the first one is. Equal numbers (0 and -0 too) stay in their order,
 * and NaN comes last in either order. The indices have the shape and precision of `x`, and carry no derivative.
 *
 * Throws a RangeError for an axis that does not exist, or is too long for indices in single precision (2²⁴).
 */
export const argSort: (x: Tensor, axis?: number, descending?: boolean) => Tensor = primitive(
  (x: Tensor, axis: number = -1, descending: boolean = false): Tensor =>
    firstPlaces("argSort", x, axis, descending, x.shape.at(axis) ?? 0),
  { name: "argSort", vjp: [null, null, null], jvp: [null, null, null] },
);

/** The places of the `k` largest numbers of each line, the largest first: the first `k` of `argSort` in falling order. */
export const topIndices: (x: Tensor, k: number, axis?: number) => Tensor = primitive(
  (x: Tensor, k: number, axis: number = -1): Tensor => {
    const { length, axis: which } = linesOf("topK", x.shape, axis);
    if (!Number.isInteger(k) || k < 0 || k > length)
      throw new RangeError(
        `topK: k must be an integer of at least 0 and at most ${length}, the length of axis ${which} of ${showShape(x.shape)}, not ${k}`,
      );
    return firstPlaces("topK", x, axis, true, k);
  },
  { name: "topIndices", vjp: [null, null, null], jvp: [null, null, null] },
);

/** The numbers of each line along `axis` (the last unless given), sorted as `argSort` has it. */
export function sort(x: Tensor, axis = -1, descending = false): Tensor {
  return takeAlong(x, argSort(x, axis, descending), axis);
}

/**
 * The `k` largest numbers of each line along `axis` (the last unless given), the largest first, and their places. Of equal
 * numbers the earlier comes first; NaN comes last. Throws a RangeError unless `k` is an integer of at least 0 and at
 * most the length of the axis.
 */
export function topK(x: Tensor, k: number, axis = -1): { values: Tensor; indices: Tensor } {
  const indices = topIndices(x, k, axis);
  return { values: takeAlong(x, indices, axis), indices };
}

/** The places of the first `count` numbers of each sorted line. */
function firstPlaces(operation: string, x: Tensor, axis: number, descending: boolean, count: number): Tensor {
  const { axis: which, outer, length, inner } = linesOf(operation, x.shape, axis);
  if (x.dtype === "f32" && length > exactSingles)
    throw new RangeError(
      `${operation}: axis ${which} of shape ${showShape(x.shape)} is too long for indices in single precision: cast to "f64"`,
    );
  const shape = x.shape.map((n, k) => (k === which ? count : n));
  const places = newData(x.dtype, outer * count * inner);
  const sorter = new Sorter(length);
  for (let block = 0; block < outer; block++)
    for (let j = 0; j < inner; j++) {
      const order = sorter.order(x.data, block * length * inner + j, inner, descending);
      for (let row = 0; row < count; row++) places[(block * count + row) * inner + j] = order[row];
    }
  return new Tensor(shape, x.dtype, places);
}

/** Sorts lines of one length by merging (J. von Neumann, 1945): stable, and without calling a comparison. */
class Sorter {
  readonly #keys: Float64Array;
  #from: Int32Array;
  #to: Int32Array;

  constructor(length: number) {
    this.#keys = new Float64Array(length);
    this.#from = new Int32Array(length);
    this.#to = new Int32Array(length);
  }

  /** The places of the numbers that stand `stride` apart from `start` on, in order. Valid until the next call. */
  order(data: TensorData, start: number, stride: number, descending: boolean): Int32Array {
    const keys = this.#keys;
    const { length } = keys;
    let numbers = 0;
    for (let i = 0; i < length; i++) {
      const x = data[start + i * stride];
      keys[i] = descending ? -x : x;
      if (!Number.isNaN(x)) this.#from[numbers++] = i;
    }
    for (let width = 1; width < numbers; width *= 2) {
      for (let low = 0; low < numbers; low += 2 * width) this.#merge(low, width, numbers);
      [this.#from, this.#to] = [this.#to, this.#from];
    }
    for (let i = 0, last = numbers; last < length; i++) if (Number.isNaN(keys[i])) this.#from[last++] = i;
    return this.#from;
  }

  /** Merges two sorted runs of `width` places, the first from `low` on; the second may be shorter. */
  #merge(low: number, width: number, end: number): void {
    const [keys, from, to] = [this.#keys, this.#from, this.#to];
    const middle = Math.min(low + width, end);
    const high = Math.min(middle + width, end);
    let [a, b] = [low, middle];
    for (let i = low; i < high; i++)
      to[i] = a < middle && (b >= high || keys[from[a]] <= keys[from[b]]) ? from[a++] : from[b++];
  }
}
