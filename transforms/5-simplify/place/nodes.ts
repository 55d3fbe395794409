/** The statements that placed tapes are made of. */
import type * as ir from "../../ir/ir.ts";
import { arrayOf, constant, element, read } from "../../ir/build.ts";
import type { TapeSites } from "./sites.ts";

/** How an array keeps the values of a tape. */
export function tapeArray({ tape }: TapeSites): ir.ArrayType {
  const content = elementOf(tape);
  return arrayOf(content, content.kind === "real" || content.kind === "index" ? "f64" : "plain");
}

export function elementOf(tape: ir.Variable): ir.Type {
  if (tape.type.kind !== "tape") throw new Error(`${tape.name} is not a tape`);
  return tape.type.element;
}

type Marks = Pick<ir.Let, "origin" | "derived">;

/** Made for the adjoint of that statement of the user. */
export function marksOf({ origin }: ir.Statement): Marks {
  return { derived: true, ...(origin && { origin }) };
}

export function declaration(variable: ir.Variable, value: ir.Expression | undefined, marks: Marks): ir.Let {
  return { kind: "let", variable, ...(value && { value }), ...marks };
}

export function assignment(target: ir.Place, value: ir.Expression, marks: Marks): ir.SetPlace {
  return { kind: "set", target, value, ...marks };
}

/** What a restore becomes once it is known where the value is. */
export function restored(restore: ir.Restore, value: ir.Expression): ir.Statement {
  return restore.declares && restore.target.kind === "read"
    ? declaration(restore.target.variable, value, marksOf(restore))
    : assignment(restore.target, value, marksOf(restore));
}

/** `array[at] = value`. */
export function stored(array: ir.Variable, at: ir.Expression, save: ir.Save): ir.Statement {
  return assignment(element(read(array), at), save.value, marksOf(save));
}

/** `if (top === array.length) array = grow(array)`. */
export function growth(array: ir.Variable, top: ir.Variable, marks: Marks): ir.Statement {
  const grown: ir.Extern = { kind: "extern", text: "@runtime.grow($0)", operands: [read(array)], type: array.type };
  const full: ir.Binary = {
    kind: "binary",
    operator: "===",
    left: read(top),
    right: { kind: "length", array: read(array) },
  };
  return { kind: "if", test: full, then: [assignment(read(array), grown, marks)], else: [], ...marks };
}

/** Room for the first values of a tape whose length is not known. */
export function firstRoom(type: ir.ArrayType): ir.Allocation {
  return type.storage === "f64"
    ? { kind: "newArray", type, length: constant(64) }
    : { kind: "arrayLiteral", type, elements: [] };
}
