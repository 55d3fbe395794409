/**
 * Algebra of real numbers, for expressions that compute a derivative: a sum of products, put back together in the
 * order in which a person would write it. Products are never expanded over sums. A literal zero is an absent
 * adjoint, so what it multiplies is dropped.
 */
import type * as ir from "../../ir/ir.ts";
import { add, binary, constant, divide, multiply, negate, subtract } from "../../ir/build.ts";
import { mapExpression } from "../../ir/visit.ts";
import { isConstant, sameExpression } from "./algebra.ts";
import { simplifyExactly } from "./exact.ts";

/** `coefficient * factors / divisors`. */
interface Term {
  readonly coefficient: number;
  readonly factors: readonly ir.Expression[];
  readonly divisors: readonly ir.Expression[];
}

type IsAdjoint = (expression: ir.Expression) => boolean;

/** Simplifies an expression of a derived statement; `target` is what the value is stored in: it comes first in a sum. */
export function simplifySum(expression: ir.Expression, isAdjoint: IsAdjoint, target?: ir.Expression): ir.Expression {
  return rebuilt(mapExpression(expression, simplifyExactly), isAdjoint, target);
}

function rebuilt(expression: ir.Expression, isAdjoint: IsAdjoint, target?: ir.Expression): ir.Expression {
  if (expression.kind === "conditional") {
    const arm = (value: ir.Expression): ir.Expression => rebuilt(value, isAdjoint);
    return { ...expression, whenTrue: arm(expression.whenTrue), whenFalse: arm(expression.whenFalse) };
  }
  if (!isArithmetic(expression)) return expression;
  const terms = onlyGroupOpened(collect(termsOf(expression, isAdjoint)), isAdjoint);
  const own = target && terms.find((term) => term.coefficient === 1 && isJust(term, target));
  if (!target || !own) return sumOf(terms, isAdjoint);
  const rest = terms.filter((term) => term !== own);
  if (rest.length === 0) return target;
  return rest.every(({ coefficient }) => coefficient < 0)
    ? subtract(target, sumOf(rest.map(negated), isAdjoint))
    : add(target, sumOf(rest, isAdjoint));
}

function isArithmetic(expression: ir.Expression): boolean {
  if (expression.kind === "unary") return expression.operator === "-";
  return expression.kind === "binary" && ["+", "-", "*", "/"].includes(expression.operator);
}

// ------------------------------------------------------------------------------------------- taking apart

function termsOf(expression: ir.Expression, isAdjoint: IsAdjoint): readonly Term[] {
  if (expression.kind === "unary" && expression.operator === "-")
    return termsOf(expression.operand, isAdjoint).map(negated);
  if (expression.kind !== "binary" || !isSum(expression)) return [termOf(expression, isAdjoint)];
  const left = termsOf(expression.left, isAdjoint);
  const right = isGroup(expression.right, isAdjoint) ? [atom(expression.right)] : termsOf(expression.right, isAdjoint);
  return [...left, ...(expression.operator === "-" ? right.map(negated) : right)];
}

/** A sum that holds no adjoint, such as `1 - y * y`: it is read as one thing. */
function isGroup(expression: ir.Expression, isAdjoint: IsAdjoint): boolean {
  return isSum(expression) && !isAdjoint(expression);
}

function atom(expression: ir.Expression): Term {
  return { coefficient: 1, factors: [expression], divisors: [] };
}

/** `-(a - b)` by itself is `b - a`. */
function onlyGroupOpened(terms: readonly Term[], isAdjoint: IsAdjoint): readonly Term[] {
  if (terms.length !== 1) return terms;
  const [{ coefficient, factors, divisors }] = terms;
  if (Math.abs(coefficient) !== 1 || factors.length !== 1 || divisors.length > 0 || !isSum(factors[0])) return terms;
  const inner = termsOf(factors[0], isAdjoint);
  return coefficient < 0 ? inner.map(negated) : inner;
}

function negated(term: Term): Term {
  return { ...term, coefficient: -term.coefficient };
}

function termOf(expression: ir.Expression, isAdjoint: IsAdjoint): Term {
  if (expression.kind === "constant" && typeof expression.value === "number")
    return { coefficient: expression.value, factors: [], divisors: [] };
  if (expression.kind === "unary" && expression.operator === "-") return negated(termOf(expression.operand, isAdjoint));
  if (expression.kind === "binary" && expression.operator === "*")
    return product(termOf(expression.left, isAdjoint), termOf(expression.right, isAdjoint));
  if (expression.kind === "binary" && expression.operator === "/")
    return quotient(termOf(expression.left, isAdjoint), expression.right);
  // What holds no adjoint is the user's own sum: it stays as it was written.
  if (!isAdjoint(expression)) return atom(expression);
  const simpler = rebuilt(expression, isAdjoint);
  return isSum(simpler) || !isArithmetic(simpler) ? atom(simpler) : termOf(simpler, isAdjoint);
}

function product(a: Term, b: Term): Term {
  if (a.coefficient === 0 || b.coefficient === 0) return { coefficient: 0, factors: [], divisors: [] };
  const coefficient = a.coefficient * b.coefficient;
  const factors = [...a.factors, ...b.factors];
  const divisors = [...a.divisors, ...b.divisors];
  if (isShort(coefficient) || Math.abs(a.coefficient) === 1 || Math.abs(b.coefficient) === 1)
    return { coefficient, factors, divisors };
  return { coefficient: a.coefficient, factors: [constant(b.coefficient), ...factors], divisors };
}

function quotient(numerator: Term, divisor: ir.Expression): Term {
  if (divisor.kind === "constant" && typeof divisor.value === "number" && divisor.value !== 0) {
    const coefficient = numerator.coefficient / divisor.value;
    if (Number.isSafeInteger(coefficient)) return { ...numerator, coefficient };
  }
  return { ...numerator, divisors: [...numerator.divisors, divisor] };
}

/** Whether a person would write the constant: 0.1 * 3 is not one. */
function isShort(value: number): boolean {
  return String(value).length <= 8;
}

// -------------------------------------------------------------------------------------------- collecting

function collect(terms: readonly Term[]): readonly Term[] {
  const collected: Term[] = [];
  for (const term of terms) {
    const at = collected.findIndex((other) => alike(term, other) && isShort(term.coefficient + other.coefficient));
    if (at < 0) collected.push(term);
    else collected[at] = { ...collected[at], coefficient: collected[at].coefficient + term.coefficient };
  }
  return collected.filter(({ coefficient }) => coefficient !== 0);
}

function alike(a: Term, b: Term): boolean {
  return sameProduct(a.factors, b.factors) && sameProduct(a.divisors, b.divisors);
}

function sameProduct(a: readonly ir.Expression[], b: readonly ir.Expression[]): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((factor) => {
    const at = left.findIndex((other) => sameExpression(factor, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function isJust(term: Term, expression: ir.Expression): boolean {
  return term.divisors.length === 0 && term.factors.length === 1 && sameExpression(term.factors[0], expression);
}

// ------------------------------------------------------------------------------------------ putting together

function sumOf(terms: readonly Term[], isAdjoint: IsAdjoint): ir.Expression {
  if (terms.length === 0) return constant(0);
  const first = terms.findIndex(({ coefficient }) => coefficient > 0);
  if (first < 0 && terms.length === 1 && (terms[0].coefficient !== -1 || terms[0].factors.length === 0))
    return productOf(terms[0], isAdjoint);
  if (first < 0) return simplifyExactly(negate(sumOf(terms.map(negated), isAdjoint)));
  const rest = terms.filter((_, i) => i !== first);
  return rest.reduce<ir.Expression>(
    (sum, term) =>
      term.coefficient < 0 ? subtract(sum, productOf(negated(term), isAdjoint)) : add(sum, productOf(term, isAdjoint)),
    productOf(terms[first], isAdjoint),
  );
}

/** A term: constant, primal factors, adjoint, sums; all over the divisors. */
function productOf({ coefficient, factors, divisors }: Term, isAdjoint: IsAdjoint): ir.Expression {
  const rank = (factor: ir.Expression): number => {
    if (factor.kind === "constant") return 0;
    if (isSum(factor)) return 4;
    if (isAdjoint(factor)) return 3;
    return factor.kind === "math" ? 2 : 1;
  };
  const ordered = factors
    .map((factor, i) => ({ factor, i }))
    .sort((a, b) => rank(a.factor) - rank(b.factor) || a.i - b.i);
  const all = [...(coefficient === 1 ? [] : [constant(coefficient)]), ...ordered.map(({ factor }) => factor)];
  const numerator = all.length === 0 ? constant(1) : all.reduce((left, right) => multiply(left, right));
  return divisors.reduce((left, right) => divide(left, right), numerator);
}

function isSum(expression: ir.Expression): expression is ir.Binary {
  return expression.kind === "binary" && (expression.operator === "+" || expression.operator === "-");
}

/** `test ? x : false` and the like, as logic; other conditionals as they are. */
export function choice(test: ir.Expression, whenTrue: ir.Expression, whenFalse: ir.Expression): ir.Expression {
  if (isConstant(whenTrue, true) && isConstant(whenFalse, false)) return test;
  if (isConstant(whenFalse, false)) return binary("&&", test, whenTrue);
  if (isConstant(whenTrue, true)) return binary("||", test, whenFalse);
  const isPresent = test.kind === "binary" && test.operator === "!=" && isConstant(test.right, undefined);
  if (isPresent && sameExpression(test.left, whenTrue)) return binary("??", whenTrue, whenFalse);
  return { kind: "conditional", test, whenTrue, whenFalse };
}
