/** `var`, which is visible outside of the block it stands in. */
import * as catalog from "../diagnostics.ts";
import { ts } from "../typescript.ts";
import { locationOf, refuse, type Scope } from "./scope.ts";
import { enclosingFunction, resolveSymbol } from "./symbols.ts";

/** Refuses a `var` that is used outside of the blocks that declare it: there it has the value of another path, or none. */
export function checkHoisted(scope: Scope, list: ts.VariableDeclarationList): void {
  const owner = enclosingFunction(list);
  if (list.flags & ts.NodeFlags.BlockScoped || !owner?.body) return;
  for (const { name } of list.declarations) {
    const symbol = ts.isIdentifier(name) ? scope.checker.getSymbolAtLocation(name) : undefined;
    const blocks = (symbol?.declarations ?? []).map(blockOf);
    if (!symbol || blocks.includes(owner.body)) continue;
    const outside = findUse(owner.body, symbol, scope.checker, blocks);
    if (!outside) continue;
    const what = `\`${symbol.name}\`, a \`var\` that is used outside of the block it stands in,`;
    refuse(scope, catalog.unsupportedSyntax(locationOf(outside), what, "declare it with `let` before the block"));
  }
}

/** The block, loop or function body around a declaration. */
function blockOf(declaration: ts.Node): ts.Node {
  let node = declaration.parent;
  while (!ts.isBlock(node) && !ts.isIterationStatement(node, false) && !ts.isCaseBlock(node) && !ts.isSourceFile(node))
    node = node.parent;
  return node;
}

function findUse(
  node: ts.Node,
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  blocks: readonly ts.Node[],
): ts.Node | undefined {
  if (blocks.includes(node)) return undefined;
  if (ts.isIdentifier(node) && node.text === symbol.name && resolveSymbol(node, checker) === symbol) return node;
  return ts.forEachChild(node, (child) => findUse(child, symbol, checker, blocks));
}
