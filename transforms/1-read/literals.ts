/** Array, tuple and record literals. */
import * as catalog from "../diagnostics.ts";
import {
  constant,
  element,
  field,
  isReference,
  lengthOf,
  nothing,
  read,
  sameType,
  typeOf,
  variable,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readExpression, readExpressions } from "./expressions.ts";
import { quote } from "./names.ts";
import { readInOrder } from "./operands.ts";
import { capture, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { resolveSymbol } from "./symbols.ts";
import { readType, tryType, typeIn } from "./types.ts";

/** `[a, b]`, `[...xs]`, `[...xs, a]`. */
export function readArrayLiteral(scope: Scope, node: ts.ArrayLiteralExpression): ir.Expression {
  const type = literalType(scope, node);
  if (type.kind !== "array" && type.kind !== "tuple")
    refuse(scope, catalog.unsupportedType(locationOf(node), quote(node), type.kind));
  if (node.elements.some(ts.isOmittedExpression))
    refuse(scope, catalog.unsupportedSyntax(locationOf(node), "an array with holes"));
  if (node.elements.some(ts.isSpreadElement)) return readSpread(scope, node, type);
  const elements = readExpressions(scope, node.elements);
  const literal = type.kind === "tuple" ? type : plain(type);
  elements.forEach((value, i) =>
    checkFits(scope, value, literal.kind === "tuple" ? literal.elements[i] : literal.element, node.elements[i]),
  );
  return { kind: "arrayLiteral", type: literal, elements };
}

function plain(type: ir.ArrayType): ir.ArrayType {
  return { kind: "array", storage: "plain", element: type.element };
}

function checkFits(scope: Scope, value: ir.Expression, type: ir.Type | undefined, node: ts.Node): void {
  const from = typeOf(value);
  if (type && (!isReference(from) || sameType(from, type)) && (isReference(from) || !isReference(type))) return;
  refuse(
    scope,
    catalog.unionOfReferences(
      locationOf(node),
      quote(node),
      scope.checker.typeToString(scope.checker.getTypeAtLocation(node)),
    ),
  );
}

/** The type a literal is used at: of the place it goes to, if that is known, else its own. */
function literalType(scope: Scope, node: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression): ir.Type {
  const { checker } = scope;
  const contextual = checker.getContextualType(node);
  const expected = contextual && tryType(contextual, checker);
  if (expected?.kind === "array" || expected?.kind === "tuple" || expected?.kind === "record") return expected;
  const own = checker.getTypeAtLocation(node);
  const isEmpty = ts.isArrayLiteralExpression(node) && node.elements.length === 0;
  return (isEmpty ? evolvedType(scope, node) : undefined) ?? readType(scope, own, node, quote(node));
}

/** The type that `const out = []` has where it is used. */
function evolvedType(scope: Scope, node: ts.Expression): ir.Type | undefined {
  const declaration = node.parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return undefined;
  const symbol = scope.checker.getSymbolAtLocation(declaration.name);
  let found: ir.Type | undefined;
  const visit = (child: ts.Node): void => {
    if (found) return;
    if (ts.isIdentifier(child) && child !== declaration.name && resolveSymbol(child, scope.checker) === symbol) {
      const type = typeIn(scope, scope.checker.getTypeAtLocation(child));
      if (type?.kind === "array" && type.element.kind !== "nothing") found = type;
    }
    ts.forEachChild(child, visit);
  };
  if (scope.node?.body) visit(scope.node.body);
  return found;
}

/** `[a, ...xs, b]`: one part after the other, as each spread copies when it is reached. */
function readSpread(scope: Scope, node: ts.ArrayLiteralExpression, type: ir.ArrayType | ir.TupleType): ir.Expression {
  if (type.kind === "tuple")
    refuse(scope, catalog.notYet(locationOf(node), "`...` inside a tuple", "write its elements out"));
  const fresh = plain(type);
  const first = node.elements.findIndex((part) => ts.isSpreadElement(part));
  const start: ir.Expression =
    first === 0
      ? { kind: "copy", type: fresh, source: readSpreadPart(scope, node.elements[0]) }
      : { kind: "arrayLiteral", type: fresh, elements: readExpressions(scope, node.elements.slice(0, first)) };
  const rest = node.elements.slice(Math.max(first, 1));
  if (rest.length === 0) return start;
  const all = nameValue(scope, start, "all", fresh);
  for (const part of rest) {
    if (ts.isSpreadElement(part)) appendAll(scope, all, readSpreadPart(scope, part));
    else emit(scope, { kind: "append", array: all, value: readExpression(scope, part) });
  }
  return all;
}

function readSpreadPart(scope: Scope, part: ts.Expression): ir.Expression {
  const source = readExpression(scope, ts.isSpreadElement(part) ? part.expression : part);
  if (typeOf(source).kind !== "array") refuse(scope, catalog.notYet(locationOf(part), `spreading \`${quote(part)}\``));
  return source;
}

/** Appends every element of `source` to `target`, another array. */
export function appendAll(scope: Scope, target: ir.Expression, source: ir.Expression): void {
  const counter = variable("i", { kind: "index" }, "counter");
  const body = capture(scope, () =>
    emit(scope, { kind: "append", array: target, value: element(source, read(counter)) }),
  );
  emit(scope, { kind: "for", counter, lo: constant(0), hi: lengthOf(source), descending: false, body });
}

/** `{ a, b: 1, ...p }`. */
export function readRecordLiteral(scope: Scope, node: ts.ObjectLiteralExpression): ir.Expression {
  const type = literalType(scope, node);
  if (type.kind !== "record") refuse(scope, catalog.unsupportedType(locationOf(node), quote(node), type.kind));
  const parts: RecordPart[] = [];
  for (const property of node.properties) parts.push(...recordParts(scope, property, parts));
  const read = readInOrder(
    scope,
    parts.map((part) => part.read),
  );
  const values = new Map<string, ir.Expression>();
  parts.forEach(({ name }, i) => values.set(name, read[i]));
  const fields = type.fields.map(({ name, type: expected }) => {
    const value = values.get(name) ?? constant(undefined);
    checkFits(scope, value, typeOf(value).kind === "nothing" ? nothing : expected, node);
    return { name, value };
  });
  return { kind: "recordLiteral", type, fields };
}

interface RecordPart {
  readonly name: string;
  readonly read: () => ir.Expression;
}

function recordParts(
  scope: Scope,
  property: ts.ObjectLiteralElementLike,
  before: readonly RecordPart[],
): readonly RecordPart[] {
  if (ts.isSpreadAssignment(property)) return spreadParts(scope, property, before);
  const name = propertyName(scope, property);
  if (ts.isPropertyAssignment(property))
    return [{ name, read: () => readExpression(scope, property.initializer, name) }];
  if (ts.isShorthandPropertyAssignment(property)) return [{ name, read: () => readExpression(scope, property.name) }];
  refuse(scope, catalog.notYet(locationOf(property), `the method \`${name}\``, "use a function that takes the record"));
}

/** `...p`: its fields, read when the spread is reached. */
function spreadParts(
  scope: Scope,
  property: ts.SpreadAssignment,
  before: readonly RecordPart[],
): readonly RecordPart[] {
  const type = typeIn(scope, scope.checker.getTypeAtLocation(property.expression));
  // An optional field that is missing would leave the value before it.
  const mayKeep = ({ name, type: fieldType }: ir.RecordField): boolean =>
    fieldType.kind === "maybe" && before.some((part) => part.name === name);
  if (type?.kind !== "record" || type.fields.some(mayKeep)) {
    refuse(
      scope,
      catalog.notYet(locationOf(property), `spreading \`${quote(property.expression)}\``, "write its fields out"),
    );
  }
  let record: ir.Expression | undefined;
  return type.fields.map(({ name }) => ({
    name,
    read: () => {
      record ??= readExpression(scope, property.expression);
      return field(record, name);
    },
  }));
}

function propertyName(scope: Scope, property: ts.ObjectLiteralElementLike): string {
  const { name } = property;
  if (name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name))) return name.text;
  refuse(scope, catalog.unknownProperty(locationOf(property), quote(property)));
}
