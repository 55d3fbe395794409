/** The error function. */

/** The distance of the points where the expansions stand, and how far they go: from there on, erf rounds to 1. */
const spacing = 1 / 16;
const last = 6;

/** How many coefficients an expansion has. At half the spacing, the next one is below the last digit. */
const order = 12;

const made: { coefficients?: Float64Array } = {};

/** erf(x), by the Taylor expansion at the nearest multiple of `spacing`. */
export function erfOf(x: number): number {
  const size = Math.abs(x);
  if (size >= last) return Math.sign(x);
  if (!(size >= 0)) return NaN;
  const coefficients = (made.coefficients ??= expansions());
  const k = Math.round(size / spacing);
  const h = size - k * spacing;
  let value = 0;
  for (let n = order - 1, i = k * order + order - 1; n >= 0; n--, i--) value = value * h + coefficients[i];
  return x < 0 ? -value : value;
}

/** The coefficients of all expansions. With g = erf', g' = -2x·g gives g[n + 1] = -2 (x·g[n] + g[n - 1]) / (n + 1). */
function expansions(): Float64Array {
  const count = last / spacing + 1;
  const table = new Float64Array(count * order);
  for (let k = 0; k < count; k++) {
    const x = k * spacing;
    table[k * order] = bySeries(x);
    let [before, slope] = [0, (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)];
    for (let n = 0; n + 1 < order; n++) {
      table[k * order + n + 1] = slope / (n + 1);
      [before, slope] = [slope, (-2 * (x * slope + before)) / (n + 1)];
    }
  }
  return table;
}

/** erf(x) = 2/√π · e^(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5···(2n + 1)), whose terms are all positive. */
function bySeries(x: number): number {
  let [sum, term] = [0, x];
  for (let n = 1; sum + term > sum; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return Math.min(1, (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum);
}
