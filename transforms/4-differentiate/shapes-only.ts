/** Arguments of which the pullback of a `vjp` wants to know the shape only. */
import type { Cells } from "../3-analyze/cells.ts";
import { constant, index, isReference, isTensor, lengthOf, read, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { assignedBy } from "../5-simplify/facts/uses.ts";
import { expressionsOf, mapExpression, mapExpressions, operandsOf, rewrite, statementsIn } from "../ir/visit.ts";

export interface NamedLengths {
  /** The declarations of the lengths. */
  readonly lengths: ir.Block;
  readonly backward: ir.Block;
}

/**
 * Zeros in a shape that the type tells need no example. Where the backward pass reads of an argument only its length,
 * and nothing changes that, it reads a constant.
 */
export function nameLengths(given: readonly ir.Variable[], after: ir.Block, cells: Cells): NamedLengths {
  const backward = mapWithin(after, (e) => (e.kind === "zeros" && !e.aliased ? (literalZeros(e.type) ?? e) : e));
  const assigned = new Set([...statementsIn(backward)].flatMap((s) => assignedBy(s) ?? []));
  const written = new Set([...statementsIn(backward)].flatMap((s) => [...cells.written(s)]));
  const names = new Map(
    given
      .filter((v) => v.type.kind === "array" && !isReference(v.type.element) && !assigned.has(v))
      .filter((v) => [...cells.readBy(lengthOf(read(v)))].every((cell) => !written.has(cell)))
      .filter((v) => count(backward, v, isRead) > 0 && count(backward, v, isRead) === count(backward, v, isLengthOnly))
      .map((v) => [v, variable(`${v.name}Length`, index)]),
  );
  const named = (array: ir.Expression): ir.Expression | undefined => {
    const name = array.kind === "read" ? names.get(array.variable) : undefined;
    return name && read(name);
  };
  const withNames = (expression: ir.Expression): ir.Expression => {
    if (expression.kind === "length") return named(expression.array) ?? expression;
    if (expression.kind !== "zeros" || expression.type.kind !== "array") return expression;
    const length = named(expression.like);
    return length ? { kind: "newArray", type: expression.type, length } : expression;
  };
  return {
    lengths: [...names].map(([v, name]) => ({ kind: "let", variable: name, value: lengthOf(read(v)), derived: true })),
    backward: mapWithin(backward, withNames),
  };
}

function mapWithin(block: ir.Block, map: (expression: ir.Expression) => ir.Expression): ir.Block {
  return rewrite(block, (s) => [mapExpressions(s, (expression) => mapExpression(expression, map))]);
}

/** Zeros of a type without arrays; undefined for another one. */
function literalZeros(type: ir.Type): ir.Expression | undefined {
  switch (type.kind) {
    case "real":
      return constant(0);
    case "nothing":
      return constant(undefined);
    case "tuple": {
      const elements = type.elements.flatMap((element) => literalZeros(element) ?? []);
      return elements.length === type.elements.length ? { kind: "arrayLiteral", type, elements } : undefined;
    }
    case "record": {
      const fields = type.fields.flatMap(({ name, type: of }) => {
        const value = literalZeros(of);
        return value ? [{ name, value }] : [];
      });
      return fields.length === type.fields.length ? { kind: "recordLiteral", type, fields } : undefined;
    }
    default:
      return undefined;
  }
}

type Question = (expression: ir.Expression, variable: ir.Variable) => boolean;

function isRead(expression: ir.Expression, variable: ir.Variable): boolean {
  return expression.kind === "read" && expression.variable === variable;
}

/** Zeros in place of numbers need the length of an array only; those in place of tensors need the tensors. */
function isLengthOnly(expression: ir.Expression, variable: ir.Variable): boolean {
  const { type } = variable;
  const hasNumbers = type.kind === "array" && !isTensor(type.element);
  const isLength = expression.kind === "length" || (expression.kind === "zeros" && !expression.aliased && hasNumbers);
  return isLength && operandsOf(expression).some((operand) => isRead(operand, variable));
}

/** How often the answer is yes, for the expressions of a block. */
function count(block: ir.Block, variable: ir.Variable, question: Question): number {
  const within = (expression: ir.Expression): number =>
    operandsOf(expression).reduce((sum, operand) => sum + within(operand), question(expression, variable) ? 1 : 0);
  return [...statementsIn(block)].flatMap(expressionsOf).reduce((sum, expression) => sum + within(expression), 0);
}
