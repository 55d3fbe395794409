import { shadowType } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { dependsOnActive } from "./adjoint.ts";
import type { SplitSignature } from "./reversal.ts";

/** Whether variables carry derivatives; without an analysis everything that can does. */
export interface Activity {
  isActive(variable: ir.Variable): boolean;
}

export const everythingActive: Activity = { isActive: (variable) => shadowType(variable.type) !== undefined };

/** Whether anything that depends on the active variables goes into a call or comes out. */
export function carriesDerivative(activity: Activity, call: ir.Call): boolean {
  return (
    call.results.some((result) => activity.isActive(result)) ||
    call.arguments.some((argument) => dependsOnActive(activity, argument))
  );
}

/** Which parameters and results of a function carry derivatives. */
export function signatureOf(fn: ir.FunctionIR, activity: Activity): SplitSignature {
  const last = fn.body.at(-1);
  const values = last?.kind === "return" ? last.values : [];
  return {
    parameters: fn.parameters.map((parameter) => activity.isActive(parameter)),
    results: values.map((value, i) => shadowType(fn.results[i]) !== undefined && dependsOnActive(activity, value)),
  };
}

/** The functions a function calls, itself included, in the order they are met. */
export function reachable(program: ReadonlyMap<string, ir.FunctionIR>, entry: string): readonly string[] {
  const seen = new Set<string>();
  const visit = (key: string): void => {
    const fn = program.get(key);
    if (seen.has(key) || !fn) return;
    seen.add(key);
    for (const callee of calleesOf(fn)) visit(callee);
  };
  visit(entry);
  return [...seen];
}

function calleesOf(fn: ir.FunctionIR): readonly string[] {
  if (fn.primitive) return []; // whose maps are added where they are needed
  const maps = [...(fn.custom?.vjp ?? []), ...(fn.custom?.jvp ?? [])].filter((key) => key !== null);
  return [...callsIn(fn.body), ...maps];
}

export function callsIn(block: ir.Block): readonly string[] {
  return block.flatMap((s): readonly string[] => {
    switch (s.kind) {
      case "call":
        return [s.callee];
      case "if":
        return [...callsIn(s.then), ...callsIn(s.else)];
      case "for":
      case "while":
      case "scope":
        return callsIn(s.body);
      default:
        return [];
    }
  });
}
