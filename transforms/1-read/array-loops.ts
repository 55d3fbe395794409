/** New arrays whose elements a loop computes: `map`, `Array.from`. */
import * as catalog from "../diagnostics.ts";
import { binary, constant, element, index, isReference, lengthOf, read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { fillOf } from "./arrays.ts";
import { applyCallback, type Callback } from "./callbacks.ts";
import { quote } from "./names.ts";
import { resolveFunction } from "./resolve.ts";
import { capture, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { isFunctionNode, unwrap } from "./symbols.ts";
import { writesOf } from "./writes.ts";

/** A loop over `0 … length - 1`. */
export function overIndices(scope: Scope, length: ir.Expression, write: (at: ir.Read) => void): void {
  const counter = variable("i", index, "counter");
  scope.nonNegative.add(counter);
  const body = capture(scope, () => write(read(counter)));
  emit(scope, { kind: "for", counter, lo: constant(0), hi: length, descending: false, body });
}

/** `Array.from({ length: n }, (_, i) => e)`. */
export function readGenerated(
  scope: Scope,
  type: ir.ArrayType,
  length: ir.Expression,
  callback: ts.Expression | undefined,
  node: ts.CallExpression,
): ir.Expression {
  if (!callback) {
    if (isReference(type.element) || type.element.kind === "nothing")
      refuse(scope, catalog.writesPastTheEnd(locationOf(node), quote(node)));
    return { kind: "newArray", type, length, ...fillOf(type, undefined) };
  }
  const apply: Callback = (at) => [constant(undefined), at];
  return fillBy(scope, type, length, (at) => applyCallback(scope, callback, apply(at), node));
}

/** `xs.map((x, i) => e)`. */
export function mapInto(
  scope: Scope,
  source: ir.Expression,
  type: ir.ArrayType,
  callback: ts.Expression,
  node: ts.CallExpression,
): ir.Expression {
  const from = typeOf(source);
  if (from.kind !== "array") refuse(scope, catalog.notYet(locationOf(node), `\`${quote(node)}\``, "use an array"));
  const { array: named, length, mayShorten } = iterated(scope, source, callback);
  if (mayShorten) refuse(scope, catalog.notYet(locationOf(node), "`map` while the array gets shorter", "use a loop"));
  return fillBy(scope, type, length, (at) => applyCallback(scope, callback, [element(named, at), at, named], node));
}

export interface Iterated {
  /** A variable that the callback does not write. */
  readonly array: ir.Expression;
  /** The length it has at first. */
  readonly length: ir.Expression;
  /** Whether the callback may make it shorter, so that its last elements are never met. */
  readonly mayShorten: boolean;
}

/** An array that a callback is called for. */
export function iterated(scope: Scope, source: ir.Expression, callback: ts.Expression): Iterated {
  const called = unwrap(callback);
  const body = isFunctionNode(called) ? called : (resolveFunction(scope, called)?.node ?? called);
  const writes = writesOf([body], scope.checker, scope.functions);
  const written = [...writes.symbols].map((symbol) => scope.variables.get(symbol));
  const isKept = source.kind === "read" && !written.includes(source.variable);
  const array = isKept ? source : nameValue(scope, source, "items");
  const keepsLength = writes.resized.length === 0 && !writes.unknown && ts.isArrowFunction(unwrap(callback));
  const mayShorten = writes.shortens || writes.unknown;
  const length = keepsLength ? lengthOf(array) : nameValue(scope, lengthOf(array), "count", index);
  return { array, length, mayShorten };
}

/** The same for every index that is still within the array when its turn comes. */
export function whileWithin(scope: Scope, { array, mayShorten }: Iterated, write: (at: ir.Read) => void) {
  if (!mayShorten) return write;
  return (at: ir.Read): void => {
    const then = capture(scope, () => write(at));
    emit(scope, { kind: "if", test: binary("<", at, lengthOf(array)), then, else: [] });
  };
}

/** A new array whose elements `value` computes; where they are references it grows one by one. */
function fillBy(
  scope: Scope,
  type: ir.ArrayType,
  length: ir.Expression,
  value: (at: ir.Read) => ir.Expression,
): ir.Expression {
  if (isReference(type.element) || type.element.kind === "maybe" || type.element.kind === "nothing") {
    const count = named(scope, length);
    const grown = nameValue(scope, { kind: "arrayLiteral", type, elements: [] }, "items");
    overIndices(scope, count, (at) => {
      const item = value(at);
      emit(scope, { kind: "append", array: grown, value: item });
    });
    return grown;
  }
  const filled = nameValue(scope, { kind: "newArray", type, length, ...fillOf(type, undefined) }, "items");
  overIndices(scope, lengthOf(filled), (at) => {
    const item = value(at);
    emit(scope, { kind: "set", target: element(filled, at), value: item });
  });
  return filled;
}

/** The bound of a loop as something its body cannot change. */
function named(scope: Scope, length: ir.Expression): ir.Expression {
  return length.kind === "constant" || length.kind === "length" ? length : nameValue(scope, length, "count", index);
}
