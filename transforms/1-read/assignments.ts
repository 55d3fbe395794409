/** Assignments: `=`, `op=`, `&&=`, `||=`, `??=`, `++`, `--`, to variables, elements and fields. */
import * as catalog from "../diagnostics.ts";
import { binary, constant, element, field, isAllocation, isReference, sameType, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { combineLogical } from "./conditionals.ts";

import { assignPattern } from "./assign-pattern.ts";
import { readExpression, readExpressions, readValue } from "./expressions.ts";
import { quote, readName } from "./names.ts";
import { protectOne, readsAnyMemory } from "./operands.ts";
import { arithmeticOperator, combine } from "./operators.ts";
import { appendedArray } from "./own-length.ts";
import { checkIndex } from "./properties.ts";
import { captureValue, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { resolveSymbol, unwrap } from "./symbols.ts";
import { writesOf } from "./writes.ts";

/** Reads what a written expression denotes; operands are evaluated now, once. */
export function readPlace(scope: Scope, node: ts.Expression): ir.Place {
  const target = unwrap(node);
  if (ts.isIdentifier(target)) {
    const symbol = resolveSymbol(target, scope.checker);
    if (symbol && scope.functions.has(symbol)) refuse(scope, catalog.unknownFunction(locationOf(target), target.text));
    const value = readName(scope, target);
    if (value.kind === "read") return value;
    refuse(scope, catalog.writesModuleState(locationOf(target), target.text));
  }
  if (ts.isPropertyAccessExpression(target)) {
    const record = writable(scope, readExpression(scope, target.expression), target);
    const type = typeOf(record);
    if (type.kind !== "record" && target.name.text === "length") refuse(scope, catalog.setsLength(locationOf(target)));
    if (type.kind !== "record" || !type.fields.some((known) => known.name === target.name.text)) {
      refuse(scope, catalog.unknownProperty(locationOf(target), quote(target)));
    }
    return field(record, target.name.text);
  }
  if (ts.isElementAccessExpression(target)) return readElementPlace(scope, target);
  refuse(scope, catalog.unsupportedSyntax(locationOf(target), `writing \`${quote(target)}\``));
}

function readElementPlace(scope: Scope, target: ts.ElementAccessExpression): ir.Place {
  const key = unwrap(target.argumentExpression);
  if (ts.isStringLiteralLike(key))
    return field(writable(scope, readExpression(scope, target.expression), target), key.text);
  const [array, at] = readExpressions(scope, [target.expression, target.argumentExpression]);
  checkIndex(scope, array, at, target);
  return element(writable(scope, array, target), readsAnyMemory(at) ? nameValue(scope, at, "at") : at);
}

function writable(scope: Scope, base: ir.Expression, node: ts.Expression): ir.Expression {
  let root = base;
  while (root.kind === "element" || root.kind === "field") root = root.kind === "element" ? root.array : root.record;
  if (root.kind === "global") refuse(scope, catalog.writesModuleState(locationOf(node), root.name));
  return base;
}

/** The same place with its operands named where running `statements` could change them. */
function protectPlace(scope: Scope, place: ir.Place, statements: readonly ir.Statement[]): ir.Place {
  switch (place.kind) {
    case "read":
      return place;
    case "element":
      return {
        ...place,
        array: protectOne(scope, place.array, statements),
        index: protectOne(scope, place.index, statements),
      };
    case "field":
      return { ...place, record: protectOne(scope, place.record, statements) };
  }
}

/** Where a reference is stored, the object that is written is a plain variable. */
function withPlainBase(scope: Scope, place: ir.Place): ir.Place {
  if (place.kind === "read" || !isReference(typeOf(place))) return place;
  const base = place.kind === "element" ? place.array : place.record;
  if (base.kind === "read") return place;
  const named = nameValue(scope, base, place.kind === "element" ? "array" : "record");
  return place.kind === "element" ? { ...place, array: named } : { ...place, record: named };
}

/** Emits `place = value`. */
export function assign(scope: Scope, place: ir.Place, value: ir.Expression, node: ts.Node): void {
  const [to, from] = [typeOf(place), typeOf(value)];
  if ((isReference(to) || isReference(from)) && !sameType(to, from)) {
    const type = scope.checker.typeToString(scope.checker.getTypeAtLocation(node));
    refuse(scope, catalog.unionOfReferences(locationOf(node), quote(node), type));
  }
  const target = withPlainBase(scope, place);
  const stored = target.kind !== "read" && isAllocation(value) ? nameValue(scope, value) : value;
  emit(scope, { kind: "set", target, value: stored });
}

/** An assignment; its value is only made where it is used. */
export function readAssignment(scope: Scope, node: ts.BinaryExpression, forEffect = false): ir.Expression {
  const token = node.operatorToken.kind;
  const left = unwrap(node.left);
  if (token === ts.SyntaxKind.EqualsToken) {
    if (ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left))
      return assignPattern(scope, left, node.right);
    return assignPlain(scope, node, forEffect);
  }
  if (
    token === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
    token === ts.SyntaxKind.BarBarEqualsToken ||
    token === ts.SyntaxKind.QuestionQuestionEqualsToken
  ) {
    return assignLogical(scope, node);
  }
  return assignCompound(scope, node, forEffect);
}

function assignPlain(scope: Scope, node: ts.BinaryExpression, forEffect: boolean): ir.Expression {
  const appended = forEffect ? appendedArray(node.left, scope.checker) : undefined;
  if (appended && !mayGrow(scope, node.right)) {
    const [array, value] = readExpressions(scope, [appended, node.right]);
    emit(scope, { kind: "append", array: writable(scope, array, node.left), value });
    return value;
  }
  const place = readPlace(scope, node.left);
  const { statements, value } = captureValue(scope, () => readValue(scope, node.right));
  const kept = protectPlace(scope, place, statements);
  statements.forEach((statement) => emit(scope, statement));
  if (forEffect || kept.kind === "read") {
    assign(scope, kept, value, node);
    return kept;
  }
  const named = value.kind === "constant" ? value : nameValue(scope, value);
  assign(scope, kept, named, node);
  return named;
}

/** Whether evaluating an expression may make an array longer. */
function mayGrow(scope: Scope, node: ts.Expression): boolean {
  const { resized, symbols, unknown } = writesOf([node], scope.checker, scope.functions);
  return unknown || resized.length > 0 || symbols.size > 0;
}

function assignCompound(scope: Scope, node: ts.BinaryExpression, forEffect: boolean): ir.Expression {
  const operator = arithmeticOperator(compoundOperators[node.operatorToken.kind] ?? ts.SyntaxKind.Unknown);
  if (!operator)
    refuse(scope, catalog.unsupportedSyntax(locationOf(node), `the operator \`${node.operatorToken.getText()}\``));
  const place = readPlace(scope, node.left);
  const { statements, value } = captureValue(scope, () => readExpression(scope, node.right));
  const kept = protectPlace(scope, place, statements);
  const old = protectOne(scope, kept, statements);
  statements.forEach((statement) => emit(scope, statement));
  return store(scope, kept, combine(scope, operator, old, value, node), node, forEffect);
}

function store(scope: Scope, place: ir.Place, value: ir.Expression, node: ts.Node, forEffect: boolean): ir.Expression {
  const stored = forEffect || place.kind === "read" ? value : nameValue(scope, value);
  assign(scope, place, stored, node);
  return place.kind === "read" ? place : stored;
}

function assignLogical(scope: Scope, node: ts.BinaryExpression): ir.Expression {
  const place = readPlace(scope, node.left);
  const right = captureValue(scope, () => readExpression(scope, node.right));
  const value = combineLogical(scope, node.operatorToken.kind, place, right, node);
  const named = value.kind === "constant" ? value : nameValue(scope, value);
  assign(scope, place, named, node);
  return named;
}

/** `x++`, `--x` and their like. */
export function readStep(
  scope: Scope,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  isUsed: boolean,
): ir.Expression {
  const place = readPlace(scope, node.operand);
  const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? "+" : "-";
  if (isUsed && ts.isPostfixUnaryExpression(node)) {
    const old = nameValue(scope, place, "previous");
    assign(scope, place, binary(operator, old, constant(1)), node);
    return old;
  }
  return store(scope, place, binary(operator, place, constant(1)), node, !isUsed);
}

const compoundOperators: Readonly<Partial<Record<ts.SyntaxKind, ts.SyntaxKind>>> = {
  [ts.SyntaxKind.PlusEqualsToken]: ts.SyntaxKind.PlusToken,
  [ts.SyntaxKind.MinusEqualsToken]: ts.SyntaxKind.MinusToken,
  [ts.SyntaxKind.AsteriskEqualsToken]: ts.SyntaxKind.AsteriskToken,
  [ts.SyntaxKind.SlashEqualsToken]: ts.SyntaxKind.SlashToken,
  [ts.SyntaxKind.PercentEqualsToken]: ts.SyntaxKind.PercentToken,
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken]: ts.SyntaxKind.AsteriskAsteriskToken,
  [ts.SyntaxKind.AmpersandEqualsToken]: ts.SyntaxKind.AmpersandToken,
  [ts.SyntaxKind.BarEqualsToken]: ts.SyntaxKind.BarToken,
  [ts.SyntaxKind.CaretEqualsToken]: ts.SyntaxKind.CaretToken,
  [ts.SyntaxKind.LessThanLessThanEqualsToken]: ts.SyntaxKind.LessThanLessThanToken,
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken]: ts.SyntaxKind.GreaterThanGreaterThanToken,
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken]: ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
};
