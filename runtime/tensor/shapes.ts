/** Arithmetic on shapes and axes, and the messages about those that do not fit. */
import { showShape, type Dimensions } from "./tensor.ts";

export function sameShape(a: Dimensions, b: Dimensions): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** How far apart the neighbours along each axis are in row-major order. */
export function stridesOf(shape: Dimensions): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** The shape that operands of these shapes are broadcast to: aligned at their last axes, a length of 1 fits any other. */
export function broadcastShape(name: string, shapes: readonly Dimensions[]): Dimensions {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let common = 1;
    for (const shape of shapes) {
      const length = shape[axis - rank + shape.length] ?? 1;
      if (length === 1 || length === common) continue;
      if (common !== 1) throw misfit(name, shapes);
      common = length;
    }
    return common;
  });
}

function misfit(name: string, shapes: readonly Dimensions[]): RangeError {
  const all = shapes.map(showShape);
  const last = all.pop();
  return new RangeError(
    `${name}: shapes ${all.join(", ")} and ${last ?? ""} do not fit (aligned at their last axes, lengths must be equal or 1)`,
  );
}

/** The strides that read a tensor of `shape` as if it were of the larger shape `to`: 0 along the axes that it repeats. */
export function broadcastStrides(shape: Dimensions, to: Dimensions): number[] {
  const own = stridesOf(shape);
  const missing = to.length - shape.length;
  return to.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : own[axis - missing]));
}

/** Whether something of `shape` can be broadcast to `to`. */
export function fitsInto(shape: Dimensions, to: Dimensions): boolean {
  const missing = to.length - shape.length;
  return missing >= 0 && shape.every((length, axis) => length === 1 || length === to[axis + missing]);
}

/** An axis counted from the first one. Negative ones count from the end. `extra` is 1 where a new axis may stand at the end. */
export function axisOf(name: string, axis: number, shape: Dimensions, extra = 0): number {
  const rank = shape.length + extra;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? "there is none" : `at least ${-rank} and less than ${rank}`;
    throw new RangeError(`${name}: axis ${axis} of shape ${showShape(shape)} does not exist (${range})`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** For each axis of `shape`, whether it is among `axes`; all are where `axes` is absent. */
export function axisFlags(name: string, axes: number | readonly number[] | undefined, shape: Dimensions): boolean[] {
  const flags = new Array<boolean>(shape.length).fill(axes === undefined);
  if (axes === undefined) return flags;
  for (const axis of typeof axes === "number" ? [axes] : axes) {
    const k = axisOf(name, axis, shape);
    if (flags[k]) throw new RangeError(`${name}: axis ${axis} of shape ${showShape(shape)} is named twice`);
    flags[k] = true;
  }
  return flags;
}

/** What a reduction leaves of a shape: the axes it goes over have length 1, or are gone. */
export function reducedShape(shape: Dimensions, reduced: readonly boolean[], keep = false): number[] {
  return keep ? shape.map((length, axis) => (reduced[axis] ? 1 : length)) : shape.filter((_, axis) => !reduced[axis]);
}

/** Throws a RangeError unless every length is an integer of at least 0. */
export function requireShape(name: string, shape: Dimensions): void {
  for (const length of shape)
    if (!Number.isSafeInteger(length) || length < 0)
      throw new RangeError(`${name}: ${showShape(shape)} is not a shape (integers of at least 0)`);
}
