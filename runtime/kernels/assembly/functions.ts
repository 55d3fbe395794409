import { exp32, exp64 } from "./exp";
import { tanhOf } from "./tanh";

/** The functions of one element, as numbered by `simd.ts`. */
export const identity: i32 = 0;
export const relu: i32 = 1;
export const tanh: i32 = 2;
export const sigmoid: i32 = 3;
export const exp: i32 = 4;

/** f of the lanes of x. The three functions that need exp share its code. */
// @ts-ignore: decorator
@inline
function valueOf<T extends number>(x: v128, f: i32): v128 {
  if (f == identity) return x;
  // x < 0 ? 0 : x, which keeps NaN.
  if (f == relu) return v128.pmax<T>(x, v128.splat<T>(<T>0));
  const size = v128.abs<T>(x);
  const exponent = f == exp ? x : f == tanh ? v128.add<T>(size, size) : v128.neg<T>(size);
  const e = sizeof<T>() == 4 ? exp32(exponent) : exp64(exponent);
  if (f == exp) return e;
  if (f == tanh) return tanhOf<T>(size, e, x);
  // 1 / (1 + exp -x), and exp x / (1 + exp x) where x is negative: exp never overflows.
  const one = v128.splat<T>(<T>1);
  const top = v128.bitselect(e, one, v128.lt<T>(x, v128.splat<T>(<T>0)));
  return v128.div<T>(top, v128.add<T>(one, e));
}

/** out[i] = f(x[i]), up to 15 bytes past the end of out. */
export function mapValues<T extends number>(x: usize, out: usize, length: usize, f: i32): void {
  for (const end = out + length * sizeof<T>(); out < end; out += 16) {
    v128.store(out, valueOf<T>(v128.load(x), f));
    x += 16;
  }
}

/**
 * out[i, j] = f(x[i, j] + bias[j]). The last vector of a row is written past its end; the next row then overwrites it.
 */
export function mapRows<T extends number>(
  x: usize,
  bias: usize,
  out: usize,
  rows: usize,
  columns: usize,
  f: i32,
): void {
  const bytes = columns * sizeof<T>();
  for (let i: usize = 0; i < rows; i++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const sum = v128.add<T>(v128.load(x + at), v128.load(bias + at));
      v128.store(out + at, valueOf<T>(sum, f));
    }
    x += bytes;
    out += bytes;
  }
}
