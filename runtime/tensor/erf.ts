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

/** The coefficients of all expansions. The value at each point is that at the one before plus what erf grows by in between. */
function expansions(): Float64Array {
  const count = last / spacing + 1;
  const table = new Float64Array(count * order);
  let [value, lost] = [0, 0];
  for (let k = 0; k < count; k++) {
    slopes(k * spacing).forEach((slope, n) => (table[k * order + n + 1] = slope / (n + 1)));
    table[k * order] = value;
    // Compensated summation (W. Kahan, 1965): the rounding errors of a hundred steps would show.
    const step = growth((k + 0.5) * spacing) - lost;
    const next = value + step;
    lost = next - value - step;
    value = next;
  }
  return table;
}

/** The Taylor coefficients of g = erf' at x: as g' = -2x·g, c[n + 1] = -2 (x·c[n] + c[n - 1]) / (n + 1). */
function slopes(x: number): number[] {
  const coefficients = [(2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)];
  for (let n = 0; n + 2 < order; n++)
    coefficients.push((-2 * (x * coefficients[n] + (coefficients[n - 1] ?? 0))) / (n + 1));
  return coefficients;
}

/** The integral of erf' over one spacing around x. Odd powers cancel. */
function growth(x: number): number {
  let sum = 0;
  slopes(x).forEach((slope, n) => (sum += n % 2 === 0 ? (slope * (spacing / 2) ** (n + 1) * 2) / (n + 1) : 0));
  return sum;
}
