import { effectsOf } from "../3-analyze/effects.ts";
import { notYet } from "../diagnostics/catalog.ts";
import { DifferentiationError } from "../diagnostics/diagnostic.ts";
import type * as ir from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import { reachable } from "./activity-context.ts";

/**
 * Refuses a function that logs or draws random numbers, for a derivative (`what`) that runs it more than once: the
 * effects would be repeated, and the numbers drawn anew.
 */
export function assertRepeatable(functions: ReadonlyMap<string, ir.FunctionIR>, fn: ir.FunctionIR, what: string): void {
  for (const key of reachable(functions, fn.key)) {
    for (const s of statementsIn(functions.get(key)?.body ?? [])) {
      if (s.kind !== "effect") continue;
      const problem = `\`${what}\` of a function that logs or draws random numbers`;
      throw new DifferentiationError([notYet(s.origin ?? fn.origin, problem, "use `grad` or `valueAndGrad`")]);
    }
  }
}

/** Refuses a function that writes into its arguments, where the primal itself is called on them. */
export function assertLeavesArguments(
  functions: ReadonlyMap<string, ir.FunctionIR>,
  fn: ir.FunctionIR,
  what: string,
): void {
  if (effectsOf({ functions })(fn.key).writes.size === 0) return;
  throw new DifferentiationError([
    notYet(fn.origin, `\`${what}\` of a function that writes into its arguments`, "let it work on a copy: `x.slice()`"),
  ]);
}
