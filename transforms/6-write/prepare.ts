import { add, constant, element, index, isNumber, isReference, lengthOf, read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { expressionsOf, mapExpression, mapExpressions, rewrite, statementsIn, subexpressions } from "../ir/visit.ts";
import type { VariableFacts } from "./writer.ts";

/** Sums of flat arrays become loops, so that they are named and written like all others. Nested ones stay calls. */
export function expandSums(body: ir.Block): ir.Block {
  return rewrite(body, (statement) =>
    statement.kind === "addInto" && isFlat(statement) ? [loopOf(statement)] : [statement],
  );
}

/** The adjoint of a tensor that nothing was added to is a constant of the runtime. */
export function withNamedZeros(body: ir.Block): ir.Block {
  return rewrite(body, (statement) => [
    mapExpressions(statement, (expression) =>
      mapExpression(expression, (node) =>
        node.kind === "constant" && node.type.kind === "tensor"
          ? { kind: "extern", text: "@runtime.zero", operands: [], type: node.type }
          : node,
      ),
    ),
  ]);
}

function isFlat({ target, source }: ir.AddInto): boolean {
  const types = [typeOf(target), typeOf(source)];
  return [target, source].every(isPath) && types.every((type) => type.kind === "array" && isNumber(type.element));
}

function isPath(expression: ir.Expression): boolean {
  if (expression.kind === "field") return isPath(expression.record);
  return expression.kind === "read";
}

function loopOf({ target, source, from, origin, derived }: ir.AddInto): ir.For {
  const counter = variable("i", index, "counter");
  const place = element(target, from ? add(from, read(counter)) : read(counter));
  const sum: ir.Statement = {
    kind: "set",
    target: place,
    value: add(place, element(source, read(counter))),
    origin,
    derived,
  };
  return {
    kind: "for",
    counter,
    lo: constant(0),
    hi: lengthOf(source),
    descending: false,
    body: [sum],
    origin,
    derived,
  };
}

/** What the writer wants to know of the variables of a body. */
export function factsOf(body: ir.Block): VariableFacts {
  const assigned = new Set<ir.Variable>();
  const assignedFields = new Set<string>();
  const borrowing = new Set<ir.Variable>();
  const reads = new Map<ir.Variable, number>();
  for (const statement of statementsIn(body)) {
    for (const expression of expressionsOf(statement)) {
      for (const node of subexpressions(expression))
        if (node.kind === "read") reads.set(node.variable, (reads.get(node.variable) ?? 0) + 1);
    }
    if (statement.kind === "set" || (statement.kind === "restore" && !statement.declares)) {
      const { target } = statement;
      if (target.kind === "read") assigned.add(target.variable);
      if (target.kind === "field") assignedFields.add(target.name);
      const borrows = statement.kind === "restore" ? isReference(typeOf(target)) : isBorrowed(statement.value);
      if (borrows) borrowing.add(rootOf(target));
    }
    if (statement.kind === "append" && isBorrowed(statement.value) && isPath(statement.array))
      borrowing.add(rootOf(statement.array));
  }
  return { assigned, assignedFields, borrowing, reads };
}

/** A reference to an object that is reached in another way too. */
function isBorrowed(value: ir.Expression): boolean {
  const kind = typeOf(value).kind;
  return (
    (kind === "array" || kind === "record" || kind === "tuple") &&
    ["read", "element", "field", "conditional", "global"].includes(value.kind)
  );
}

function rootOf(place: ir.Expression): ir.Variable {
  if (place.kind === "read") return place.variable;
  if (place.kind === "element") return rootOf(place.array);
  if (place.kind === "field") return rootOf(place.record);
  throw new Error(`a ${place.kind} is no place`);
}
