/** Running sums, sums and probabilities along one axis. */
import { vjp } from "cotangent";
import { axisOf, filledWith, indexAt, placeOf, replaced, type Plain } from "./plain.ts";

interface CumsumOptions {
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** Whether the running sum at `to` has the number at `from`. */
function isAdded(from: number, to: number, options: CumsumOptions): boolean {
  if (from === to) return !options.exclusive;
  return options.reverse ? from > to : from < to;
}

export function cumsum(x: Plain, axis: number, options: CumsumOptions): Plain {
  const at = axisOf(axis, x.shape.length);
  const data: number[] = [];
  for (let i = 0; i < x.data.length; i++) {
    const index = indexAt(i, x.shape);
    let sum = 0;
    for (let j = 0; j < x.shape[at]; j++)
      if (isAdded(j, index[at], options)) sum += x.data[placeOf(replaced(index, at, j), x.shape)];
    data.push(sum);
  }
  return { shape: x.shape, data };
}

/** The adjoint of `cumsum`, by the compiler. */
export function cumsumAdjoint(dy: Plain, axis: number, options: CumsumOptions): Plain {
  const [, pull] = vjp(cumsum)(filledWith(0, dy.shape), axis, options);
  return { shape: dy.shape, data: pull(dy).data };
}

export function sumAlong(x: Plain, axis = -1): Plain {
  const shape = replaced(x.shape, axisOf(axis, x.shape.length), 1);
  const { data } = filledWith(0, shape);
  for (let i = 0; i < x.data.length; i++) data[placeOf(indexAt(i, x.shape), shape)] += x.data[i];
  return { shape, data };
}

function times(a: Plain, b: Plain): Plain {
  const data: number[] = [];
  for (let i = 0; i < a.data.length; i++) data.push(a.data[i] * b.data[i]);
  return { shape: a.shape, data };
}

export function dotAlong(a: Plain, b: Plain, axis = -1): Plain {
  return sumAlong(times(a, b), axis);
}

function exponentials(x: Plain): Plain {
  const data: number[] = [];
  for (let i = 0; i < x.data.length; i++) data.push(Math.exp(x.data[i]));
  return { shape: x.shape, data };
}

export function softmax(x: Plain, axis = -1): Plain {
  const { shape, data } = exponentials(x);
  const sums = sumAlong({ shape, data }, axis);
  const shares: number[] = [];
  for (let i = 0; i < data.length; i++) shares.push(data[i] / sums.data[placeOf(indexAt(i, shape), sums.shape)]);
  return { shape, data: shares };
}

export function logSoftmax(x: Plain, axis = -1): Plain {
  const { shape, data } = softmax(x, axis);
  return { shape, data: data.map((share) => Math.log(share)) };
}

/** `y · (dy - Σ dy · y)` */
export function softmaxAdjoint(dy: Plain, y: Plain, axis = -1): Plain {
  const sums = dotAlong(dy, y, axis);
  const data: number[] = [];
  for (let i = 0; i < y.data.length; i++)
    data.push(y.data[i] * (dy.data[i] - sums.data[placeOf(indexAt(i, y.shape), sums.shape)]));
  return { shape: y.shape, data };
}

/** `dy - exp(y) · Σ dy` */
export function logSoftmaxAdjoint(dy: Plain, y: Plain, axis = -1): Plain {
  const sums = sumAlong(dy, axis);
  const data: number[] = [];
  for (let i = 0; i < y.data.length; i++)
    data.push(dy.data[i] - Math.exp(y.data[i]) * sums.data[placeOf(indexAt(i, y.shape), sums.shape)]);
  return { shape: y.shape, data };
}

/** `dx - Σ exp(y) · dx` */
export function logSoftmaxTangent(dx: Plain, y: Plain, axis = -1): Plain {
  const sums = dotAlong(exponentials(y), dx, axis);
  const data: number[] = [];
  for (let i = 0; i < y.data.length; i++) data.push(dx.data[i] - sums.data[placeOf(indexAt(i, y.shape), sums.shape)]);
  return { shape: y.shape, data };
}
