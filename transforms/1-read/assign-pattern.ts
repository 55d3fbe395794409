/** Assignments to patterns: `[a, b] = [b, a]`. */
import * as catalog from "../diagnostics.ts";
import { constant } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { assign, readPlace } from "./assignments.ts";
import { keyText, orDefault, partOf } from "./destructuring.ts";
import { readExpression } from "./expressions.ts";
import { quote } from "./names.ts";
import { locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { unwrap } from "./symbols.ts";

/** `[a, b] = [b, a]`, `({ x, y: ys[0] } = p)`. */
export function assignPattern(
  scope: Scope,
  pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  right: ts.Expression,
): ir.Expression {
  const literal = unwrap(right);
  if (
    ts.isArrayLiteralExpression(pattern) &&
    ts.isArrayLiteralExpression(literal) &&
    ![...pattern.elements, ...literal.elements].some(ts.isSpreadElement)
  ) {
    const values = literal.elements.map((part) => {
      const value = readExpression(scope, part);
      return value.kind === "constant" ? value : nameValue(scope, value);
    });
    pattern.elements.forEach((target, i) => assignPart(scope, target, values[i] ?? constant(undefined)));
    return constant(undefined);
  }
  const value = readExpression(scope, right);
  const source = nameValue(scope, value);
  assignParts(scope, pattern, source);
  return source;
}

function assignParts(
  scope: Scope,
  pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  source: ir.Expression,
): void {
  if (ts.isArrayLiteralExpression(pattern)) {
    pattern.elements.forEach((target, i) => {
      if (!ts.isOmittedExpression(target)) assignPart(scope, target, partOf(scope, source, i, target));
    });
    return;
  }
  for (const property of pattern.properties) {
    if (ts.isShorthandPropertyAssignment(property) && !property.objectAssignmentInitializer) {
      assign(scope, readPlace(scope, property.name), partOf(scope, source, property.name.text, property), property);
    } else if (ts.isPropertyAssignment(property)) {
      assignPart(scope, property.initializer, partOf(scope, source, keyText(scope, property.name), property));
    } else {
      refuse(scope, catalog.notYet(locationOf(property), `\`${quote(property)}\` in an assignment`));
    }
  }
}

function assignPart(scope: Scope, target: ts.Expression, value: ir.Expression): void {
  const inner = unwrap(target);
  if (ts.isOmittedExpression(inner)) return;
  if (ts.isArrayLiteralExpression(inner) || ts.isObjectLiteralExpression(inner)) {
    assignParts(scope, inner, nameValue(scope, value));
  } else if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    assignPart(scope, inner.left, orDefault(scope, value, inner.right, inner));
  } else if (ts.isSpreadElement(inner)) {
    refuse(scope, catalog.notYet(locationOf(inner), "`...` in an assignment"));
  } else {
    assign(scope, readPlace(scope, inner), value, target);
  }
}
