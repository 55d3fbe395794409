/** Arrays that grow because they are written past their end. */
import * as catalog from "../diagnostics.ts";
import { ts } from "../typescript.ts";
import { appendedArray } from "./own-length.ts";
import { locationOf, type Scope } from "./scope.ts";

/**
 * Reports stores that make an array longer, as far as that can be seen: by index into an array that was created with
 * fewer elements and never grows otherwise. What cannot be seen is checked as the program runs (`guardStores`).
 */
export function checkPastTheEnd(scope: Scope, body: ts.Block): void {
  const symbolOf = (name: ts.Node): ts.Symbol | undefined => scope.checker.getSymbolAtLocation(name);
  const lengths = new Map<ts.Symbol, number>();
  const grown = new Set<ts.Symbol>();
  const stores: { readonly symbol: ts.Symbol; readonly at: ts.ElementAccessExpression }[] = [];
  const note = (node: ts.Node): void => {
    const made = ts.isVariableDeclaration(node) && node.initializer ? literalLength(node.initializer) : undefined;
    const declared = ts.isVariableDeclaration(node) ? symbolOf(node.name) : undefined;
    if (declared && made !== undefined) lengths.set(declared, made);
    const symbol = ts.isIdentifier(node) && !ts.isVariableDeclaration(node.parent) ? symbolOf(node) : undefined;
    if (symbol) {
      const { parent } = node;
      const access = ts.isElementAccessExpression(parent) && parent.expression === node ? parent : undefined;
      const isRead = access !== undefined || (ts.isPropertyAccessExpression(parent) && parent.name.text === "length");
      if (access && isTarget(access) && appendedArray(access, scope.checker)) grown.add(symbol);
      else if (access && isTarget(access)) stores.push({ symbol, at: access });
      else if (!isRead && !ts.isReturnStatement(parent)) grown.add(symbol);
    }
    ts.forEachChild(node, note);
  };
  note(body);
  const reported = new Set<ts.Symbol>();
  for (const { symbol, at } of stores) {
    const isPast = isPastLiteral(at, grown.has(symbol) ? undefined : lengths.get(symbol));
    if (!isPast || reported.has(symbol)) continue;
    reported.add(symbol);
    scope.session.context.report(catalog.writesPastTheEnd(locationOf(at), symbol.name));
    scope.failed = true;
  }
}

/** The number of elements of `[…]`, if nothing is spread into it. */
function literalLength(node: ts.Expression): number | undefined {
  return ts.isArrayLiteralExpression(node) && !node.elements.some(ts.isSpreadElement)
    ? node.elements.length
    : undefined;
}

function isPastLiteral({ argumentExpression: index }: ts.ElementAccessExpression, length: number | undefined): boolean {
  if (length === undefined) return false;
  return length === 0 || (ts.isNumericLiteral(index) && Number(index.text) >= length);
}

function isTarget(node: ts.ElementAccessExpression): boolean {
  return (
    ts.isBinaryExpression(node.parent) &&
    node.parent.left === node &&
    node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}
