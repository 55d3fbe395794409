export interface Step {
  readonly iteration: number;
  readonly value: number;
  readonly point: readonly number[];
}

/**
 * Minimises a function of a few numbers by the BFGS method with a backtracking line search.
 *
 * Each step goes along -H · gradient. H approximates the inverse of the second derivatives: it is built up from
 * how the gradient changed over the last steps (Nocedal and Wright, "Numerical Optimization", chapter 6).
 * The search ends when no step along that direction makes the value noticeably smaller.
 */
export function minimize(
  valueAndGradient: (point: readonly number[]) => readonly [value: number, gradient: readonly number[]],
  start: readonly number[],
  options: { readonly maxIterations: number; readonly onStep?: (step: Step) => void },
): Step {
  let point = start;
  let [value, gradient] = valueAndGradient(point);
  let inverse = scaledIdentity(start.length, 0.1 / norm(gradient));
  for (let iteration = 1; iteration <= options.maxIterations; iteration++) {
    const direction = inverse.map((row) => -dot(row, gradient));
    const slope = dot(direction, gradient);
    const next = lineSearch(valueAndGradient, point, direction, value, slope);
    if (next === undefined) return { iteration, value, point };

    const moved = subtract(next.point, point);
    const change = subtract(next.gradient, gradient);
    const curvature = dot(moved, change);
    if (curvature > 0) inverse = updateInverse(inverse, moved, change, curvature);
    const gain = value - next.value;
    ({ point, value, gradient } = next);
    options.onStep?.({ iteration, value, point });
    if (gain <= 1e-12 * value) return { iteration, value, point };
  }
  return { iteration: options.maxIterations, value, point };
}

/** Halves the step until the value falls by at least a small part of what the slope promises (Armijo's rule). */
function lineSearch(
  valueAndGradient: (point: readonly number[]) => readonly [value: number, gradient: readonly number[]],
  point: readonly number[],
  direction: readonly number[],
  value: number,
  slope: number,
): { point: readonly number[]; value: number; gradient: readonly number[] } | undefined {
  for (let size = 1; size > 1e-10; size /= 2) {
    const candidate = point.map((coordinate, k) => coordinate + size * direction[k]);
    const [newValue, newGradient] = valueAndGradient(candidate);
    if (newValue <= value + 1e-4 * size * slope) return { point: candidate, value: newValue, gradient: newGradient };
  }
  return undefined;
}

/** The BFGS update (I - m cᵀ / k) H (I - c mᵀ / k) + m mᵀ / k with moved m, change c and curvature k = mᵀ c. */
function updateInverse(
  inverse: readonly (readonly number[])[],
  moved: readonly number[],
  change: readonly number[],
  curvature: number,
): number[][] {
  const product = inverse.map((row) => dot(row, change));
  const factor = (1 + dot(change, product) / curvature) / curvature;
  return inverse.map((row, i) =>
    row.map(
      (entry, j) => entry + factor * moved[i] * moved[j] - (product[i] * moved[j] + moved[i] * product[j]) / curvature,
    ),
  );
}

function scaledIdentity(size: number, scale: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? scale : 0)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, entry, k) => sum + entry * b[k], 0);
}

function subtract(a: readonly number[], b: readonly number[]): number[] {
  return a.map((entry, k) => entry - b[k]);
}

function norm(a: readonly number[]): number {
  return Math.sqrt(dot(a, a));
}
