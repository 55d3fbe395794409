/** `?:`, `&&`, `||` and `??`: expressions where nothing needs statements, else `if` statements with a temporary. */
import * as catalog from "../diagnostics.ts";
import {
  binary,
  constant,
  isAllocation,
  isReference,
  join,
  read,
  sameType,
  typeOf,
  unary,
  variable,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { asBoolean, readExpression, readForEffect, readTest, readValue, truthOf } from "./expressions.ts";
import { quote } from "./names.ts";
import { unwrap } from "./symbols.ts";
import { capture, captureValue, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";

interface Branch {
  readonly statements: ir.Statement[];
  readonly value: ir.Expression;
}

/** `test ? a : b`. */
export function readConditional(scope: Scope, node: ts.ConditionalExpression, forEffect = false): ir.Expression {
  const test = readTest(scope, node.condition);
  const truth = truthOf(test);
  if (truth !== undefined && !forEffect) return readValue(scope, truth ? node.whenTrue : node.whenFalse);
  if (forEffect) {
    branchForEffect(
      scope,
      test,
      capture(scope, () => readForEffect(scope, node.whenTrue)),
      capture(scope, () => readForEffect(scope, node.whenFalse)),
    );
    return constant(undefined);
  }
  const whenTrue = captureValue(scope, () => readValue(scope, node.whenTrue));
  const whenFalse = captureValue(scope, () => readValue(scope, node.whenFalse));
  return choose(scope, test, whenTrue, whenFalse, node);
}

function branchForEffect(scope: Scope, test: ir.Expression, then: ir.Statement[], otherwise: ir.Statement[]): void {
  if (then.length + otherwise.length > 0) emit(scope, { kind: "if", test, then, else: otherwise });
}

/** The value of the branch that `test` chooses. */
export function choose(
  scope: Scope,
  test: ir.Expression,
  whenTrue: Branch,
  whenFalse: Branch,
  node: ts.Node,
): ir.Expression {
  const type = commonType(scope, typeOf(whenTrue.value), typeOf(whenFalse.value), node);
  const isPure = ({ statements, value }: Branch): boolean => statements.length === 0 && !isAllocation(value);
  if (isPure(whenTrue) && isPure(whenFalse)) {
    return { kind: "conditional", test, whenTrue: whenTrue.value, whenFalse: whenFalse.value };
  }
  const chosen = variable("value", type);
  const setting = ({ statements, value }: Branch): ir.Block => {
    return [...statements, { kind: "set", target: read(chosen), value, ...(scope.origin && { origin: scope.origin }) }];
  };
  emit(scope, { kind: "let", variable: chosen });
  emit(scope, { kind: "if", test, then: setting(whenTrue), else: setting(whenFalse) });
  return read(chosen);
}

/** The type of a value that is one of two. */
export function commonType(scope: Scope, a: ir.Type, b: ir.Type, node: ts.Node): ir.Type {
  if ((isReference(a) || isReference(b)) && !sameType(a, b)) {
    const type = scope.checker.typeToString(scope.checker.getTypeAtLocation(node));
    refuse(scope, catalog.unionOfReferences(locationOf(node), quote(node), type));
  }
  return join(a, b);
}

/** `a && b`, `a || b`, `a ?? b`. */
export function readLogical(scope: Scope, node: ts.BinaryExpression, forEffect = false): ir.Expression {
  const token = node.operatorToken.kind;
  if (token === ts.SyntaxKind.QuestionQuestionToken && !forEffect) return readCoalesced(scope, chainOf(node), node);
  const left = readExpression(scope, node.left);
  if (forEffect) {
    const right = capture(scope, () => readForEffect(scope, node.right));
    branchForEffect(scope, goesOn(token, left), right, []);
    return constant(undefined);
  }
  const right = captureValue(scope, () => readExpression(scope, node.right));
  return combineLogical(scope, token, left, right, node);
}

/** Whether the right side of `left OPERATOR right` is evaluated. */
function goesOn(token: ts.SyntaxKind, left: ir.Expression): ir.Expression {
  if (token === ts.SyntaxKind.QuestionQuestionToken) return binary("==", left, constant(null));
  const test = asBoolean(left);
  return token === ts.SyntaxKind.AmpersandAmpersandToken ? test : unary("!", test);
}

/** The operands of `a ?? b ?? c`. */
function chainOf(node: ts.Expression): readonly ts.Expression[] {
  const inner = unwrap(node);
  const isChain = ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
  return isChain ? [...chainOf(inner.left), inner.right] : [node];
}

/** `a ?? (b ?? c)`, which is the same as `(a ?? b) ?? c`. */
function readCoalesced(scope: Scope, [first, ...rest]: readonly ts.Expression[], node: ts.Node): ir.Expression {
  const left = readExpression(scope, first);
  if (rest.length === 0) return left;
  return coalesce(
    scope,
    left,
    captureValue(scope, () => readCoalesced(scope, rest, node)),
    node,
  );
}

/** What `left OPERATOR right` is, for a right side that may need statements. */
export function combineLogical(
  scope: Scope,
  token: ts.SyntaxKind,
  left: ir.Expression,
  right: Branch,
  node: ts.Node,
): ir.Expression {
  if (token === ts.SyntaxKind.QuestionQuestionToken || token === ts.SyntaxKind.QuestionQuestionEqualsToken)
    return coalesce(scope, left, right, node);
  const isAnd =
    token === ts.SyntaxKind.AmpersandAmpersandToken || token === ts.SyntaxKind.AmpersandAmpersandEqualsToken;
  if (typeOf(left).kind === "boolean" && typeOf(right.value).kind === "boolean" && right.statements.length === 0) {
    return binary(isAnd ? "&&" : "||", left, right.value);
  }
  if (isReference(typeOf(left)) && !isAnd) return coalesce(scope, left, right, node);
  const named = simple(scope, left);
  // Of an object, only `undefined` goes past `&&`.
  const kept: Branch = { statements: [], value: isReference(typeOf(left)) ? constant(undefined) : named };
  const test = asBoolean(named);
  return isAnd ? choose(scope, test, right, kept, node) : choose(scope, test, kept, right, node);
}

function emitAll(scope: Scope, { statements, value }: Branch): ir.Expression {
  statements.forEach((statement) => emit(scope, statement));
  return value;
}

/** A value that can be written twice. */
function simple(scope: Scope, value: ir.Expression): ir.Expression {
  return value.kind === "read" || value.kind === "constant" ? value : nameValue(scope, value);
}

/**
 * `a ?? b`: a test for numbers, so that their derivative follows the branch taken. What is held somewhere may be missing
 * whatever its type says: an element past the end, the last element of an empty array. It is looked up again in the
 * branch where it is there, so that its adjoint goes nowhere else.
 */
function coalesce(scope: Scope, left: ir.Expression, right: Branch, node: ts.Node): ir.Expression {
  const type = typeOf(left);
  const missing = type.kind === "maybe" || type.kind === "nothing" || isHeld(left) || left.kind === "conditional";
  if (!missing) return left;
  if (type.kind === "nothing") return emitAll(scope, right);
  const of = type.kind === "maybe" ? type.of : type;
  if (of.kind !== "real" && !isReference(of) && right.statements.length === 0) return binary("??", left, right.value);
  const there = isHeld(left) ? left : simple(scope, left);
  return choose(scope, binary("!=", there, constant(null)), { statements: [], value: there }, right, node);
}

function isHeld({ kind }: ir.Expression): boolean {
  return kind === "element" || kind === "read" || kind === "field";
}
