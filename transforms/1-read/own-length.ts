/** `a[a.length] = v`, the other way to write `a.push(v)`. */
import { ts } from "../typescript.ts";
import { unwrap } from "./symbols.ts";
import { tryType } from "./types.ts";

/** The array that a store into `target` makes one element longer, if it is `a[a.length]` of a plain array. */
export function appendedArray(target: ts.Expression, checker: ts.TypeChecker): ts.Expression | undefined {
  const place = unwrap(target);
  if (!ts.isElementAccessExpression(place)) return undefined;
  const index = unwrap(place.argumentExpression);
  if (!ts.isPropertyAccessExpression(index) || index.name.text !== "length") return undefined;
  const array = unwrap(place.expression);
  if (!isPath(array) || array.getText() !== unwrap(index.expression).getText()) return undefined;
  const type = tryType(checker.getTypeAtLocation(array), checker);
  return type?.kind === "array" && type.storage === "plain" ? array : undefined;
}

/** Names, fields, and elements at a name or a constant: what is the same however often it is evaluated. */
function isPath(node: ts.Expression): boolean {
  if (ts.isIdentifier(node)) return true;
  if (ts.isPropertyAccessExpression(node)) return isPath(unwrap(node.expression));
  if (!ts.isElementAccessExpression(node)) return false;
  const index = unwrap(node.argumentExpression);
  return (ts.isIdentifier(index) || ts.isNumericLiteral(index)) && isPath(unwrap(node.expression));
}
