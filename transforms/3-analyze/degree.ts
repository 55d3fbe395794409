/** How a value depends on the parameter in which a function may be linear. */
import { isLinearExtern, isReference, typeOf } from "../ir/build.ts";
import type { Expression, Place, Type } from "../ir/ir.ts";

/**
 * `zero`: only zeros have been seen there. `free`: whatever does not depend on the parameter. `linear`: sums of terms with
 * the parameter as a factor once.
 */
export type Degree = "zero" | "free" | "linear";

/** Thrown where a function is not linear, or cannot be seen to be. */
export class NotLinear extends Error {}

/** What holds the one or the other; a sum of both has a constant term. */
export function join(a: Degree, b: Degree): Degree {
  if (a !== b && a !== "zero" && b !== "zero") throw new NotLinear();
  return a === "zero" ? b : a;
}

/** Whether a value is a number or a tensor, which has a degree. */
export function isNumeric(type: Type): boolean {
  return type.kind === "real" || type.kind === "tensor";
}

/** The degrees that are known so far. */
export interface Known {
  /** The degree of the number in a place. */
  readonly ofPlace: (place: Place) => Degree;
  /** Whether any number that can be reached from a reference depends on the parameter. */
  readonly reachesLinear: (reference: Expression) => boolean;
}

/** The degree of a value that is no reference. Throws where it depends on the parameter in any way but linearly. */
export function degreeOf(expression: Expression, known: Known): Degree {
  const of = (operand: Expression): Degree => degreeOf(operand, known);
  switch (expression.kind) {
    case "constant":
      return expression.value === 0 ? "zero" : "free";
    case "read":
    case "element":
    case "field":
      return placeDegree(expression, known);
    case "unary":
      return expression.operator === "-" || expression.operator === "+" ? of(expression.operand) : "free";
    case "binary":
      if (expression.operator === "+" || expression.operator === "-")
        return join(of(expression.left), of(expression.right));
      if (expression.operator === "*") return product(factor(expression.left, known), factor(expression.right, known));
      return expression.operator === "/" ? product(factor(expression.left, known), "free") : "free";
    case "conditional":
      return join(of(expression.whenTrue), of(expression.whenFalse));
    case "extern":
      return isLinearExtern(expression) ? expression.operands.map(of).reduce(join) : "free";
    default:
      return "free";
  }
}

function placeDegree(place: Place, known: Known): Degree {
  const type = typeOf(place);
  const { kind } = type;
  if (!isNumeric(type) && kind !== "maybe") return "free";
  const degree = known.ofPlace(place);
  // Whether a number is there at all is no sum of terms.
  if (kind === "maybe" && degree === "linear") throw new NotLinear();
  return degree;
}

/** A zero that is written as a factor is a number like others: `0 * x` is not zero where `x` is infinite. */
function factor(expression: Expression, known: Known): Degree {
  return expression.kind === "constant" ? "free" : degreeOf(expression, known);
}

function product(a: Degree, b: Degree): Degree {
  if (a === "linear" && b === "linear") throw new NotLinear();
  if (a === "linear" || b === "linear") return "linear";
  return a === "zero" || b === "zero" ? "zero" : "free";
}

/** The operands of an expression that must not depend on the parameter, whatever becomes of the expression. */
export function freeOperands(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "element":
      return [expression.index];
    case "unary":
      return expression.operator === "-" || expression.operator === "+" ? [] : [expression.operand];
    case "binary":
      if (["+", "-", "*"].includes(expression.operator)) return [];
      return expression.operator === "/" ? [expression.right] : [expression.left, expression.right];
    case "conditional":
      return [expression.test];
    case "extern":
      return isLinearExtern(expression) ? [] : expression.operands;
    case "math":
      return expression.operands;
    case "stop":
      return [expression.value];
    case "template":
      return expression.values;
    case "newArray":
      return [expression.length];
    case "copy":
      return [expression.from, expression.to].filter((bound) => bound !== undefined);
    default:
      return [];
  }
}

/** Throws where a value depends on the parameter. */
export function requireFree(expression: Expression, known: Known): void {
  const depends = isReference(typeOf(expression))
    ? known.reachesLinear(expression)
    : degreeOf(expression, known) === "linear";
  if (depends) throw new NotLinear();
}
