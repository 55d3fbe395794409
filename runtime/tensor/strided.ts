/** Copies between arrays whose axes lie at any distances: the work of transpose, slice, pad, flip, concat and broadcastTo. */
import type { Dimensions, TensorData } from "./tensor.ts";

/** Where the numbers of a block lie in an array. Strides may be 0 (read only) or negative. */
export interface Layout {
  readonly data: TensorData;
  readonly start: number;
  readonly strides: readonly number[];
}

/** Copies a block of `shape`. */
export function copyStrided(shape: Dimensions, from: Layout, to: Layout): void {
  if (shape.includes(0)) return;
  const axes = merged(shape, from.strides, to.strides);
  const { lengths, source, target } = axes;
  const rank = lengths.length;
  const [rows, columns] = [lengths[rank - 2] ?? 1, lengths[rank - 1] ?? 1];
  const plane: Plane = {
    ...{ rows, columns, fromRow: source[rank - 2] ?? 0, fromStep: source[rank - 1] ?? 0 },
    ...{ toRow: target[rank - 2] ?? 0, toStep: target[rank - 1] ?? 0 },
  };
  const counter = new Array<number>(Math.max(0, rank - 2)).fill(0);
  let [i, o] = [from.start, to.start];
  for (;;) {
    copyPlane(from.data, i, to.data, o, plane);
    // The next plane, as an odometer turns.
    let axis = counter.length - 1;
    for (; axis >= 0; axis--) {
      i += source[axis];
      o += target[axis];
      if (++counter[axis] < lengths[axis]) break;
      i -= source[axis] * lengths[axis];
      o -= target[axis] * lengths[axis];
      counter[axis] = 0;
    }
    if (axis < 0) return;
  }
}

interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly fromRow: number;
  readonly fromStep: number;
  readonly toRow: number;
  readonly toStep: number;
}

/** How many columns of a transposed plane are copied together, so that the cache lines they share are read once. */
const tile = 16;

function copyPlane(from: TensorData, i: number, to: TensorData, o: number, plane: Plane): void {
  const { rows, columns, fromRow, fromStep, toRow, toStep } = plane;
  if (fromStep === 1 && toStep === 1 && columns >= 64) {
    for (let row = 0; row < rows; row++, i += fromRow, o += toRow) to.set(from.subarray(i, i + columns), o);
    return;
  }
  const width = Math.abs(fromStep) > Math.abs(fromRow) ? tile : columns;
  for (let left = 0; left < columns; left += width) {
    const count = Math.min(width, columns - left);
    for (let row = 0; row < rows; row++) {
      let p = i + row * fromRow + left * fromStep;
      let q = o + row * toRow + left * toStep;
      for (let k = 0; k < count; k++, p += fromStep, q += toStep) to[q] = from[p];
    }
  }
}

interface Axes {
  readonly lengths: number[];
  readonly source: number[];
  readonly target: number[];
}

/** The axes with neighbours made one where both sides go on evenly from one to the other. */
function merged(shape: Dimensions, from: readonly number[], to: readonly number[]): Axes {
  const axes: Axes = { lengths: [], source: [], target: [] };
  const { lengths, source, target } = axes;
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const last = lengths.length - 1;
    if (last >= 0 && source[last] === from[axis] * length && target[last] === to[axis] * length) {
      lengths[last] *= length;
      source[last] = from[axis];
      target[last] = to[axis];
    } else {
      lengths.push(length);
      source.push(from[axis]);
      target.push(to[axis]);
    }
  });
  return axes;
}
