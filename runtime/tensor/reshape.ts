/** Other shapes for the same numbers, and other orders of the axes. */
import { primitive } from "../primitive.ts";
import { axisFlags, axisOf, requireShape, sameShape, stridesOf } from "./shapes.ts";
import { copyStrided } from "./strided.ts";
import { blankData, showShape, sizeOf, Tensor, type Dimensions } from "./tensor.ts";

/** The same numbers in row-major order in another shape. One length may be -1: what is left. Throws a RangeError where the sizes differ. */
export const reshape: (x: Tensor, shape: Dimensions) => Tensor = primitive(
  (x: Tensor, shape: Dimensions): Tensor => (sameShape(x.shape, shape) ? x : seenAs(x, filledIn(x, shape))),
  {
    name: "reshape",
    vjp: [(dy, y, x) => reshape(dy, x.shape), null],
    jvp: [(dot, y) => reshape(dot, y.shape), null],
  },
);

/** `x` with a new axis of length 1 in front of `axis`; -1 puts it at the end. */
export const expandDims: (x: Tensor, axis: number) => Tensor = primitive(
  (x: Tensor, axis: number): Tensor => {
    const at = axisOf("expandDims", axis, x.shape, 1);
    return seenAs(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
  },
  {
    name: "expandDims",
    vjp: [(dy, y, x) => reshape(dy, x.shape), null],
    jvp: [(dot, y) => reshape(dot, y.shape), null],
  },
);

/** `x` without the given axes, or without all axes of length 1. Throws a RangeError for a given axis of another length. */
export const squeeze: (x: Tensor, axes?: number | readonly number[]) => Tensor = primitive(
  (x: Tensor, axes?: number | readonly number[]): Tensor => {
    if (axes === undefined)
      return seenAs(
        x,
        x.shape.filter((length) => length !== 1),
      );
    const gone = axisFlags("squeeze", axes, x.shape);
    gone.forEach((isGone, axis) => {
      if (isGone && x.shape[axis] !== 1)
        throw new RangeError(`squeeze: axis ${axis} of shape ${showShape(x.shape)} has length ${x.shape[axis]}, not 1`);
    });
    return seenAs(
      x,
      x.shape.filter((_, axis) => !gone[axis]),
    );
  },
  {
    name: "squeeze",
    vjp: [(dy, y, x) => reshape(dy, x.shape), null],
    jvp: [(dot, y) => reshape(dot, y.shape), null],
  },
);

/** `x` with axis `k` where axis `permutation[k]` was: the axes reversed unless given. Throws a RangeError for what is no permutation. */
export const transpose: (x: Tensor, permutation?: readonly number[]) => Tensor = primitive(
  (x: Tensor, permutation?: readonly number[]): Tensor => permuted(x, orderOf("transpose", x.shape, permutation)),
  {
    name: "transpose",
    vjp: [(dy, y, x, permutation) => untranspose(dy, permutation), null],
    jvp: [(dot, y, x, permutation) => transpose(dot, permutation), null],
  },
);

/** Undoes `transpose(x, permutation)`. */
export const untranspose: (x: Tensor, permutation?: readonly number[]) => Tensor = primitive(
  (x: Tensor, permutation?: readonly number[]): Tensor => {
    const order = orderOf("untranspose", x.shape, permutation);
    const inverse = new Array<number>(order.length);
    order.forEach((from, to) => (inverse[from] = to));
    return permuted(x, inverse);
  },
  {
    name: "untranspose",
    vjp: [(dy, y, x, permutation) => transpose(dy, permutation), null],
    jvp: [(dot, y, x, permutation) => untranspose(dot, permutation), null],
  },
);

/** `x` with two axes exchanged. */
export const swapAxes: (x: Tensor, first: number, second: number) => Tensor = primitive(
  (x: Tensor, first: number, second: number): Tensor => {
    const order = x.shape.map((_, axis) => axis);
    const [a, b] = [axisOf("swapAxes", first, x.shape), axisOf("swapAxes", second, x.shape)];
    [order[a], order[b]] = [b, a];
    return permuted(x, order);
  },
  {
    name: "swapAxes",
    vjp: [(dy, y, x, first, second) => swapAxes(dy, first, second), null, null],
    jvp: [(dot, y, x, first, second) => swapAxes(dot, first, second), null, null],
  },
);

/** The numbers of `x` in a shape of the same size, without a copy: nobody writes them. */
function seenAs(x: Tensor, shape: Dimensions): Tensor {
  return new Tensor(shape, x.dtype, x.isUntouched ? undefined : x.data);
}

function filledIn(x: Tensor, shape: Dimensions): Dimensions {
  const open = shape.indexOf(-1);
  const known = shape.filter((_, axis) => axis !== open);
  requireShape("reshape", known);
  const lengths = [...shape];
  if (open >= 0) lengths[open] = x.size / sizeOf(known);
  if (!Number.isInteger(lengths[open] ?? 0) || sizeOf(lengths) !== x.size)
    throw new RangeError(
      `reshape: the ${x.size} numbers of shape ${showShape(x.shape)} do not fill ${showShape(shape)}`,
    );
  return lengths;
}

function orderOf(name: string, shape: Dimensions, permutation?: readonly number[]): number[] {
  if (permutation === undefined) return shape.map((_, axis) => shape.length - 1 - axis);
  axisFlags(name, permutation, shape);
  if (permutation.length !== shape.length)
    throw new RangeError(
      `${name}: [${permutation.join(", ")}] does not say where each axis of shape ${showShape(shape)} goes`,
    );
  return permutation.map((axis) => axisOf(name, axis, shape));
}

function permuted(x: Tensor, order: readonly number[]): Tensor {
  if (order.every((from, to) => from === to)) return x;
  const shape = order.map((axis) => x.shape[axis]);
  if (x.isUntouched) return new Tensor(shape, x.dtype);
  const strides = stridesOf(x.shape);
  const from = { data: x.data, start: 0, strides: order.map((axis) => strides[axis]) };
  const data = blankData(x.dtype, x.size);
  copyStrided(shape, from, { data, start: 0, strides: stridesOf(shape) });
  return new Tensor(shape, x.dtype, data);
}
