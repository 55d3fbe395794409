/** What is left behind by a call of a derivative. */
import { forwardResults, isReference, typeOf } from "../ir/build.ts";
import type { Effect, FunctionIR } from "../ir/ir.ts";
import { calleesIn, statementsIn } from "../ir/visit.ts";
import { isOwnFile } from "../own-package.ts";

/**
 * Whether a derivative makes tensors, and none of them can be reached once it has returned but from its result and its
 * arguments. Functions write no memory but these (CT2012), so what is left are pullbacks, which hold what was recorded; primitives
 * of the user's, whose bodies are not looked into; and logs of tensors and records, which a debugger shows later.
 */
export function keepsTensorsInside(entry: FunctionIR, functions: ReadonlyMap<string, FunctionIR>): boolean {
  if (entry.derivation?.mode === "vjp") return false;
  const reached = new Map([[entry.key, entry]]);
  for (const fn of reached.values())
    for (const key of calleesIn(fn)) {
      const callee = functions.get(key);
      if (!callee) return false;
      reached.set(key, callee);
    }
  const all = [...reached.values()];
  return (
    all.some((fn) => fn.primitive) && all.every((fn) => (fn.primitive ? isOwnFile(fn.file) : logsNoReferences(fn)))
  );
}

function logsNoReferences(fn: FunctionIR): boolean {
  const effects = [...statementsIn(fn.body)].filter((statement): statement is Effect => statement.kind === "effect");
  const operands = effects.flatMap((effect) => (effect.text === forwardResults ? [] : effect.operands));
  return operands.every(
    (operand) => !["tensor", "opaque"].includes(typeOf(operand).kind) && !isReference(typeOf(operand)),
  );
}
