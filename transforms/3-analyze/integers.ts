/** What is known of integers at one place of a function, and expressions as polynomials over it. */
import { typeOf } from "../ir/build.ts";
import type { Expression, Variable } from "../ir/ir.ts";
import type { Classes } from "./classes.ts";
import { elements, length } from "./memory.ts";
import { followsFrom } from "./inequalities.ts";
import {
  atomPolynomial,
  atomsOf,
  constantPolynomial,
  difference,
  product,
  replaceAtom,
  sum,
  textOf,
  type Polynomial,
} from "./polynomials.ts";

/** Marks an atom that a store, a call, or a change of length may change. */
const unstable = "~";

/** Facts that hold at a place. A quantity is an *atom*: a variable, a path into memory, the length of an array. */
export interface Known {
  /** Each of them is `>= 0`. */
  facts: Polynomial[];
  /** What an atom was last set to. */
  readonly values: Map<string, Polynomial>;
  /** Atoms that are neither NaN nor infinite. */
  readonly finite: Set<string>;
  /** Real variables that hold an integer here: an array was made with so many elements. */
  readonly integral: Set<string>;
}

/** What holds everywhere in a function. */
export interface Lengths {
  readonly classes: Classes;
  readonly numbers: Map<Variable, number>;
  /** The length of every array of a class, where all of them have the same. */
  readonly ofClass: Map<number, Polynomial>;
}

export function newKnown(): Known {
  return { facts: [], values: new Map(), finite: new Set(), integral: new Set() };
}

export function copyKnown({ facts, values, finite, integral }: Known): Known {
  return { facts: [...facts], values: new Map(values), finite: new Set(finite), integral: new Set(integral) };
}

/** The atom of a variable. Variables of one name are different atoms. */
export function atomOf(variable: Variable, { numbers }: Lengths): string {
  const number = numbers.get(variable) ?? numbers.size;
  numbers.set(variable, number);
  return `${variable.name}<${String(number)}>`;
}

/** A number as a polynomial; undefined where it is none that one can compute with, or not certainly an integer. */
export function polynomialOf(expression: Expression, known: Known, lengths: Lengths): Polynomial | undefined {
  const made = termOf(expression, known, lengths);
  return made && isIntegral(expression, made, known) ? made : undefined;
}

/** The same, but a variable that need not hold an integer is an atom too. */
export function termOf(expression: Expression, known: Known, lengths: Lengths): Polynomial | undefined {
  const operand = (of: Expression): Polynomial | undefined => polynomialOf(of, known, lengths);
  switch (expression.kind) {
    case "constant":
      return typeof expression.value === "number" ? constantPolynomial(expression.value) : undefined;
    case "read":
    case "element":
    case "field": {
      const path = pathOf(expression, known, lengths);
      return path === undefined ? undefined : (known.values.get(path) ?? atomPolynomial(path));
    }
    case "length":
      return lengthOfArray(expression.array, known, lengths);
    case "unary": {
      const value = expression.operator === "-" ? operand(expression.operand) : undefined;
      return value && difference(constantPolynomial(0), value);
    }
    case "math": {
      const rounds = ["ceil", "floor", "round", "trunc"].includes(expression.name);
      return rounds ? operand(expression.operands[0]) : undefined;
    }
    case "binary": {
      const [left, right] = [operand(expression.left), operand(expression.right)];
      if (!left || !right) return undefined;
      if (expression.operator === "+") return sum(left, right);
      if (expression.operator === "-") return difference(left, right);
      if (expression.operator === "*") return product(left, right);
      return expression.operator === "%" ? remainder(left, right, known) : undefined;
    }
    default:
      return undefined;
  }
}

function isIntegral(expression: Expression, made: Polynomial, { integral }: Known): boolean {
  if (typeOf(expression).kind === "index") return true;
  return expression.kind !== "constant" && [...atomsOf(made)].every((atom) => integral.has(atom));
}

/** `a % b` for `a >= 0` and `b >= 1`: from 0 to `b - 1`. */
function remainder(left: Polynomial, right: Polynomial, known: Known): Polynomial | undefined {
  const less = difference(right, constantPolynomial(1));
  if (!followsFrom(left, known.facts) || !followsFrom(less, known.facts)) return undefined;
  const atom = `(${textOf(left)} % ${textOf(right)})`.replaceAll(" * ", "·");
  const result = atomPolynomial(atom);
  if (!known.facts.some((fact) => fact.has(atom)))
    known.facts.push(result, difference(less, result), difference(left, result));
  return result;
}

/** The length of an array: that of all arrays of its class, what it was made with, or an atom of its own. */
export function lengthOfArray(array: Expression, known: Known, lengths: Lengths): Polynomial | undefined {
  const type = typeOf(array);
  if (type.kind === "tuple") return constantPolynomial(type.elements.length);
  if (type.kind !== "array" || !isPath(array)) return undefined;
  const memory = lengths.classes.classOf(array);
  const ofClass = lengths.ofClass.get(memory.id);
  if (ofClass) return settled(ofClass, known);
  const path = pathOf(array, known, lengths);
  if (path === undefined) return undefined;
  const mark = memory.written.has(length) && !path.includes(unstable) ? unstable : "";
  const atom = lengthAtom(path + mark);
  return known.values.get(atom) ?? atomPolynomial(atom);
}

/** The same with what is known of its atoms. */
function settled(polynomial: Polynomial, { values }: Known): Polynomial {
  return [...atomsOf(polynomial)].reduce((result, atom) => {
    const value = values.get(atom);
    return value ? replaceAtom(result, atom, value) : result;
  }, polynomial);
}

export function lengthAtom(path: string): string {
  return `length ${path}`;
}

/** The key of `c` for a variable that was set to `Math.max(0, c)`. */
export function clampedAtom(atom: string): string {
  return `clamped ${atom}`;
}

function isPath(expression: Expression): boolean {
  if (expression.kind === "element") return isPath(expression.array);
  return expression.kind === "field" ? isPath(expression.record) : expression.kind === "read";
}

/** A path `v`, `v[i]`, `v.name` … as an atom. */
function pathOf(path: Expression, known: Known, lengths: Lengths): string | undefined {
  if (path.kind === "read") return atomOf(path.variable, lengths);
  if (path.kind !== "element" && path.kind !== "field") return undefined;
  const base = path.kind === "element" ? path.array : path.record;
  if (!isPath(base)) return undefined;
  const from = pathOf(base, known, lengths);
  if (from === undefined) return undefined;
  const cell = path.kind === "element" ? elements : path.name;
  const mark = lengths.classes.classOf(base).written.has(cell) ? unstable : "";
  if (path.kind === "field") return `${from}.${path.name}${mark}`;
  const index = polynomialOf(path.index, known, lengths);
  return index && `${from}[${textOf(index)}]${mark}`.replaceAll(" * ", "·");
}

/** Forgets what was known of a variable. */
export function forgetVariable(variable: Variable, known: Known, lengths: Lengths): void {
  const atom = atomOf(variable, lengths);
  forget((text) => text.includes(atom), known);
}

/** Forgets what was known of memory that may be written. */
export function forgetMemory(known: Known): void {
  forget((text) => text.includes(unstable), known);
}

function forget(isGone: (atom: string) => boolean, known: Known): void {
  const keeps = (polynomial: Polynomial): boolean => ![...polynomial.keys()].some(isGone);
  known.facts = known.facts.filter(keeps);
  for (const [atom, value] of known.values) if (isGone(atom) || !keeps(value)) known.values.delete(atom);
  for (const set of [known.finite, known.integral]) for (const atom of set) if (isGone(atom)) set.delete(atom);
}

/** Whether every quantity in it is a number that is neither NaN nor infinite. */
export function isFinite(polynomial: Polynomial, { finite }: Known): boolean {
  return [...atomsOf(polynomial)].every((atom) => atom.startsWith("length ") || finite.has(atom));
}
