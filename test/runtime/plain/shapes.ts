/** Other shapes and other orders of the same numbers, parts of them, and several put together. */
import { vjp } from "cotangent";
import { axisOf, filledWith, indexAt, inserted, placeOf, removed, replaced, sizeOf, type Plain } from "./plain.ts";

export function reshape(x: Plain, lengths: readonly number[]): Plain {
  const shape = Int32Array.from(lengths);
  for (let k = 0; k < shape.length; k++) if (shape[k] === -1) shape[k] = x.data.length / sizeOf(removed(shape, k));
  return { shape, data: x.data.slice() };
}

export function expandDims(x: Plain, axis: number): Plain {
  return { shape: inserted(x.shape, axisOf(axis, x.shape.length + 1), 1), data: x.data };
}

export function squeeze(x: Plain, axes: readonly number[]): Plain {
  let shape = x.shape;
  for (let k = axes.length - 1; k >= 0; k--) shape = removed(shape, axes[k]);
  return { shape, data: x.data };
}

export function transpose(x: Plain, order: readonly number[]): Plain {
  const shape = x.shape.map((_, k) => x.shape[order[k]]);
  const data: number[] = [];
  for (let i = 0; i < x.data.length; i++) {
    const index = indexAt(i, shape);
    const from = new Int32Array(index.length);
    for (let k = 0; k < from.length; k++) from[order[k]] = index[k];
    data.push(x.data[placeOf(from, x.shape)]);
  }
  return { shape, data };
}

/** The adjoint of `transpose`, by the compiler. */
export function untranspose(y: Plain, order: readonly number[]): Plain {
  const shape = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) shape[order[k]] = y.shape[k];
  const [, pull] = vjp(transpose)(filledWith(0, shape), order);
  return { shape, data: pull(y).data };
}

export function swapAxes(x: Plain, first: number, second: number): Plain {
  const a = axisOf(first, x.shape.length);
  const b = axisOf(second, x.shape.length);
  const order: number[] = [];
  for (let k = 0; k < x.shape.length; k++) order.push(k === a ? b : k === b ? a : k);
  return transpose(x, order);
}

/** A position along an axis of some length: negative ones count from the end, those outside are cut off. */
function cut(position: number, length: number): number {
  return Math.min(length, Math.max(0, position < 0 ? position + length : position));
}

export function slice(x: Plain, starts: readonly number[], ends: readonly number[], steps: readonly number[]): Plain {
  const start = x.shape.map((length, k) => cut(starts[k] ?? 0, length));
  const step = x.shape.map((_, k) => steps[k] ?? 1);
  const shape = x.shape.map((length, k) =>
    Math.max(0, Math.ceil((cut(ends[k] ?? length, length) - start[k]) / step[k])),
  );
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = indexAt(i, shape);
    data.push(
      x.data[
        placeOf(
          index.map((at, k) => start[k] + at * step[k]),
          x.shape,
        )
      ],
    );
  }
  return { shape, data };
}

/** The adjoint of `slice`, by the compiler. */
export function unslice(
  part: Plain,
  lengths: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[],
): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(slice)(filledWith(0, shape), starts, ends, steps);
  return { shape, data: pull(part).data };
}

/** Whether an index lies in the margins. */
function isMargin(index: Int32Array, shape: Int32Array, before: readonly number[], after: readonly number[]): boolean {
  for (let k = 0; k < index.length; k++) if (index[k] < before[k] || index[k] >= shape[k] - after[k]) return true;
  return false;
}

export function pad(x: Plain, before: readonly number[], after: readonly number[], value = 0): Plain {
  const shape = x.shape.map((length, k) => before[k] + length + after[k]);
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = indexAt(i, shape);
    if (isMargin(index, shape, before, after)) data.push(value);
    else
      data.push(
        x.data[
          placeOf(
            index.map((at, k) => at - before[k]),
            x.shape,
          )
        ],
      );
  }
  return { shape, data };
}

/** The adjoint of `pad`, by the compiler. */
export function unpad(y: Plain, before: readonly number[], after: readonly number[]): Plain {
  const shape = y.shape.map((length, k) => length - before[k] - after[k]);
  const [, pull] = vjp(pad)(filledWith(0, shape), before, after, 0);
  return { shape, data: pull(y).data };
}

export function margins(x: Plain, before: readonly number[], after: readonly number[]): Plain {
  const data: number[] = [];
  for (let i = 0; i < x.data.length; i++)
    data.push(isMargin(indexAt(i, x.shape), x.shape, before, after) ? x.data[i] : 0);
  return { shape: x.shape, data };
}

export function flip(x: Plain, axes: readonly number[]): Plain {
  const data = x.data.slice();
  for (let i = 0; i < data.length; i++) {
    const index = indexAt(i, x.shape);
    for (const k of axes) index[k] = x.shape[k] - 1 - index[k];
    data[i] = x.data[placeOf(index, x.shape)];
  }
  return { shape: x.shape, data };
}

export function concat(parts: readonly Plain[], axis: number): Plain {
  const at = axisOf(axis, parts[0].shape.length);
  const shape = replaced(
    parts[0].shape,
    at,
    lengthsOf(parts, axis).reduce((total, length) => total + length, 0),
  );
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = indexAt(i, shape);
    let which = 0;
    while (index[at] >= parts[which].shape[at]) index[at] -= parts[which++].shape[at];
    data.push(parts[which].data[placeOf(index, parts[which].shape)]);
  }
  return { shape, data };
}

export function stack(parts: readonly Plain[], axis: number): Plain {
  const rank = parts[0].shape.length;
  const at = axisOf(axis, rank + 1);
  const shape = inserted(parts[0].shape, at, parts.length);
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = indexAt(i, shape);
    const part = parts[index[at]];
    data.push(part.data[placeOf(removed(index, at), part.shape)]);
  }
  return { shape, data };
}

export function partOf(x: Plain, start: number, length: number, axis: number): Plain {
  const at = axisOf(axis, x.shape.length);
  const shape = replaced(x.shape, at, length);
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = indexAt(i, shape);
    index[at] += start;
    data.push(x.data[placeOf(index, x.shape)]);
  }
  return { shape, data };
}

/** The adjoint of `partOf`, by the compiler. */
export function placePart(part: Plain, lengths: readonly number[], start: number, axis: number): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(partOf)(filledWith(0, shape), start, lengthOf(part, axis), axis);
  return { shape, data: pull(part).data };
}

export function pick(x: Plain, place: number, axis: number): Plain {
  const at = axisOf(axis, x.shape.length);
  const shape = removed(x.shape, at);
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = inserted(indexAt(i, shape), at, place < 0 ? place + x.shape[at] : place);
    data.push(x.data[placeOf(index, x.shape)]);
  }
  return { shape, data };
}

/** The adjoint of `pick`, by the compiler. */
export function place(x: Plain, lengths: readonly number[], index: number, axis: number): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(pick)(filledWith(0, shape), index, axis);
  return { shape, data: pull(x).data };
}

export function split(x: Plain, lengths: readonly number[], axis: number): Plain[] {
  const starts = startsOf(x, lengths);
  return lengths.map((length, k) => partOf(x, starts[k], length, axis));
}

export function unstack(x: Plain, axis: number): Plain[] {
  const parts: Plain[] = [];
  for (let k = 0; k < lengthOf(x, axis); k++) parts.push(pick(x, k, axis));
  return parts;
}

export function concatLike(parts: readonly Plain[], _like: Plain, axis: number): Plain {
  return concat(parts, axis);
}

export function stackLike(parts: readonly Plain[], _like: Plain, axis: number): Plain {
  return stack(parts, axis);
}

export function lengthOf(x: Plain, axis: number): number {
  return x.shape[axisOf(axis, x.shape.length)];
}

export function lengthsOf(parts: readonly Plain[], axis: number): number[] {
  return parts.map((part) => lengthOf(part, axis));
}

export function startsOf(_x: Plain, lengths: readonly number[]): number[] {
  return lengths.map((_, k) => lengths.slice(0, k).reduce((total, length) => total + length, 0));
}
