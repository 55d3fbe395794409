/** What follows for integers where a condition holds, or does not. */
import type { Binary, BinaryOperator, Expression } from "../ir/ir.ts";
import { atomOf, clampedAtom, isFinite, polynomialOf, termOf, type Known, type Lengths } from "./integers.ts";
import { followsFrom } from "./inequalities.ts";
import { atomsOf, constantPolynomial, difference, type Polynomial } from "./polynomials.ts";

const opposite: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "!==": "===",
  "!=": "==",
};

/** Adds what is known once `test` was found true, or false. */
export function assume(test: Expression, outcome: boolean, known: Known, lengths: Lengths): void {
  if (test.kind === "unary" && test.operator === "!") {
    assume(test.operand, !outcome, known, lengths);
    return;
  }
  if (test.kind !== "binary") return;
  if (test.operator === (outcome ? "&&" : "||")) {
    assume(test.left, outcome, known, lengths);
    assume(test.right, outcome, known, lengths);
    return;
  }
  const operator = outcome ? test.operator : opposite[test.operator];
  if (operator) compare({ ...test, operator }, !outcome, known, lengths);
}

function compare({ operator, left, right }: Binary, isNegated: boolean, known: Known, lengths: Lengths): void {
  const [a, b] = [termOf(left, known, lengths), termOf(right, known, lengths)];
  if (!a || !b) return;
  const isEqual = operator === "===" || operator === "==";
  // `!(a < b)` says nothing where one of them is NaN.
  if (isNegated && !isEqual && !(isFinite(a, known) && isFinite(b, known))) return;
  const isWhole = polynomialOf(left, known, lengths) !== undefined && polynomialOf(right, known, lengths) !== undefined;
  const gap = constantPolynomial(isWhole ? 1 : 0);
  const facts: Polynomial[] = [];
  if (operator === "<") facts.push(difference(difference(b, a), gap));
  else if (operator === ">") facts.push(difference(difference(a, b), gap));
  else if (operator === "<=") facts.push(difference(b, a));
  else if (operator === ">=") facts.push(difference(a, b));
  else if (isEqual) facts.push(difference(a, b), difference(b, a));
  else return;
  known.facts.push(...facts);
  for (const fact of facts) for (const atom of atomsOf(fact)) known.finite.add(atom);
}

/** `a >= b` as a polynomial that is not negative. */
export function atLeast(a: Polynomial, b: Polynomial): Polynomial {
  return difference(a, b);
}

/** What the counter of a loop stays below, if the loop runs at all. */
export function upperBounds(
  hi: Expression,
  lo: Polynomial | undefined,
  known: Known,
  lengths: Lengths,
): readonly Polynomial[] {
  const recur = (operand: Expression): readonly Polynomial[] => upperBounds(operand, lo, known, lengths);
  if (hi.kind === "math" && hi.name === "min") return hi.operands.flatMap(recur);
  const startsAtZero = lo !== undefined && followsFrom(lo, known.facts);
  if (hi.kind === "math" && hi.name === "max" && startsAtZero) {
    const [zero, other] = hi.operands;
    return zero.kind === "constant" && zero.value === 0 ? recur(other) : [];
  }
  const whole = polynomialOf(hi, known, lengths);
  const clamped =
    hi.kind === "read" && startsAtZero ? known.values.get(clampedAtom(atomOf(hi.variable, lengths))) : undefined;
  return [whole, clamped].filter((bound) => bound !== undefined);
}
