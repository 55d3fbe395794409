import { constant, isReference, read, variable, zeroOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { rewrite, update } from "../ir/visit.ts";

/**
 * Gives every variable declared without a value a first one, so that the reversal may save what its first assignment
 * overwrites. `dead` takes these values away again where nothing reads them.
 */
export function initialise(fn: ir.FunctionIR): ir.FunctionIR {
  const body = rewrite(fn.body, (statement) => {
    if (statement.kind !== "let" || statement.value || statement.variable.role === "tape") return [statement];
    const before: ir.Statement[] = [];
    const value = firstValue(statement.variable.type, before, statement);
    return value ? [...before, { ...statement, value }] : [statement];
  });
  return update(fn, { body });
}

function firstValue(type: ir.Type, before: ir.Statement[], declaration: ir.Let): ir.Expression | undefined {
  const named = (part: ir.Type): ir.Expression => {
    const value = firstValue(part, before, declaration) ?? constant(undefined);
    if (!isReference(part)) return value;
    const empty = variable("empty", part);
    before.push({ ...declaration, variable: empty, value });
    return read(empty);
  };
  switch (type.kind) {
    case "real":
    case "index":
      return constant(0);
    case "tensor":
      return zeroOf(type);
    case "boolean":
      return constant(false);
    case "string":
      return constant(type.literals?.[0] ?? "");
    case "nothing":
    case "maybe":
      return constant(undefined);
    case "array":
      return type.storage === "plain"
        ? { kind: "arrayLiteral", type, elements: [] }
        : { kind: "newArray", type, length: constant(0) };
    case "tuple":
      return { kind: "arrayLiteral", type, elements: type.elements.map(named) };
    case "record":
      return {
        kind: "recordLiteral",
        type,
        fields: type.fields.map((field) => ({ name: field.name, value: named(field.type) })),
      };
    case "tape":
    case "opaque":
      return undefined;
  }
}
