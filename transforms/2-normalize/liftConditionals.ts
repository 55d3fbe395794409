import { binary, constant, join, read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { rewrite, update } from "../ir/visit.ts";
import { carries, hoist, mapCarrying, type Before } from "./hoist.ts";

/**
 * A conditional expression through which a derivative flows becomes an `if` statement with a temporary, so that the
 * adjoint of a branch is computed only where the branch was taken. `a ?? b` is such a conditional too.
 */
export function liftConditionals(fn: ir.FunctionIR): ir.FunctionIR {
  return update(fn, { body: liftIn(fn.body) });
}

function liftIn(block: ir.Block): ir.Block {
  return hoist(rewrite(block, splitAssignment), lift);
}

/** `v = c ? a : b` needs no temporary: each branch assigns `v`. */
function splitAssignment(statement: ir.Statement): readonly ir.Statement[] {
  const target =
    statement.kind === "let" ? read(statement.variable) : statement.kind === "set" ? statement.target : undefined;
  const value = statement.kind === "let" || statement.kind === "set" ? statement.value : undefined;
  if (target?.kind !== "read" || !value || !carries(value)) return [statement];
  const conditional = asConditional(value) ?? outside(statement);
  if (!conditional) return [statement];
  const { origin, derived } = statement;
  const branch = (chosen: ir.Expression): ir.Block =>
    splitAssignment({ kind: "set", target, value: chosen, origin, derived });
  const choice: ir.Statement = {
    kind: "if",
    test: conditional.test,
    then: branch(conditional.whenTrue),
    else: branch(conditional.whenFalse),
    origin,
    derived,
  };
  return statement.kind === "let" ? [{ kind: "let", variable: statement.variable, origin, derived }, choice] : [choice];
}

function lift(expression: ir.Expression, before: Before, statement: ir.Statement): ir.Expression {
  const conditional = asConditional(expression);
  if (!conditional) return mapCarrying(expression, (operand) => lift(operand, before, statement));
  const { test, whenTrue, whenFalse } = conditional;
  const type = join(present(typeOf(whenTrue)), present(typeOf(whenFalse)));
  const { origin, derived } = statement;
  const chosen = variable(statement.kind === "let" ? statement.variable.name : "chosen", type);
  const branch = (value: ir.Expression): ir.Block =>
    liftIn([{ kind: "set", target: read(chosen), value, origin, derived }]);
  before(
    { kind: "let", variable: chosen, derived },
    { kind: "if", test, then: branch(whenTrue), else: branch(whenFalse), derived },
  );
  return read(chosen);
}

/** `const next = x.at(i + 1)`: what may be missing is looked up where it is there, so that its adjoint goes nowhere else. */
function outside(statement: ir.Statement): ir.Conditional | undefined {
  if (statement.kind !== "let" || statement.variable.type.kind !== "maybe") return undefined;
  const { value } = statement;
  if (value?.kind !== "element" || typeOf(value).kind === "maybe") return undefined;
  const test = binary("!=", value, constant(undefined));
  return { kind: "conditional", test, whenTrue: value, whenFalse: constant(undefined) };
}

function asConditional(expression: ir.Expression): ir.Conditional | undefined {
  if (expression.kind === "conditional") return expression;
  if (expression.kind !== "binary" || expression.operator !== "??") return undefined;
  const test = binary("!=", expression.left, constant(undefined));
  return { kind: "conditional", test, whenTrue: expression.left, whenFalse: expression.right };
}

function present(type: ir.Type): ir.Type {
  return type.kind === "maybe" ? type.of : type;
}
