import { notYet } from "../diagnostics/catalog.ts";
import { DifferentiationError } from "../diagnostics/diagnostic.ts";
import type * as ir from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import { reachable } from "./activity-context.ts";

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/** The first effect (it logs, it draws a random number) of a function and all it calls: it must happen only once. */
export function firstEffect(functions: Functions, fn: ir.FunctionIR): ir.Statement | undefined {
  for (const key of reachable(functions, fn.key))
    for (const s of statementsIn(functions.get(key)?.body ?? [])) if (s.kind === "effect") return s;
  return undefined;
}

/** Refuses a function with effects for a derivative (`what`) that runs it more than once. */
export function assertRepeatable(functions: Functions, fn: ir.FunctionIR, what: string, wayOut: string): void {
  const effect = firstEffect(functions, fn);
  if (!effect) return;
  const problem = `${what} of a function that logs or draws random numbers`;
  throw new DifferentiationError([notYet(effect.origin ?? fn.origin, problem, wayOut)]);
}

/** Whether a function holds the pullback of a `vjp`: then it can be written, but neither differentiated nor simplified. */
export function holdsPullback(functions: Functions, { body }: ir.FunctionIR): boolean {
  for (const s of statementsIn(body))
    if (s.kind === "call" && functions.get(s.callee)?.derivation?.mode === "vjp") return true;
  return false;
}

/** What holds a pullback is a derivative of a function that must not run again: it has no derivative itself. */
export function assertNoPullback(functions: Functions, entry: string): void {
  for (const key of reachable(functions, entry)) {
    const fn = functions.get(key);
    if (!fn?.derivation || !holdsPullback(functions, fn)) continue;
    const what = `a derivative of \`${fn.derivation.mode}\` of a function that logs or draws random numbers`;
    const effect = firstEffect(functions, functions.get(fn.derivation.of) ?? fn);
    throw new DifferentiationError([
      notYet(effect?.origin ?? fn.origin, what, "pass the random numbers as a parameter"),
    ]);
  }
}
