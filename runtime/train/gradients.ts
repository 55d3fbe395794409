/** Gradients of one step: whether they are finite, and their mean over several batches. */
import { globalNorm } from "../optimizers/clip.ts";
import { mapTree } from "../tree.ts";

/** The norm of a gradient, and the place of its first number that is not finite, if there is one. */
export interface Inspected {
  readonly norm: number;
  /** `.w[0] is NaN` */
  readonly bad?: { readonly path: string; readonly value: number };
}

/** Looks at every number once; only where the plain sum of squares fails, again and with more care. */
export function inspect(gradient: unknown): Inspected {
  let sum = 0;
  walk(gradient, (numbers) => {
    for (let i = 0; i < numbers.length; i++) sum += numbers[i] * numbers[i];
  });
  if (Number.isFinite(sum) && sum > 1e-280) return { norm: Math.sqrt(sum) };
  const bad = firstBad(gradient);
  return bad ? { norm: NaN, bad } : { norm: globalNorm(gradient) };
}

function firstBad(gradient: unknown): Inspected["bad"] {
  const found: { path: string; value: number }[] = [];
  walk(gradient, (numbers, placeOf) => {
    for (let i = 0; i < numbers.length && found.length === 0; i++)
      if (!Number.isFinite(numbers[i])) found.push({ path: placeOf(i), value: numbers[i] });
  });
  return found.at(0);
}

/** The mean of several gradients of one shape. */
export interface GradientMean {
  add(gradient: unknown, weight: number): void;
  /** In the kinds of the last one. */
  result(): unknown;
}

/** Adds up in double precision, and rounds once. */
export function gradientMean(): GradientMean {
  const sums: Float64Array[] = []; // one for each leaf
  let total = 0;
  let last: unknown;
  return {
    add(gradient, weight) {
      const isFirst = total === 0;
      let leaf = 0;
      walk(gradient, (numbers) => {
        if (isFirst) sums.push(new Float64Array(numbers.length));
        const sum = sums[leaf++];
        for (let i = 0; i < sum.length; i++) sum[i] += weight * numbers[i];
      });
      total += weight;
      last = gradient;
    },
    result() {
      let leaf = 0;
      const visit = (): Float64Array => sums[leaf++].map((sum) => sum / total);
      return mapTree([last], { names: ["gradient"], mayShare: true, visit });
    },
  };
}

function walk(gradient: unknown, visit: (numbers: ArrayLike<number>, placeOf: (i: number) => string) => void): void {
  mapTree([gradient], {
    names: ["gradient"],
    mayShare: true,
    visit([numbers], placeOf) {
      visit(numbers, placeOf);
      return numbers;
    },
  });
}
