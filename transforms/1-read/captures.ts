/** What functions take from around them: local variables, and the data in what is known. */
import * as catalog from "../diagnostics.ts";
import { ts } from "../typescript.ts";
import { holdsFunctions, type FunctionValue, type Known, type Slot } from "./known.ts";
import { isInside } from "./resolve.ts";
import { locationOf, refuse, type Scope } from "./scope.ts";
import { enclosingFunction, isFunctionNode, resolveSymbol, unwrap } from "./symbols.ts";
import { assignmentsIn } from "./writes.ts";

export interface Captures {
  readonly symbols: ReadonlySet<ts.Symbol>;
  readonly slots: ReadonlySet<Slot>;
}

/** What the functions in `known` use of the functions around them, themselves or through what they call; and its data. */
export function capturesOf(scope: Scope, known: Known, at: ts.Node): Captures {
  const symbols = new Set<ts.Symbol>();
  const slots = new Set<Slot>();
  const visited = new Set<ts.Node>();
  const visitKnown = (value: Known | Slot): void => {
    if (value.kind === "slot") slots.add(value);
    else if (value.kind === "function") visitFunction(value);
    else if (value.kind === "structure") [...value.members.values()].forEach(visitKnown);
    else if (value.kind === "choice") [value.selector, ...value.options].forEach(visitKnown);
  };
  const visitFunction = ({ node: fn, functions }: Pick<FunctionValue, "node" | "functions">): void => {
    if (visited.has(fn) || !enclosingFunction(fn)) return;
    visited.add(fn);
    const found = new Set<ts.Symbol>();
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && isValueUse(node)) visitName(node, fn, functions, found);
      ts.forEachChild(node, visit);
    };
    visit(fn);
    for (const symbol of found) checkCapture(scope, symbol, fn, at);
    for (const symbol of found) symbols.add(symbol);
  };
  const visitName = (
    node: ts.Identifier,
    fn: ts.FunctionLikeDeclaration,
    functions: ReadonlyMap<ts.Symbol, Known>,
    found: Set<ts.Symbol>,
  ): void => {
    const symbol = resolveSymbol(node, scope.checker);
    const declaration = symbol?.valueDeclaration;
    if (!symbol || !declaration || isInside(declaration, fn) || !enclosingFunction(declaration)) return;
    const bound = functions.get(symbol);
    const isFunction = ts.isFunctionDeclaration(declaration);
    if (bound) visitKnown(bound);
    else if (isFunction) visitFunction({ node: declaration, functions });
    if (bound ?? isFunction) return;
    const initializer =
      ts.isVariableDeclaration(declaration) && declaration.initializer ? unwrap(declaration.initializer) : undefined;
    if (initializer && isFunctionNode(initializer)) visitFunction({ node: initializer, functions });
    else if (
      scope.variables.has(symbol) ||
      !holdsFunctions(scope.checker.getTypeAtLocation(declaration), scope.checker)
    )
      found.add(symbol);
  };
  visitKnown(known);
  return { symbols, slots };
}

/** Not a property name, a key of a literal, a label or part of a type. */
function isValueUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !ts.isTypeNode(parent) && !ts.isLabeledStatement(parent) && !ts.isBreakOrContinueStatement(parent);
}

function checkCapture(scope: Scope, symbol: ts.Symbol, fn: ts.Node, at: ts.Node): void {
  const declaration = symbol.valueDeclaration as ts.Declaration;
  const owner = enclosingFunction(declaration);
  const loop = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : undefined;
  const step = loop && ts.isForStatement(loop) && isInside(fn, loop.statement) ? loop.incrementor : undefined;
  const isWritten =
    owner !== undefined &&
    assignmentsIn(owner, scope.checker).some(
      (written) => written.symbol === symbol && !(step && isInside(written.node, step)),
    );
  if (isWritten) refuse(scope, catalog.capturesWritten(locationOf(at), symbol.name));
}
