import { isAllocation, read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { statementsIn, update } from "../ir/visit.ts";
import { hoist, mapCarrying, type Before } from "./hoist.ts";

/**
 * Gives the result of every expensive operation a name of its own, and every new object that is stored somewhere.
 * So a partial that uses the result (`exp`, `tanh`) reads it instead of computing it again, and a result that its
 * own assignment overwrites is still there.
 */
export function nameExpensive(fn: ir.FunctionIR): ir.FunctionIR {
  const assigned = new Set<ir.Variable>();
  for (const statement of statementsIn(fn.body)) {
    if ((statement.kind === "set" || statement.kind === "restore") && statement.target.kind === "read")
      assigned.add(statement.target.variable);
  }
  const name = (
    expression: ir.Expression,
    before: Before,
    statement: ir.Statement,
    outermost: boolean,
  ): ir.Expression => {
    const mapped = mapCarrying(expression, (operand) => name(operand, before, statement, false));
    if (!isExpensive(mapped) && !isAllocation(mapped)) return mapped;
    if (outermost && statement.kind === "let" && !assigned.has(statement.variable)) return mapped;
    const result = variable(wish(mapped), typeOf(mapped));
    before({ kind: "let", variable: result, value: mapped, ...(statement.derived && { derived: true }) });
    return read(result);
  };
  return update(fn, {
    body: hoist(fn.body, (expression, before, statement) => name(expression, before, statement, true)),
  });
}

/** Functions of `Math` so cheap that computing them again costs less than keeping the result. */
const cheap: ReadonlySet<string> = new Set(["abs", "max", "min", "floor", "ceil", "round", "trunc", "sign", "fround"]);

/** Whether the result is worth keeping. A power with a small constant exponent is a few products. */
export function isExpensive(expression: ir.Expression): boolean {
  if (expression.kind === "math") return !cheap.has(expression.name);
  if (expression.kind !== "binary" || expression.operator !== "**") return false;
  const exponent = expression.right;
  return !(exponent.kind === "constant" && typeof exponent.value === "number" && [0, 1, 2, 3].includes(exponent.value));
}

function wish(expression: ir.Expression): string {
  if (expression.kind === "math")
    return { exp: "e", sqrt: "root", pow: "power", hypot: "r" }[expression.name] ?? expression.name;
  return expression.kind === "binary" ? "power" : "fresh";
}
