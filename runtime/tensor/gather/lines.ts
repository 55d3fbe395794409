/** What the functions here have in common: lines of numbers along one axis, and lists of indices. */
import { showPosition } from "../position.ts";
import { axisOf } from "../shapes.ts";
import { sizeOf, type Dimensions, type Tensor } from "../tensor.ts";

/**
 * A tensor as lines along one axis: `outer` blocks of `length` rows of `inner` numbers. The numbers of a line stand `inner`
 * apart; it starts at `block * length * inner + j` with `j` less than `inner`.
 */
export interface Lines {
  /** Counted from the first axis. */
  readonly axis: number;
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** The lines of a shape along an axis. Throws a RangeError where there is no such axis. */
export function linesOf(operation: string, shape: Dimensions, axis: number): Lines {
  const k = axisOf(operation, axis, shape);
  return { axis: k, outer: sizeOf(shape.slice(0, k)), length: shape[k], inner: sizeOf(shape.slice(k + 1)) };
}

/**
 * The numbers of an index tensor as integers of at least 0 and less than `limit`. Throws a RangeError that names the
 * operation, the place and the number where one is anything else: indices do not count from the end.
 */
export function integersOf(operation: string, name: string, indices: Tensor, limit: number): Int32Array {
  const { data, shape } = indices;
  const integers = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const index = data[i];
    integers[i] = index;
    if (integers[i] !== index || index < 0 || index >= limit)
      throw new RangeError(
        `${operation}: ${name}${showPosition(shape, i)} is ${index}, not an integer of at least 0 and less than ${limit}`,
      );
  }
  return integers;
}
