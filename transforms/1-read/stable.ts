/** Whether the bound of a loop can change while the loop runs. */
import { sameType } from "../ir/build.ts";
import { ts } from "../typescript.ts";
import {
  constDeclaration,
  enclosingFunction,
  isModuleLevel,
  libraryMember,
  libraryName,
  resolveSymbol,
  unwrap,
} from "./symbols.ts";
import { tryType } from "./types.ts";
import type { Writes } from "./writes.ts";

/** Whether the value of `node` may differ after code that does `writes`; also if evaluating it needs statements. */
export function mayChange(node: ts.Expression, writes: Writes, checker: ts.TypeChecker): boolean {
  const inner = unwrap(node);
  const recur = (operand: ts.Expression): boolean => mayChange(operand, writes, checker);
  if (ts.isNumericLiteral(inner) || ts.isStringLiteralLike(inner)) return false;
  if (inner.kind === ts.SyntaxKind.TrueKeyword || inner.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isIdentifier(inner)) return nameMayChange(inner, writes, checker);
  if (ts.isPrefixUnaryExpression(inner)) return isStep(inner.operator) || recur(inner.operand);
  if (ts.isConditionalExpression(inner))
    return recur(inner.condition) || recur(inner.whenTrue) || recur(inner.whenFalse);
  if (ts.isBinaryExpression(inner)) return isAssigning(inner) || recur(inner.left) || recur(inner.right);
  if (ts.isElementAccessExpression(inner))
    return writes.elements || writes.unknown || recur(inner.expression) || recur(inner.argumentExpression);
  if (ts.isPropertyAccessExpression(inner)) {
    if (libraryMember(inner, checker)) return false;
    if (inner.name.text === "length") return lengthMayChange(inner.expression, writes, checker);
    return writes.unknown || writes.fields.has(inner.name.text) || recur(inner.expression);
  }
  if (ts.isCallExpression(inner)) {
    const member = libraryMember(inner.expression, checker);
    return member?.[0] !== "Math" || member[1] === "random" || inner.arguments.some(recur);
  }
  return true;
}

function isStep(operator: ts.PrefixUnaryOperator): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

function isAssigning(node: ts.BinaryExpression): boolean {
  return (
    node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  );
}

function nameMayChange(node: ts.Identifier, writes: Writes, checker: ts.TypeChecker): boolean {
  if (libraryName(node, checker)) return false;
  const symbol = resolveSymbol(node, checker);
  return symbol === undefined || writes.symbols.has(symbol);
}

/** Whether the length of an array may differ after code that does `writes`, or the array be another one. */
export function lengthMayChange(array: ts.Expression, writes: Writes, checker: ts.TypeChecker): boolean {
  if (mayChange(array, writes, checker)) return true;
  const type = tryType(checker.getTypeAtLocation(array), checker);
  if (type?.kind !== "array" || type.storage !== "plain") return type === undefined || type.kind === "record";
  if (writes.unknown) return true;
  return writes.resized.some((resized) => {
    const other = tryType(checker.getTypeAtLocation(resized), checker);
    return (other === undefined || sameType(other, type)) && mayBeSame(resized, array, checker);
  });
}

function mayBeSame(a: ts.Expression, b: ts.Expression, checker: ts.TypeChecker): boolean {
  const [left, right] = [a, b].map((node) =>
    ts.isIdentifier(unwrap(node)) ? resolveSymbol(unwrap(node), checker) : undefined,
  );
  if (left !== undefined && left === right) return true;
  return !(left && isUnshared(left, checker)) && !(right && isUnshared(right, checker));
}

/** A local `const` with an array of its own that gets no second name: it is only read, written, returned. */
function isUnshared(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const declaration = constDeclaration(symbol);
  if (!declaration?.initializer || isModuleLevel(declaration) || !ts.isIdentifier(declaration.name)) return false;
  const value = unwrap(declaration.initializer);
  const isFresh = ts.isArrayLiteralExpression(value) || ts.isNewExpression(value) || isCopying(value);
  const owner = enclosingFunction(declaration);
  return isFresh && owner?.body !== undefined && usesKeepItUnshared(owner.body, symbol, checker);
}

function isCopying(value: ts.Expression): boolean {
  if (!ts.isCallExpression(value) || !ts.isPropertyAccessExpression(value.expression)) return false;
  return ["slice", "map", "from", "of", "concat"].includes(value.expression.name.text);
}

function usesKeepItUnshared(body: ts.Node, symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  let unshared = true;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && resolveSymbol(node, checker) === symbol) {
      const parent = node.parent;
      const isBase =
        (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === node;
      const isDeclared = ts.isVariableDeclaration(parent) && parent.name === node;
      if (
        !isBase &&
        !isDeclared &&
        !ts.isReturnStatement(parent) &&
        !(ts.isForOfStatement(parent) && parent.expression === node)
      )
        unshared = false;
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return unshared;
}
