import { read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { rewrite, subexpressions, update } from "../ir/visit.ts";

/**
 * Names the arguments of calls that read memory. The backward call needs the same arguments as the forward one, before
 * it has restored what the callee wrote; a variable it finds restored.
 */
export function nameArguments(fn: ir.FunctionIR): ir.FunctionIR {
  return { ...fn, body: rewrite(fn.body, (statement) => (statement.kind === "call" ? named(statement) : [statement])) };
}

function named(call: ir.Call): ir.Block {
  const before: ir.Statement[] = [];
  const passed = call.arguments.map((argument) => {
    if (!readsMemory(argument)) return argument;
    const temporary = variable("argument", typeOf(argument));
    before.push({ kind: "let", variable: temporary, value: argument, ...(call.origin && { origin: call.origin }) });
    return read(temporary);
  });
  return before.length === 0 ? [call] : [...before, update(call, { arguments: passed })];
}

function readsMemory(expression: ir.Expression): boolean {
  for (const { kind } of subexpressions(expression))
    if (kind === "element" || kind === "field" || kind === "length") return true;
  return false;
}
