/** The matrix product in plain TypeScript: packed panels and tiles whose sums are local variables. */
import type { Floats, Product } from "./kernels.ts";

/** The rows and columns of a tile: more sums do not fit the registers. */
const tileRows = 2;
const tileColumns = 4;

/** Where the lines of an operand are (rows of a, columns of b), and the distances between them and within one. */
interface Lines {
  readonly start: number;
  readonly count: number;
  readonly line: number;
  readonly step: number;
}

/** Packs lines of k elements into panels of `width` lines. What the last panel has too much is never stored. */
function pack(from: Floats, to: Floats, { start, count, line, step }: Lines, k: number, width: number): void {
  for (let i = 0; i < count; i++) {
    let source = start + i * line;
    let target = (i - (i % width)) * k + (i % width);
    for (let p = 0; p < k; p++, source += step, target += width) to[target] = from[source];
  }
}

/** A tile in single precision: each product and each sum is rounded. */
function tile32(a: Float32Array, atA: number, b: Float32Array, atB: number, k: number, sums: Float32Array): void {
  const f = Math.fround;
  let s00 = f(0);
  let s01 = f(0);
  let s02 = f(0);
  let s03 = f(0);
  let s10 = f(0);
  let s11 = f(0);
  let s12 = f(0);
  let s13 = f(0);
  for (let p = 0; p < k; p++, atA += tileRows, atB += tileColumns) {
    const a0 = a[atA];
    const a1 = a[atA + 1];
    const b0 = b[atB];
    s00 = f(s00 + f(a0 * b0));
    s10 = f(s10 + f(a1 * b0));
    const b1 = b[atB + 1];
    s01 = f(s01 + f(a0 * b1));
    s11 = f(s11 + f(a1 * b1));
    const b2 = b[atB + 2];
    s02 = f(s02 + f(a0 * b2));
    s12 = f(s12 + f(a1 * b2));
    const b3 = b[atB + 3];
    s03 = f(s03 + f(a0 * b3));
    s13 = f(s13 + f(a1 * b3));
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
}

/** A tile in double precision. */
function tile64(a: Float64Array, atA: number, b: Float64Array, atB: number, k: number, sums: Float64Array): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let p = 0; p < k; p++, atA += tileRows, atB += tileColumns) {
    const a0 = a[atA];
    const a1 = a[atA + 1];
    const b0 = b[atB];
    s00 += a0 * b0;
    s10 += a1 * b0;
    const b1 = b[atB + 1];
    s01 += a0 * b1;
    s11 += a1 * b1;
    const b2 = b[atB + 2];
    s02 += a0 * b2;
    s12 += a1 * b2;
    const b3 = b[atB + 3];
    s03 += a0 * b3;
    s13 += a1 * b3;
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
}

function tile(a: Floats, atA: number, b: Floats, atB: number, k: number, sums: Floats): void {
  if (sums instanceof Float32Array) tile32(a as Float32Array, atA, b as Float32Array, atB, k, sums);
  else tile64(a as Float64Array, atA, b as Float64Array, atB, k, sums);
}

function arrayLike(array: Floats, length: number): Floats {
  return array instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/** All tiles of one product of packed operands. */
function multiplyPacked(a: Floats, b: Floats, out: Floats, start: number, m: number, n: number, k: number): void {
  const sums = arrayLike(out, tileRows * tileColumns);
  for (let j = 0; j < n; j += tileColumns) {
    const columns = Math.min(tileColumns, n - j);
    for (let i = 0; i < m; i += tileRows) {
      tile(a, i * k, b, j * k, k, sums);
      const rows = Math.min(tileRows, m - i);
      for (let r = 0; r < rows; r++) {
        const target = start + (i + r) * n + j;
        for (let c = 0; c < columns; c++) out[target + c] = sums[r * tileColumns + c];
      }
    }
  }
}

/** `out = a · b`, once for each matrix of the batch, for arguments that have been checked. */
export function multiplyPlain(a: Floats, b: Floats, out: Floats, product: Required<Product>): void {
  const { m, n, k, transposeA, transposeB, batch } = product;
  const packedA = arrayLike(a, Math.ceil(m / tileRows) * tileRows * k);
  const packedB = arrayLike(b, Math.ceil(n / tileColumns) * tileColumns * k);
  for (let i = 0; i < batch; i++) {
    const startA = i * product.strideA;
    const startB = i * product.strideB;
    const rows = { start: startA, count: m, line: transposeA ? 1 : k, step: transposeA ? m : 1 };
    const columns = { start: startB, count: n, line: transposeB ? k : 1, step: transposeB ? 1 : n };
    if (i === 0 || product.strideA !== 0) pack(a, packedA, rows, k, tileRows);
    if (i === 0 || product.strideB !== 0) pack(b, packedB, columns, k, tileColumns);
    multiplyPacked(packedA, packedB, out, i * product.strideOut, m, n, k);
  }
}
