/** Tensors from numbers, and numbers from tensors. */
import { primitive } from "../primitive.ts";
import { mul } from "./arithmetic.ts";
import { nestedData } from "./nested-data.ts";
import { converted } from "./reduce.ts";
import { sum } from "./reductions.ts";
import { requireShape } from "./shapes.ts";
import { newData, showShape, sizeOf, Tensor, type Dimensions, type DType, type TensorData } from "./tensor.ts";

/** Numbers in nested arrays, all of one depth and, level by level, of one length. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

export interface TensorOptions {
  /** The precision: that of a Float64Array or Float32Array, otherwise "f32", unless given. */
  readonly dtype?: DType;
  /** The shape: that of the nested arrays unless given. */
  readonly shape?: Dimensions;
}

/** What `tensor` makes a tensor of. */
export type TensorValues = number | NestedNumbers | Exclude<ArrayBufferView & ArrayLike<number>, DataView>;

/**
 * A tensor with a copy of `values`, a constant: nothing is differentiated through it (`scalar` and `fill` take numbers
 * that are). Throws a RangeError for nested arrays of uneven lengths, and where `shape` has another number of elements.
 */
export const tensor: (values: TensorValues, options?: TensorOptions) => Tensor = primitive(
  (values: TensorValues, options: TensorOptions = {}): Tensor => {
    const { shape, numbers } = nestedData(values);
    const dtype = options.dtype ?? (values instanceof Float64Array ? "f64" : "f32");
    if (options.shape === undefined) return new Tensor(shape, dtype, converted(numbers, dtype));
    requireShape("tensor", options.shape);
    if (sizeOf(options.shape) !== numbers.length)
      throw new RangeError(`tensor: ${numbers.length} numbers do not fill shape ${showShape(options.shape)}`);
    return new Tensor([...options.shape], dtype, converted(numbers, dtype));
  },
  { name: "tensor", vjp: [null, null], jvp: [null, null] },
);

/** A number as a tensor without axes, in double precision. In operations it adopts the precision of the others. */
export const scalar: (x: number) => Tensor = primitive(
  (x: number): Tensor => new Tensor([], "f64", new Float64Array([x])),
  {
    name: "scalar",
    vjp: [(dy) => item(dy)],
    jvp: [(dot) => scalar(dot)],
  },
);

/** The number in a tensor that has only one. Throws a RangeError for any other. */
export const item: (x: Tensor) => number = primitive(
  (x: Tensor): number => {
    if (x.size !== 1)
      throw new RangeError(`item: a tensor of shape ${showShape(x.shape)} has ${x.size} numbers, not one`);
    return x.data[0];
  },
  {
    name: "item",
    vjp: [(dy, y, x) => fill(x.shape, dy, x.dtype)],
    jvp: [(dot) => item(dot)],
  },
);

/** A tensor of one number everywhere, in single precision unless told otherwise. */
export const fill: (shape: Dimensions, value: number, dtype?: DType) => Tensor = primitive(
  (shape: Dimensions, value: number, dtype: DType = "f32"): Tensor => {
    requireShape("fill", shape);
    const own = [...shape];
    return new Tensor(own, dtype, Object.is(value, 0) ? undefined : newData(dtype, sizeOf(own)).fill(value));
  },
  {
    name: "fill",
    vjp: [null, (dy) => item(sum(dy)), null],
    jvp: [null, (dot, y) => fill(y.shape, dot, y.dtype), null],
  },
);

/** Zeros in the shape and precision of `x`. */
export const zerosLike: (x: Tensor) => Tensor = primitive((x: Tensor): Tensor => new Tensor(x.shape, x.dtype), {
  name: "zerosLike",
  vjp: [null],
  jvp: [null],
});

/** Ones in the shape and precision of `x`. */
export const onesLike: (x: Tensor) => Tensor = primitive(
  (x: Tensor): Tensor => new Tensor(x.shape, x.dtype, newData(x.dtype, x.size).fill(1)),
  { name: "onesLike", vjp: [null], jvp: [null] },
);

/** `start`, `start + step`, … up to `end`, which is left out: NumPy's. Throws a RangeError where that is no finite list. */
export const arange: (start: number, end: number, step?: number, dtype?: DType) => Tensor = primitive(
  (start: number, end: number, step: number = 1, dtype: DType = "f32"): Tensor => {
    const count = Math.max(0, Math.ceil((end - start) / step));
    if (!Number.isSafeInteger(count))
      throw new RangeError(`arange: from ${start} to ${end} in steps of ${step} is no finite list`);
    const data = newData(dtype, count);
    for (let i = 0; i < count; i++) data[i] = start + i * step;
    return new Tensor([count], dtype, data);
  },
  {
    name: "arange",
    vjp: [(dy) => item(sum(dy)), null, (dy) => item(sum(mul(dy, arange(0, dy.size, 1, dy.dtype)))), null],
    jvp: [(dot, y) => fill(y.shape, dot, y.dtype), null, (dot, y) => mul(arange(0, y.size, 1, y.dtype), dot), null],
  },
);

/** `count` numbers from `start` to `end`, evenly spaced and with both ends. Throws a RangeError unless `count` is an integer of at least 0. */
export const linspace: (start: number, end: number, count: number, dtype?: DType) => Tensor = primitive(
  (start: number, end: number, count: number, dtype: DType = "f32"): Tensor => {
    requireShape("linspace", [count]);
    const data: TensorData = newData(dtype, count);
    // Weights that add up to 1 hit both ends exactly.
    for (let i = 0; i < count; i++) data[i] = count === 1 ? start : (start * (count - 1 - i) + end * i) / (count - 1);
    return new Tensor([count], dtype, data);
  },
  {
    name: "linspace",
    vjp: [
      (dy, y, start, end, count) => item(sum(mul(dy, linspace(1, 0, count, dy.dtype)))),
      (dy, y, start, end, count) => item(sum(mul(dy, linspace(0, 1, count, dy.dtype)))),
      null,
      null,
    ],
    jvp: [
      (dot, y, start, end, count) => linspace(dot, 0, count, y.dtype),
      (dot, y, start, end, count) => linspace(0, dot, count, y.dtype),
      null,
      null,
    ],
  },
);

/** `x` in another precision. */
export const cast: (x: Tensor, dtype: DType) => Tensor = primitive(
  (x: Tensor, dtype: DType): Tensor =>
    x.dtype === dtype ? x : new Tensor(x.shape, dtype, x.isUntouched ? undefined : converted(x.data, dtype)),
  {
    name: "cast",
    vjp: [(dy, y, x) => cast(dy, x.dtype), null],
    jvp: [(dot, y) => cast(dot, y.dtype), null],
  },
);
