import { constant, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { mapExpression, mapExpressions, mapList, operandsOf, rewrite, update } from "../ir/visit.ts";

/**
 * Makes expressions acceptable to the type checker: `x!` where a number is needed and `x` may be undefined as far as it
 * can tell, and no comparison of two literals.
 */
export function acceptable(fn: ir.FunctionIR, program: ir.Program): ir.Block {
  return rewrite(fn.body, (statement) => [
    withTarget(
      mapExpressions(statement, (e) => mapExpression(e, acceptableNode)),
      fn,
      program,
    ),
  ]);
}

const numeric: ReadonlySet<ir.BinaryOperator> = new Set([
  "+",
  "-",
  "*",
  "/",
  "%",
  "**",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  ">>>",
  "<",
  "<=",
  ">",
  ">=",
]);

function acceptableNode(expression: ir.Expression): ir.Expression {
  switch (expression.kind) {
    case "binary":
      if (isLiteral(expression.left) && isLiteral(expression.right)) return compared(expression);
      if (!numeric.has(expression.operator)) return expression;
      return update(expression, { left: present(expression.left), right: present(expression.right) });
    case "unary":
      return expression.operator === "!" ? expression : update(expression, { operand: present(expression.operand) });
    case "math":
      return update(expression, { operands: mapList(expression.operands, present) });
    case "conditional":
      return coalesced(expression);
    default:
      return expression;
  }
}

function isLiteral(expression: ir.Expression): expression is ir.Constant {
  return expression.kind === "constant";
}

function compared(expression: ir.Binary): ir.Expression {
  const [left, right] = operandsOf(expression) as readonly ir.Constant[];
  if (expression.operator === "===") return constant(left.value === right.value);
  return expression.operator === "!==" ? constant(left.value !== right.value) : expression;
}

/** `x != null ? x : e` is `x ?? e`. */
function coalesced(expression: ir.Conditional): ir.Expression {
  const { test, whenTrue, whenFalse } = expression;
  if (test.kind !== "binary" || test.operator !== "!=" || test.right.kind !== "constant" || test.right.value !== null)
    return expression;
  const isSame = test.left.kind === "read" && whenTrue.kind === "read" && test.left.variable === whenTrue.variable;
  return isSame ? { kind: "binary", operator: "??", left: whenTrue, right: whenFalse } : expression;
}

/** The value without the possibility of being undefined. */
function present(expression: ir.Expression): ir.Expression {
  const type = typeOf(expression);
  if (type.kind !== "maybe" || expression.kind === "extern") return expression;
  if (expression.kind === "conditional") {
    return update(expression, { whenTrue: present(expression.whenTrue), whenFalse: present(expression.whenFalse) });
  }
  return { kind: "extern", text: "$0!", operands: [expression], type: type.of };
}

function presentFor(type: ir.Type | undefined, value: ir.Expression): ir.Expression {
  return type && ["real", "index", "boolean", "string"].includes(type.kind) ? present(value) : value;
}

/** The values that a statement passes on to something that cannot be undefined. */
function withTarget(statement: ir.Statement, fn: ir.FunctionIR, program: ir.Program): ir.Statement {
  switch (statement.kind) {
    case "let":
      return statement.value
        ? update(statement, { value: presentFor(statement.variable.type, statement.value) })
        : statement;
    case "set":
      return update(statement, { value: presentFor(typeOf(statement.target), statement.value) });
    case "save":
      return update(statement, {
        value: presentFor(
          statement.tape.type.kind === "tape" ? statement.tape.type.element : undefined,
          statement.value,
        ),
      });
    case "append": {
      const array = typeOf(statement.array);
      const element = array.kind === "array" ? array.element : undefined;
      return update(statement, { value: presentFor(element, statement.value) });
    }
    case "call": {
      const parameters = program.functions.get(statement.callee)?.parameters ?? [];
      return update(statement, {
        arguments: statement.arguments.map((value, i) => presentFor(parameters.at(i)?.type, value)),
      });
    }
    case "return":
      return update(statement, { values: statement.values.map((value, i) => presentFor(fn.results.at(i), value)) });
    default:
      return statement;
  }
}
