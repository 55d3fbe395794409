import { forwardResults } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { expressionsIn, mapExpression, mapExpressions, rewrite, statementsIn, update } from "../ir/visit.ts";

/** The names outside a function that its text will contain, so that no variable may hide them. */
export function referredNames(fn: ir.FunctionIR, nameOf: (key: string) => string): ReadonlySet<string> {
  const names = new Set<string>();
  const addAll = (text: string): void => {
    const free = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\.\s*[\w$]+/g, "");
    for (const [name] of free.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) names.add(name);
  };
  for (const expression of expressionsIn(fn.body)) {
    if (expression.kind === "global") addAll(expression.name);
    if (expression.kind === "extern") addAll(expression.text);
  }
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind === "call") names.add(nameOf(statement.callee));
    if (statement.kind === "effect" && statement.text !== forwardResults) addAll(statement.text);
  }
  return names;
}

/** Maps the texts of externs and effects. */
export function mapTexts(body: ir.Block, map: (text: string) => string): ir.Block {
  const inExpression = (expression: ir.Expression): ir.Expression =>
    mapExpression(expression, (node) => (node.kind === "extern" ? update(node, { text: map(node.text) }) : node));
  return rewrite(body, (statement) => {
    const mapped = mapExpressions(statement, inExpression);
    return [mapped.kind === "effect" ? update(mapped, { text: map(mapped.text) }) : mapped];
  });
}
