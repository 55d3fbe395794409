/** The loops under all reductions. They work in double precision, and round once at the end. */
import { newData, sizeOf, Tensor, type Dimensions, type DType, type TensorData } from "./tensor.ts";

/** Reduces the middle axis of [outer, count, inner]; `count` may be 0 only for those that have a value for nothing. */
export type Reducer = (x: TensorData, outer: number, count: number, inner: number) => Float64Array;

/**
 * `reducer` over the axes with a flag. Neighbouring axes are one to it; where kept axes lie between reduced ones, it
 * works from the last to the first. The result is in row-major order of the kept axes, in double precision.
 */
export function reduced(x: TensorData, shape: Dimensions, flags: readonly boolean[], reducer: Reducer): TensorData {
  let data = x;
  let inner = 1;
  let axis = shape.length - 1;
  while (axis >= 0) {
    if (!flags[axis] || shape[axis] === 1) {
      inner *= shape[axis--];
      continue;
    }
    let count = 1;
    for (; axis >= 0 && (flags[axis] || shape[axis] === 1); axis--) count *= shape[axis];
    data = reducer(data, sizeOf(shape.slice(0, axis + 1)), count, inner);
  }
  return data;
}

/** A tensor of numbers in double precision, rounded to `dtype`. Takes or shares `data`. */
export function rounded(data: TensorData, shape: Dimensions, dtype: DType): Tensor {
  const isSingle = data instanceof Float32Array;
  return new Tensor(shape, dtype, isSingle === (dtype === "f32") ? data : converted(data, dtype));
}

/** A copy in another precision. */
export function converted(data: ArrayLike<number>, dtype: DType): TensorData {
  const out = newData(dtype, data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i];
  return out;
}

/** Sums. Pairwise: the error grows with the logarithm of the number of terms, not with the number. */
export const sums: Reducer = (x, outer, count, inner) => {
  const out = new Float64Array(outer * inner);
  if (inner === 1) for (let k = 0; k < outer; k++) out[k] = sumOfRange(x, k * count, count);
  else if (count > 0)
    for (let k = 0; k < outer; k++) addRows(x, k * count * inner, count, out.subarray(k * inner, (k + 1) * inner));
  return out;
};

/** Pairwise summation of blocks. */
function sumOfRange(x: TensorData, start: number, count: number): number {
  if (count > 512) {
    const half = (count >> 1) & ~7;
    return sumOfRange(x, start, half) + sumOfRange(x, start + half, count - half);
  }
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = start;
  const end = start + count;
  for (; i + 3 < end; i += 4) {
    a += x[i];
    b += x[i + 1];
    c += x[i + 2];
    d += x[i + 3];
  }
  for (; i < end; i++) a += x[i];
  return a + b + (c + d);
}

/** Adds `count` rows to the row `out`, which is all 0: pairwise summation of blocks of rows. */
function addRows(x: TensorData, start: number, count: number, out: Float64Array): void {
  const columns = out.length;
  if (count > 256) {
    const half = count >> 1;
    addRows(x, start, half, out);
    const second = new Float64Array(columns);
    addRows(x, start + half * columns, count - half, second);
    for (let j = 0; j < columns; j++) out[j] += second[j];
    return;
  }
  for (let row = 0, i = start; row < count; row++) for (let j = 0; j < columns; j++, i++) out[j] += x[i];
}

/** The greatest numbers. One NaN makes a result NaN. */
export const greatest: Reducer = (x, outer, count, inner) => {
  const out = new Float64Array(outer * inner);
  for (let k = 0; k < outer; k++)
    for (let j = 0; j < inner; j++) {
      let i = k * count * inner + j;
      let best = -Infinity;
      for (let row = 0; row < count; row++, i += inner) best = Math.max(best, x[i]);
      out[k * inner + j] = best;
    }
  return out;
};

/** The least numbers. One NaN makes a result NaN. */
export const least: Reducer = (x, outer, count, inner) => {
  const out = new Float64Array(outer * inner);
  for (let k = 0; k < outer; k++)
    for (let j = 0; j < inner; j++) {
      let i = k * count * inner + j;
      let best = Infinity;
      for (let row = 0; row < count; row++, i += inner) best = Math.min(best, x[i]);
      out[k * inner + j] = best;
    }
  return out;
};
