/** Tensors: immutable arrays of numbers with a shape. */
import { allocate } from "./buffers.ts";

export { blankData, newData } from "./buffers.ts";

/** Single or double precision. */
export type DType = "f32" | "f64";

/** What holds the numbers of a tensor. */
export type TensorData = Float32Array | Float64Array;

/** The length of each axis. */
export type Dimensions = readonly number[];

/** What elementwise functions take: a number counts as a tensor without axes. */
export type Operand = Tensor | number;

/**
 * An immutable array of numbers, row after row. It has no methods that compute: functions take tensors and return new
 * ones, so that what is differentiated is plain calls.
 */
export class Tensor {
  /** The length of each axis; empty for a single number. */
  readonly shape: Dimensions;
  readonly dtype: DType;
  /** How many numbers it has. */
  readonly size: number;
  #data: TensorData | undefined;

  /** Takes `data` over without a copy, and zeros (made when they are first looked at) where it is absent. Not for users: see `tensor`. */
  constructor(shape: Dimensions, dtype: DType, data?: TensorData) {
    this.shape = shape;
    this.dtype = dtype;
    this.size = sizeOf(shape);
    this.#data = data;
    if (data && data.length !== this.size)
      throw new RangeError(`a tensor of shape ${showShape(shape)} has ${this.size} numbers, not ${data.length}`);
  }

  /** The numbers in row-major order. They must not be written. */
  get data(): TensorData {
    return (this.#data ??= allocate(this.dtype, this.size));
  }

  /** Whether nothing has made or looked at its numbers: they are zeros. */
  get isUntouched(): boolean {
    return this.#data === undefined;
  }

  /** The numbers as nested arrays, for `JSON.stringify`. */
  toJSON(): unknown {
    return nested(this.data, this.shape, 0, 0, this.size);
  }

  toString(): string {
    return `Tensor ${this.dtype} ${showShape(this.shape)}`;
  }
}

/** The number of elements. */
export function sizeOf(shape: Dimensions): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** A shape as messages say it: `[2, 3]`. */
export function showShape(shape: Dimensions): string {
  return `[${shape.join(", ")}]`;
}

function nested(data: TensorData, shape: Dimensions, axis: number, start: number, size: number): unknown {
  if (axis === shape.length) return data[start];
  const part = shape[axis] === 0 ? 0 : size / shape[axis];
  return Array.from({ length: shape[axis] }, (_, i) => nested(data, shape, axis + 1, start + i * part, part));
}
