import { copyOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { renameVariables, update } from "../ir/visit.ts";

/** Gives a function variables of its own, so that it can be reversed again or stand in a program beside its source. */
export function freshen(fn: ir.FunctionIR): ir.FunctionIR {
  const copies = new Map<ir.Variable, ir.Variable>();
  const rename = (variable: ir.Variable): ir.Variable => {
    const known = copies.get(variable);
    if (known) return known;
    const copy = variable.shadowOf ? { ...variable, shadowOf: rename(variable.shadowOf) } : copyOf(variable);
    copies.set(variable, copy);
    return copy;
  };
  return update(fn, { parameters: fn.parameters.map(rename), body: renameVariables(fn.body, rename) });
}
