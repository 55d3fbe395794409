/** Reductions: over all axes (the result has none), one, or several. */
import { kernels } from "../kernels/load.ts";
import { primitive } from "../primitive.ts";
import { div, mul, sub, weigh } from "./arithmetic.ts";
import { broadcastTo } from "./broadcasting.ts";
import { exp } from "./functions.ts";
import { converted, greatest, least, reduced, rounded, sums, type Reducer } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { axisFlags, reducedShape } from "./shapes.ts";
import { newData, showShape, Tensor, type Dimensions, type TensorData } from "./tensor.ts";

/** Which axes a reduction goes over: all unless given; negative ones count from the end. */
export type Axes = number | readonly number[];

/**
 * A reduction. The axes it goes over are gone, or have length 1 if `keep`. It is computed in double precision and
 * rounded once. Throws a RangeError for an axis that does not exist or is named twice.
 */
export type Reduction = (x: Tensor, axes?: Axes, keep?: boolean) => Tensor;

/** The sum; 0 of nothing. */
export const sum: Reduction = primitive(
  (x: Tensor, axes?: Axes, keep?: boolean): Tensor => reduceBy(sums, "sum", x, axes, keep),
  {
    name: "sum",
    vjp: [(dy, y, x, axes) => unreduce(dy, x.shape, axes), null, null],
    jvp: [(dot, y, x, axes, keep) => sum(dot, axes, keep), null, null],
  },
);

/** The arithmetic mean; NaN of nothing. */
export const mean: Reduction = primitive(
  (x: Tensor, axes?: Axes, keep?: boolean): Tensor => {
    const flags = axisFlags("mean", axes, x.shape);
    return rounded(means(x, flags), reducedShape(x.shape, flags, keep), x.dtype);
  },
  {
    name: "mean",
    vjp: [(dy, y, x, axes) => unreduce(div(dy, x.size / y.size), x.shape, axes), null, null],
    jvp: [(dot, y, x, axes, keep) => mean(dot, axes, keep), null, null],
  },
);

/** The greatest number; NaN if one is NaN. All that are the greatest share the derivative equally. Throws a RangeError for the max of nothing. */
export const max: Reduction = primitive(
  (x: Tensor, axes?: Axes, keep?: boolean): Tensor => reduceBy(greatest, "max", x, axes, keep, true),
  {
    name: "max",
    vjp: [(dy, y, x, axes) => weigh(unreduce(dy, x.shape, axes), tieShares(x, y, axes)), null, null],
    jvp: [(dot, y, x, axes, keep) => sum(weigh(dot, tieShares(x, y, axes)), axes, keep), null, null],
  },
);

/** The least number; NaN if one is NaN. All that are the least share the derivative equally. Throws a RangeError for the min of nothing. */
export const min: Reduction = primitive(
  (x: Tensor, axes?: Axes, keep?: boolean): Tensor => reduceBy(least, "min", x, axes, keep, true),
  {
    name: "min",
    vjp: [(dy, y, x, axes) => weigh(unreduce(dy, x.shape, axes), tieShares(x, y, axes)), null, null],
    jvp: [(dot, y, x, axes, keep) => sum(weigh(dot, tieShares(x, y, axes)), axes, keep), null, null],
  },
);

/** `log(sum(exp(x)))` without overflow; -Infinity of nothing. */
export const logSumExp: Reduction = primitive(
  (x: Tensor, axes?: Axes, keep?: boolean): Tensor => {
    const flags = axisFlags("logSumExp", axes, x.shape);
    const shift = reduced(x.data, x.shape, flags, greatest);
    const at = Float64Array.from(shift, (value) => (Number.isFinite(value) ? value : 0));
    const powers = differences(x, flags, at);
    kernels().exp(powers, powers);
    const total = reduced(powers, x.shape, flags, sums);
    const data = newData(x.dtype, total.length);
    for (let k = 0; k < data.length; k++) data[k] = at[k] + Math.log(total[k]);
    return new Tensor(reducedShape(x.shape, flags, keep), x.dtype, data);
  },
  {
    name: "logSumExp",
    vjp: [(dy, y, x, axes) => mul(unreduce(dy, x.shape, axes), exp(sub(x, unreduce(y, x.shape, axes)))), null, null],
    jvp: [(dot, y, x, axes, keep) => sum(mul(dot, exp(sub(x, unreduce(y, x.shape, axes)))), axes, keep), null, null],
  },
);

/**
 * The mean square of the distances from the mean, by two passes. `correction` (0 unless given) is subtracted from the
 * number of elements: 1 estimates the variance of what they are a sample of.
 */
export const variance: (x: Tensor, axes?: Axes, keep?: boolean, correction?: number) => Tensor = primitive(
  (x: Tensor, axes?: Axes, keep?: boolean, correction?: number): Tensor => {
    const flags = axisFlags("variance", axes, x.shape);
    const away = differences(x, flags, means(x, flags));
    for (let i = 0; i < away.length; i++) away[i] *= away[i];
    const total = Float64Array.from(reduced(away, x.shape, flags, sums));
    const count = freedom(x, axes, correction);
    for (let k = 0; k < total.length; k++) total[k] /= count;
    return rounded(total, reducedShape(x.shape, flags, keep), x.dtype);
  },
  {
    name: "variance",
    vjp: [
      (dy, y, x, axes, keep, correction) =>
        mul(unreduce(mul(dy, 2 / freedom(x, axes, correction)), x.shape, axes), deviation(x, axes)),
      null,
      null,
      null,
    ],
    jvp: [
      (dot, y, x, axes, keep, correction) =>
        mul(2 / freedom(x, axes, correction), sum(mul(dot, deviation(x, axes)), axes, keep)),
      null,
      null,
      null,
    ],
  },
);

/** The distance of each number from the mean over `axes`. */
export const deviation: (x: Tensor, axes?: Axes) => Tensor = primitive(
  (x: Tensor, axes?: Axes): Tensor => {
    const flags = axisFlags("deviation", axes, x.shape);
    return rounded(differences(x, flags, means(x, flags)), x.shape, x.dtype);
  },
  {
    name: "deviation",
    vjp: [(dy, y, x, axes) => deviation(dy, axes), null],
    jvp: [(dot, y, x, axes) => deviation(dot, axes), null],
  },
);

/** What `variance` divides by: the number of elements along `axes` minus `correction`, at least 0. */
export const freedom: (x: Tensor, axes?: Axes, correction?: number) => number = primitive(
  (x: Tensor, axes?: Axes, correction: number = 0): number =>
    Math.max(0, countOf(x.shape, axisFlags("variance", axes, x.shape)) - correction),
  { name: "freedom", vjp: [null, null, null], jvp: [null, null, null] },
);

/** What a reduction over `axes` of something of `shape` has left, repeated along those axes: the adjoint of `sum`. */
export const unreduce: (y: Tensor, shape: Dimensions, axes?: Axes) => Tensor = primitive(
  (y: Tensor, shape: Dimensions, axes?: Axes): Tensor => {
    const kept = reducedShape(shape, axisFlags("unreduce", axes, shape), true);
    return broadcastTo(reshape(y, kept), shape);
  },
  {
    name: "unreduce",
    vjp: [(d, repeated, y, shape, axes) => reshape(sum(d, axes), y.shape), null, null],
    jvp: [(dot, repeated, y, shape, axes) => unreduce(dot, shape, axes), null, null],
  },
);

/** The derivative of `max` and `min` by each element: equal shares for all that equal `y`, 0 for the others. It carries none itself. */
export const tieShares: (x: Tensor, y: Tensor, axes?: Axes) => Tensor = primitive(
  (x: Tensor, y: Tensor, axes?: Axes): Tensor => {
    const flags = axisFlags("tieShares", axes, x.shape);
    const [values, extreme] = [x.data, unreduce(y, x.shape, axes).data];
    const isTied = newData(x.dtype, x.size);
    for (let i = 0; i < x.size; i++)
      isTied[i] = Number(values[i] === extreme[i]) + Number(Number.isNaN(values[i])) * Number(Number.isNaN(extreme[i]));
    const count = repeatedBack(reduced(isTied, x.shape, flags, sums), x.shape, flags);
    for (let i = 0; i < x.size; i++) isTied[i] /= count[i];
    return new Tensor(x.shape, x.dtype, isTied);
  },
  { name: "tieShares", vjp: [null, null, null], jvp: [null, null, null] },
);

function reduceBy(
  reducer: Reducer,
  name: string,
  x: Tensor,
  axes: Axes | undefined,
  keep?: boolean,
  needsSome = false,
): Tensor {
  const flags = axisFlags(name, axes, x.shape);
  const shape = reducedShape(x.shape, flags, keep);
  if (
    needsSome &&
    countOf(x.shape, flags) === 0 &&
    !shape.some((length, axis) => length === 0 && !(keep && flags[axis]))
  )
    throw new RangeError(`${name}: nothing to take it of along the axes of length 0 of shape ${showShape(x.shape)}`);
  return rounded(reduced(x.data, x.shape, flags, reducer), shape, x.dtype);
}

function countOf(shape: Dimensions, flags: readonly boolean[]): number {
  return shape.reduce((count, length, axis) => (flags[axis] ? count * length : count), 1);
}

function means(x: Tensor, flags: readonly boolean[]): Float64Array {
  const total = Float64Array.from(reduced(x.data, x.shape, flags, sums));
  const count = countOf(x.shape, flags);
  for (let k = 0; k < total.length; k++) total[k] /= count;
  return total;
}

/** `x` minus what a reduction has left, in double precision. */
function differences(x: Tensor, flags: readonly boolean[], from: Float64Array): Float64Array {
  const repeated = repeatedBack(from, x.shape, flags);
  const [values, out] = [x.data, new Float64Array(x.size)];
  for (let i = 0; i < out.length; i++) out[i] = values[i] - repeated[i];
  return out;
}

function repeatedBack(data: TensorData, shape: Dimensions, flags: readonly boolean[]): TensorData {
  const left = new Tensor(
    reducedShape(shape, flags, true),
    "f64",
    data instanceof Float64Array ? data : converted(data, "f64"),
  );
  return broadcastTo(left, shape).data;
}
