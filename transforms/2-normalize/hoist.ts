import type * as ir from "../ir/ir.ts";
import { mapExpressions, mapOperands, rewrite } from "../ir/visit.ts";
import { shadowType, typeOf } from "../ir/build.ts";

/** Puts a statement before the one whose expression is being rebuilt. */
export type Before = (...statements: readonly ir.Statement[]) => void;

/**
 * Rebuilds those parts of a function's expressions through which a derivative can flow (not conditions, indices,
 * texts or loop bounds), and lets the rebuilding put statements before the statement at hand.
 */
export function hoist(
  block: ir.Block,
  map: (expression: ir.Expression, before: Before, statement: ir.Statement) => ir.Expression,
): ir.Block {
  return rewrite(block, (statement) => {
    if (statement.kind === "if" || statement.kind === "while" || statement.kind === "for") return [statement];
    const earlier: ir.Statement[] = [];
    const before: Before = (...statements) =>
      earlier.push(...statements.map((made) => ({ ...made, origin: made.origin ?? statement.origin })));
    const mapped = mapExpressions(statement, (expression) =>
      carries(expression) ? map(expression, before, statement) : expression,
    );
    return [...earlier, mapped];
  });
}

/** Whether a derivative, or a reference to memory with one, can flow through the expression. */
export function carries(expression: ir.Expression): boolean {
  return shadowType(typeOf(expression)) !== undefined;
}

/** Maps the operands through which a derivative can flow. */
export function mapCarrying(expression: ir.Expression, map: (operand: ir.Expression) => ir.Expression): ir.Expression {
  switch (expression.kind) {
    case "conditional":
    case "stop":
    case "extern":
    case "template":
    case "zeros":
      return expression;
    default:
      return mapOperands(expression, (operand) => (carries(operand) ? map(operand) : operand));
  }
}
