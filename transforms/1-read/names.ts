/** What an identifier stands for: a local variable, a constant of the module, `undefined` … */
import * as catalog from "../diagnostics.ts";
import { constant, index, isReference, read, real } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { isInside } from "./resolve.ts";
import { isIndexExpression } from "./index-types.ts";
import { isFromVjp, refuseUse } from "./pullbacks.ts";
import { locationOf, originOf, Refusal, refuse, type Scope } from "./scope.ts";
import { constDeclaration, isModuleLevel, libraryName, resolveSymbol, unwrap } from "./symbols.ts";
import { readType } from "./types.ts";
import { placesOf, writtenBy } from "./writes.ts";

/** The value of a name. */
export function readName(scope: Scope, node: ts.Identifier): ir.Expression {
  const library = libraryName(node, scope.checker);
  if (library !== undefined) return readLibraryName(scope, node, library);
  const symbol = resolveSymbol(node, scope.checker);
  const known = symbol && scope.variables.get(symbol);
  if (known) return read(known);
  if (!symbol && node.text === "") throw new Refusal(); // a syntax error, which has been reported
  if (!symbol) refuse(scope, catalog.unsupportedSyntax(locationOf(node), `the unknown name \`${node.text}\``));
  if (isFromVjp(scope, node)) refuseUse(scope, node);
  return readGlobal(scope, symbol, node, node.text);
}

function readLibraryName(scope: Scope, node: ts.Identifier, name: string): ir.Expression {
  if (name === "undefined") return constant(undefined);
  if (name === "NaN" || name === "Infinity") return { kind: "global", name, type: real };
  if (name === "arguments")
    refuse(scope, catalog.unsupportedSyntax(locationOf(node), "`arguments`", "name the parameters"));
  refuse(scope, catalog.unknownCall(locationOf(node), name));
}

/** A constant of a module; `text` is how this file spells it. */
export function readGlobal(scope: Scope, symbol: ts.Symbol, node: ts.Expression, text: string): ir.Expression {
  if (symbol.name === "arguments" && !symbol.valueDeclaration) {
    refuse(scope, catalog.unsupportedSyntax(locationOf(node), "`arguments`", "name the parameters"));
  }
  if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class))
    refuse(scope, catalog.unknownFunction(locationOf(node), text));
  const declaration = symbol.valueDeclaration;
  if (declaration && !isModuleLevel(declaration)) {
    if (scope.node && isInside(declaration, scope.node)) throw new Refusal(); // its declaration was refused
    refuse(scope, catalog.capturingArgument(locationOf(node), text));
  }
  const isConst =
    constDeclaration(symbol) ?? (declaration && ts.isBindingElement(declaration) && isConstPattern(declaration));
  if (!isConst) refuseState(scope, symbol, node, text);
  const type = readType(scope, scope.checker.getTypeAtLocation(node), node, text);
  if (isReference(type) && isWritten(scope, symbol, node)) refuseState(scope, symbol, node, text);
  const initializer = constDeclaration(symbol)?.initializer;
  const isInteger = type.kind === "real" && initializer && isIndexExpression(initializer, scope.checker, () => false);
  return { kind: "global", name: text, type: isInteger ? index : type };
}

/** Refuses state of a module, once: the first use tells enough. */
function refuseState(scope: Scope, symbol: ts.Symbol, node: ts.Node, text: string): never {
  const { reportedState } = scope.session;
  if (reportedState.has(symbol)) throw new Refusal();
  reportedState.add(symbol);
  refuse(scope, catalog.writesModuleState(locationOf(node), text));
}

/** Whether an expression starts at a local variable whose declaration was refused, so that more need not be said. */
export function startsAtRefused(scope: Scope, node: ts.Expression): boolean {
  let root = unwrap(node);
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root) || ts.isCallExpression(root))
    root = unwrap(root.expression);
  const symbol = ts.isIdentifier(root) ? resolveSymbol(root, scope.checker) : undefined;
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration || !scope.node || scope.variables.has(symbol) || scope.functions.has(symbol))
    return false;
  return ts.isVariableDeclaration(declaration) && isInside(declaration, scope.node) && isData(scope, declaration);
}

function isData(scope: Scope, declaration: ts.VariableDeclaration): boolean {
  return scope.checker.getTypeAtLocation(declaration).getCallSignatures().length === 0;
}

function isConstPattern(element: ts.BindingElement): boolean {
  let parent: ts.Node = element;
  while (ts.isBindingElement(parent) || ts.isObjectBindingPattern(parent) || ts.isArrayBindingPattern(parent))
    parent = parent.parent;
  return ts.isVariableDeclaration(parent) && (parent.parent.flags & ts.NodeFlags.Const) !== 0;
}

/** Whether the object of a module's constant is written in its own file or in the one that uses it. */
function isWritten(scope: Scope, symbol: ts.Symbol, node: ts.Node): boolean {
  const known = scope.session.writtenGlobals.get(symbol);
  if (known !== undefined) return known;
  const files = new Set([
    node.getSourceFile(),
    ...(symbol.declarations ?? []).map((declaration) => declaration.getSourceFile()),
  ]);
  const written = [...files].some((file) => writesObject(file, symbol, scope.checker));
  scope.session.writtenGlobals.set(symbol, written);
  return written;
}

const writingMethods: ReadonlySet<string> = new Set([
  "push",
  "pop",
  "shift",
  "unshift",
  "splice",
  "fill",
  "sort",
  "reverse",
  "set",
  "copyWithin",
]);

function writesObject(file: ts.SourceFile, symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  let written = false;
  const isRoot = (place: ts.Expression): boolean => {
    let root = unwrap(place);
    while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = unwrap(root.expression);
    return ts.isIdentifier(root) && root.text === symbol.name && resolveSymbol(root, checker) === symbol;
  };
  const visit = (node: ts.Node): void => {
    const target = writtenBy(node);
    if (target && [...placesOf(target)].some(isRoot)) written = true;
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      writingMethods.has(node.expression.name.text)
    ) {
      if (isRoot(node.expression.expression)) written = true;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return written;
}

/** Declares what an origin calls a name: used where a diagnostic quotes an expression. */
export function quote(node: ts.Node): string {
  const { text } = originOf(node);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
