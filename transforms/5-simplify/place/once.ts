/** A tape that holds at most one value: a variable. */
import { constant, isReference, read, variable } from "../../ir/build.ts";
import type * as ir from "../../ir/ir.ts";
import { isTrivial, variablesOf } from "../facts/algebra.ts";
import type { Stability } from "../facts/stable.ts";
import { declaredIn } from "../facts/uses.ts";
import { assignment, declaration, elementOf, marksOf, restored } from "./nodes.ts";
import { insertBefore, loopsOf, type Edits, type TapeSites } from "./sites.ts";

/** Keeps the value in a constant, or in a variable where a branch sets it; or nowhere if it reads the same later. */
export function placeOnce(sites: TapeSites, stability: Stability, edits: Edits): boolean {
  const { tape, save, restore, toSave, toRestore } = sites;
  if (sites.sharedLoop || loopsOf(toSave).length + loopsOf(toRestore).length > 0) return false;
  edits.instead.set(sites.declaration[sites.declaration.length - 1].statement, []);
  if (staysAvailable(sites, stability)) {
    edits.instead.set(save, []);
    edits.instead.set(restore, [restored(restore, save.value)]);
    return true;
  }
  const kept = variable(`${tape.name.replace(/Tape$/, "")}Before`, elementOf(tape), "temporary", shadowOf(sites));
  if (toSave.length === 1) {
    edits.instead.set(save, [declaration(kept, save.value, marksOf(save))]);
  } else {
    insertBefore(edits, toSave[0].statement, declaration(kept, emptyValue(kept.type), marksOf(save)));
    edits.instead.set(save, [assignment(read(kept), save.value, marksOf(save))]);
  }
  edits.instead.set(restore, [restored(restore, read(kept))]);
  return true;
}

/** A kept reference is a shadow where what it was read from is: the alias questions go by that. */
function shadowOf({ save: { value } }: TapeSites): Pick<ir.Variable, "shadowOf"> {
  return value.kind === "read" && isReference(value.variable.type) && value.variable.shadowOf
    ? { shadowOf: value.variable.shadowOf }
    : {};
}

function staysAvailable({ save: { value }, toSave }: TapeSites, { isStable }: Stability): boolean {
  if (!isTrivial(value) || !isStable(value)) return false;
  const inner = declaredIn([toSave[0].statement]);
  return [...variablesOf(value)].every((variable) => !inner.has(variable));
}

/** A first value, for the type checker: it is never read. */
function emptyValue(type: ir.Type): ir.Expression | undefined {
  switch (type.kind) {
    case "real":
    case "index":
      return constant(0);
    case "boolean":
      return constant(false);
    case "string":
      return constant("");
    default:
      return undefined;
  }
}
