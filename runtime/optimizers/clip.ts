/** Changes of a gradient before it goes to an optimizer: limits, and penalties on the size of the parameters. */
import { requireFinite, requirePositive, requireWithin } from "../finite.ts";
import { mapTree } from "../tree.ts";
import type { GradientOf } from "../tree-types.ts";

/**
 * The Euclidean norm of all numbers of a tree together, without overflow on the way. Throws a RangeError that names the
 * place of a number that is not finite.
 */
export function globalNorm(tree: unknown): number {
  let largest = 0;
  const leaves: Floats[] = [];
  mapTree([tree], {
    names: ["gradient"],
    mayShare: true,
    visit([numbers], placeOf) {
      const floats = floatsOf(numbers);
      const size = largestOf(floats);
      if (!Number.isFinite(size)) requireFinite(numbers, "gradient", placeOf);
      largest = Math.max(largest, size);
      leaves.push(floats);
      return numbers;
    },
  });
  if (largest === 0) return 0;
  // By a power of two, which rounds nothing: the squares neither overflow nor vanish.
  const scale = 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))));
  let sum = 0;
  for (const floats of leaves) sum += sumOfSquares(floats, 1 / scale);
  return scale * Math.sqrt(sum);
}

/**
 * The gradient, scaled down as a whole to the norm `limit` where its norm is larger: the direction stays. Source:
 * R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", 2013, algorithm 1.
 *
 * Throws a RangeError for a limit that is not positive, and where the gradient is not finite.
 */
export function clipNorm<G>(gradient: G, limit: number): G {
  requirePositive("clipNorm", "limit", limit);
  const norm = globalNorm(gradient);
  if (norm <= limit) return gradient;
  if (norm === Infinity) throw new RangeError("clipNorm: the norm of the gradient is too large for a number");
  return changed([gradient], (d) => {
    for (let i = 0; i < d.length; i++) d[i] = (d[i] / norm) * limit;
  });
}

/** The gradient, each number put back into [-limit, limit]. Throws a RangeError like `clipNorm`. */
export function clipValue<G>(gradient: G, limit: number): G {
  requirePositive("clipValue", "limit", limit);
  return changed([gradient], (d) => {
    for (let i = 0; i < d.length; i++) d[i] = Math.max(-limit, Math.min(limit, d[i]));
  });
}

/**
 * The gradient with that of the penalty `strength · Σ |p|` added to it: `strength` times the sign of each parameter (0 for 0).
 * Source: R. Tibshirani, "Regression Shrinkage and Selection via the Lasso", 1996.
 *
 * Throws a RangeError for a negative strength and numbers that are not finite, a TypeError where the shapes differ.
 */
export function addL1<T, G extends GradientOf<T>>(gradient: G, params: T, strength: number): G {
  requireWithin("addL1", "strength", strength, 0);
  return changed([gradient, params], (d, p) => {
    for (let i = 0; i < d.length; i++) d[i] += strength * Math.sign(p[i]);
  });
}

/**
 * The gradient with that of the penalty `strength / 2 · Σ p²` added to it: `strength · p`. Source: A. Krogh and J. Hertz,
 * "A Simple Weight Decay Can Improve Generalization", 1992.
 *
 * Throws a RangeError for a negative strength and numbers that are not finite, a TypeError where the shapes differ.
 */
export function addL2<T, G extends GradientOf<T>>(gradient: G, params: T, strength: number): G {
  requireWithin("addL2", "strength", strength, 0);
  return changed([gradient, params], (d, p) => {
    for (let i = 0; i < d.length; i++) d[i] += strength * p[i];
  });
}

/** The first tree with what `change` makes of a copy of each leaf; it also gets the numbers at the same place of the last. */
function changed<G>(
  trees: readonly [gradient: G, ...params: unknown[]],
  change: (numbers: Float64Array, params: Floats) => void,
): G {
  const names = ["gradient", "params"];
  return mapTree(trees, {
    names,
    mayShare: true,
    visit(found, placeOf) {
      for (const [k, numbers] of found.entries())
        if (!Number.isFinite(largestOf(floatsOf(numbers)))) requireFinite(numbers, names[k], placeOf);
      const numbers = new Float64Array(found[0]);
      change(numbers, floatsOf(found[found.length - 1]));
      return numbers;
    },
  });
}

type Floats = Float32Array | Float64Array;

/** Two kinds of arrays at most, so that the loops over them stay fast. */
function floatsOf(numbers: ArrayLike<number>): Floats {
  return numbers instanceof Float32Array || numbers instanceof Float64Array ? numbers : new Float64Array(numbers);
}

/** NaN if there is one. */
function largestOf(numbers: Floats): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) largest = Math.max(largest, Math.abs(numbers[i]));
  return largest;
}

function sumOfSquares(numbers: Floats, factor: number): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    const share = numbers[i] * factor;
    sum += share * share;
  }
  return sum;
}
