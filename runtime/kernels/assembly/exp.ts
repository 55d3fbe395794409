/**
 * exp of four single-precision numbers, after Cephes: x = n · ln 2 + r, a polynomial in r, and the scale 2ⁿ in two
 * factors so that results below the normal numbers are rounded once. NaN stays NaN, since min and max keep it.
 */
// @ts-ignore: decorator
@inline
export function exp32(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(89)), f32x4.splat(-105));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  const y = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const exponent = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(exponent, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo32(half)), powerOfTwo32(i32x4.sub(exponent, half)));
}

// @ts-ignore: decorator
@inline
function powerOfTwo32(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, i32x4.splat(127)), 23);
}

/** exp of two double-precision numbers, after fdlibm: the same reduction and a rational function in r. */
// @ts-ignore: decorator
@inline
export function exp64(x: v128): v128 {
  x = f64x2.max(f64x2.min(x, f64x2.splat(710)), f64x2.splat(-746));
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.44269504088896338700)));
  const high = f64x2.sub(x, f64x2.mul(n, f64x2.splat(6.93147180369123816490e-1)));
  const low = f64x2.mul(n, f64x2.splat(1.90821492927058770002e-10));
  const r = f64x2.sub(high, low);
  const t = f64x2.mul(r, r);
  let p = f64x2.splat(4.13813679705723846039e-8);
  p = f64x2.add(f64x2.mul(p, t), f64x2.splat(-1.65339022054652515390e-6));
  p = f64x2.add(f64x2.mul(p, t), f64x2.splat(6.61375632143793436117e-5));
  p = f64x2.add(f64x2.mul(p, t), f64x2.splat(-2.77777777770155933842e-3));
  p = f64x2.add(f64x2.mul(p, t), f64x2.splat(1.66666666666666019037e-1));
  const c = f64x2.sub(r, f64x2.mul(t, p));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(f64x2.splat(2), c));
  const y = f64x2.sub(f64x2.splat(1), f64x2.sub(f64x2.sub(low, quotient), high));
  const exponent = i32x4.trunc_sat_f64x2_s_zero(n);
  const half = i32x4.shr_s(exponent, 1);
  return f64x2.mul(f64x2.mul(y, powerOfTwo64(half)), powerOfTwo64(i32x4.sub(exponent, half)));
}

// @ts-ignore: decorator
@inline
function powerOfTwo64(exponent: v128): v128 {
  return i64x2.shl(i64x2.extend_low_i32x4_s(i32x4.add(exponent, i32x4.splat(1023))), 52);
}
