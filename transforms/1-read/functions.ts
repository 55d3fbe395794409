/** Functions as values that are known when the program is compiled, and the variables they take from around them. */
import * as catalog from "../diagnostics.ts";
import { ts } from "../typescript.ts";
import { quote } from "./names.ts";
import { locationOf, refuse, type FunctionValue, type Scope } from "./scope.ts";
import { cotangentExport, enclosingFunction, isFunctionNode, isLibrary, resolveSymbol, unwrap } from "./symbols.ts";
import { assignmentsIn } from "./writes.ts";

const noFunctions: ReadonlyMap<ts.Symbol, FunctionValue> = new Map();

/** The function an expression denotes, or undefined where that is not known. */
export function resolveFunction(scope: Scope, node: ts.Expression): FunctionValue | undefined {
  const inner = unwrap(node);
  if (isFunctionNode(inner)) return valueOf(scope, inner);
  const made = madeBy(inner, scope.checker);
  if (made?.name === "primitive") return resolveFunction(scope, made.call.arguments[0]);
  const symbol =
    ts.isIdentifier(inner) || ts.isPropertyAccessExpression(inner) ? resolveSymbol(inner, scope.checker) : undefined;
  if (!symbol) return undefined;
  const bound = scope.functions.get(symbol);
  if (bound) return bound;
  if (isLibrary(symbol)) return undefined;
  const declarations = (symbol.declarations ?? []).filter(ts.isFunctionDeclaration);
  if (declarations.length > 1) refuse(scope, catalog.overloaded(locationOf(inner), quote(inner)));
  const [declaration] = declarations;
  if (declaration) return valueOf(scope, declaration);
  return ofVariable(scope, symbol, inner);
}

function ofVariable(scope: Scope, symbol: ts.Symbol, node: ts.Expression): FunctionValue | undefined {
  const declaration = symbol.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return undefined;
  if (!declaration.initializer) {
    const isAmbient =
      declaration.getSourceFile().isDeclarationFile ||
      ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient;
    if (isAmbient && scope.checker.getTypeAtLocation(node).getCallSignatures().length > 0)
      refuse(scope, catalog.noBody(locationOf(node), quote(node)));
    return undefined;
  }
  if (!(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const)) return undefined;
  return resolveFunction(scope, declaration.initializer);
}

/** The call `primitive(f, rule)` that a function is the first argument of, if it is one: then that is what is called. */
export function primitiveOf(node: ts.FunctionLikeDeclaration, checker: ts.TypeChecker): ts.CallExpression | undefined {
  const { parent } = node;
  const isFirst = parent && ts.isCallExpression(parent) && parent.arguments[0] === node;
  return isFirst && madeBy(parent, checker)?.name === "primitive" ? parent : undefined;
}

function valueOf(scope: Scope, node: ts.FunctionLikeDeclaration): FunctionValue {
  const around = enclosingFunction(node);
  if (!around) return { node, functions: noFunctions, owner: node.getSourceFile().fileName };
  // A local function that calls itself, or one beside it, stays in the function around both.
  const isBeside = around !== scope.node && scope.node && enclosingFunction(scope.node) === around;
  return { node, functions: scope.functions, owner: isBeside ? scope.owner : scope.key };
}

/** The call `customVjp(f, rule)` (or another function of the package) that a constant was made by. */
export function madeBy(
  node: ts.Expression,
  checker: ts.TypeChecker,
): { readonly call: ts.CallExpression; readonly name: string } | undefined {
  const inner = unwrap(node);
  if (ts.isCallExpression(inner)) {
    const name = cotangentExport(inner.expression, checker);
    return name === undefined ? undefined : { call: inner, name };
  }
  if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return undefined;
  const declaration = resolveSymbol(inner, checker)?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  if (!(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const)) return undefined;
  return madeBy(declaration.initializer, checker);
}

/** The name of a function for the reader: that of the constant that holds it, or its own. */
export function functionName(node: ts.FunctionLikeDeclaration): string {
  let parent: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent))
    parent = parent.parent;
  const holder =
    ts.isCallExpression(parent) && isCustom(parent) && parent.arguments[0] === node ? parent.parent : parent;
  if (ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name)) return holder.name.text;
  if (ts.isFunctionDeclaration(node)) return node.name?.text ?? "main";
  return node.name && ts.isIdentifier(node.name) ? node.name.text : "lambda";
}

/** Whether the module has the function under its name. */
export function isNamedInModule(node: ts.FunctionLikeDeclaration): boolean {
  if (enclosingFunction(node)) return false;
  if (ts.isFunctionDeclaration(node)) return node.name !== undefined;
  let parent: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent))
    parent = parent.parent;
  if (ts.isCallExpression(parent) && isCustom(parent) && parent.arguments[0] === node) parent = parent.parent;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name);
}

function isCustom(call: ts.CallExpression): boolean {
  return /(^|\.)(custom(Vjp|Jvp|Rule)|primitive)$/.test(call.expression.getText());
}

/** The local variables of functions around `value` that it uses, itself or through what it calls. */
export function capturesOf(scope: Scope, value: FunctionValue, at: ts.Node): readonly ts.Symbol[] {
  const found = new Set<ts.Symbol>();
  const visited = new Set<ts.Node>();
  const visitFunction = (fn: ts.FunctionLikeDeclaration, functions: ReadonlyMap<ts.Symbol, FunctionValue>): void => {
    if (visited.has(fn) || !enclosingFunction(fn)) return;
    visited.add(fn);
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && isValueUse(node)) visitName(node, fn, functions);
      ts.forEachChild(node, visit);
    };
    visit(fn);
  };
  const visitName = (
    node: ts.Identifier,
    fn: ts.FunctionLikeDeclaration,
    functions: ReadonlyMap<ts.Symbol, FunctionValue>,
  ): void => {
    const symbol = resolveSymbol(node, scope.checker);
    const declaration = symbol?.valueDeclaration;
    if (!symbol || !declaration || isInside(declaration, fn) || !enclosingFunction(declaration)) return;
    if (ts.isFunctionDeclaration(declaration)) {
      visitFunction(declaration, functions);
      return;
    }
    const bound = functions.get(symbol);
    if (bound) {
      visitFunction(bound.node, bound.functions);
      return;
    }
    const initializer =
      ts.isVariableDeclaration(declaration) && declaration.initializer ? unwrap(declaration.initializer) : undefined;
    if (initializer && isFunctionNode(initializer)) {
      visitFunction(initializer, functions);
      return;
    }
    if (scope.checker.getTypeAtLocation(declaration).getCallSignatures().length === 0) found.add(symbol);
  };
  visitFunction(value.node, value.functions);
  for (const symbol of found) checkCapture(scope, symbol, value, at);
  return [...found];
}

/** Not a property name, a key of a literal, a label or part of a type. */
function isValueUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !ts.isTypeNode(parent) && !ts.isLabeledStatement(parent) && !ts.isBreakOrContinueStatement(parent);
}

export function isInside(node: ts.Node, outer: ts.Node): boolean {
  for (let parent: ts.Node | undefined = node; parent; parent = parent.parent) if (parent === outer) return true;
  return false;
}

function checkCapture(scope: Scope, symbol: ts.Symbol, value: FunctionValue, at: ts.Node): void {
  const declaration = symbol.valueDeclaration as ts.Declaration;
  const owner = enclosingFunction(declaration);
  const loop = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : undefined;
  const step = loop && ts.isForStatement(loop) && isInside(value.node, loop.statement) ? loop.incrementor : undefined;
  const isWritten =
    owner !== undefined &&
    assignmentsIn(owner, scope.checker).some(
      (written) => written.symbol === symbol && !(step && isInside(written.node, step)),
    );
  if (isWritten) refuse(scope, catalog.capturesWritten(locationOf(at), symbol.name));
}
