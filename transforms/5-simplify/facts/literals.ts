/** Objects that nobody can tell from another one with the same contents. */
import type { Classes, MemoryClass } from "../../3-analyze/classes.ts";
import { isReference, shadowType, typeOf } from "../../ir/build.ts";
import type { Expression, FunctionIR, Type } from "../../ir/ir.ts";
import { expressionsIn, expressionsOf, operandsOf, statementsIn } from "../../ir/visit.ts";
import { isCheap } from "./cheap.ts";

/** Whether the value is a record, tuple or array literal in which nothing carries a derivative: `{ padding: "same" }`. */
export function isInertLiteral(value: Expression): boolean {
  if (value.kind !== "recordLiteral" && value.kind !== "arrayLiteral") return false;
  return operandsOf(value).every((part) => part.kind === "constant" || (isInert(typeOf(part)) && isCheap(part)));
}

function isInert(type: Type): boolean {
  return shadowType(type) === undefined;
}

/** What callers get from the function, and may write. */
export function objectsThatLeave(fn: FunctionIR, classes: Classes): ReadonlySet<MemoryClass> {
  const left = new Set<MemoryClass>();
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== "return" && statement.kind !== "effect") continue;
    for (const value of expressionsOf(statement))
      if (isReference(typeOf(value))) for (const memory of classes.reachable(classes.classOf(value))) left.add(memory);
  }
  return left;
}

const known = new WeakMap<FunctionIR, boolean>();

/** Whether the function asks if two objects are the same: then it can tell a literal from a second one. */
export function comparesObjects(fn: FunctionIR): boolean {
  const before = known.get(fn);
  if (before !== undefined) return before;
  const compares = [...expressionsIn(fn.body)].some(
    (node) =>
      node.kind === "binary" &&
      ["===", "!==", "==", "!="].includes(node.operator) &&
      [node.left, node.right].every((side) => isReference(typeOf(side))),
  );
  known.set(fn, compares);
  return compares;
}
