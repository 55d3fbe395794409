/** Algebra: what is left of an expression once its constants are known. */
import type * as ir from "../ir/ir.ts";
import { constant, typeOf } from "../ir/build.ts";
import {
  declaredBy,
  mapExpression,
  mapExpressions,
  mapList,
  rewrite,
  statementsIn,
  subexpressions,
  update,
} from "../ir/visit.ts";
import type { Pass } from "./pass.ts";
import { isConstant, rootOf, sameExpression } from "./facts/algebra.ts";
import { simplifyExactly, simplifyIndex } from "./facts/exact.ts";
import { simplifySum } from "./facts/sums.ts";

/**
 * Folds constants and cancels what cancels. What computes a derivative is rewritten as real algebra and written in a
 * canonical order; primal code, tests, bounds and indices keep every bit. Branches that are never taken and loops
 * that never run go.
 */
export const fold: Pass = (fn) => {
  const isAdjoint = adjointsOf(fn);
  const body = rewrite(fn.body, (statement) => withoutIdleControl(foldStatement(statement, isAdjoint)));
  return update(fn, { body });
};

/** Whether an expression reads an adjoint: a shadow, or a value that derived code named. */
function adjointsOf(fn: ir.FunctionIR): (expression: ir.Expression) => boolean {
  const named = new Set<ir.Variable>();
  for (const statement of statementsIn(fn.body)) {
    const declares = statement.derived && (statement.kind === "let" || statement.kind === "call");
    if (declares) for (const variable of declaredBy(statement)) if (variable.role === "temporary") named.add(variable);
  }
  const isShadow = (variable: ir.Variable): boolean =>
    variable.role === "shadow" || variable.shadowOf !== undefined || named.has(variable);
  return (expression) => {
    for (const node of subexpressions(expression)) if (node.kind === "read" && isShadow(node.variable)) return true;
    return false;
  };
}

function foldStatement(statement: ir.Statement, isAdjoint: (expression: ir.Expression) => boolean): ir.Statement {
  const exact = foldExactly(statement);
  if (!exact.derived) return exact;
  switch (exact.kind) {
    case "let":
      return exact.value && isDerivative(exact.variable, exact.value)
        ? update(exact, { value: keepSame(exact.value, simplifySum(exact.value, isAdjoint)) })
        : exact;
    case "set": {
      const root = rootOf(exact.target);
      if (!root || !isDerivative(root, exact.value)) return exact;
      return update(exact, { value: keepSame(exact.value, simplifySum(exact.value, isAdjoint, exact.target)) });
    }
    case "call":
      return update(exact, {
        arguments: mapList(exact.arguments, (value) =>
          isReal(value) && isAdjoint(value) ? keepSame(value, simplifySum(value, isAdjoint)) : value,
        ),
      });
    default:
      return exact;
  }
}

/** A user's variable that derived code evaluates again must get the same bits as the first time. */
function isDerivative(root: ir.Variable, value: ir.Expression): boolean {
  return (root.role === "shadow" || root.role === "temporary" || root.shadowOf !== undefined) && isReal(value);
}

/** The old object where nothing changed, so that repeating the pass ends. */
function keepSame(before: ir.Expression, after: ir.Expression): ir.Expression {
  return sameExpression(before, after) ? before : after;
}

function isReal(value: ir.Expression): boolean {
  return typeOf(value).kind === "real" || value.kind === "constant" || typeOf(value).kind === "index";
}

// ------------------------------------------------------------------------------------------------- exact

function foldExactly(statement: ir.Statement): ir.Statement {
  const mapped = mapExpressions(statement, (expression) => mapExpression(expression, exactly));
  return mapped.kind === "for" ? update(mapped, { lo: integer(mapped.lo), hi: integer(mapped.hi) }) : mapped;
}

function exactly(node: ir.Expression): ir.Expression {
  if (node.kind === "element") return update(node, { index: integer(node.index) });
  if (node.kind === "newArray") return update(node, { length: integer(node.length) });
  return simplifyExactly(node);
}

/** Where only the integer counts, and -0 is 0. */
function integer(expression: ir.Expression): ir.Expression {
  return typeOf(expression).kind === "index" ? mapExpression(expression, simplifyIndex) : expression;
}

// ----------------------------------------------------------------------------------------- idle control flow

function withoutIdleControl(statement: ir.Statement): readonly ir.Statement[] {
  switch (statement.kind) {
    case "if":
      if (isConstant(statement.test, true)) return statement.then;
      if (isConstant(statement.test, false)) return statement.else;
      return statement.then.length + statement.else.length === 0 ? [] : [statement];
    case "for":
      return neverRuns(statement) ? [] : [statement];
    case "while": {
      if (!isConstant(statement.test, false)) return [statement];
      const { origin, derived } = statement;
      return [
        {
          kind: "let",
          variable: statement.trips,
          value: constant(0),
          ...(origin && { origin }),
          ...(derived && { derived }),
        },
      ];
    }
    default:
      return [statement];
  }
}

function neverRuns({ lo, hi }: ir.For): boolean {
  return (
    lo.kind === "constant" &&
    hi.kind === "constant" &&
    typeof lo.value === "number" &&
    typeof hi.value === "number" &&
    lo.value >= hi.value
  );
}
