import { polynomialStep, splat } from "./tables";

/** log₂ e; ln 2 in two parts, of which the first has few digits, so that n · ln 2 loses none; the polynomial, after Cephes. */
// prettier-ignore
const table32: usize = memory.data<f32>([
  1.44269504088896341, 0.693359375, -2.12194440e-4, 1,
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  89, -105, 12582912,
]);

/** The same for double precision, after fdlibm. */
// prettier-ignore
const table64: usize = memory.data<f64>([
  1.44269504088896338700, 6.93147180369123816490e-1, 1.90821492927058770002e-10, 1,
  4.13813679705723846039e-8, -1.65339022054652515390e-6, 6.61375632143793436117e-5, -2.77777777770155933842e-3,
  1.66666666666666019037e-1, 2,
  710, -746, 6755399441055744, 0.5,
]);

/**
 * exp of four single-precision numbers: x = n · ln 2 + r, a polynomial in r, and the scale 2ⁿ in two factors, so that
 * results below the normal numbers are rounded once. `pmin` and `pmax` keep a NaN that comes first. Adding 1.5 · 2²³
 * rounds to an integer, which is then in the low bits.
 */
// @ts-ignore: decorator
@inline
export function exp32(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, splat<f32>(table32, 10)), splat<f32>(table32, 11));
  const magic = splat<f32>(table32, 12);
  const shifted = f32x4.add(f32x4.mul(x, splat<f32>(table32, 0)), magic);
  const n = f32x4.sub(shifted, magic);
  let r = f32x4.sub(x, f32x4.mul(n, splat<f32>(table32, 1)));
  r = f32x4.sub(r, f32x4.mul(n, splat<f32>(table32, 2)));
  let p = splat<f32>(table32, 4);
  p = polynomialStep<f32>(p, r, table32, 5);
  p = polynomialStep<f32>(p, r, table32, 6);
  p = polynomialStep<f32>(p, r, table32, 7);
  p = polynomialStep<f32>(p, r, table32, 8);
  p = polynomialStep<f32>(p, r, table32, 9);
  const one = splat<f32>(table32, 3);
  const y = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), one);
  const exponent = i32x4.sub(shifted, magic);
  const half = i32x4.shr_s(exponent, 1);
  return f32x4.mul(f32x4.mul(y, power32(half, one)), power32(i32x4.sub(exponent, half), one));
}

/** 2 to an integer: added to the exponent of 1. */
// @ts-ignore: decorator
@inline
function power32(exponent: v128, one: v128): v128 {
  return i32x4.add(i32x4.shl(exponent, 23), one);
}

/** exp of two double-precision numbers: the same reduction, then a rational function in r. */
// @ts-ignore: decorator
@inline
export function exp64(x: v128): v128 {
  x = f64x2.pmax(f64x2.pmin(x, splat<f64>(table64, 10)), splat<f64>(table64, 11));
  const magic = splat<f64>(table64, 12);
  const shifted = f64x2.add(f64x2.mul(x, splat<f64>(table64, 0)), magic);
  const n = f64x2.sub(shifted, magic);
  const high = f64x2.sub(x, f64x2.mul(n, splat<f64>(table64, 1)));
  const low = f64x2.mul(n, splat<f64>(table64, 2));
  const r = f64x2.sub(high, low);
  const t = f64x2.mul(r, r);
  let p = splat<f64>(table64, 4);
  p = polynomialStep<f64>(p, t, table64, 5);
  p = polynomialStep<f64>(p, t, table64, 6);
  p = polynomialStep<f64>(p, t, table64, 7);
  p = polynomialStep<f64>(p, t, table64, 8);
  const c = f64x2.sub(r, f64x2.mul(t, p));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(splat<f64>(table64, 9), c));
  const one = splat<f64>(table64, 3);
  const y = f64x2.sub(one, f64x2.sub(f64x2.sub(low, quotient), high));
  // Half of n is taken as a float: the shift of a signed 64-bit integer is slow.
  const half = i64x2.sub(f64x2.add(f64x2.mul(n, splat<f64>(table64, 13)), magic), magic);
  const rest = i64x2.sub(i64x2.sub(shifted, magic), half);
  return f64x2.mul(f64x2.mul(y, power64(half, one)), power64(rest, one));
}

// @ts-ignore: decorator
@inline
function power64(exponent: v128, one: v128): v128 {
  return i64x2.add(i64x2.shl(exponent, 52), one);
}
