/** Probabilities from scores along an axis, and their logarithms. */
import { kernels } from "../../kernels/load.ts";
import { primitive } from "../../primitive.ts";
import { mul, sub } from "../arithmetic.ts";
import { broadcastLike } from "../broadcasting.ts";
import { exp, neg } from "../functions.ts";
import { newData, Tensor, type TensorData } from "../tensor.ts";
import { dotAlong, lineSums, sumAlong } from "./line-sums.ts";
import { linesOf, type Lines } from "./lines.ts";

/**
 * `exp(x) / Σ exp(x)` along `axis` (the last unless given), without overflow. A score of -Infinity is a mask: its
 * probability is exactly 0, and so is its derivative where the adjoint is finite. A line of nothing but -Infinity has no
 * probabilities: it is NaN, like a line with +Infinity or NaN.
 *
 * Throws a RangeError for an axis that does not exist.
 */
export const softmax: (x: Tensor, axis?: number) => Tensor = primitive(
  (x: Tensor, axis: number = -1): Tensor => {
    const lines = linesOf("softmax", x.shape, axis);
    const data = shifted(x.data, lines);
    kernels().exp(data, data);
    const sums = lineSums(data, lines);
    visit(lines, (line, start, end, step) => {
      for (let i = start; i < end; i += step) data[i] /= sums[line];
    });
    return new Tensor(x.shape, x.dtype, data);
  },
  {
    name: "softmax",
    vjp: [(dy, y, x, axis) => softmaxAdjoint(dy, y, axis), null],
    jvp: [(dot, y, x, axis) => softmaxAdjoint(dot, y, axis), null],
  },
);

/**
 * `y · (dy - Σ dy · y)`: the adjoint of `softmax`, whose result is `y`, and its tangent as well, since the matrix of its
 * derivatives is symmetric.
 */
export const softmaxAdjoint: (dy: Tensor, y: Tensor, axis?: number) => Tensor = primitive(
  (dy: Tensor, y: Tensor, axis: number = -1): Tensor => {
    const lines = linesOf("softmax", y.shape, axis);
    const [change, probability] = [dy.data, y.data];
    const sums = lineSums(change, lines, probability);
    const data = newData(y.dtype, y.size);
    visit(lines, (line, start, end, step) => {
      for (let i = start; i < end; i += step) data[i] = probability[i] * (change[i] - sums[line]);
    });
    return new Tensor(y.shape, y.dtype, data);
  },
  {
    name: "softmaxAdjoint",
    vjp: [
      (ddy, z, dy, y, axis) => softmaxAdjoint(ddy, y, axis),
      (ddy, z, dy, y, axis) => sub(mul(ddy, sub(dy, dotAlong(dy, y, axis))), mul(dy, dotAlong(ddy, y, axis))),
      null,
    ],
    jvp: [
      (dot, z, dy, y, axis) => softmaxAdjoint(dot, y, axis),
      (dot, z, dy, y, axis) => sub(mul(dot, sub(dy, dotAlong(dy, y, axis))), mul(y, dotAlong(dy, dot, axis))),
      null,
    ],
  },
);

/**
 * `x - log Σ exp(x)` along `axis` (the last unless given), without overflow, and exact where `log(softmax(x))` would have
 * lost its digits. -Infinity (a mask) stays -Infinity, and takes no part in the derivatives of the others. A line of
 * nothing but -Infinity is NaN, like a line with +Infinity or NaN.
 *
 * Throws a RangeError for an axis that does not exist.
 */
export const logSoftmax: (x: Tensor, axis?: number) => Tensor = primitive(
  (x: Tensor, axis: number = -1): Tensor => {
    const lines = linesOf("logSoftmax", x.shape, axis);
    const data = shifted(x.data, lines);
    const exponentials = newData(x.dtype, x.size);
    kernels().exp(data, exponentials);
    const sums = lineSums(exponentials, lines);
    visit(lines, (line, start, end, step) => {
      const log = Math.log(sums[line]);
      for (let i = start; i < end; i += step) data[i] -= log;
    });
    return new Tensor(x.shape, x.dtype, data);
  },
  {
    name: "logSoftmax",
    vjp: [(dy, y, x, axis) => logSoftmaxAdjoint(dy, y, axis), null],
    jvp: [(dot, y, x, axis) => logSoftmaxTangent(dot, y, axis), null],
  },
);

/** `dy - exp(y) · Σ dy`: the adjoint of `logSoftmax`, whose result is `y`. */
export const logSoftmaxAdjoint: (dy: Tensor, y: Tensor, axis?: number) => Tensor = primitive(
  (dy: Tensor, y: Tensor, axis: number = -1): Tensor => {
    const lines = linesOf("logSoftmax", y.shape, axis);
    const change = dy.data;
    const data = exponentialsOf(y);
    const sums = lineSums(change, lines);
    visit(lines, (line, start, end, step) => {
      for (let i = start; i < end; i += step) data[i] = change[i] - data[i] * sums[line];
    });
    return new Tensor(y.shape, y.dtype, data);
  },
  {
    name: "logSoftmaxAdjoint",
    vjp: [
      (ddy, z, dy, y, axis) => logSoftmaxTangent(ddy, y, axis),
      (ddy, z, dy, y, axis) => neg(mul(mul(ddy, exp(y)), sumAlong(dy, axis))),
      null,
    ],
    jvp: [
      (dot, z, dy, y, axis) => logSoftmaxAdjoint(dot, y, axis),
      (dot, z, dy, y, axis) => neg(mul(mul(dot, exp(y)), sumAlong(dy, axis))),
      null,
    ],
  },
);

/** `dx - Σ exp(y) · dx`: the tangent of `logSoftmax`, whose result is `y`. */
export const logSoftmaxTangent: (dx: Tensor, y: Tensor, axis?: number) => Tensor = primitive(
  (dx: Tensor, y: Tensor, axis: number = -1): Tensor => {
    const lines = linesOf("logSoftmax", y.shape, axis);
    const change = dx.data;
    const data = exponentialsOf(y);
    const sums = lineSums(change, lines, data);
    visit(lines, (line, start, end, step) => {
      for (let i = start; i < end; i += step) data[i] = change[i] - sums[line];
    });
    return new Tensor(y.shape, y.dtype, data);
  },
  {
    name: "logSoftmaxTangent",
    vjp: [
      (dz, z, dx, y, axis) => logSoftmaxAdjoint(dz, y, axis),
      (dz, z, dx, y, axis) => neg(mul(mul(exp(y), dx), sumAlong(dz, axis))),
      null,
    ],
    jvp: [
      (dot, z, dx, y, axis) => logSoftmaxTangent(dot, y, axis),
      (dot, z, dx, y, axis) => neg(broadcastLike(dotAlong(mul(exp(y), dx), dot, axis), z)),
      null,
    ],
  },
);

function exponentialsOf(y: Tensor): TensorData {
  const data = newData(y.dtype, y.size);
  kernels().exp(y.data, data);
  return data;
}

/** Each number less the greatest of its line. NaN stays NaN, and spreads with the sum of the line. */
function shifted(x: TensorData, lines: Lines): TensorData {
  const data = x.slice();
  visit(lines, (_line, start, end, step) => {
    let greatest = -Infinity;
    for (let i = start; i < end; i += step) if (data[i] > greatest) greatest = data[i];
    for (let i = start; i < end; i += step) data[i] -= greatest;
  });
  return data;
}

/** Visits the lines: their numbers stand `step` apart from `start` to before `end`. */
function visit(
  { outer, length, inner }: Lines,
  visitLine: (line: number, start: number, end: number, step: number) => void,
): void {
  for (let block = 0; block < outer; block++)
    for (let j = 0; j < inner; j++) {
      const start = block * length * inner + j;
      visitLine(block * inner + j, start, start + length * inner, inner);
    }
}
