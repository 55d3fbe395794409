/** Constants and copies go forward: what a variable is known to hold is read instead of it. */
import { variablesWritten } from "../3-analyze/cells.ts";
import { constant, negate } from "../ir/build.ts";
import type { Binary, Block, Constant, Expression, For, If, Read, Statement, Variable, While } from "../ir/ir.ts";
import { declaredBy, mapExpression, mapExpressions, statementsIn, update } from "../ir/visit.ts";
import { isConstant, sameExpression } from "./facts/algebra.ts";
import { simplifyExactly } from "./facts/exact.ts";
import type { Pass } from "./pass.ts";

/** What variables hold at a point of the program. A value is forgotten as soon as the variable it reads is written. */
type Values = Map<Variable, Constant | Read>;

/**
 * Reaching values on structured code: before a loop what its body writes is forgotten, after an `if` only that is known
 * which both branches agree on. Variables the user named stay as they are, so that the output keeps the names.
 */
export const propagate: Pass = (fn) => update(fn, { body: propagateBlock(fn.body, new Map()) });

/** `values` is what is known before the block, and then what is known after it. */
function propagateBlock(block: Block, values: Values): Block {
  const result = block.flatMap((statement) => propagateStatement(statement, values));
  return result.length === block.length && result.every((statement, i) => statement === block[i]) ? block : result;
}

function propagateStatement(statement: Statement, values: Values): readonly Statement[] {
  switch (statement.kind) {
    case "if":
      return [propagateIf(statement, values)];
    case "for":
    case "while":
      return [propagateLoop(statement, values)];
    case "scope":
      throw new Error("values are propagated in core form only");
    default:
      return propagateSimple(statement, values);
  }
}

function propagateSimple(statement: Statement, values: Values): readonly Statement[] {
  const known = withKnownValues(statement, values);
  const written = variablesWritten(known);
  for (const variable of written) forget(variable, values);
  if (known.kind === "set" && sameExpression(known.target, known.value)) return [];
  const isAssignment = known.kind === "let" || (known.kind === "set" && known.target.kind === "read");
  if (isAssignment && known.value) learn(written[0], known.value, values);
  return [known];
}

function withKnownValues(statement: Statement, values: Values): Statement {
  return mapExpressions(statement, (expression) =>
    mapExpression(expression, (node) => {
      const known = node.kind === "read" ? (values.get(node.variable) ?? node) : node;
      const exact = known === node && node.kind === "read" ? node : simplifyExactly(known);
      return statement.derived ? simplifyAdjoint(exact) : exact;
    }),
  );
}

function learn(variable: Variable, value: Expression, values: Values): void {
  if (variable.role !== "temporary" && variable.role !== "shadow") return;
  // A constant without a value would take the type from `x ?? 0`.
  if (value.kind === "constant" && value.value !== null && value.value !== undefined) values.set(variable, value);
  if (value.kind === "read" && value.variable !== variable && value.variable.role !== "tape")
    values.set(variable, value);
}

function forget(variable: Variable, values: Values): void {
  values.delete(variable);
  for (const [holder, value] of values) if (value.kind === "read" && value.variable === variable) values.delete(holder);
}

/** Variables a block declares mean nothing after it, though what is declared outside may have become a copy of one. */
function leave(block: Block, values: Values): void {
  for (const statement of statementsIn(block)) for (const variable of declaredBy(statement)) forget(variable, values);
}

function propagateIf(statement: If, values: Values): Statement {
  const known = withKnownValues(statement, values) as If;
  const valuesElse = new Map(values);
  const then = propagateBlock(known.then, values);
  const otherwise = propagateBlock(known.else, valuesElse);
  leave(known.then, values);
  leave(known.else, valuesElse);
  if (neverEnds(known.then)) {
    values.clear();
    for (const [variable, value] of valuesElse) values.set(variable, value);
  } else if (!neverEnds(known.else)) {
    for (const [variable, value] of values) {
      const other = valuesElse.get(variable);
      if (!other || !sameExpression(value, other)) values.delete(variable);
    }
  }
  return update(known, { then, else: otherwise });
}

function neverEnds(block: Block): boolean {
  return block.at(-1)?.kind === "throw";
}

function propagateLoop(statement: For | While, values: Values): Statement {
  for (const nested of statementsIn([statement]))
    for (const variable of variablesWritten(nested)) forget(variable, values);
  // What is known now holds before every iteration, so it also fits the bounds and the test.
  const known = withKnownValues(statement, values) as For | While;
  return update(known, { body: propagateBlock(known.body, new Map(values)) });
}

/** Identities of real numbers, which hold in derived code: an adjoint that is zero is absent. */
function simplifyAdjoint(node: Expression): Expression {
  if (node.kind === "unary" && node.operator === "-") {
    if (isConstant(node.operand, 0)) return node.operand;
    return node.operand.kind === "unary" && node.operand.operator === "-" ? node.operand.operand : node;
  }
  return node.kind === "binary" ? simplifyAdjointBinary(node) : node;
}

function simplifyAdjointBinary(node: Binary): Expression {
  const { operator, left, right } = node;
  const [zeroLeft, zeroRight] = [isConstant(left, 0), isConstant(right, 0)];
  switch (operator) {
    case "+":
      return zeroLeft ? right : zeroRight ? left : node;
    case "-":
      return zeroRight ? left : zeroLeft ? simplifyAdjoint(negate(right)) : node;
    case "*":
      if (zeroLeft || zeroRight) return constant(0);
      return isConstant(left, 1) ? right : isConstant(right, 1) ? left : node;
    case "/":
      if (zeroLeft && !zeroRight) return constant(0);
      return isConstant(right, 1) ? left : node;
    default:
      return node;
  }
}
