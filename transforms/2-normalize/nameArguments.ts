import { read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { rewrite, subexpressions, update } from "../ir/visit.ts";

/**
 * Names the arguments of calls that read memory after the parameters they are for. The backward call needs the same arguments as the forward one, before
 * it has restored what the callee wrote; a variable it finds restored. A primitive writes nothing.
 */
export function nameArguments(fn: ir.FunctionIR, functions: ReadonlyMap<string, ir.FunctionIR>): ir.FunctionIR {
  const body = rewrite(fn.body, (s) => {
    if (s.kind !== "call") return [s];
    const callee = functions.get(s.callee);
    return callee?.primitive ? [s] : named(s, callee?.parameters ?? []);
  });
  return { ...fn, body };
}

function named(call: ir.Call, parameters: readonly ir.Variable[]): ir.Block {
  const before: ir.Statement[] = [];
  const passed = call.arguments.map((argument, i) => {
    if (!readsMemory(argument)) return argument;
    const temporary = variable(parameters.at(i)?.name ?? "argument", typeOf(argument));
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
