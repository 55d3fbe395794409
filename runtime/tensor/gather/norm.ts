/** Norms along axes. */
import { primitive } from "../../primitive.ts";
import { mul, sub } from "../arithmetic.ts";
import { neg, square } from "../functions.ts";
import { sum, unreduce, type Axes } from "../reductions.ts";
import { axisFlags, reducedShape } from "../shapes.ts";
import { newData, sizeOf, Tensor, type TensorData } from "../tensor.ts";

/**
 * The norm of `x` over `axes` (all unless given), which stay with length 1 where `keep`: the sum of absolute values for
 * order 1, the length of the vector for order 2, the largest absolute value for Infinity. Nothing overflows on the way.
 * The norm of nothing is 0.
 *
 * Where it has no derivative: that of order 2 is 0 at 0, that of an absolute value is 0 at 0, and numbers that tie for the
 * largest share equally. Throws a RangeError for another order, and for axes that do not exist or are named twice.
 */
export const norm: (x: Tensor, order: number, axes?: Axes, keep?: boolean) => Tensor = primitive(
  (x: Tensor, order: number, axes?: Axes, keep: boolean = false): Tensor => {
    const { cells, shape } = cellsOf(x, order, axes);
    const { scale, size } = normsOf(x.data, order, cells, sizeOf(shape));
    const data = newData(x.dtype, size.length);
    for (let k = 0; k < data.length; k++) data[k] = scale[k] * size[k];
    return new Tensor(keep ? shape : reducedShape(x.shape, axisFlags("norm", axes, x.shape)), x.dtype, data);
  },
  {
    name: "norm",
    vjp: [(dy, y, x, order, axes) => mul(unreduce(dy, x.shape, axes), normDirection(x, order, axes)), null, null, null],
    jvp: [(dot, y, x, order, axes, keep) => sum(mul(dot, normDirection(x, order, axes)), axes, keep), null, null, null],
  },
);

/**
 * The derivative of each norm with respect to each number: its sign for order 1, `x` divided by the norm for order 2, and
 * for Infinity the sign, shared equally by those that tie for the largest.
 */
export const normDirection: (x: Tensor, order: number, axes?: Axes) => Tensor = primitive(
  (x: Tensor, order: number, axes?: Axes): Tensor => {
    const { cells, shape } = cellsOf(x, order, axes);
    const norms = normsOf(x.data, order, cells, sizeOf(shape));
    return new Tensor(x.shape, x.dtype, directions(x, order, cells, norms));
  },
  {
    name: "normDirection",
    vjp: [
      (du, u, x, order, axes) => mul(sub(du, mul(u, sum(mul(u, du), axes, true))), normCurvature(x, order, axes)),
      null,
      null,
    ],
    jvp: [
      (dot, u, x, order, axes) => mul(sub(dot, mul(u, sum(mul(u, dot), axes, true))), normCurvature(x, order, axes)),
      null,
      null,
    ],
  },
);

/** How fast the direction turns: 1 divided by the norm for order 2 (0 at 0), 0 for the other orders. The axes stay with length 1. */
export const normCurvature: (x: Tensor, order: number, axes?: Axes) => Tensor = primitive(
  (x: Tensor, order: number, axes?: Axes): Tensor => {
    const { cells, shape } = cellsOf(x, order, axes);
    const data = newData(x.dtype, sizeOf(shape));
    if (order !== 2) return new Tensor(shape, x.dtype, data);
    const { scale, size } = normsOf(x.data, order, cells, data.length);
    for (let k = 0; k < data.length; k++) data[k] = scale[k] === 0 ? 0 : 1 / scale[k] / size[k];
    return new Tensor(shape, x.dtype, data);
  },
  {
    name: "normCurvature",
    vjp: [(dy, y, x, order, axes) => neg(mul(mul(dy, square(y)), normDirection(x, order, axes))), null, null],
    jvp: [
      (dot, y, x, order, axes) => neg(mul(square(y), sum(mul(dot, normDirection(x, order, axes)), axes, true))),
      null,
      null,
    ],
  },
);

/** Which result each number goes into, and the shape of the results with the axes kept. */
function cellsOf(
  x: Tensor,
  order: number,
  axes: Axes | undefined,
): { readonly cells: Int32Array; readonly shape: number[] } {
  if (order !== 1 && order !== 2 && order !== Infinity)
    throw new RangeError(`norm: the order must be 1, 2 or Infinity, not ${String(order)}`);
  const flags = axisFlags("norm", axes, x.shape);
  let cells = new Int32Array(1);
  for (const [axis, length] of x.shape.entries()) {
    const finer = new Int32Array(cells.length * length);
    const isReduced = flags[axis];
    for (let i = 0, k = 0; i < cells.length; i++)
      for (let j = 0; j < length; j++) finer[k++] = isReduced ? cells[i] : cells[i] * length + j;
    cells = finer;
  }
  return { cells, shape: reducedShape(x.shape, flags, true) };
}

/** Norms as products of two factors, so that no square overflows: of order 2, the largest absolute value and the norm in units of it. */
interface Norms {
  readonly scale: Float64Array;
  readonly size: Float64Array;
}

function normsOf(x: TensorData, order: number, cells: Int32Array, count: number): Norms {
  const [scale, size] = [new Float64Array(count), new Float64Array(count)];
  if (order === 1) for (let i = 0; i < cells.length; i++) scale[cells[i]] += Math.abs(x[i]);
  else for (let i = 0; i < cells.length; i++) scale[cells[i]] = Math.max(scale[cells[i]], Math.abs(x[i]));
  if (order !== 2) return { scale, size: size.fill(1) };
  for (let i = 0; i < cells.length; i++) {
    const share = x[i] / scale[cells[i]];
    size[cells[i]] += share * share;
  }
  // Where all is 0, or something infinite or NaN, the scale itself is the norm.
  for (let k = 0; k < count; k++) size[k] = scale[k] > 0 && scale[k] < Infinity ? Math.sqrt(size[k]) : 1;
  return { scale, size };
}

function directions(x: Tensor, order: number, cells: Int32Array, { scale, size }: Norms): TensorData {
  const source = x.data;
  const data = newData(x.dtype, x.size);
  const ties = new Float64Array(scale.length);
  if (order === Infinity)
    for (let i = 0; i < cells.length; i++) if (Math.abs(source[i]) === scale[cells[i]]) ties[cells[i]]++;
  for (let i = 0; i < cells.length; i++) {
    const k = cells[i];
    if (order === 1) data[i] = Math.sign(source[i]);
    else if (order === 2) data[i] = scale[k] === 0 ? 0 : source[i] / scale[k] / size[k];
    else if (Number.isNaN(scale[k])) data[i] = NaN;
    else data[i] = Math.abs(source[i]) === scale[k] ? Math.sign(source[i]) / ties[k] : 0;
  }
  return data;
}
