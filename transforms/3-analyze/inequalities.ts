/** Proves that a polynomial is never negative, from others that are not. */
import { atomPolynomial, atomsIn, product, quotient, sum, textOf, type Polynomial } from "./polynomials.ts";

const deepest = 6;
const mostSteps = 400;

interface Search {
  readonly facts: readonly Polynomial[];
  /** Atoms that are never negative. */
  readonly nonNegative: ReadonlySet<string>;
  steps: number;
}

/** Whether `goal >= 0` follows from `facts`, each of which is `>= 0`, and from the lengths being so. */
export function followsFrom(goal: Polynomial, facts: readonly Polynomial[]): boolean {
  const nonNegative = new Set<string>();
  for (const fact of facts) {
    const [[monomial, factor] = ["", 0], ...others] = fact;
    if (others.length === 0 && factor > 0 && atomsIn(monomial).length === 1) nonNegative.add(monomial);
  }
  return prove(goal, { facts, nonNegative, steps: 0 }, deepest);
}

/**
 * Takes away a multiple of a fact that cancels a negative term, until none is left: if `goal - r * fact >= 0` and
 * `r >= 0`, then `goal >= 0`.
 */
function prove(goal: Polynomial, search: Search, depth: number): boolean {
  const negative = [...goal].filter(([monomial, factor]) => factor < 0 || !isNonNegative(monomial, search, 1));
  if (negative.length === 0) return true;
  if (depth === 0 || search.steps++ > mostSteps) return false;
  const [monomial, factor] = negative.reduce((most, term) => (degree(term[0]) > degree(most[0]) ? term : most));
  const used = new Set<string>();
  for (const fact of search.facts) {
    for (const [part, by] of fact) {
      if (by < 0 !== factor < 0 || (part === "" && monomial !== "")) continue;
      const rest = quotient(monomial, part);
      if (rest === undefined || !isNonNegative(rest, search, depth - 1)) continue;
      const next = sum(goal, product(fact, new Map([[rest, factor / by]])), -1);
      const text = textOf(next);
      if (used.has(text)) continue;
      used.add(text);
      if (prove(next, search, depth - 1)) return true;
    }
  }
  return false;
}

function degree(monomial: string): number {
  return atomsIn(monomial).length;
}

function isNonNegative(monomial: string, search: Search, depth: number): boolean {
  return atomsIn(monomial).every(
    (atom) =>
      atom.startsWith("length ") ||
      search.nonNegative.has(atom) ||
      (depth > 1 && prove(atomPolynomial(atom), search, Math.min(depth - 1, 3))),
  );
}
