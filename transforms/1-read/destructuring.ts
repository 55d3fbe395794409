/** Declarations and destructuring: `const x = e`, `const { a, b: [c] } = e`, `[a, b] = [b, a]`. */
import * as catalog from "../diagnostics.ts";
import {
  binary,
  constant,
  element,
  field,
  isAllocation,
  isReference,
  lengthOf,
  real,
  sameType,
  typeOf,
  variable,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { declaredBy, renameVariables } from "../ir/visit.ts";
import { ts } from "../typescript.ts";
import { choose } from "./conditionals.ts";
import { declareKnown } from "./bind-known.ts";
import { readExpression, readValue } from "./expressions.ts";
import { checkHoisted } from "./hoisted.ts";
import { quote } from "./names.ts";
import { captureValue, emit, locationOf, nameValue, originOf, refuse, withOrigin, type Scope } from "./scope.ts";
import { declarePullback } from "./pullbacks.ts";
import { isFunctionNode, unwrap } from "./symbols.ts";
import { typeIn } from "./types.ts";

/** The declarators of a `const`, `let` or `var`. */
export function readDeclarations(scope: Scope, list: ts.VariableDeclarationList): void {
  checkHoisted(scope, list);
  list.declarations.forEach((declaration) => readDeclaration(scope, declaration));
}

/** One declarator of `const`, `let` or `var`. */
export function readDeclaration(scope: Scope, node: ts.VariableDeclaration): void {
  withOrigin(scope, declarationOrigin(node), () => {
    if (declarePullback(scope, node)) return;
    if (ts.isIdentifier(node.name)) {
      if (node.initializer && isFunctionNode(unwrap(node.initializer))) return; // read where it is called
      if (declareKnown(scope, node)) return;
      if (node.initializer && isFunctionName(scope, node.initializer)) return;
      declareName(scope, node.name, node.initializer && (() => readValue(scope, node.initializer as ts.Expression)));
    } else if (node.initializer && !declareKnown(scope, node)) {
      declarePattern(scope, node.name, node.initializer);
    }
  });
}

/** `const g = f`: a second name of a function. */
function isFunctionName(scope: Scope, node: ts.Expression): boolean {
  return scope.checker.getTypeAtLocation(node).getCallSignatures().length > 0;
}

/** The text of a declaration as an assignment: `x = e`. */
function declarationOrigin(node: ts.VariableDeclaration): ir.Origin {
  const origin = originOf(node);
  if (!node.type || !node.initializer) return origin;
  return { ...origin, text: `${node.name.getText()} = ${originOf(node.initializer).text}` };
}

/** Declares a user's variable with the value that `value` reads. */
export function declareName(scope: Scope, name: ts.Identifier, value?: () => ir.Expression): ir.Variable {
  const symbol = scope.checker.getSymbolAtLocation(name);
  const initial = value?.();
  const type = declaredType(scope, name, symbol, initial);
  const declared = variable(name.text, type, "user");
  if (symbol) scope.variables.set(symbol, declared);
  if (initial && !adoptResult(scope, initial, declared))
    emit(scope, { kind: "let", variable: declared, value: initial });
  if (!initial) emit(scope, { kind: "let", variable: declared });
  if (initial && isNonNegative(scope, initial)) scope.nonNegative.add(declared);
  return declared;
}

function isNonNegative(scope: Scope, value: ir.Expression): boolean {
  return (
    value.kind === "length" ||
    (value.kind === "constant" && Number(value.value) >= 0) ||
    (value.kind === "read" && scope.nonNegative.has(value.variable))
  );
}

function declaredType(
  scope: Scope,
  name: ts.Identifier,
  symbol: ts.Symbol | undefined,
  initial: ir.Expression | undefined,
): ir.Type {
  const tsType = scope.checker.getTypeAtLocation(name);
  const declared = typeIn(scope, tsType);
  if (declared?.kind === "real" && symbol && scope.indexSymbols.has(symbol)) return { kind: "index" };
  const own = initial && typeOf(initial);
  if (own && isReference(own)) {
    if (declared && isReference(declared) && !sameType(own, declared)) {
      refuse(scope, catalog.unionOfReferences(locationOf(name), name.text, scope.checker.typeToString(tsType)));
    }
    return own;
  }
  if (declared) return declared.kind === "nothing" && own ? own : declared;
  if (own && !(tsType.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown))) return own.kind === "index" ? real : own;
  refuse(scope, catalog.untypedValue(locationOf(name), name.text, scope.checker.typeToString(tsType)));
}

/** `const y = f(x)`: the temporary that holds the value, if it is declared in this block, becomes the user's variable. */
function adoptResult(scope: Scope, value: ir.Expression, declared: ir.Variable): boolean {
  if (value.kind !== "read" || value.variable.role !== "temporary" || !sameType(value.variable.type, declared.type))
    return false;
  const temporary = value.variable;
  const at = scope.out.findIndex((statement) => declaredBy(statement).includes(temporary));
  if (at < 0) return false;
  const renamed = renameVariables(scope.out.slice(at), (variable) => (variable === temporary ? declared : variable));
  scope.out.splice(at, scope.out.length - at, ...renamed);
  return true;
}

/** `const [a, b] = e`, `const { a } = e`. */
function declarePattern(scope: Scope, pattern: ts.BindingPattern, initializer: ts.Expression): void {
  const literal = unwrap(initializer);
  if (ts.isArrayBindingPattern(pattern) && ts.isArrayLiteralExpression(literal) && isPlainPair(pattern, literal)) {
    pattern.elements.forEach((part, i) => {
      if (ts.isBindingElement(part)) bindElement(scope, part, () => readValue(scope, literal.elements[i]));
      else readExpression(scope, literal.elements[i]);
    });
    return;
  }
  const value = readValue(scope, initializer);
  if (ts.isArrayBindingPattern(pattern) && value.kind === "arrayLiteral" && pattern.elements.every(isPlainPart)) {
    pattern.elements.forEach(
      (part, i) => ts.isBindingElement(part) && bindElement(scope, part, () => value.elements[i]),
    );
    return;
  }
  bindPattern(scope, pattern, value);
}

/** `const [a, b] = [x, y]` needs no array. */
function isPlainPair(pattern: ts.ArrayBindingPattern, literal: ts.ArrayLiteralExpression): boolean {
  return (
    pattern.elements.every(isPlainPart) &&
    pattern.elements.length <= literal.elements.length &&
    !literal.elements.some(ts.isSpreadElement)
  );
}

function isPlainPart(part: ts.ArrayBindingElement): boolean {
  return ts.isOmittedExpression(part) || (!part.dotDotDotToken && !part.initializer);
}

/** Declares the variables of a pattern, with the parts of `value`. */
export function bindPattern(scope: Scope, pattern: ts.BindingPattern, value: ir.Expression): void {
  const source =
    value.kind === "read" ? value : nameValue(scope, value, ts.isObjectBindingPattern(pattern) ? "record" : "parts");
  const taken: string[] = [];
  pattern.elements.forEach((part, i) => {
    if (ts.isOmittedExpression(part)) return;
    const key = part.propertyName ?? part.name;
    const name = ts.isArrayBindingPattern(pattern) ? undefined : keyText(scope, key);
    const isRest = part.dotDotDotToken !== undefined;
    bindElement(scope, part, () =>
      isRest ? restOf(scope, source, i, taken, part) : partOf(scope, source, name ?? i, part),
    );
    if (name !== undefined) taken.push(name);
  });
}

export function keyText(scope: Scope, key: ts.Node): string {
  if (ts.isIdentifier(key) || ts.isStringLiteralLike(key)) return key.text;
  refuse(scope, catalog.unknownProperty(locationOf(key), quote(key)));
}

export function bindElement(scope: Scope, part: ts.BindingElement, value: () => ir.Expression): void {
  const reader = part.initializer
    ? (): ir.Expression => orDefault(scope, value(), part.initializer as ts.Expression, part)
    : value;
  if (ts.isIdentifier(part.name)) {
    declareName(scope, part.name, reader);
    return;
  }
  const inner = reader();
  bindPattern(scope, part.name, isAllocation(inner) ? nameValue(scope, inner) : inner);
}

/** A value, or the default where it is `undefined`. */
export function orDefault(
  scope: Scope,
  value: ir.Expression,
  initializer: ts.Expression,
  node: ts.Node,
): ir.Expression {
  const present =
    value.kind === "read" || value.kind === "element" || value.kind === "field" ? value : nameValue(scope, value);
  const other = captureValue(scope, () => readExpression(scope, initializer));
  return choose(scope, binary("!==", present, constant(undefined)), { statements: [], value: present }, other, node);
}

export function partOf(scope: Scope, source: ir.Expression, key: string | number, node: ts.Node): ir.Expression {
  const type = typeOf(source);
  if (typeof key === "number" && (type.kind === "array" || (type.kind === "tuple" && key < type.elements.length)))
    return element(source, constant(key));
  if (typeof key === "string" && type.kind === "record" && type.fields.some((known) => known.name === key))
    return field(source, key);
  if (key === "length" && type.kind === "array") return lengthOf(source);
  refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
}

function restOf(
  scope: Scope,
  source: ir.Expression,
  from: number,
  taken: readonly string[],
  node: ts.Node,
): ir.Expression {
  const type = typeOf(source);
  if (type.kind === "array" && type.storage === "plain")
    return {
      kind: "copy",
      type: { kind: "array", storage: "plain", element: type.element },
      source,
      from: constant(from),
    };
  if (type.kind === "tuple") {
    const elements = type.elements.slice(from);
    const values = elements.map((_, i) => element(source, constant(from + i)));
    return { kind: "arrayLiteral", type: { kind: "tuple", elements }, elements: values };
  }
  if (type.kind === "record") {
    const fields = type.fields.filter(({ name }) => !taken.includes(name));
    return {
      kind: "recordLiteral",
      type: { kind: "record", fields },
      fields: fields.map(({ name }) => ({ name, value: field(source, name) })),
    };
  }
  refuse(scope, catalog.notYet(locationOf(node), `\`${quote(node)}\``));
}
