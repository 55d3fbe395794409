/** What expressions denote that are known when the program is compiled, found without evaluating anything. */
import * as catalog from "../diagnostics.ts";
import { constant } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { madeBy } from "./functions.ts";
import {
  holdsFunctions,
  isLiteral,
  mayHoldFunctions,
  missing,
  unfollowed,
  type FunctionValue,
  type Known,
  type Slot,
  type Structure,
} from "./known.ts";
import { quote } from "./names.ts";
import { locationOf, refuse, type Scope } from "./scope.ts";
import { checkShared } from "./shared-structures.ts";
import {
  constDeclaration,
  enclosingFunction,
  isFunctionNode,
  isLibrary,
  isModuleLevel,
  libraryMember,
  resolveSymbol,
  unwrap,
} from "./symbols.ts";
import { typeIn } from "./types.ts";

/** The function an expression denotes, or undefined where that is not known. */
export function resolveFunction(scope: Scope, node: ts.Expression): FunctionValue | undefined {
  const known = resolveKnown(scope, node);
  return known?.kind === "function" ? known : undefined;
}

/** What an expression denotes, or undefined where that is not known. */
export function resolveKnown(scope: Scope, node: ts.Expression): Known | Slot | undefined {
  const inner = unwrap(node);
  if (isFunctionNode(inner)) return valueOf(scope, inner);
  const made = madeBy(inner, scope.checker);
  if (made?.name === "primitive") return resolveKnown(scope, made.call.arguments[0]);
  if (made?.name.startsWith("custom")) return { kind: "ruled", ...made };
  if (made) return undefined;
  const member = libraryMember(inner, scope.checker);
  if (member?.[0] === "Math" && holdsFunctions(scope.checker.getTypeAtLocation(inner), scope.checker))
    return { kind: "mathFunction", name: member[1] };
  if (ts.isIdentifier(inner) || isOfNamespace(inner, scope.checker)) return ofName(scope, inner, inner.getText());
  if (!ts.isPropertyAccessExpression(inner) && !ts.isElementAccessExpression(inner)) return undefined;
  const base = resolveKnown(scope, inner.expression);
  const key = base && base.kind !== "slot" ? keyOfAccess(scope, inner) : undefined;
  return key === undefined || !base ? undefined : memberOf(base, key);
}

/** `ns.f`, where `ns` is a module. */
function isOfNamespace(node: ts.Expression, checker: ts.TypeChecker): boolean {
  if (!ts.isPropertyAccessExpression(node)) return false;
  const object = resolveSymbol(node.expression, checker);
  return object !== undefined && (object.flags & ts.SymbolFlags.ValueModule) !== 0;
}

/** A name of this function, of the one around it, or of a module; `text` is how this file spells it. */
function ofName(scope: Scope, node: ts.Expression, text: string): Known | Slot | undefined {
  const symbol = resolveSymbol(node, scope.checker);
  const bound = symbol && scope.functions.get(symbol);
  if (bound || !symbol) return bound;
  if (isLibrary(symbol)) return undefined;
  const declarations = (symbol.declarations ?? []).filter(ts.isFunctionDeclaration);
  if (declarations.length > 1) refuse(scope, catalog.overloaded(locationOf(node), quote(node)));
  const [declaration] = declarations;
  return declaration ? valueOf(scope, declaration) : ofConstant(scope, symbol, node, text);
}

function ofConstant(scope: Scope, symbol: ts.Symbol, node: ts.Expression, text: string): Known | Slot | undefined {
  const declaration = symbol.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return undefined;
  const { initializer } = declaration;
  if (!initializer) {
    const isAmbient =
      declaration.getSourceFile().isDeclarationFile ||
      ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient;
    if (isAmbient && scope.checker.getTypeAtLocation(node).getCallSignatures().length > 0)
      refuse(scope, catalog.noBody(locationOf(node), quote(node)));
    return undefined;
  }
  if (!constDeclaration(symbol)) return undefined;
  if (!isModuleLevel(declaration)) return resolveKnown(scope, initializer);
  const literal = unwrap(initializer);
  if (!isLiteral(literal)) return ofModule(scope, literal, undefined);
  if (!mayHoldFunctions(literal, scope.checker)) return undefined;
  checkShared(scope, symbol, node);
  return literalOf(scope, literal, text);
}

/**
 * What an expression outside of functions denotes: literals as well. `text` is how the function being read can reach it,
 * if it can.
 */
export function ofModule(scope: Scope, node: ts.Expression, text: string | undefined): Known | Slot | undefined {
  const inner = unwrap(node);
  if (isLiteral(inner) && mayHoldFunctions(inner, scope.checker)) return literalOf(scope, inner, text);
  return resolveKnown(scope, inner);
}

function literalOf(
  scope: Scope,
  literal: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  text: string | undefined,
): Structure {
  return structureOf(scope, literal, {
    member: (value, name, key) => {
      const isElement = ts.isArrayLiteralExpression(literal) || !isName(key);
      const path = text === undefined ? undefined : text + (isElement ? `[${key}]` : `.${key}`);
      return memberValue(scope, value, name, path);
    },
    base: (from) => ofModule(scope, from, undefined),
  });
}

/** What the parts of a literal are: a member, with a name for its slot and its key, and what is spread. */
interface PartReader {
  readonly member: (value: ts.Expression, name: string, key: string) => Known | Slot;
  readonly base: (from: ts.Expression) => Known | Slot | undefined;
}

/** A literal as something known. */
export function structureOf(
  scope: Scope,
  literal: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  read: PartReader,
): Structure {
  const members = new Map<string, Known | Slot>();
  const isArray = ts.isArrayLiteralExpression(literal);
  const put = (key: string, value: ts.Expression): void => {
    members.set(key, read.member(value, isArray ? "value" : key, key));
  };
  const spread = (from: ts.Expression): void => {
    const base = read.base(from);
    if (base?.kind !== "structure" || base.isArray !== isArray)
      refuse(scope, catalog.unknownFunction(locationOf(from), quote(from)));
    for (const [key, member] of base.members) members.set(isArray ? String(members.size) : key, member);
  };
  if (isArray) {
    for (const element of literal.elements) {
      if (ts.isSpreadElement(element)) spread(element.expression);
      else put(String(members.size), element);
    }
    return { kind: "structure", isArray, members };
  }
  for (const property of literal.properties) {
    if (ts.isSpreadAssignment(property)) spread(property.expression);
    else if (ts.isPropertyAssignment(property) && isKey(property.name)) put(property.name.text, property.initializer);
    else if (ts.isShorthandPropertyAssignment(property)) put(property.name.text, property.name);
    else if (ts.isMethodDeclaration(property) && isKey(property.name))
      members.set(property.name.text, valueOf(scope, property));
    else refuse(scope, catalog.unknownProperty(locationOf(property), quote(property)));
  }
  return { kind: "structure", isArray, members };
}

function isKey(name: ts.PropertyName): name is ts.Identifier | ts.StringLiteral | ts.NumericLiteral {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name);
}

function isName(key: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
}

/** A part of a literal of a module: a function, or data at that path. */
function memberValue(scope: Scope, node: ts.Expression, name: string, path: string | undefined): Known | Slot {
  const { checker } = scope;
  const inner = unwrap(node);
  if (ts.isNumericLiteral(inner)) return { kind: "slot", name, value: constant(Number(inner.text)) };
  if (inner.getText() === "undefined") return missing;
  if (mayHoldFunctions(inner, checker)) return ofModule(scope, inner, path) ?? unfollowed;
  const own = path === undefined ? undefined : typeIn(scope, checker.getTypeAtLocation(inner));
  const value: ir.Expression | undefined =
    own && path !== undefined ? { kind: "global", name: path, type: own } : undefined;
  return { kind: "slot", name, ...(value && { value, file: fileOf(scope) }) };
}

/** The file whose names an expression of the function being read may use. */
export function fileOf(scope: Scope): string {
  return scope.node?.getSourceFile().fileName ?? scope.owner;
}

/** The key of `a.key`, `a["key"]`, `a[0]`, `a[i]` for a known `i`; undefined where it is not known. */
export function keyOfAccess(
  scope: Scope,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  const key = unwrap(node.argumentExpression);
  if (ts.isStringLiteralLike(key)) return key.text;
  const at = integerOf(scope, key);
  return at === undefined ? undefined : String(at);
}

/** A member of something known; undefined where the compiler cannot tell. */
export function memberOf(base: Known | Slot, key: string): Known | Slot | undefined {
  if (base.kind === "structure") {
    const member = base.members.get(key);
    return member ?? (base.isArray && !/^\d+$/.test(key) ? undefined : missing);
  }
  if (base.kind !== "choice") return undefined;
  const options = base.options.map((option) => memberOf(option, key));
  return options.every((option) => option !== undefined)
    ? { ...base, options, text: `${base.text}.${key}` }
    : undefined;
}

/** An integer that is known where it is read: `2`, the counter of a loop that is written out, `layers.length - 1`. */
export function integerOf(scope: Scope, node: ts.Expression): number | undefined {
  const inner = unwrap(node);
  if (ts.isNumericLiteral(inner)) return Number(inner.text);
  if (ts.isIdentifier(inner)) {
    const symbol = resolveSymbol(inner, scope.checker);
    const value = symbol && (scope.constants.get(symbol) ?? constDeclaration(symbol)?.initializer);
    return typeof value === "object" ? integerOf(scope, value) : value;
  }
  if (ts.isPropertyAccessExpression(inner) && inner.name.text === "length") {
    const base = resolveKnown(scope, inner.expression);
    return base?.kind === "structure" && base.isArray ? base.members.size : undefined;
  }
  if (!ts.isBinaryExpression(inner)) return undefined;
  const [left, right] = [integerOf(scope, inner.left), integerOf(scope, inner.right)];
  if (left === undefined || right === undefined) return undefined;
  if (inner.operatorToken.kind === ts.SyntaxKind.PlusToken) return left + right;
  return inner.operatorToken.kind === ts.SyntaxKind.MinusToken ? left - right : undefined;
}

/** A function as a value, with what it sees around it. */
export function valueOf(scope: Scope, node: ts.FunctionLikeDeclaration): FunctionValue {
  const around = enclosingFunction(node);
  const file = node.getSourceFile().fileName;
  if (!around) return { kind: "function", node, functions: new Map(), types: new Map(), owner: file };
  // A local function that calls itself, or one beside it, stays in the function around both.
  const isBeside = around !== scope.node && scope.node && enclosingFunction(scope.node) === around;
  const counts = scope.iterations
    .filter((iteration) => isInside(node, iteration.node))
    .map(({ count }) => `[${count}]`);
  const owner = isBeside ? scope.owner : scope.key + counts.join("");
  return { kind: "function", node, functions: scope.functions, types: scope.types, owner };
}

export function isInside(node: ts.Node, outer: ts.Node): boolean {
  for (let parent: ts.Node | undefined = node; parent; parent = parent.parent) if (parent === outer) return true;
  return false;
}
