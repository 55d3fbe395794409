/** Questions about expressions alone: equality, how two indices differ, how much there is to read. */
import type * as ir from "../../ir/ir.ts";
import { calledFunction, isNumber, sameType, typeOf } from "../../ir/build.ts";
import { operandsOf, subexpressions } from "../../ir/visit.ts";

/** Structural equality: the two give the same value wherever both are evaluated in the same store. */
export function sameExpression(a: ir.Expression, b: ir.Expression): boolean {
  if (a === b) return true;
  if (!sameNode(a, b)) return false;
  const left = operandsOf(a);
  const right = operandsOf(b);
  return left.length === right.length && left.every((operand, i) => sameExpression(operand, right[i]));
}

function sameNode(a: ir.Expression, b: ir.Expression): boolean {
  switch (a.kind) {
    case "constant":
      return (
        b.kind === "constant" &&
        Object.is(a.value, b.value) &&
        (a.type.kind === "tensor") === (b.type.kind === "tensor")
      );
    case "read":
      return b.kind === "read" && a.variable === b.variable;
    case "global":
      return b.kind === "global" && a.name === b.name;
    case "field":
      return b.kind === "field" && a.name === b.name;
    case "unary":
      return b.kind === "unary" && a.operator === b.operator;
    case "binary":
      return b.kind === "binary" && a.operator === b.operator;
    case "math":
      return b.kind === "math" && a.name === b.name;
    case "extern":
      return b.kind === "extern" && a.text === b.text;
    case "template":
      return b.kind === "template" && a.chunks.join("\0") === b.chunks.join("\0");
    case "element":
    case "length":
    case "conditional":
    case "stop":
      return a.kind === b.kind;
    case "copy":
      return b.kind === "copy" && sameType(a.type, b.type) && !a.from === !b.from && !a.to === !b.to;
    case "zeros":
      return b.kind === "zeros" && sameType(a.type, b.type);
    case "newArray":
      return b.kind === "newArray" && sameType(a.type, b.type) && a.fill?.value === b.fill?.value;
    case "arrayLiteral":
      return b.kind === "arrayLiteral" && sameType(a.type, b.type);
    case "recordLiteral":
      return (
        b.kind === "recordLiteral" &&
        a.fields.map((field) => field.name).join() === b.fields.map((field) => field.name).join()
      );
    case "newTape":
      return false;
  }
}

/** `constant` + the sum of `coefficient * atom`. */
export interface LinearForm {
  readonly constant: number;
  readonly terms: readonly { readonly atom: ir.Expression; readonly coefficient: number }[];
}

/** An integer expression as a linear form in what it cannot look into. */
export function linearForm(expression: ir.Expression): LinearForm {
  if (expression.kind === "constant" && typeof expression.value === "number")
    return { constant: expression.value, terms: [] };
  if (expression.kind === "unary" && expression.operator === "-") return scale(linearForm(expression.operand), -1);
  if (expression.kind === "binary") {
    const { operator, left, right } = expression;
    if (operator === "+") return addForms(linearForm(left), linearForm(right));
    if (operator === "-") return addForms(linearForm(left), scale(linearForm(right), -1));
    if (operator === "*" && left.kind === "constant" && typeof left.value === "number")
      return scale(linearForm(right), left.value);
    if (operator === "*" && right.kind === "constant" && typeof right.value === "number")
      return scale(linearForm(left), right.value);
  }
  return { constant: 0, terms: [{ atom: expression, coefficient: 1 }] };
}

function scale(form: LinearForm, factor: number): LinearForm {
  return {
    constant: form.constant * factor,
    terms: form.terms.map(({ atom, coefficient }) => ({ atom, coefficient: coefficient * factor })),
  };
}

function addForms(a: LinearForm, b: LinearForm): LinearForm {
  const terms = [...a.terms];
  for (const term of b.terms) {
    const at = terms.findIndex(({ atom }) => sameExpression(atom, term.atom));
    if (at < 0) terms.push(term);
    else terms[at] = { atom: term.atom, coefficient: terms[at].coefficient + term.coefficient };
  }
  return { constant: a.constant + b.constant, terms: terms.filter(({ coefficient }) => coefficient !== 0) };
}

/** `a - b` where it is the same number whatever the variables hold. */
export function indexDifference(a: ir.Expression, b: ir.Expression): number | undefined {
  if (sameExpression(a, b)) return 0;
  if (typeOf(a).kind !== "index" || typeOf(b).kind !== "index") return undefined;
  const difference = addForms(linearForm(a), scale(linearForm(b), -1));
  return difference.terms.length === 0 ? difference.constant : undefined;
}

/** Whether the two expressions are different integers in every store. */
export function surelyDifferent(a: ir.Expression, b: ir.Expression): boolean {
  const difference = indexDifference(a, b);
  return difference !== undefined && difference !== 0;
}

/** How many operators and calls there are to read. */
export function operatorCount(expression: ir.Expression): number {
  let count = 0;
  for (const node of subexpressions(expression))
    if (node.kind === "unary" || node.kind === "binary" || node.kind === "math" || node.kind === "conditional") count++;
  return count;
}

/** About how many characters the expression takes in the output. */
export function textWidth(expression: ir.Expression): number {
  const operands = operandsOf(expression).reduce((sum, operand) => sum + textWidth(operand), 0);
  switch (expression.kind) {
    case "constant":
      return String(expression.value).length;
    case "read":
      return expression.variable.name.length;
    case "global":
      return expression.name.length;
    case "field":
      return operands + expression.name.length + 1;
    case "element":
      return operands + 2;
    case "length":
      return operands + ".length".length;
    case "unary":
      return operands + 1;
    case "binary":
      return operands + expression.operator.length + 2 + (expression.left.kind === "binary" ? 1 : 0);
    case "conditional":
      return operands + " ?  : ".length;
    case "math":
      return operands + expression.name.length + "Math.()".length + 2 * (expression.operands.length - 1);
    case "extern":
      return (
        operands +
        expression.text.replace(calledFunction, "").length +
        8 * (expression.text.match(calledFunction)?.length ?? 0)
      );
    default:
      return operands + 10;
  }
}

/** A constant or a variable: repeating it costs nothing. */
export function isTrivial(expression: ir.Expression): boolean {
  return expression.kind === "constant" || expression.kind === "read" || expression.kind === "global";
}

export function isConstant(expression: ir.Expression, value: ir.Constant["value"]): boolean {
  return expression.kind === "constant" && expression.value === value;
}

/** The variable at the root of a path `v[i].name[j]`. */
export function rootOf(path: ir.Expression): ir.Variable | undefined {
  switch (path.kind) {
    case "read":
      return path.variable;
    case "element":
      return rootOf(path.array);
    case "field":
      return rootOf(path.record);
    default:
      return undefined;
  }
}

/** Whether evaluating it looks at memory (elements, fields, lengths), not at variables alone. */
export function readsMemory(expression: ir.Expression): boolean {
  for (const { kind } of subexpressions(expression))
    if (kind === "element" || kind === "field" || kind === "length" || kind === "copy" || kind === "zeros") return true;
  return false;
}

export function isNumeric(expression: ir.Expression): boolean {
  return isNumber(typeOf(expression));
}

/** The variables an expression reads. */
export function variablesOf(expression: ir.Expression): ReadonlySet<ir.Variable> {
  const found = new Set<ir.Variable>();
  for (const node of subexpressions(expression)) if (node.kind === "read") found.add(node.variable);
  return found;
}
