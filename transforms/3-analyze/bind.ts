/** What is known of a variable once it was given a value. */
import { isAllocation, isNumber, isReference } from "../ir/build.ts";
import type { Expression, Variable } from "../ir/ir.ts";
import {
  atomOf,
  clampedAtom,
  copyKnown,
  forgetVariable,
  isFinite,
  lengthAtom,
  lengthOfArray,
  polynomialOf,
  termOf,
  type Known,
  type Lengths,
} from "./integers.ts";
import { sizeOf } from "./lengths.ts";
import { length } from "./memory.ts";
import { atomPolynomial, atomsOf, difference, replaceAtom, type Polynomial } from "./polynomials.ts";

/** Gives a variable a value. */
export function bind(variable: Variable, value: Expression, known: Known, lengths: Lengths): void {
  const atom = atomOf(variable, lengths);
  if (isReference(variable.type)) {
    const size = isAllocation(value) ? sizeOf(value, known, lengths) : lengthOfArray(value, known, lengths);
    forgetVariable(variable, known, lengths);
    if (value.kind === "newArray" && size) noteMade(size, value.length, known);
    const mark = lengths.classes.classOf(variable).written.has(length) ? "~" : "";
    if (size && ![...atomsOf(size)].some((each) => each.includes(atom)))
      known.values.set(lengthAtom(atom) + mark, size);
    return;
  }
  if (!isNumber(variable.type)) return;
  const made = termOf(value, known, lengths);
  if (made && [...atomsOf(made)].includes(atom)) {
    shift(variable, made, known, lengths);
    return;
  }
  const limits = made ? [] : limitsOf(value, known, lengths);
  forgetVariable(variable, known, lengths);
  const isOwn = (polynomial: Polynomial): boolean => [...atomsOf(polynomial)].some((each) => each.includes(atom));
  if (made && !isOwn(made)) known.values.set(atom, made);
  for (const limit of limits) if (!isOwn(limit.than)) known.facts.push(factOf(atom, limit));
  const [zero, clamped] = limits;
  if (zero?.sign === 1 && zero.than.size === 0 && limits.length === 2 && !isOwn(clamped.than))
    known.values.set(clampedAtom(atom), clamped.than);
}

interface Limit {
  readonly sign: 1 | -1;
  readonly than: Polynomial;
}

function factOf(atom: string, { sign, than }: Limit): Polynomial {
  return sign > 0 ? difference(atomPolynomial(atom), than) : difference(than, atomPolynomial(atom));
}

/** `Math.max` is at least each operand, `Math.min` at most. */
function limitsOf(value: Expression, known: Known, lengths: Lengths): readonly Limit[] {
  if (value.kind !== "math" || (value.name !== "max" && value.name !== "min")) return [];
  const sign = value.name === "max" ? 1 : -1;
  return value.operands.flatMap((operand) => {
    const than = polynomialOf(operand, known, lengths);
    return than ? [{ sign, than } as const] : [];
  });
}

/** `i = i + 1`: what was known of `i` is now known of `i - 1`. */
function shift(variable: Variable, made: Polynomial, known: Known, lengths: Lengths): void {
  const atom = atomOf(variable, lengths);
  const step = difference(made, atomPolynomial(atom));
  if ([...atomsOf(step)].some((each) => each.includes(atom))) {
    forgetVariable(variable, known, lengths);
    return;
  }
  const before = difference(atomPolynomial(atom), step);
  const old = copyKnown(known);
  forgetVariable(variable, known, lengths);
  const isPlain = (polynomial: Polynomial): boolean =>
    [...atomsOf(polynomial)].every((each) => each === atom || !each.includes(atom));
  const mentions = (polynomial: Polynomial): boolean => atomsOf(polynomial).has(atom);
  for (const fact of old.facts) if (mentions(fact) && isPlain(fact)) known.facts.push(replaceAtom(fact, atom, before));
  for (const [other, value] of old.values)
    if (mentions(value) && isPlain(value) && !other.includes(atom))
      known.values.set(other, replaceAtom(value, atom, before));
  if (old.finite.has(atom) && isFinite(step, known)) known.finite.add(atom);
}

/** An array of that length was made: so it is an integer, and not negative. */
function noteMade(size: Polynomial, written: Expression, known: Known): void {
  known.facts.push(size);
  for (const atom of atomsOf(size)) {
    known.finite.add(atom);
    if (written.kind !== "constant" && size.size === 1) known.integral.add(atom);
  }
}
