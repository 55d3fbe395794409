/**
 * Products with a vector, in plain loops: they touch each number once or twice, so copying it to the kernels costs more
 * than they save. Sums are kept in double precision for either kind of array.
 */
import type { TensorData } from "../tensor.ts";

/** `out = x · y`, with y k × n (or n × k, transposed). */
export function rowTimesMatrix(
  x: TensorData,
  y: TensorData,
  out: TensorData,
  n: number,
  k: number,
  transposed: boolean,
): void {
  if (transposed) dotEachRow(x, y, out, n, k);
  else addWeightedRows(x, y, out, n, k);
}

/** `out[j] = Σ x[p] · y[j, p]`. Four sums, as each waits for its last addition. */
function dotEachRow(x: TensorData, y: TensorData, out: TensorData, n: number, k: number): void {
  const whole = k - (k % 4);
  for (let j = 0, row = 0; j < n; j++, row += k) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let p = 0, at = row; p < whole; p += 4, at += 4) {
      s0 += x[p] * y[at];
      s1 += x[p + 1] * y[at + 1];
      s2 += x[p + 2] * y[at + 2];
      s3 += x[p + 3] * y[at + 3];
    }
    for (let p = whole; p < k; p++) s0 += x[p] * y[row + p];
    out[j] = s0 + s1 + (s2 + s3);
  }
}

/** `out[j] = Σ x[p] · y[p, j]`, row after row of y; four of them at a time, so that the sums are loaded less often. */
function addWeightedRows(x: TensorData, y: TensorData, out: TensorData, n: number, k: number): void {
  const sums = out instanceof Float64Array ? out.fill(0) : new Float64Array(n);
  const whole = k - (k % 4);
  for (let p = 0; p < whole; p += 4) {
    const [x0, x1, x2, x3] = [x[p], x[p + 1], x[p + 2], x[p + 3]];
    const row0 = p * n;
    const row1 = row0 + n;
    const row2 = row1 + n;
    const row3 = row2 + n;
    for (let j = 0; j < n; j++) sums[j] += x0 * y[row0 + j] + x1 * y[row1 + j] + (x2 * y[row2 + j] + x3 * y[row3 + j]);
  }
  for (let p = whole; p < k; p++) {
    const factor = x[p];
    for (let j = 0, at = p * n; j < n; j++, at++) sums[j] += factor * y[at];
  }
  if (sums !== out) for (let j = 0; j < n; j++) out[j] = sums[j];
}

/** `out[i, j] = x[i] · y[j]` */
export function outerProduct(x: TensorData, y: TensorData, out: TensorData, m: number, n: number): void {
  for (let i = 0, at = 0; i < m; i++) {
    const factor = x[i];
    for (let j = 0; j < n; j++, at++) out[at] = factor * y[j];
  }
}
