import {
  constant,
  element,
  field,
  isReference,
  read,
  shadowType,
  typeOf,
  variable,
  zeroLike,
  zeros,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { adjoint } from "./adjoint.ts";
import { mirror, shadowOf, type Reversal } from "./reversal.ts";

/** The shadow of a new object: zeros for its numbers, the shadows of its references. */
export function shadowOfAllocation(
  reversal: Reversal,
  value: ir.Allocation,
  local: ir.Variable,
  shadow: ir.Variable,
  before: ir.Statement[],
): ir.Expression {
  const type = shadow.type;
  const reference = (operand: ir.Expression, of: ir.Type): ir.Expression => {
    const known = shadowOf(reversal, operand);
    if (known) return known;
    const fresh = variable("fresh", of, "shadow");
    before.push({ kind: "let", variable: fresh, value: zeros(operand, of), derived: true });
    return read(fresh);
  };
  const part = (operand: ir.Expression, of: ir.Type | undefined): ir.Expression =>
    !of || of.kind === "nothing" ? constant(undefined) : isReference(of) ? reference(operand, of) : zeroLike(operand);
  switch (value.kind) {
    case "newArray":
      return type.kind === "array" && !isReference(type.element)
        ? { kind: "newArray", type, length: value.length }
        : zeros(read(local), type);
    case "arrayLiteral":
      return type.kind === "array" || type.kind === "tuple"
        ? {
            kind: "arrayLiteral",
            type,
            elements: value.elements.map((operand, i) =>
              part(operand, type.kind === "array" ? type.element : type.elements[i]),
            ),
          }
        : zeros(read(local), type);
    case "recordLiteral": {
      if (type.kind !== "record") return zeros(read(local), type);
      const kept = value.fields.filter(({ name }) => type.fields.some((other) => other.name === name));
      return {
        kind: "recordLiteral",
        type,
        fields: kept.map(({ name, value: of }) => ({ name, value: part(of, fieldType(type, name)) })),
      };
    }
    case "copy": {
      const source = shadowOf(reversal, value.source);
      return type.kind === "array" && isReference(type.element) && source
        ? { ...value, type, source }
        : zeros(read(local), type);
    }
    case "zeros":
    case "newTape":
      return zeros(read(local), type);
  }
}

export function fieldType(type: ir.RecordType, name: string): ir.Type | undefined {
  return type.fields.find((field) => field.name === name)?.type;
}

/** Passes the adjoints of a new object's numbers on to what they were made of. */
export function adjointOfAllocation(
  reversal: Reversal,
  value: ir.Allocation,
  local: ir.Variable,
  origin?: ir.Origin,
): ir.Block {
  const shadow = shadowOf(reversal, read(local));
  if (!shadow) return [];
  const own = mirror(reversal, shadow);
  switch (value.kind) {
    case "arrayLiteral":
      return value.elements.flatMap((operand, i) => fromPart(reversal, operand, element(own, constant(i)), origin));
    case "recordLiteral":
      return value.fields.flatMap(({ name, value: operand }) =>
        shadowType(typeOf(operand)) && !isReference(typeOf(operand))
          ? fromPart(reversal, operand, field(own, name), origin)
          : [],
      );
    case "copy": {
      const source = shadowOf(reversal, value.source);
      const elementOf = typeOf(own).kind === "array" ? (typeOf(own) as ir.ArrayType).element : undefined;
      if (!source || !elementOf || isReference(elementOf)) return [];
      const from = value.from && mirror(reversal, value.from);
      return [
        {
          kind: "addInto",
          target: mirror(reversal, source),
          source: own,
          ...(from && { from }),
          origin,
          derived: true,
        },
      ];
    }
    case "newArray":
    case "zeros":
    case "newTape":
      return [];
  }
}

function fromPart(reversal: Reversal, operand: ir.Expression, d: ir.Expression, origin?: ir.Origin): ir.Block {
  return isReference(typeOf(operand)) || !shadowType(typeOf(operand)) ? [] : adjoint(reversal, operand, d, origin);
}
