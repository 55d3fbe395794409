/** Tests of what is known: whether an optional function is there. Then only one branch exists, and the other is not read. */
import { constant } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { evaluateKnown, mayBeKnown } from "./evaluate-known.ts";
import { isKnown } from "./known.ts";
import { captureValue, type Scope } from "./scope.ts";
import { unwrap } from "./symbols.ts";

/** `f` as a test: whether it is there, where that is known. */
export function knownTruth(scope: Scope, node: ts.Expression): ir.Constant | undefined {
  const inner = unwrap(node);
  const isName = ts.isIdentifier(inner) || ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner);
  if (!isName || !mayBeKnown(scope, inner)) return undefined;
  const { statements, value } = captureValue(scope, () => evaluateKnown(scope, inner));
  if (statements.length > 0 || !value || !isKnown(value)) return undefined;
  if (value.kind === "choice" || value.kind === "unfollowed") return undefined;
  return constant(value.kind !== "missing");
}

/** `f === undefined`, `f != null` and so on. */
export function knownComparison(scope: Scope, node: ts.BinaryExpression): ir.Constant | undefined {
  const operator = node.operatorToken.getText();
  if (!["===", "==", "!==", "!="].includes(operator)) return undefined;
  const [left, right] = [unwrap(node.left), unwrap(node.right)];
  const nothing = [left, right].find(isNothing);
  const truth = nothing && knownTruth(scope, nothing === left ? right : left);
  if (!truth) return undefined;
  const isOtherNothing = nothing.kind === ts.SyntaxKind.NullKeyword && operator.length === 3; // undefined is not null
  return constant((truth.value === false && !isOtherNothing) === operator.startsWith("="));
}

function isNothing(node: ts.Expression): boolean {
  return (ts.isIdentifier(node) && node.text === "undefined") || node.kind === ts.SyntaxKind.NullKeyword;
}
