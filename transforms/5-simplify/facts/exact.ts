/** Rewriting that gives the same bits for every operand, NaN and -0 included: fit for primal code. */
import type * as ir from "../../ir/ir.ts";
import { constant, multiply, subtract, tensorSum, typeOf, unary } from "../../ir/build.ts";
import { isConstant } from "./algebra.ts";

/** Simplifies one node whose operands are simplified already. */
export function simplifyExactly(node: ir.Expression): ir.Expression {
  switch (node.kind) {
    case "unary":
      return simplifyUnary(node);
    case "binary":
      return simplifyBinary(node);
    case "conditional":
      if (isConstant(node.test, true)) return node.whenTrue;
      if (isConstant(node.test, false)) return node.whenFalse;
      return node;
    case "extern":
      return node.text === tensorSum ? simplifyTensorSum(node) : node;
    default:
      return node;
  }
}

/** Zeros in the shape of a sum are nothing beside a summand that has the shape itself. */
function simplifyTensorSum(node: ir.Extern): ir.Expression {
  const [left, right] = node.operands;
  if (isConstant(left, 0)) return right;
  return isConstant(right, 0) ? left : node;
}

function simplifyUnary(node: ir.Unary): ir.Expression {
  const { operator, operand } = node;
  if (operator === "!" && operand.kind === "constant" && typeof operand.value === "boolean")
    return constant(!operand.value);
  if (operator === "!" && operand.kind === "unary" && operand.operator === "!") return operand.operand;
  if (operator === "!" && operand.kind === "binary" && operand.operator === "===")
    return { ...operand, operator: "!==" };
  if (operator === "!" && operand.kind === "binary" && operand.operator === "!==")
    return { ...operand, operator: "===" };
  if (operator !== "-") return node;
  if (operand.kind === "constant" && typeof operand.value === "number") return constant(-operand.value);
  if (operand.kind === "unary" && operand.operator === "-") return operand.operand;
  return node;
}

function simplifyBinary(node: ir.Binary): ir.Expression {
  const { operator, left, right } = node;
  if (left.kind === "constant" && right.kind === "constant") return computed(node, left.value, right.value) ?? node;
  switch (operator) {
    case "*":
      if (isConstant(left, 1)) return right;
      return isConstant(right, 1) ? left : node;
    case "/":
    case "**":
      return isConstant(right, 1) ? left : node;
    case "-":
      if (isZero(right)) return left;
      return right.kind === "unary" && right.operator === "-" ? { ...node, operator: "+", right: right.operand } : node;
    case "+":
      return right.kind === "unary" && right.operator === "-" ? subtract(left, right.operand) : node;
    case "&&":
      if (isConstant(left, true) || isConstant(left, false))
        return left.kind === "constant" && left.value ? right : left;
      return isConstant(right, true) ? left : node;
    case "||":
      if (isConstant(left, true) || isConstant(left, false))
        return left.kind === "constant" && left.value ? left : right;
      return isConstant(right, false) ? left : node;
    default:
      return node;
  }
}

/** `+0`: subtracting it changes nothing, not even -0. */
function isZero(expression: ir.Expression): boolean {
  return expression.kind === "constant" && Object.is(expression.value, 0);
}

function computed(
  { operator }: ir.Binary,
  left: ir.Constant["value"],
  right: ir.Constant["value"],
): ir.Constant | undefined {
  if (operator === "===") return constant(left === right);
  if (operator === "!==") return constant(left !== right);
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  const value = ofNumbers(operator, left, right);
  if (typeof value !== "number") return value === undefined ? undefined : constant(value);
  const whole = Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(value);
  return whole && !Object.is(value, -0) ? constant(value) : undefined;
}

function ofNumbers(operator: ir.BinaryOperator, left: number, right: number): number | boolean | undefined {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "**":
      return right >= 0 ? left ** right : undefined;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

/** Simplifies integer arithmetic a little: `i - 0`, `0 + i`, `(i - 1) + 1`. Fit for proved integers only. */
export function simplifyIndex(node: ir.Expression): ir.Expression {
  const simpler = simplifyExactly(node);
  if (simpler.kind !== "binary" || typeOf(simpler).kind !== "index") return simpler;
  const { operator, left, right } = simpler;
  if (operator === "+" && isZero(left)) return right;
  if (operator === "+" && isZero(right)) return left;
  if (operator === "*" && (isZero(left) || isZero(right))) return constant(0);
  if ((operator === "+" || operator === "-") && right.kind === "constant" && typeof right.value === "number")
    return addConstant(left, operator === "+" ? right.value : -right.value) ?? simpler;
  return operator === "*" && right.kind === "constant" && left.kind !== "constant" ? multiply(right, left) : simpler;
}

/** `expression + value` where the expression ends in a constant already. */
function addConstant(expression: ir.Expression, value: number): ir.Expression | undefined {
  if (
    expression.kind !== "binary" ||
    expression.right.kind !== "constant" ||
    typeof expression.right.value !== "number"
  )
    return undefined;
  if (expression.operator !== "+" && expression.operator !== "-") return undefined;
  return plus(
    expression.left,
    value + (expression.operator === "+" ? expression.right.value : -expression.right.value),
  );
}

/** `expression + value` of integers, written the short way. */
export function plus(expression: ir.Expression, value: number): ir.Expression {
  if (value === 0) return expression;
  return { kind: "binary", operator: value > 0 ? "+" : "-", left: expression, right: constant(Math.abs(value)) };
}

/** `!condition`, without a double negation. */
export function not(condition: ir.Expression): ir.Expression {
  return simplifyExactly(unary("!", condition));
}
