/** Making arrays: `new Float64Array(n)`, `new Array(n)`, `Array.from(…)`, `Float64Array.of(…)`. */
import * as catalog from "../diagnostics.ts";
import { arrayOf, constant, element, isNumber, isReference, lengthOf, math, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { mapInto, overIndices, readGenerated } from "./array-loops.ts";
import { readExpression, readExpressions } from "./expressions.ts";
import { quote } from "./names.ts";
import { emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { unwrap } from "./symbols.ts";
import { readType, tryType, typeIn, typedArray, typedArrays } from "./types.ts";

/** `new Float64Array(…)`, `new Array(n)`, `Array(n)`. */
export function readArrayConstructor(
  scope: Scope,
  node: ts.NewExpression | ts.CallExpression,
  name: string,
): ir.Expression {
  const [first, second] = node.arguments ?? [];
  if (name === "Array") return readPlainArray(scope, node);
  const type = typedArray(typedArrays[name]);
  if (!first) return { kind: "newArray", type, length: constant(0) };
  if (second) refuse(scope, catalog.arrayView(locationOf(node), `new ${name}(buffer, …)`));
  const value = readExpression(scope, first, "values");
  const from = typeOf(value);
  if (isNumber(from)) return { kind: "newArray", type, length: integer(value) };
  return converted(scope, value, type, first);
}

/** A number as an integer: the lengths of typed arrays are truncated by the language, those of plain ones must be whole. */
function integer(value: ir.Expression): ir.Expression {
  return typeOf(value).kind === "index" ? value : math("trunc", value);
}

/** A copy of an array (or of a tuple of numbers) in another storage. */
function converted(scope: Scope, value: ir.Expression, type: ir.ArrayType, node: ts.Expression): ir.Expression {
  const from = typeOf(value);
  if (from.kind === "array" && isNumber(from.element)) return { kind: "copy", type, source: value };
  if (from.kind === "tuple" && from.elements.every(isNumber)) {
    const elements = from.elements.map((_, i) => element(value, constant(i)));
    return {
      kind: "copy",
      type,
      source: nameValue(scope, { kind: "arrayLiteral", type: arrayOf(from.elements[0]), elements }),
    };
  }
  refuse(
    scope,
    catalog.unsupportedType(
      locationOf(node),
      quote(node),
      scope.checker.typeToString(scope.checker.getTypeAtLocation(node)),
    ),
  );
}

function readPlainArray(scope: Scope, node: ts.NewExpression | ts.CallExpression): ir.Expression {
  const type = arrayType(scope, node);
  const nodes = node.arguments ?? [];
  const isLength = nodes.length === 1 && typeIn(scope, scope.checker.getTypeAtLocation(nodes[0]))?.kind === "real";
  if (!isLength) return { kind: "arrayLiteral", type, elements: readExpressions(scope, nodes) };
  if (isReference(type.element)) {
    refuse(scope, catalog.writesPastTheEnd(locationOf(node), quote(node)));
  }
  return { kind: "newArray", type, length: readExpression(scope, nodes[0]), ...fillOf(type, undefined) };
}

export function fillOf(type: ir.ArrayType, value: ir.Expression | undefined): { fill?: ir.Constant } {
  if (value?.kind === "constant") return { fill: value };
  return type.element.kind === "boolean"
    ? { fill: constant(false) }
    : type.element.kind === "string"
      ? { fill: constant("") }
      : {};
}

/** The array type of an expression that makes one, from where it is used or from itself. */
export function arrayType(scope: Scope, node: ts.Expression): ir.ArrayType {
  const { checker } = scope;
  const contextual = checker.getContextualType(node);
  const known = [contextual, checker.getTypeAtLocation(node)]
    .map((type) => type && tryType(type, checker))
    .find((type) => type?.kind === "array" && type.element.kind !== "nothing");
  if (known?.kind === "array") return { kind: "array", storage: known.storage, element: known.element };
  const own = checker.getTypeAtLocation(node);
  if (isUntypedArray(own, checker)) return usedType(scope, node);
  const type = readType(scope, own, node, quote(node));
  if (type.kind !== "array")
    refuse(scope, catalog.unsupportedType(locationOf(node), quote(node), checker.typeToString(own)));
  return type;
}

function isUntypedArray(type: ts.Type, checker: ts.TypeChecker): boolean {
  return (
    checker.isArrayType(type) && (checker.getTypeArguments(type as ts.TypeReference)[0].flags & ts.TypeFlags.Any) !== 0
  );
}

/** `new Array(n)` has elements of type `any`: the type is that of the variable, or else numbers if it is filled with them. */
function usedType(scope: Scope, node: ts.Expression): ir.ArrayType {
  const call = node.parent.parent;
  if (ts.isCallExpression(call) && ts.isPropertyAccessExpression(node.parent) && node.parent.name.text === "fill") {
    const declared = scope.checker.getContextualType(call);
    const known = declared && typeIn(scope, declared);
    if (known?.kind === "array") return known;
    const [value] = call.arguments;
    const element = value && typeIn(scope, scope.checker.getTypeAtLocation(value));
    if (element && element.kind !== "nothing") return arrayOf(element);
  }
  refuse(
    scope,
    catalog.untypedValue(
      locationOf(node),
      quote(node),
      scope.checker.typeToString(scope.checker.getTypeAtLocation(node)),
    ),
  );
}

/** `new Array(n).fill(0)`: one new array, if `node` is such a call. */
export function readFilled(scope: Scope, node: ts.CallExpression, receiver: ts.Expression): ir.Expression | undefined {
  const made = unwrap(receiver);
  const isNew =
    (ts.isNewExpression(made) || ts.isCallExpression(made)) &&
    ts.isIdentifier(made.expression) &&
    made.arguments?.length === 1;
  const [value] = node.arguments;
  if (
    !isNew ||
    node.arguments.length !== 1 ||
    !(made.expression.text === "Array" || made.expression.text in typedArrays)
  )
    return undefined;
  const type =
    made.expression.text === "Array" ? filledType(scope, node, made) : typedArray(typedArrays[made.expression.text]);
  if (isReference(type.element) || type.element.kind === "nothing") return undefined;
  const [count, filling] = readExpressions(scope, [made.arguments[0], value]);
  if (!isNumber(typeOf(count))) return undefined;
  const isZero = filling.kind === "constant" && filling.value === 0;
  const length = type.storage === "plain" ? count : integer(count);
  if (isZero || (filling.kind === "constant" && type.storage === "plain"))
    return { kind: "newArray", type, length, ...(isZero ? {} : fillOf(type, filling)) };
  const filled = nameValue(scope, { kind: "newArray", type, length, ...fillOf(type, undefined) }, "filled");
  overIndices(scope, lengthOf(filled), (i) => emit(scope, { kind: "set", target: element(filled, i), value: filling }));
  return filled;
}

function filledType(scope: Scope, node: ts.CallExpression, made: ts.Expression): ir.ArrayType {
  const own = typeIn(scope, scope.checker.getTypeAtLocation(node));
  return own?.kind === "array" ? { kind: "array", storage: own.storage, element: own.element } : arrayType(scope, made);
}

/** `Array.from(…)`, `Array.of(…)`, `Float64Array.from(…)`. */
export function readArrayStatic(scope: Scope, node: ts.CallExpression, object: string, name: string): ir.Expression {
  if (name === "isArray")
    return {
      kind: "extern",
      text: "Array.isArray($0)",
      operands: readExpressions(scope, node.arguments),
      type: { kind: "boolean" },
    };
  const type = object === "Array" ? arrayType(scope, node) : typedArray(typedArrays[object]);
  if (name === "of") {
    const elements = readExpressions(scope, node.arguments);
    if (object === "Array") return { kind: "arrayLiteral", type, elements };
    return {
      kind: "copy",
      type,
      source: nameValue(scope, { kind: "arrayLiteral", type: arrayOf(type.element), elements }),
    };
  }
  if (name !== "from") refuse(scope, catalog.methodNotYet(locationOf(node), `${object}.${name}`));
  const [source, callback] = node.arguments;
  const length = lengthLiteral(source);
  if (length) return readGenerated(scope, type, integer(readExpression(scope, length)), callback, node);
  const value = readExpression(scope, source, "source");
  if (!callback)
    return object === "Array" && typeOf(value).kind === "array"
      ? { kind: "copy", type, source: value }
      : converted(scope, value, type, source);
  return mapInto(scope, value, type, callback, node);
}

/** `n` of `{ length: n }`. */
function lengthLiteral(node: ts.Expression): ts.Expression | undefined {
  const literal = unwrap(node);
  if (!ts.isObjectLiteralExpression(literal) || literal.properties.length !== 1) return undefined;
  const [property] = literal.properties;
  if (property.name?.getText() !== "length") return undefined;
  if (ts.isShorthandPropertyAssignment(property)) return property.name;
  return ts.isPropertyAssignment(property) ? property.initializer : undefined;
}
