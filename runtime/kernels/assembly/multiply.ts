import { pack } from "./pack";

/**
 * The rows of a register tile; a tile has as many columns as four vectors have lanes. Its eight sums, four vectors of b,
 * one of a and a product fit the sixteen vector registers of x64. Measured: 4 rows by two vectors are 4 % slower, and
 * whatever needs more registers, or does two steps of k at a time, is half as fast.
 */
export const tileRows: usize = 2;
/** Bytes of a row of a tile. */
export const tileBytes: usize = 64;
/** How much of k is packed at a time, in bytes of a row: one panel of a and one of b, 36 kB, stay in the first-level cache. */
const blockDepthBytes: usize = 2048;
/** How many rows of a are packed at a time: a few panels, which stay in the nearer caches. */
const blockRows: usize = 64;
/** Bytes of the panels of a that `multiplyRows` packs. */
export const workBytes: usize = blockRows * blockDepthBytes;

// @ts-ignore: decorator
@inline
function tileColumns<T extends number>(): usize {
  return tileBytes / sizeof<T>();
}

// @ts-ignore: decorator
@inline
function blockDepth<T extends number>(): usize {
  return blockDepthBytes / sizeof<T>();
}

/** sum + x · y: with one rounding in the binary for hosts that know relaxed SIMD, where the machine can do it. */
// @ts-ignore: decorator
@inline
function multiplyAdd<T extends number>(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(x, y, sum);
  return v128.add<T>(sum, v128.mul<T>(x, y));
}

/**
 * One tile: c (+)= a · b for a panel of a, two rows wide, and a panel of b. The sums start from c rather than being
 * added to it at the end, so each element is summed in the order of k, wherever the blocks end.
 */
// @ts-ignore: decorator
@inline
function tile<T extends number>(a: usize, b: usize, c: usize, depth: usize, stride: usize, first: bool): void {
  const c1 = c + stride;
  let s00: v128, s01: v128, s02: v128, s03: v128, s10: v128, s11: v128, s12: v128, s13: v128;
  if (first) {
    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = v128.splat<T>(<T>0);
  } else {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s02 = v128.load(c, 32);
    s03 = v128.load(c, 48);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s12 = v128.load(c1, 32);
    s13 = v128.load(c1, 48);
  }
  for (const end = b + depth * tileBytes; b < end; b += tileBytes) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const a0 = v128.load_splat<T>(a);
    s00 = multiplyAdd<T>(a0, b0, s00);
    s01 = multiplyAdd<T>(a0, b1, s01);
    s02 = multiplyAdd<T>(a0, b2, s02);
    s03 = multiplyAdd<T>(a0, b3, s03);
    const a1 = v128.load_splat<T>(a, sizeof<T>());
    s10 = multiplyAdd<T>(a1, b0, s10);
    s11 = multiplyAdd<T>(a1, b1, s11);
    s12 = multiplyAdd<T>(a1, b2, s12);
    s13 = multiplyAdd<T>(a1, b3, s13);
    a += 2 * sizeof<T>();
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c, s02, 32);
  v128.store(c, s03, 48);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c1, s12, 32);
  v128.store(c1, s13, 48);
}

/** The tiles of a packed block of a (`rows` × `depth`) and the same block of the packed b, which has panels of `panel` bytes. */
function tiles<T extends number>(
  a: usize,
  b: usize,
  c: usize,
  rows: usize,
  depth: usize,
  panel: usize,
  stride: usize,
  first: bool,
): void {
  for (let j: usize = 0; j < stride; j += tileBytes) {
    for (let i: usize = 0; i < rows; i += tileRows) {
      tile<T>(a + i * depth * sizeof<T>(), b, c + i * stride + j, depth, stride, first);
    }
    b += panel;
  }
}

/** Moves the rows of the result together, from whole tiles to n columns. */
function compact(c: usize, m: usize, from: usize, to: usize): void {
  if (from == to) return;
  for (let i: usize = 1; i < m; i++) memory.copy(c + i * to, c + i * from, to);
}

/** Packs `steps` rows of b (k × n) into the panels at `packed`; they begin with the row `first`. */
export function packRows<T extends number>(
  b: usize,
  packed: usize,
  n: usize,
  k: usize,
  first: usize,
  steps: usize,
): void {
  pack<T>(b, packed + first * tileBytes, n, steps, 1, n, tileColumns<T>(), k * tileBytes);
}

/** Packs columns of b, which is stored n × k, into the panels at `packed`; they begin with the column `first`, of a whole tile. */
export function packColumns<T extends number>(b: usize, packed: usize, k: usize, first: usize, count: usize): void {
  pack<T>(b, packed + first * k * sizeof<T>(), count, k, k, 1, tileColumns<T>(), k * tileBytes);
}

/**
 * Rows of c = a · b, for rows of a and all of b, packed. The elements of a row of a lie `step` elements apart, its rows
 * `line`. At c there is room for whole tiles, at work for `workBytes`. Elements of the padding are computed from zeros
 * and whatever meets them, and dropped.
 */
export function multiplyRows<T extends number>(
  a: usize,
  b: usize,
  c: usize,
  work: usize,
  m: usize,
  n: usize,
  k: usize,
  line: usize,
  step: usize,
): void {
  const stride = ((n + tileColumns<T>() - 1) / tileColumns<T>()) * tileBytes;
  for (let p: usize = 0; p < k; p += blockDepth<T>()) {
    const depth = min(blockDepth<T>(), k - p);
    for (let i: usize = 0; i < m; i += blockRows) {
      const rows = min(blockRows, m - i);
      const panel = tileRows * depth * sizeof<T>();
      pack<T>(a + (i * line + p * step) * sizeof<T>(), work, rows, depth, line, step, tileRows, panel);
      tiles<T>(work, b + p * tileBytes, c + i * stride, rows, depth, k * tileBytes, stride, p == 0);
    }
  }
  if (k == 0) memory.fill(c, 0, m * stride);
  compact(c, m, stride, n * sizeof<T>());
}
