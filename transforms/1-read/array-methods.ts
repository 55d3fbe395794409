/** Methods of arrays: `push`, `pop`, `slice`, `fill`, `map`, `forEach`, `reduce` … */
import * as catalog from "../diagnostics.ts";
import {
  add,
  binary,
  constant,
  element,
  index,
  isNumber,
  lengthOf,
  math,
  nothing,
  read,
  string,
  typeOf,
  variable,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { iterated, mapInto, overIndices, readGenerated, whileWithin } from "./array-loops.ts";
import { arrayType, readFilled } from "./arrays.ts";
import { applyCallback } from "./callbacks.ts";
import { readExpression, readExpressions } from "./expressions.ts";
import { appendAll } from "./literals.ts";
import { emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { unwrap } from "./symbols.ts";
import { readOverKnown } from "./write-out-loops.ts";

const views: ReadonlySet<string> = new Set(["subarray"]);
/** Methods whose arguments are plain values. */
const known: ReadonlySet<string> = new Set(["pop", "slice", "at", "concat", "join", "toString"]);

/** A call of a method of an array. */
export function readArrayMethod(
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): ir.Expression {
  const method = callee.name.text;
  const spread = node.arguments.find(ts.isSpreadElement);
  if (spread) refuse(scope, catalog.spreadArgument(locationOf(spread)));
  const overKnown = readOverKnown(scope, node, callee);
  if (overKnown) return overKnown;
  if (views.has(method)) refuse(scope, catalog.arrayView(locationOf(callee), method));
  if (method === "fill") return readFill(scope, node, callee);
  if (method === "map") return readMap(scope, node, callee);
  if (method === "forEach" || method === "reduce") return readIteration(scope, node, callee, method);
  if (method === "push") return readPush(scope, node, callee);
  if (!known.has(method)) refuse(scope, catalog.methodNotYet(locationOf(callee), method));
  const [array, ...operands] = readExpressions(scope, [callee.expression, ...node.arguments]);
  const type = typeOf(array);
  if (type.kind !== "array") refuse(scope, catalog.notYet(locationOf(callee), `\`${method}\` of a tuple`));
  switch (method) {
    case "pop":
      return pop(scope, array, type.element, node);
    case "slice":
      return slice(scope, array, type, operands);
    case "at":
      return element(array, fromEnd(array, operands[0]));
    case "concat":
      return concat(scope, array, type, operands, node);
    case "join":
    case "toString":
      return nameValue(
        scope,
        {
          kind: "extern",
          text: `$0.${method}(${operands.map((_, i) => `$${i + 1}`).join(", ")})`,
          operands: [array, ...operands],
          type: string,
        },
        "text",
      );
    default:
      return refuse(scope, catalog.methodNotYet(locationOf(callee), method));
  }
}

/** The last element may be missing, unless it is said to be there (`xs.pop()!`) or nobody looks at it. */
function pop(scope: Scope, array: ir.Expression, element: ir.Type, node: ts.CallExpression): ir.Expression {
  const said = scope.checker.getTypeAtLocation(outermost(node));
  const parts = said.isUnion() ? said.types : [said];
  const mayMiss = parts.some((part) => (part.flags & ts.TypeFlags.Undefined) !== 0);
  const isScalar = isNumber(element) || element.kind === "boolean" || element.kind === "string";
  const type: ir.Type =
    mayMiss && isScalar && !ts.isExpressionStatement(outermost(node).parent) ? { kind: "maybe", of: element } : element;
  const result = variable("last", type);
  emit(scope, { kind: "remove", array, result });
  return read(result);
}

/** An expression with the brackets, `!` and `as` around it. */
function outermost(node: ts.Expression): ts.Expression {
  return ts.isExpression(node.parent) && unwrap(node.parent) === unwrap(node) ? outermost(node.parent) : node;
}

function readPush(scope: Scope, node: ts.CallExpression, callee: ts.PropertyAccessExpression): ir.Expression {
  const [array, ...values] = readExpressions(scope, [callee.expression, ...node.arguments]);
  const type = typeOf(array);
  if (type.kind !== "array") refuse(scope, catalog.notYet(locationOf(callee), "`push` to a tuple"));
  const base = values.length > 1 && array.kind !== "read" ? nameValue(scope, array, "array") : array;
  for (const value of values) emit(scope, { kind: "append", array: base, value });
  return lengthOf(base);
}

/** A position that may count from the end, as one from the start. */
function fromEnd(array: ir.Expression, at: ir.Expression): ir.Expression {
  const value = numeric(at);
  if (value !== undefined) return value < 0 ? add(lengthOf(array), constant(value)) : at;
  return { kind: "conditional", test: binary("<", at, constant(0)), whenTrue: add(lengthOf(array), at), whenFalse: at };
}

function numeric(value: ir.Expression): number | undefined {
  return value.kind === "constant" && typeof value.value === "number" ? value.value : undefined;
}

/** `xs.slice(from, to)`; positions from the end are written out. */
function slice(
  scope: Scope,
  array: ir.Expression,
  type: ir.ArrayType,
  operands: readonly ir.Expression[],
): ir.Expression {
  const [from, to] = operands.map((operand) => position(scope, array, operand));
  const isWhole = from === undefined || numeric(from) === 0;
  const copied: ir.ArrayType = { kind: "array", storage: type.storage, element: type.element };
  return {
    kind: "copy",
    type: copied,
    source: array,
    ...(!isWhole && { from }),
    ...(to && { to, ...(isWhole && { from: constant(0) }) }),
  };
}

function position(scope: Scope, array: ir.Expression, value: ir.Expression): ir.Expression {
  const at =
    isNumber(typeOf(value)) && typeOf(value).kind !== "index"
      ? nameValue(scope, math("trunc", value), "at", index)
      : value;
  const known = numeric(at);
  if (known !== undefined && known >= 0) return at;
  if (isNonNegative(scope, at)) return at;
  if (known !== undefined) return math("max", constant(0), add(lengthOf(array), constant(known)));
  return {
    kind: "conditional",
    test: binary("<", at, constant(0)),
    whenTrue: math("max", constant(0), add(lengthOf(array), at)),
    whenFalse: at,
  };
}

function isNonNegative(scope: Scope, value: ir.Expression): boolean {
  switch (value.kind) {
    case "length":
      return true;
    case "constant":
      return typeof value.value === "number" && value.value >= 0;
    case "read":
      return scope.nonNegative.has(value.variable);
    case "binary":
      return (
        (value.operator === "+" || value.operator === "*") &&
        isNonNegative(scope, value.left) &&
        isNonNegative(scope, value.right)
      );
    default:
      return false;
  }
}

function concat(
  scope: Scope,
  array: ir.Expression,
  type: ir.ArrayType,
  operands: readonly ir.Expression[],
  node: ts.CallExpression,
): ir.Expression {
  const all = nameValue(
    scope,
    { kind: "copy", type: { kind: "array", storage: type.storage, element: type.element }, source: array },
    "all",
  );
  operands.forEach((operand, i) => {
    if (typeOf(operand).kind === "array" && typeOf(operand).kind !== type.element.kind) appendAll(scope, all, operand);
    else if (typeOf(operand).kind === type.element.kind && type.element.kind !== "array")
      emit(scope, { kind: "append", array: all, value: operand });
    else
      refuse(scope, catalog.notYet(locationOf(node.arguments[i]), "`concat` of nested arrays", "use `push` in a loop"));
  });
  return all;
}

/** `xs.fill(value, from, to)`: a loop of stores. */
function readFill(scope: Scope, node: ts.CallExpression, callee: ts.PropertyAccessExpression): ir.Expression {
  const filled = readFilled(scope, node, callee.expression);
  if (filled) return filled;
  const [array, value, from, to] = readExpressions(scope, [callee.expression, ...node.arguments]);
  if (typeOf(array).kind !== "array") refuse(scope, catalog.notYet(locationOf(callee), "`fill` of a tuple"));
  const base = nameValue(scope, array, "array");
  const item = value.kind === "constant" ? value : nameValue(scope, value, "value");
  const counter = variable("i", index, "counter");
  const lo = from ? nameValue(scope, position(scope, base, from), "from", index) : constant(0);
  const hi = to
    ? nameValue(scope, math("min", position(scope, base, to), lengthOf(base)), "to", index)
    : lengthOf(base);
  emit(scope, {
    kind: "for",
    counter,
    lo,
    hi,
    descending: false,
    body: [
      { kind: "set", target: element(base, read(counter)), value: item, ...(scope.origin && { origin: scope.origin }) },
    ],
  });
  return base;
}

function readMap(scope: Scope, node: ts.CallExpression, callee: ts.PropertyAccessExpression): ir.Expression {
  const type = arrayType(scope, node);
  const [callback] = node.arguments;
  const count = emptyArrayLength(callee.expression);
  if (count) return readGenerated(scope, type, readExpression(scope, count), callback, node);
  return mapInto(scope, readExpression(scope, callee.expression, "source"), type, callback, node);
}

/** `n` of `new Array(n).fill(null)`, whose elements a callback does not look at. */
function emptyArrayLength(node: ts.Expression): ts.Expression | undefined {
  const call = unwrap(node);
  if (
    !ts.isCallExpression(call) ||
    !ts.isPropertyAccessExpression(call.expression) ||
    call.expression.name.text !== "fill"
  )
    return undefined;
  const made = unwrap(call.expression.expression);
  const isArray =
    (ts.isNewExpression(made) || ts.isCallExpression(made)) &&
    made.expression.getText() === "Array" &&
    made.arguments?.length === 1;
  const [value] = call.arguments;
  const isEmpty =
    call.arguments.length === 0 || value.kind === ts.SyntaxKind.NullKeyword || value.getText() === "undefined";
  return isArray && isEmpty ? made.arguments[0] : undefined;
}

/** `xs.forEach((x, i) => …)`, `xs.reduce((sum, x, i) => e, start)`. */
function readIteration(
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  method: "forEach" | "reduce",
): ir.Expression {
  const [callback, start] = node.arguments;
  const array = readExpression(scope, callee.expression, "items");
  const type = typeOf(array);
  if (type.kind !== "array") refuse(scope, catalog.notYet(locationOf(callee), `\`${method}\` of a tuple`));
  if (method === "forEach") {
    const over = iterated(scope, array, callback);
    const { array: base, length } = over;
    const visit = (at: ir.Read): unknown => applyCallback(scope, callback, [element(base, at), at, base], node);
    overIndices(scope, length, whileWithin(scope, over, visit));
    return constant(undefined);
  }
  if (!start) refuse(scope, catalog.notYet(locationOf(node), "`reduce` without a first value", "give it one"));
  const first = readExpression(scope, start);
  const kind = typeOf(first).kind;
  const total = nameValue(
    scope,
    first,
    "total",
    kind === "index" ? { kind: "real" } : kind === "nothing" ? nothing : typeOf(first),
  );
  const over = iterated(scope, array, callback);
  const { array: base, length } = over;
  const visit = (at: ir.Read): void => {
    const value = applyCallback(scope, callback, [total, element(base, at), at, base], node);
    emit(scope, { kind: "set", target: total, value });
  };
  overIndices(scope, length, whileWithin(scope, over, visit));
  return total;
}
