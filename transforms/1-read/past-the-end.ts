/** Arrays that grow because they are written past their end. */
import * as catalog from "../diagnostics.ts";
import { ts } from "../typescript.ts";
import { locationOf, type Scope } from "./scope.ts";

/** An array that is created empty and then filled by index would grow at the store. */
export function checkPastTheEnd(scope: Scope, body: ts.Block): void {
  const empty = new Map<ts.Symbol, ts.Node>();
  const grown = new Set<ts.Symbol>();
  const stored = new Map<ts.Symbol, ts.Node>();
  const note = (node: ts.Node): void => {
    const symbolOf = (name: ts.Node): ts.Symbol | undefined => scope.checker.getSymbolAtLocation(name);
    if (
      ts.isVariableDeclaration(node) &&
      node.initializer &&
      ts.isArrayLiteralExpression(node.initializer) &&
      node.initializer.elements.length === 0
    ) {
      const symbol = symbolOf(node.name);
      if (symbol) empty.set(symbol, node);
    }
    if (ts.isIdentifier(node) && !ts.isVariableDeclaration(node.parent)) {
      const symbol = symbolOf(node);
      const parent = node.parent;
      const isStore = ts.isElementAccessExpression(parent) && parent.expression === node && isTarget(parent);
      const isRead =
        (ts.isElementAccessExpression(parent) && parent.expression === node) ||
        (ts.isPropertyAccessExpression(parent) && parent.name.text === "length");
      if (symbol && isStore && !stored.has(symbol)) stored.set(symbol, parent);
      else if (symbol && !isRead && !ts.isReturnStatement(parent)) grown.add(symbol);
    }
    ts.forEachChild(node, note);
  };
  note(body);
  for (const [symbol, at] of stored) {
    if (!empty.has(symbol) || grown.has(symbol)) continue;
    scope.session.context.report(catalog.writesPastTheEnd(locationOf(at), symbol.name));
    scope.failed = true;
  }
}

function isTarget(node: ts.ElementAccessExpression): boolean {
  return (
    ts.isBinaryExpression(node.parent) &&
    node.parent.left === node &&
    node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}
