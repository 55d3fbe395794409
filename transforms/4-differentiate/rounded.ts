import { arrayOf, constant, element, field, index, lengthOf, read, shadowType, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";

export interface Rounded {
  readonly before: ir.Block;
  readonly value: ir.Expression;
}

/**
 * The gradient as the caller gets it: shadows of single-precision arrays were summed in double precision and are
 * rounded now, all through the parts of the value. Everything else stays the object it is.
 */
export function rounded(type: ir.Type, shadow: ir.Expression, name: string): Rounded {
  if (!hasSinglePrecision(type)) return { before: [], value: shadow };
  const made = variable(name, roundedType(type));
  const declare = (before: ir.Block, value: ir.Expression, after: ir.Block = []): Rounded => ({
    before: [...before, { kind: "let", variable: made, value, derived: true }, ...after],
    value: read(made),
  });
  switch (type.kind) {
    case "array": {
      if (type.storage === "f32")
        return declare([], { kind: "copy", type: arrayOf(type.element, "f32"), source: shadow });
      const i = variable("i", index, "counter");
      const part = rounded(type.element, element(shadow, read(i)), `${name}_i`);
      const body: ir.Block = [...part.before, { kind: "append", array: read(made), value: part.value, derived: true }];
      const loop: ir.Statement = {
        kind: "for",
        counter: i,
        lo: constant(0),
        hi: lengthOf(shadow),
        descending: false,
        body,
        derived: true,
      };
      return declare([], { kind: "arrayLiteral", type: made.type as ir.ArrayType, elements: [] }, [loop]);
    }
    case "tuple": {
      const parts = type.elements.map((of, i) =>
        shadowType(of) ? rounded(of, element(shadow, constant(i)), `${name}${i}`) : nothing,
      );
      return declare(
        parts.flatMap((part) => part.before),
        { kind: "arrayLiteral", type: made.type as ir.TupleType, elements: parts.map((part) => part.value) },
      );
    }
    case "record": {
      const fields = type.fields.filter((of) => shadowType(of.type));
      const parts = fields.map((of) => rounded(of.type, field(shadow, of.name), of.name));
      const values = fields.map((of, i) => ({ name: of.name, value: parts[i].value }));
      return declare(
        parts.flatMap((part) => part.before),
        { kind: "recordLiteral", type: made.type as ir.RecordType, fields: values },
      );
    }
    default:
      return { before: [], value: shadow };
  }
}

const nothing: Rounded = { before: [], value: constant(undefined) };

function hasSinglePrecision(type: ir.Type): boolean {
  switch (type.kind) {
    case "array":
      return type.storage === "f32" || hasSinglePrecision(type.element);
    case "tuple":
      return type.elements.some(hasSinglePrecision);
    case "record":
      return type.fields.some((of) => hasSinglePrecision(of.type));
    default:
      return false;
  }
}

/** The type of the gradient: the shadow's, with single precision where the value has it. */
export function roundedType(type: ir.Type): ir.Type {
  const shadow = shadowType(type);
  if (!shadow || !hasSinglePrecision(type)) return shadow ?? { kind: "nothing" };
  switch (type.kind) {
    case "array":
      return arrayOf(roundedType(type.element), type.storage);
    case "tuple":
      return { kind: "tuple", elements: type.elements.map(roundedType) };
    case "record": {
      const fields = type.fields.filter((of) => shadowType(of.type));
      return { kind: "record", fields: fields.map((of) => ({ name: of.name, type: roundedType(of.type) })) };
    }
    default:
      return shadow;
  }
}
