/** Expressions. `readExpression` gives a pure tree, and emits the statements that must run before it. */
import * as catalog from "../diagnostics.ts";
import { binary, boolean, constant, isAllocation, isReference, string, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readAssignment, readStep } from "./assignments.ts";
import { readCall, readNew } from "./calls.ts";
import { combineLogical, readConditional, readLogical } from "./conditionals.ts";
import { readFromKnown } from "./evaluate-known.ts";
import { knownTruth } from "./known-tests.ts";
import { readArrayLiteral, readRecordLiteral } from "./literals.ts";
import { quote, readName } from "./names.ts";
import { readInOrder } from "./operands.ts";
import { readBinary, readPrefix, readTemplate } from "./operators.ts";
import { readElement, readProperty } from "./properties.ts";
import { captureValue, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { unwrap } from "./symbols.ts";
import { isAssignmentOperator } from "./writes.ts";

/** The value of an expression as a pure tree; a new object gets a name first. */
export function readExpression(scope: Scope, node: ts.Expression, name?: string): ir.Expression {
  const value = readValue(scope, node);
  return isAllocation(value) ? nameValue(scope, value, name) : value;
}

/** Several expressions in order. */
export function readExpressions(scope: Scope, nodes: readonly ts.Expression[]): ir.Expression[] {
  return readInOrder(
    scope,
    nodes.map((node) => () => readExpression(scope, node)),
  );
}

/** An expression as a condition. */
export function readTest(scope: Scope, node: ts.Expression): ir.Expression {
  const inner = unwrap(node);
  const token = ts.isBinaryExpression(inner) ? inner.operatorToken.kind : undefined;
  if (token !== ts.SyntaxKind.AmpersandAmpersandToken && token !== ts.SyntaxKind.BarBarToken) {
    return knownTruth(scope, inner) ?? asBoolean(readExpression(scope, inner));
  }
  const { left, right } = inner as ts.BinaryExpression;
  const test = readTest(scope, left);
  const truth = truthOf(test);
  if (truth !== undefined) {
    const isDecided = truth === (token === ts.SyntaxKind.BarBarToken);
    return isDecided ? test : readTest(scope, right);
  }
  return combineLogical(
    scope,
    token,
    test,
    captureValue(scope, () => readTest(scope, right)),
    inner,
  );
}

/** Whether a test is decided when the program is compiled: then the branch that is not taken is not read. */
export function truthOf(test: ir.Expression): boolean | undefined {
  return test.kind === "constant" && typeof test.value === "boolean" ? test.value : undefined;
}

/**
 * JavaScript's notion of truth, written out for values that are no booleans. Whatever its type says, an object may be
 * missing: an element past the end.
 */
export function asBoolean(value: ir.Expression): ir.Expression {
  const type = typeOf(value);
  if (type.kind === "boolean") return value;
  const isObject = (part: ir.Type): boolean => isReference(part) || part.kind === "tensor";
  if (isAllocation(value)) return constant(true);
  if (isObject(type) || (type.kind === "maybe" && isObject(type.of))) return binary("!=", value, constant(null));
  return { kind: "extern", text: "Boolean($0)", operands: [value], type: boolean };
}

/** The value of an expression: a pure tree, or a new object that still has no name. */
export function readValue(scope: Scope, node: ts.Expression): ir.Expression {
  const inner = unwrap(node);
  const held = isAccess(inner) ? readFromKnown(scope, inner) : undefined;
  if (held) return held;
  if (ts.isIdentifier(inner)) return readName(scope, inner);
  if (ts.isNumericLiteral(inner)) return constant(Number(inner.text));
  if (ts.isStringLiteralLike(inner)) return constant(inner.text);
  if (ts.isBinaryExpression(inner)) return readBinary(scope, inner);
  if (ts.isPrefixUnaryExpression(inner)) return readPrefix(scope, inner);
  if (ts.isPostfixUnaryExpression(inner)) return readStep(scope, inner, true);
  if (ts.isPropertyAccessExpression(inner)) return readProperty(scope, inner);
  if (ts.isElementAccessExpression(inner)) return readElement(scope, inner);
  if (ts.isCallExpression(inner)) return readCall(scope, inner);
  if (ts.isNewExpression(inner)) return readNew(scope, inner);
  if (ts.isConditionalExpression(inner)) return readConditional(scope, inner);
  if (ts.isArrayLiteralExpression(inner)) return readArrayLiteral(scope, inner);
  if (ts.isObjectLiteralExpression(inner)) return readRecordLiteral(scope, inner);
  if (ts.isTemplateExpression(inner)) return readTemplate(scope, inner);
  return readKeyword(scope, inner);
}

function isAccess(node: ts.Expression): boolean {
  return ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

function readKeyword(scope: Scope, node: ts.Expression): ir.Expression {
  const at = locationOf(node);
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return constant(true);
    case ts.SyntaxKind.FalseKeyword:
      return constant(false);
    case ts.SyntaxKind.NullKeyword:
      return constant(null);
    case ts.SyntaxKind.ThisKeyword:
    case ts.SyntaxKind.SuperKeyword:
      return refuse(scope, catalog.classOrThis(at, `\`${node.getText()}\``));
    case ts.SyntaxKind.ClassExpression:
      return refuse(scope, catalog.classOrThis(at, "a class"));
    case ts.SyntaxKind.BigIntLiteral:
      return refuse(scope, catalog.bigInteger(at));
    case ts.SyntaxKind.AwaitExpression:
      return refuse(scope, catalog.asynchronous(at, "`await`"));
    case ts.SyntaxKind.YieldExpression:
      return refuse(scope, catalog.generator(at, "`yield`"));
    case ts.SyntaxKind.DeleteExpression:
      return refuse(scope, catalog.unsupportedSyntax(at, "`delete`", "make a new record without the field"));
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression:
      return refuse(scope, catalog.unknownFunction(at, quote(node)));
    case ts.SyntaxKind.TypeOfExpression: {
      const operand = readExpression(scope, (node as ts.TypeOfExpression).expression);
      return { kind: "extern", text: "typeof $0", operands: [operand], type: string };
    }
    case ts.SyntaxKind.VoidExpression:
      readExpression(scope, (node as ts.VoidExpression).expression);
      return constant(undefined);
    case ts.SyntaxKind.RegularExpressionLiteral:
      return refuse(
        scope,
        catalog.unsupportedSyntax(at, "a regular expression", "test the string outside, and pass a boolean"),
      );
    default:
      return refuse(scope, catalog.unsupportedSyntax(at, `\`${quote(node)}\``));
  }
}

/** Evaluates an expression for its effects only. */
export function readForEffect(scope: Scope, node: ts.Expression): void {
  const inner = unwrap(node);
  if (ts.isPostfixUnaryExpression(inner)) readStep(scope, inner, false);
  else if (
    ts.isPrefixUnaryExpression(inner) &&
    (inner.operator === ts.SyntaxKind.PlusPlusToken || inner.operator === ts.SyntaxKind.MinusMinusToken)
  )
    readStep(scope, inner, false);
  else if (ts.isBinaryExpression(inner) && isAssignmentOperator(inner.operatorToken.kind))
    readAssignment(scope, inner, true);
  else if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.CommaToken) {
    readForEffect(scope, inner.left);
    readForEffect(scope, inner.right);
  } else if (ts.isConditionalExpression(inner)) readConditional(scope, inner, true);
  else if (
    ts.isBinaryExpression(inner) &&
    (inner.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      inner.operatorToken.kind === ts.SyntaxKind.BarBarToken)
  )
    readLogical(scope, inner, true);
  else readUnused(scope, inner);
}

/** An expression whose value is not used: `xs.pop();` needs no variable. */
function readUnused(scope: Scope, node: ts.Expression): void {
  const value = readValue(scope, node);
  const last = scope.out.at(-1);
  if (last?.kind === "remove" && value.kind === "read" && value.variable === last.result) {
    scope.out[scope.out.length - 1] = {
      kind: "remove",
      array: last.array,
      ...(last.origin && { origin: last.origin }),
    };
  }
}
