/** A step of Adam in plain TypeScript. */
import type { AdamStep, Floats } from "./kernels.ts";

/**
 * `Kernels.adam` for the elements from `start` on. Sums of `x - x`, which is 0 for finite numbers and NaN for all others,
 * say without branches whether anything was lost; three of them, since each has to wait for itself. Adding 0 makes -0 plain 0.
 */
export function adamPlain(
  numbers: Floats,
  gradient: Floats,
  mean: Float64Array,
  variance: Float64Array,
  step: AdamStep,
  start = 0,
): boolean {
  const { keepMean, takeMean, keepVariance, takeVariance, size, scale, epsilon, shrink } = step;
  let [lost, lostMean, lostVariance] = [0, 0, 0];
  for (let i = start; i < numbers.length; i++) {
    const [x, g] = [numbers[i], gradient[i]];
    const m = keepMean * mean[i] + takeMean * g;
    const v = keepVariance * variance[i] + takeVariance * g * g;
    mean[i] = m + 0;
    variance[i] = v + 0;
    numbers[i] = x - ((size * m) / (Math.sqrt(v * scale) + epsilon) + shrink * x) + 0;
    const next = numbers[i];
    lost += next - next;
    lostMean += m - m;
    lostVariance += v - v;
  }
  return lost + lostMean + lostVariance === 0;
}
