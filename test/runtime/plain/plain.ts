/**
 * Tensors as the definitions of this folder have them. The definitions are plain loops over numbers that the compiler
 * differentiates: nothing here knows of the library.
 */

/** Numbers in row-major order, and the length of each axis. */
export interface Plain {
  readonly shape: Int32Array;
  readonly data: number[];
}

/** How many numbers something of this shape has. */
export function sizeOf(shape: Int32Array): number {
  let size = 1;
  for (let k = 0; k < shape.length; k++) size *= shape[k];
  return size;
}

/** The index of what stands at a place in row-major order. */
export function indexAt(place: number, shape: Int32Array): Int32Array {
  const index = new Int32Array(shape.length);
  let rest = place;
  for (let k = shape.length - 1; k >= 0; k--) {
    index[k] = rest % shape[k];
    rest = Math.floor(rest / shape[k]);
  }
  return index;
}

/** The place of what an index reads: aligned at the last axes, and an axis of length 1 is the same everywhere. */
export function placeOf(index: Int32Array, shape: Int32Array): number {
  const missing = index.length - shape.length;
  let place = 0;
  for (let k = 0; k < shape.length; k++) place = place * shape[k] + (shape[k] === 1 ? 0 : index[missing + k]);
  return place;
}

/** The shape of an operation on operands of two shapes: aligned at the last axes, a length of 1 is repeated. */
export function commonShape(a: Int32Array, b: Int32Array): Int32Array {
  const shape = new Int32Array(Math.max(a.length, b.length));
  for (let k = 1; k <= shape.length; k++) {
    const own = k <= a.length ? a[a.length - k] : 1;
    const other = k <= b.length ? b[b.length - k] : 1;
    shape[shape.length - k] = own === 1 ? other : own;
  }
  return shape;
}

/** An axis counted from the first one. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** A shape, or an index, with another number at one place. */
export function replaced(list: Int32Array, at: number, value: number): Int32Array {
  const copy = Int32Array.from(list);
  copy[at] = value;
  return copy;
}

/** A shape, or an index, with one more number in front of place `at`. */
export function inserted(list: Int32Array, at: number, value: number): Int32Array {
  const copy = new Int32Array(list.length + 1);
  for (let k = 0; k < copy.length; k++) copy[k] = k < at ? list[k] : k === at ? value : list[k - 1];
  return copy;
}

/** A shape, or an index, without the number at one place. */
export function removed(list: Int32Array, at: number): Int32Array {
  const copy = new Int32Array(list.length - 1);
  for (let k = 0; k < copy.length; k++) copy[k] = list[k < at ? k : k + 1];
  return copy;
}

/** The same number everywhere. */
export function filledWith(value: number, shape: Int32Array): Plain {
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) data.push(value);
  return { shape, data };
}
