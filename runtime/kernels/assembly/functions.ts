import { exp32, exp64 } from "./exp";

/** The functions of one element, as numbered by `simd.ts`. */
export const identity: i32 = 0;
export const relu: i32 = 1;
export const tanh: i32 = 2;
export const sigmoid: i32 = 3;
export const exp: i32 = 4;

/** Below this, 1 - 2 / (exp 2x + 1) loses digits, and tanh is an odd function of its own. */
const smallTanh: f64 = 0.625;

// @ts-ignore: decorator
@inline
function tanhSmall<T extends number>(x: v128, z: v128): v128 {
  if (sizeof<T>() == 4) {
    let p = f32x4.splat(-5.70498872745e-3);
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1));
    return f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x);
  }
  let p = f64x2.splat(-9.64399179425052238628e-1);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-9.92877231001918586564e1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-1.61468768441708447952e3));
  let q = f64x2.add(z, f64x2.splat(1.12811678491632931402e2));
  q = f64x2.add(f64x2.mul(q, z), f64x2.splat(2.23548839060100448583e3));
  q = f64x2.add(f64x2.mul(q, z), f64x2.splat(4.84406305325125486048e3));
  return f64x2.add(f64x2.mul(f64x2.mul(x, z), f64x2.div(p, q)), x);
}

/** tanh of a number whose size is `x` and whose sign is that of `signed`; `e` is exp 2x. */
// @ts-ignore: decorator
@inline
function tanhFrom<T extends number>(x: v128, e: v128, signed: v128): v128 {
  const one = v128.splat<T>(<T>1);
  const large = v128.sub<T>(one, v128.div<T>(v128.splat<T>(<T>2), v128.add<T>(e, one)));
  const small = tanhSmall<T>(x, v128.mul<T>(x, x));
  const result = v128.bitselect(small, large, v128.lt<T>(x, v128.splat<T>(<T>smallTanh)));
  return v128.or(result, v128.andnot(signed, v128.not(v128.splat<T>(<T>-0.0))));
}

/** f of the lanes of x. The three functions that need exp share its code. */
// @ts-ignore: decorator
@inline
function valueOf<T extends number>(x: v128, f: i32): v128 {
  if (f == identity) return x;
  if (f == relu) return v128.max<T>(x, v128.splat<T>(<T>0));
  const size = v128.abs<T>(x);
  const exponent = f == exp ? x : f == tanh ? v128.add<T>(size, size) : v128.neg<T>(size);
  const e = sizeof<T>() == 4 ? exp32(exponent) : exp64(exponent);
  if (f == exp) return e;
  if (f == tanh) return tanhFrom<T>(size, e, x);
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
