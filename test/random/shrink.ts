/** Makes a failing program smaller as long as it fails: without statements, with parts in the place of wholes. */
import { ts } from "../../transforms/typescript.ts";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The smallest program found for which `fails` holds, after at most `attempts` trials. */
export async function shrink(
  text: string,
  fails: (text: string) => Promise<boolean>,
  attempts: number,
): Promise<string> {
  let current = text;
  let left = attempts;
  for (let position = 0; left > 0;) {
    const edits = editsOf(current);
    if (position >= edits.length) return current;
    const { start, end, text: replacement } = edits[position];
    const smaller = current.slice(0, start) + replacement + current.slice(end);
    left--;
    if (await fails(smaller)) current = smaller;
    else position++;
  }
  return current;
}

/** Everything that could be tried, the largest pieces first. */
function editsOf(text: string): Edit[] {
  const file = ts.createSourceFile("input.ts", text, ts.ScriptTarget.ES2022, true);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const replaceBy = (replacement: string): void => {
      const start = node.getStart(file);
      if (replacement.length < node.end - start) edits.push({ start, end: node.end, text: replacement });
    };
    if (ts.isStatement(node) && !ts.isBlock(node)) {
      replaceBy("");
      for (const inner of blocksOf(node)) replaceBy(inner.statements.map((each) => each.getText(file)).join("\n"));
    }
    if (isShrinkable(node)) {
      replaceBy("0.5");
      node.forEachChild((child) => {
        if (ts.isExpression(child)) replaceBy(child.getText(file));
      });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return edits.sort((a, b) => b.end - b.start - b.text.length - (a.end - a.start - a.text.length));
}

function blocksOf(node: ts.Statement): ts.Block[] {
  const found: ts.Block[] = [];
  node.forEachChild((child) => {
    if (ts.isBlock(child)) found.push(child);
    else if (ts.isIfStatement(node) && ts.isStatement(child)) found.push(...blocksOf(child));
  });
  return ts.isFunctionDeclaration(node) ? [] : found;
}

function isShrinkable(node: ts.Node): node is ts.Expression {
  return (
    ts.isBinaryExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isConditionalExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node)
  );
}
