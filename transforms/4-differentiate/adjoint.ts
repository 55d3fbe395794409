import {
  add,
  binary,
  constant,
  converted,
  divide,
  isLinearExtern,
  multiply,
  negate,
  read,
  real,
  shadowType,
  typeOf,
  variable,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { adjointName, adjointPlace, mirror, type Reversal } from "./reversal.ts";
import { partial } from "./rules/partial.ts";
import { choices } from "./rules/scalars.ts";

type Emit = (statement: ir.Statement) => void;

/**
 * The statements that pass the adjoint `d` of the value of an expression on to the variables and places it reads.
 * Partials are evaluated in the store of the backward pass. `result` is the variable that holds the value, if there is one.
 */
export function adjoint(
  reversal: Reversal,
  expression: ir.Expression,
  d: ir.Expression,
  origin?: ir.Origin,
  result?: ir.Variable,
): ir.Block {
  const statements: ir.Statement[] = [];
  pass(reversal, expression, d, (statement) => statements.push({ ...statement, origin, derived: true }), result);
  return statements;
}

function pass(reversal: Reversal, expression: ir.Expression, d: ir.Expression, emit: Emit, result?: ir.Variable): void {
  if (!dependsOnActive(reversal, expression)) return;
  switch (expression.kind) {
    case "read":
    case "element":
    case "field": {
      const place = adjointPlace(reversal, expression);
      if (place) emit({ kind: "set", target: place, value: add(place, d) });
      return;
    }
    case "unary":
      passOperand(reversal, expression.operand, expression.operator === "-" ? negate(d) : d, emit);
      return;
    case "binary":
      passBinary(reversal, expression, d, emit, result);
      return;
    case "math":
      if (Object.hasOwn(choices, expression.name)) passChoice(reversal, expression, d, emit);
      else passByRule(reversal, expression, expression.name, expression.operands, d, emit, result);
      return;
    case "extern":
      for (const operand of expression.operands) passOperand(reversal, operand, converted(d, typeOf(operand)), emit);
      return;
    default:
      throw new Error(`no adjoint of ${expression.kind}`);
  }
}

function passBinary(
  reversal: Reversal,
  expression: ir.Binary,
  d: ir.Expression,
  emit: Emit,
  result?: ir.Variable,
): void {
  const { operator, left, right } = expression;
  const [l, r] = [mirror(reversal, left), mirror(reversal, right)];
  switch (operator) {
    case "+":
      passOperand(reversal, left, d, emit);
      passOperand(reversal, right, d, emit);
      return;
    case "-":
      passOperand(reversal, left, d, emit);
      passOperand(reversal, right, negate(d), emit);
      return;
    case "*":
      passOperand(reversal, left, multiply(d, r), emit);
      passOperand(reversal, right, multiply(d, l), emit);
      return;
    case "/":
      passOperand(reversal, left, divide(d, r), emit);
      passOperand(reversal, right, negate(divide(multiply(d, l), multiply(r, r))), emit);
      return;
    default:
      passByRule(reversal, expression, operator, [left, right], d, emit, result);
  }
}

function passByRule(
  reversal: Reversal,
  expression: ir.Expression,
  name: string,
  operands: readonly ir.Expression[],
  d: ir.Expression,
  emit: Emit,
  result?: ir.Variable,
): void {
  const mirrored = operands.map((operand) => mirror(reversal, operand));
  const value = result ? mirror(reversal, read(result)) : mirror(reversal, expression);
  for (const [i, operand] of operands.entries()) {
    if (!dependsOnActive(reversal, operand)) continue;
    const factor = partial({ name, operands: mirrored, result: value }, i);
    if (factor) passOperand(reversal, operand, multiply(d, factor), emit);
  }
}

/** `max` and `min`: the adjoint goes to the chosen operand only, so that it meets no partial of the others. */
function passChoice(reversal: Reversal, expression: ir.MathCall, d: ir.Expression, emit: Emit): void {
  const { operands, name } = expression;
  if (operands.length === 1) {
    pass(reversal, operands[0], d, emit);
    return;
  }
  const mirrored = operands.map((operand) => mirror(reversal, operand));
  const branch = (operand: ir.Expression, share: ir.Expression): ir.Block => {
    const statements: ir.Statement[] = [];
    pass(reversal, operand, share, (statement) => statements.push({ ...statement, derived: true }));
    return statements;
  };
  if (operands.length === 2) {
    const half = multiply(constant(0.5), d);
    const tie: ir.Block = [...branch(operands[0], half), ...branch(operands[1], half)];
    const test = (a: number, b: number): ir.Expression => binary(choices[name], mirrored[a], mirrored[b]);
    const second: ir.Statement = { kind: "if", test: test(1, 0), then: branch(operands[1], d), else: tie };
    emit({ kind: "if", test: test(0, 1), then: branch(operands[0], d), else: [{ ...second, derived: true }] });
    return;
  }
  const value = mirror(reversal, expression);
  const isChosen = mirrored.map((operand) => binary("===", operand, value));
  const ties = isChosen
    .map((test): ir.Expression => ({ kind: "conditional", test, whenTrue: constant(1), whenFalse: constant(0) }))
    .reduce(add);
  const share = variable("share", real);
  emit({ kind: "let", variable: share, value: divide(d, ties) });
  for (const [i, operand] of operands.entries())
    emit({ kind: "if", test: isChosen[i], then: branch(operand, read(share)), else: [] });
}

/** Names the adjoint of an operand that is not a plain place, and passes it on. */
function passOperand(reversal: Reversal, operand: ir.Expression, d: ir.Expression, emit: Emit): void {
  if (!dependsOnActive(reversal, operand)) return;
  const isPlace = operand.kind === "read" || operand.kind === "element" || operand.kind === "field";
  if (isPlace || d.kind === "read" || d.kind === "constant") {
    pass(reversal, operand, d, emit);
    return;
  }
  const named = variable(operandName(operand), typeOf(d));
  emit({ kind: "let", variable: named, value: d });
  pass(reversal, operand, read(named), emit);
}

function operandName(operand: ir.Expression): string {
  if (operand.kind === "math") return adjointName(operand.name);
  if (operand.kind !== "binary") return "dNegative";
  const names: Partial<Record<ir.BinaryOperator, string>> = {
    "+": "dSum",
    "-": "dDifference",
    "*": "dProduct",
    "/": "dQuotient",
    "**": "dPower",
  };
  return names[operand.operator] ?? "dOperand";
}

/** Whether a derivative flows through the expression. */
export function dependsOnActive(reversal: Pick<Reversal, "isActive">, expression: ir.Expression): boolean {
  switch (expression.kind) {
    case "read":
      return reversal.isActive(expression.variable);
    case "element":
      return shadowType(typeOf(expression)) !== undefined && dependsOnActive(reversal, expression.array);
    case "field":
      return shadowType(typeOf(expression)) !== undefined && dependsOnActive(reversal, expression.record);
    case "unary":
      return (
        (expression.operator === "-" || expression.operator === "+") && dependsOnActive(reversal, expression.operand)
      );
    case "binary":
      return (
        ["+", "-", "*", "/", "%", "**"].includes(expression.operator) &&
        (dependsOnActive(reversal, expression.left) || dependsOnActive(reversal, expression.right))
      );
    case "math":
      return expression.operands.some((operand) => dependsOnActive(reversal, operand));
    case "extern":
      return isLinearExtern(expression) && expression.operands.some((operand) => dependsOnActive(reversal, operand));
    default:
      return false;
  }
}
