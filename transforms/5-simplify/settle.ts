/** Decides where the adjoint of a tensor may still be `zero`. */
import { variablesWritten } from "../3-analyze/cells.ts";
import { constant, tensorSum, tensorZeros } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { declaredBy, mapExpression, mapExpressions, statementsIn, update } from "../ir/visit.ts";
import { isConstant } from "./facts/algebra.ts";
import type { Pass } from "./pass.ts";

/** The variables that certainly hold a tensor with a shape. */
type Shaped = Set<ir.Variable>;

/**
 * Where an adjoint certainly has a shape, `d !== zero` is true, and zeros added to it are nothing. What a function is
 * given, what a call returns and what stands in memory always has one; a variable loses it when `zero` is assigned.
 */
export const settle: Pass = (fn) =>
  update(fn, { body: settleBlock(fn.body, new Set(fn.parameters.filter(({ type }) => type.kind === "tensor"))) });

/** `shaped` is what is known before the block, and then what is known after it. */
function settleBlock(block: ir.Block, shaped: Shaped): ir.Block {
  const settled = block.flatMap((statement) => settleStatement(statement, shaped));
  return settled.length === block.length && settled.every((statement, i) => statement === block[i]) ? block : settled;
}

function settleStatement(statement: ir.Statement, shaped: Shaped): ir.Block {
  switch (statement.kind) {
    case "if":
      return settleIf(statement, shaped);
    case "for":
    case "while":
      return [settleLoop(statement, shaped)];
    default: {
      const known = withKnown(statement, shaped);
      for (const variable of variablesWritten(known)) {
        if (variable.type.kind === "tensor" && isGivenShape(known, shaped)) shaped.add(variable);
        else shaped.delete(variable);
      }
      return [known];
    }
  }
}

function isGivenShape(statement: ir.Statement, shaped: Shaped): boolean {
  if (statement.kind === "call") return true;
  return (statement.kind === "let" || statement.kind === "set") && statement.value !== undefined
    ? hasShape(statement.value, shaped)
    : false;
}

/** Whether the value of an adjoint certainly has a shape, where these variables have one. */
export function hasShape(value: ir.Expression, shaped: ReadonlySet<ir.Variable>): boolean {
  switch (value.kind) {
    case "read":
      return shaped.has(value.variable);
    case "element":
    case "field":
      return true;
    case "extern":
      if (value.text === tensorSum) return value.operands.some((operand) => hasShape(operand, shaped));
      return value.text === tensorZeros ? hasShape(value.operands[0], shaped) : true;
    default:
      return false;
  }
}

function settleIf(statement: ir.If, shaped: Shaped): ir.Block {
  const known = withKnown(statement, shaped) as ir.If;
  if (isConstant(known.test, true)) return settleBlock(known.then, shaped);
  const inElse = new Set(shaped);
  const then = settleBlock(known.then, withFact(known.test, shaped));
  const otherwise = settleBlock(known.else, inElse);
  for (const variable of shaped) if (!inElse.has(variable)) shaped.delete(variable);
  return [update(known, { then, else: otherwise })];
}

/** In the branch of `d !== zero` the adjoint has a shape. What is only known there is forgotten behind it, as the other branch does not know it. */
function withFact(test: ir.Expression, shaped: Shaped): Shaped {
  const tested = test.kind === "binary" && test.operator === "!==" && isZero(test.right) ? test.left : undefined;
  if (tested?.kind === "read") shaped.add(tested.variable);
  return shaped;
}

function settleLoop(loop: ir.For | ir.While, shaped: Shaped): ir.Statement {
  // What has a shape before the loop has it in every iteration, unless the body takes it away.
  for (;;) {
    const atEnd = new Set(shaped);
    settleBlock(loop.body, atEnd);
    const lost = [...shaped].filter((variable) => !atEnd.has(variable));
    if (lost.length === 0) break;
    for (const variable of lost) shaped.delete(variable);
  }
  const known = withKnown(loop, shaped) as ir.For | ir.While;
  const body = settleBlock(loop.body, new Set(shaped));
  for (const nested of statementsIn(loop.body)) for (const variable of declaredBy(nested)) shaped.delete(variable);
  return update(known, { body });
}

function withKnown(statement: ir.Statement, shaped: Shaped): ir.Statement {
  return mapExpressions(statement, (expression) => mapExpression(expression, (node) => settled(node, shaped)));
}

function settled(node: ir.Expression, shaped: Shaped): ir.Expression {
  if (node.kind === "binary" && node.operator === "!==" && isZero(node.right))
    return hasShape(node.left, shaped) ? constant(true) : node;
  if (node.kind !== "extern" || node.text !== tensorSum) return node;
  const [left, right] = node.operands;
  if (isZeros(left) && hasShape(right, shaped)) return right;
  return isZeros(right) && hasShape(left, shaped) ? left : node;
}

function isZero(expression: ir.Expression): boolean {
  return expression.kind === "constant" && expression.type.kind === "tensor" && isConstant(expression, 0);
}

function isZeros(expression: ir.Expression): boolean {
  return expression.kind === "extern" && expression.text === tensorZeros;
}
