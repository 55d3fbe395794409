import { pack } from "./pack";

/**
 * The rows of a register tile; a tile has as many columns as two vectors have lanes. Its eight sums, two vectors of b
 * and one of a fit the sixteen vector registers of x64. The loop over k is not unrolled: that was half as fast.
 */
const tileRows: usize = 4;
/** How much of k is packed at a time, in bytes of a row: one panel of a and one of b, 24 kB, stay in the first-level cache. */
const blockDepthBytes: usize = 2048;
/** How many rows of a are packed at a time: a few panels, which stay in the nearer caches. */
const blockRows: usize = 32;

// @ts-ignore: decorator
@inline
function tileColumns<T extends number>(): usize {
  return 32 / sizeof<T>();
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

/** Bytes from one row of the result to the next: whole tiles. */
// @ts-ignore: decorator
@inline
function rowBytes<T extends number>(n: f64): f64 {
  return Math.ceil(n / <f64>tileColumns<T>()) * 32;
}

/** Bytes that `multiply` writes for its result. A float, as the host asks before it knows that they fit the memory. */
export function resultBytes<T extends number>(m: f64, n: f64): f64 {
  return Math.ceil(m / <f64>tileRows) * <f64>tileRows * rowBytes<T>(n);
}

/** Bytes of the panels that `multiply` packs. */
export function workBytes<T extends number>(n: f64): f64 {
  return <f64>blockDepth<T>() * (rowBytes<T>(n) + <f64>(blockRows * sizeof<T>()));
}

/**
 * One tile: c (+)= a · b for a panel of a, four rows wide, and a panel of b. The sums start from c rather than being
 * added to it at the end, so each element is summed in the order of k, wherever the blocks end.
 */
function tile<T extends number>(a: usize, b: usize, c: usize, depth: usize, stride: usize, first: bool): void {
  const c1 = c + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  let s00: v128, s01: v128, s10: v128, s11: v128, s20: v128, s21: v128, s30: v128, s31: v128;
  if (first) {
    s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = v128.splat<T>(<T>0);
  } else {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  }
  for (const end = b + depth * 32; b < end; b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<T>(a);
    s00 = multiplyAdd<T>(a0, b0, s00);
    s01 = multiplyAdd<T>(a0, b1, s01);
    const a1 = v128.load_splat<T>(a, sizeof<T>());
    s10 = multiplyAdd<T>(a1, b0, s10);
    s11 = multiplyAdd<T>(a1, b1, s11);
    const a2 = v128.load_splat<T>(a, 2 * sizeof<T>());
    s20 = multiplyAdd<T>(a2, b0, s20);
    s21 = multiplyAdd<T>(a2, b1, s21);
    const a3 = v128.load_splat<T>(a, 3 * sizeof<T>());
    s30 = multiplyAdd<T>(a3, b0, s30);
    s31 = multiplyAdd<T>(a3, b1, s31);
    a += 4 * sizeof<T>();
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/** The tiles of a packed block of a (`rows` × `depth`) and a packed block of b (`depth` × n). */
function tiles<T extends number>(
  a: usize,
  b: usize,
  c: usize,
  rows: usize,
  n: usize,
  depth: usize,
  stride: usize,
  first: bool,
): void {
  for (let j: usize = 0; j < n; j += tileColumns<T>()) {
    for (let i: usize = 0; i < rows; i += tileRows) {
      tile<T>(a + i * depth * sizeof<T>(), b, c + i * stride + j * sizeof<T>(), depth, stride, first);
    }
    b += depth * 32;
  }
}

/** Moves the rows of the result together, from whole tiles to n columns. */
function compact(c: usize, m: usize, from: usize, to: usize): void {
  if (from == to) return;
  for (let i: usize = 1; i < m; i++) memory.copy(c + i * to, c + i * from, to);
}

/**
 * c = a · b, with a m × k (or k × m, transposed) and b k × n (or n × k, transposed). At c there are `resultBytes`, at
 * work `workBytes`. Elements of the padding are computed from zeros and whatever meets them, and dropped.
 */
export function multiply<T extends number>(
  a: usize,
  b: usize,
  c: usize,
  work: usize,
  m: usize,
  n: usize,
  k: usize,
  transposeA: bool,
  transposeB: bool,
): void {
  const stride = <usize>rowBytes<T>(<f64>n);
  const packedB = work;
  const packedA = work + blockDepth<T>() * stride;
  const rowOfA = transposeA ? <usize>1 : k;
  const stepOfA = transposeA ? m : <usize>1;
  const columnOfB = transposeB ? k : <usize>1;
  const stepOfB = transposeB ? <usize>1 : n;
  for (let p: usize = 0; p < k; p += blockDepth<T>()) {
    const depth = min(blockDepth<T>(), k - p);
    pack<T>(b + p * stepOfB * sizeof<T>(), packedB, n, depth, columnOfB, stepOfB, tileColumns<T>());
    for (let i: usize = 0; i < m; i += blockRows) {
      const rows = min(blockRows, m - i);
      pack<T>(a + (i * rowOfA + p * stepOfA) * sizeof<T>(), packedA, rows, depth, rowOfA, stepOfA, tileRows);
      tiles<T>(packedA, packedB, c + i * stride, rows, n, depth, stride, p == 0);
    }
  }
  if (k == 0) memory.fill(c, 0, m * stride);
  compact(c, m, stride, n * sizeof<T>());
}
