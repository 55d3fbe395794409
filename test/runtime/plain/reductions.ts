/** Reductions over some of the axes, and norms. */
import { vjp } from "cotangent";
import { axisOf, filledWith, indexAt, placeOf, removed, replaced, sizeOf, type Plain } from "./plain.ts";

/** Whether a reduction over `axes` goes over this axis. */
function isAmong(axis: number, axes: readonly number[]): boolean {
  for (const one of axes) if (one === axis) return true;
  return false;
}

/** A shape with length 1 for the axes that a reduction goes over. */
function keptShape(shape: Int32Array, axes: readonly number[]): Int32Array {
  return shape.map((length, axis) => (isAmong(axis, axes) ? 1 : length));
}

/** The shape of a reduction. */
function shapeLeft(shape: Int32Array, axes: readonly number[], keep: boolean): Int32Array {
  if (keep) return keptShape(shape, axes);
  const lengths: number[] = [];
  for (let k = 0; k < shape.length; k++) if (!isAmong(k, axes)) lengths.push(shape[k]);
  return Int32Array.from(lengths);
}

/** How many numbers go into each one of a reduction. */
function countOf(shape: Int32Array, axes: readonly number[]): number {
  let count = 1;
  for (let k = 0; k < shape.length; k++) if (isAmong(k, axes)) count *= shape[k];
  return count;
}

function reduced(
  f: (before: number, x: number) => number,
  first: number,
  x: Plain,
  axes: readonly number[],
  keep: boolean,
): Plain {
  const kept = keptShape(x.shape, axes);
  const data = new Array<number>(sizeOf(kept)).fill(first);
  for (let i = 0; i < x.data.length; i++) {
    const k = placeOf(indexAt(i, x.shape), kept);
    data[k] = f(data[k], x.data[i]);
  }
  return { shape: shapeLeft(x.shape, axes, keep), data };
}

export function sum(x: Plain, axes: readonly number[], keep: boolean): Plain {
  return reduced((before, v) => before + v, 0, x, axes, keep);
}

export function mean(x: Plain, axes: readonly number[], keep: boolean): Plain {
  const { shape, data } = sum(x, axes, keep);
  const means: number[] = [];
  for (let k = 0; k < data.length; k++) means.push(data[k] / countOf(x.shape, axes));
  return { shape, data: means };
}

export function max(x: Plain, axes: readonly number[], keep: boolean): Plain {
  return reduced((before, v) => Math.max(before, v), -Infinity, x, axes, keep);
}

export function min(x: Plain, axes: readonly number[], keep: boolean): Plain {
  return reduced((before, v) => Math.min(before, v), Infinity, x, axes, keep);
}

export function logSumExp(x: Plain, axes: readonly number[], keep: boolean): Plain {
  const { shape, data } = reduced((before, v) => before + Math.exp(v), 0, x, axes, keep);
  for (let k = 0; k < data.length; k++) data[k] = Math.log(data[k]);
  return { shape, data };
}

export function freedom(x: Plain, axes: readonly number[], correction: number): number {
  return Math.max(0, countOf(x.shape, axes) - correction);
}

export function deviation(x: Plain, axes: readonly number[]): Plain {
  const means = mean(x, axes, true);
  const data: number[] = [];
  for (let i = 0; i < x.data.length; i++) data.push(x.data[i] - means.data[placeOf(indexAt(i, x.shape), means.shape)]);
  return { shape: x.shape, data };
}

export function variance(x: Plain, axes: readonly number[], keep: boolean, correction: number): Plain {
  const { shape, data } = reduced((before, v) => before + v * v, 0, deviation(x, axes), axes, keep);
  for (let k = 0; k < data.length; k++) data[k] /= freedom(x, axes, correction);
  return { shape, data };
}

/** The adjoint of `sum`, by the compiler. */
export function unreduce(y: Plain, lengths: readonly number[], axes: readonly number[]): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(sum)(filledWith(0, shape), axes, false);
  return { shape, data: pull(y).data };
}

export function tieShares(x: Plain, y: Plain, axes: readonly number[]): Plain {
  const kept = keptShape(x.shape, axes);
  const data: number[] = [];
  for (let i = 0; i < x.data.length; i++) {
    const k = placeOf(indexAt(i, x.shape), kept);
    let ties = 0;
    for (let j = 0; j < x.data.length; j++)
      if (placeOf(indexAt(j, x.shape), kept) === k && x.data[j] === y.data[k]) ties++;
    data.push(x.data[i] === y.data[k] ? 1 / ties : 0);
  }
  return { shape: x.shape, data };
}

/** The first place along an axis where a number comes before all others. */
function firstPlace(comesBefore: (a: number, b: number) => boolean, x: Plain, axis: number): Plain {
  const at = axisOf(axis, x.shape.length);
  const shape = replaced(x.shape, at, 1);
  const data: number[] = [];
  for (let k = 0; k < sizeOf(shape); k++) {
    let best = 0;
    const value = (j: number): number => x.data[placeOf(replaced(indexAt(k, shape), at, j), x.shape)];
    for (let j = 1; j < x.shape[at]; j++) if (comesBefore(value(j), value(best))) best = j;
    data.push(best);
  }
  return { shape: removed(x.shape, at), data };
}

export function argMax(x: Plain, axis: number): Plain {
  return firstPlace((a, b) => a > b, x, axis);
}

export function argMin(x: Plain, axis: number): Plain {
  return firstPlace((a, b) => a < b, x, axis);
}

export function norm(x: Plain, order: number, axes: readonly number[], keep: boolean): Plain {
  if (order === 1) return reduced((before, v) => before + Math.abs(v), 0, x, axes, keep);
  if (order === Infinity) return reduced((before, v) => Math.max(before, Math.abs(v)), 0, x, axes, keep);
  const { shape, data } = reduced((before, v) => before + v * v, 0, x, axes, keep);
  const lengths: number[] = [];
  for (let k = 0; k < data.length; k++) lengths.push(data[k] === 0 ? 0 : Math.sqrt(data[k]));
  return { shape, data: lengths };
}

/** The derivative of each norm by each number, by the compiler. */
export function normDirection(x: Plain, order: number, axes: readonly number[]): Plain {
  const [y, pull] = vjp(norm)(x, order, axes, false);
  return { shape: x.shape, data: pull(filledWith(1, y.shape)).data };
}

export function normCurvature(x: Plain, order: number, axes: readonly number[]): Plain {
  const { shape, data } = norm(x, order, axes, true);
  const curvatures: number[] = [];
  for (let k = 0; k < data.length; k++) curvatures.push(order !== 2 || data[k] === 0 ? 0 : 1 / data[k]);
  return { shape, data: curvatures };
}
