import { polynomialStep, splat } from "./tables";

/** 1, 2, the end of the small arguments, -0; then tanh x = x + x · z · P(z) for these, with z = x², after Cephes. */
// prettier-ignore
const table32: usize = memory.data<f32>([
  1, 2, 0.625, -0.0,
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
]);

/** The same with P(z) / Q(z); the first coefficient of Q is 1. */
// prettier-ignore
const table64: usize = memory.data<f64>([
  1, 2, 0.625, -0.0,
  -9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3,
  1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3,
]);

// @ts-ignore: decorator
@inline
function quotient32(z: v128): v128 {
  let p = splat<f32>(table32, 4);
  p = polynomialStep<f32>(p, z, table32, 5);
  p = polynomialStep<f32>(p, z, table32, 6);
  p = polynomialStep<f32>(p, z, table32, 7);
  return polynomialStep<f32>(p, z, table32, 8);
}

// @ts-ignore: decorator
@inline
function quotient64(z: v128): v128 {
  let p = splat<f64>(table64, 4);
  p = polynomialStep<f64>(p, z, table64, 5);
  p = polynomialStep<f64>(p, z, table64, 6);
  let q = f64x2.add(z, splat<f64>(table64, 7));
  q = polynomialStep<f64>(q, z, table64, 8);
  q = polynomialStep<f64>(q, z, table64, 9);
  return f64x2.div(p, q);
}

/**
 * tanh of a number whose size is `x` and whose sign is that of `signed`; `e` is exp 2x. Where x is small,
 * 1 - 2 / (e + 1) would lose digits.
 */
// @ts-ignore: decorator
@inline
export function tanhOf<T extends number>(x: v128, e: v128, signed: v128): v128 {
  const table = sizeof<T>() == 4 ? table32 : table64;
  const one = splat<T>(table, 0);
  const large = v128.sub<T>(one, v128.div<T>(splat<T>(table, 1), v128.add<T>(e, one)));
  const z = v128.mul<T>(x, x);
  const quotient = sizeof<T>() == 4 ? quotient32(z) : quotient64(z);
  const small = v128.add<T>(v128.mul<T>(v128.mul<T>(x, z), quotient), x);
  const result = v128.bitselect(small, large, v128.lt<T>(x, splat<T>(table, 2)));
  return v128.or(result, v128.and(signed, splat<T>(table, 3)));
}
