/**
 * A step of Adam for parameters in single precision, two at a time, computed in double precision; see `AdamStep` in
 * `kernels.ts`, whose eight numbers lie at `step`. `length` is even. The result is 0 where all is finite, else NaN.
 * Adding 0 makes -0 plain 0.
 */
export function adam(numbers: usize, gradient: usize, mean: usize, variance: usize, length: usize, step: usize): f64 {
  const keepMean = v128.load64_splat(step);
  const takeMean = v128.load64_splat(step, 8);
  const keepVariance = v128.load64_splat(step, 16);
  const takeVariance = v128.load64_splat(step, 24);
  const size = v128.load64_splat(step, 32);
  const scale = v128.load64_splat(step, 40);
  const epsilon = v128.load64_splat(step, 48);
  const shrink = v128.load64_splat(step, 56);
  const zero = f64x2.splat(0);
  let lost = zero;
  for (const end = numbers + length * 4; numbers < end; numbers += 8) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(numbers));
    const g = f64x2.promote_low_f32x4(v128.load64_zero(gradient));
    const m = f64x2.add(f64x2.mul(keepMean, v128.load(mean)), f64x2.mul(takeMean, g));
    const squares = f64x2.mul(f64x2.mul(takeVariance, g), g);
    const v = f64x2.add(f64x2.mul(keepVariance, v128.load(variance)), squares);
    v128.store(mean, f64x2.add(m, zero));
    v128.store(variance, f64x2.add(v, zero));
    const root = f64x2.sqrt(f64x2.mul(v, scale));
    const change = f64x2.add(f64x2.div(f64x2.mul(size, m), f64x2.add(root, epsilon)), f64x2.mul(shrink, x));
    const next = f32x4.add(f32x4.demote_f64x2_zero(f64x2.sub(x, change)), zero);
    v128.store64_lane(numbers, next, 0);
    const gap = f64x2.promote_low_f32x4(f32x4.sub(next, next));
    lost = f64x2.add(lost, f64x2.add(gap, f64x2.add(f64x2.sub(m, m), f64x2.sub(v, v))));
    gradient += 8;
    mean += 16;
    variance += 16;
  }
  return f64x2.extract_lane(lost, 0) + f64x2.extract_lane(lost, 1);
}
