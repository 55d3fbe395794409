/** Calls of primitives become expressions, which can be nested like any other. */
import type * as ir from "../ir/ir.ts";
import { rewrite, update } from "../ir/visit.ts";
import type { Pass } from "./pass.ts";

/**
 * A primitive has no effect, so its call may stand wherever its value is used. Only what is written may hold such
 * expressions: a derivative passes through calls, not through texts.
 */
export const express: Pass = (fn, { program }) => {
  const body = rewrite(fn.body, (statement) => {
    if (statement.kind !== "call" || statement.results.length !== 1) return [statement];
    if (!program.functions.get(statement.callee)?.primitive) return [statement];
    const { results, origin, derived } = statement;
    const value = callOf(statement, results[0].type);
    return [{ kind: "let", variable: results[0], value, ...(origin && { origin }), ...(derived && { derived }) }];
  });
  return update(fn, { body });
};

function callOf(call: ir.Call, type: ir.Type): ir.Extern {
  const last = call.arguments.map(isLeftOut).lastIndexOf(false);
  const operands = call.arguments.slice(0, last + 1);
  const list = operands.map((_, i) => `$${i}`).join(", ");
  return { kind: "extern", text: `@call{${call.callee}}(${list})`, operands, type };
}

function isLeftOut(argument: ir.Expression): boolean {
  return argument.kind === "constant" && argument.value === undefined;
}
