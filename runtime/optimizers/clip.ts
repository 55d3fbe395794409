/** Changes of a gradient before it goes to an optimizer: limits, and penalties on the size of the parameters. */
import { requireFinite, requirePositive, requireWithin } from "../finite.ts";
import { mapTree } from "../tree.ts";
import type { GradientOf } from "../tree-types.ts";

/**
 * The Euclidean norm of all numbers of a tree together, without overflow on the way. Throws a RangeError that names the
 * place of a number that is not finite.
 */
export function globalNorm(tree: unknown): number {
  let scale = 0;
  let sum = 0;
  mapTree([tree], {
    names: ["gradient"],
    mayShare: true,
    visit([numbers], placeOf) {
      requireFinite(numbers, "gradient", placeOf);
      for (let i = 0; i < numbers.length; i++) {
        const size = Math.abs(numbers[i]);
        if (size > scale) {
          sum = 1 + sum * (scale / size) ** 2;
          scale = size;
        } else if (scale > 0) sum += (size / scale) ** 2;
      }
      return numbers;
    },
  });
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
  return changed([gradient], ([d]) => (d / norm) * limit);
}

/** The gradient, each number put back into [-limit, limit]. Throws a RangeError like `clipNorm`. */
export function clipValue<G>(gradient: G, limit: number): G {
  requirePositive("clipValue", "limit", limit);
  return changed([gradient], ([d]) => Math.max(-limit, Math.min(limit, d)));
}

/**
 * The gradient with that of the penalty `strength · Σ |p|` added to it: `strength` times the sign of each parameter (0 for 0).
 * Source: R. Tibshirani, "Regression Shrinkage and Selection via the Lasso", 1996.
 *
 * Throws a RangeError for a negative strength and numbers that are not finite, a TypeError where the shapes differ.
 */
export function addL1<T, G extends GradientOf<T>>(gradient: G, params: T, strength: number): G {
  requireWithin("addL1", "strength", strength, 0);
  return changed([gradient, params], ([d, p]) => d + strength * Math.sign(p));
}

/**
 * The gradient with that of the penalty `strength / 2 · Σ p²` added to it: `strength · p`. Source: A. Krogh and J. Hertz,
 * "A Simple Weight Decay Can Improve Generalization", 1992.
 *
 * Throws a RangeError for a negative strength and numbers that are not finite, a TypeError where the shapes differ.
 */
export function addL2<T, G extends GradientOf<T>>(gradient: G, params: T, strength: number): G {
  requireWithin("addL2", "strength", strength, 0);
  return changed([gradient, params], ([d, p]) => d + strength * p);
}

function changed<G>(trees: readonly [G, ...unknown[]], f: (numbers: readonly number[]) => number): G {
  const names = ["gradient", "params"];
  return mapTree(trees, {
    names,
    mayShare: true,
    visit(found, placeOf) {
      for (const [k, numbers] of found.entries()) requireFinite(numbers, names[k], placeOf);
      return Array.from(found[0], (_, i) => f(found.map((numbers) => numbers[i])));
    },
  });
}
