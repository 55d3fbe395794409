/** `{ padding: "same" }`, `[2, n]`: literals of integers, strings and booleans that a primitive takes, written as they stand. */
import { constant, typeOf } from "../ir/build.ts";
import { propertyName } from "../ir/print-expression.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readExpression } from "./expressions.ts";
import { captureValue, type Scope } from "./scope.ts";
import { unwrap } from "./symbols.ts";

/**
 * The literal as one expression, which may be repeated wherever it is needed, if nothing in it can carry a derivative or
 * needs a statement of its own; else undefined.
 */
export function readInertLiteral(scope: Scope, node: ts.Expression): ir.Extern | undefined {
  const operands: ir.Expression[] = [];
  const text = textOf(scope, node, operands);
  if (text === undefined || !isLiteral(node)) return undefined;
  return { kind: "extern", text, operands, type: { kind: "opaque", text: "unknown" } };
}

function isLiteral(node: ts.Expression): boolean {
  const inner = unwrap(node);
  return ts.isArrayLiteralExpression(inner) || ts.isObjectLiteralExpression(inner);
}

function textOf(scope: Scope, node: ts.Expression, operands: ir.Expression[]): string | undefined {
  const inner = unwrap(node);
  if (ts.isArrayLiteralExpression(inner)) return listText(inner.elements.map((part) => textOf(scope, part, operands)));
  if (ts.isObjectLiteralExpression(inner)) return recordText(scope, inner, operands);
  if (ts.isSpreadElement(inner) || ts.isOmittedExpression(inner)) return undefined;
  const value = inertValue(scope, inner);
  if (!value) return undefined;
  operands.push(value);
  return `$${operands.length - 1}`;
}

function listText(parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : `[${parts.join(", ")}]`;
}

function recordText(scope: Scope, node: ts.ObjectLiteralExpression, operands: ir.Expression[]): string | undefined {
  const parts = node.properties.map((property) => {
    if (!ts.isPropertyAssignment(property)) return undefined;
    if (!ts.isIdentifier(property.name) && !ts.isStringLiteral(property.name)) return undefined;
    const value = textOf(scope, property.initializer, operands);
    return value === undefined ? undefined : `${propertyName(property.name.text)}: ${value}`;
  });
  return parts.includes(undefined) ? undefined : `{ ${parts.join(", ")} }`;
}

/** An integer, a string or a boolean that needs no statement. Numbers that are written out are constants. */
function inertValue(scope: Scope, node: ts.Expression): ir.Expression | undefined {
  if (ts.isNumericLiteral(node)) return constant(Number(node.text));
  const type = scope.checker.getTypeAtLocation(node);
  const isPlain = (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike)) !== 0;
  if (!isPlain) return undefined;
  const { statements, value } = captureValue(scope, () => readExpression(scope, node));
  const isInert = value.kind === "constant" || ["index", "string", "boolean"].includes(typeOf(value).kind);
  return statements.length === 0 && isInert ? value : undefined;
}
