/** What is known only where it is evaluated: literals with data in them, and functions that are chosen as the program runs. */
import * as catalog from "../diagnostics.ts";
import { constant, field, isNumber, read, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { chosenValue } from "./choices.ts";
import { readExpression, readTest } from "./expressions.ts";
import { isLiteral, mayHoldFunctions, missing, type Choice, type Known, type Slot, type Structure } from "./known.ts";
import { quote } from "./names.ts";
import { fileOf, keyOfAccess, memberOf, resolveKnown, structureOf } from "./resolve.ts";
import { capture, captureValue, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { checkShared } from "./shared-structures.ts";
import { constDeclaration, resolveSymbol, unwrap } from "./symbols.ts";

/** Whether the type of an expression says that it is a function or holds some. */
export function mayBeKnown(scope: Scope, node: ts.Node): boolean {
  return mayHoldFunctions(node, scope.checker);
}

/** What an expression denotes, if that is known; what must run for it is emitted. */
export function evaluateKnown(scope: Scope, node: ts.Expression): Known | Slot | undefined {
  const inner = unwrap(node);
  if (isLiteral(inner)) return mayBeKnown(scope, inner) ? evaluateLiteral(scope, inner) : undefined;
  if (ts.isConditionalExpression(inner))
    return mayBeKnown(scope, inner) ? evaluateConditional(scope, inner) : undefined;
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    const left = mayBeKnown(scope, inner.left) ? evaluateKnown(scope, inner.left) : undefined;
    if (left?.kind === "choice") return undefined;
    return left?.kind === "missing" ? evaluateKnown(scope, inner.right) : left;
  }
  const known = resolveKnown(scope, inner);
  if (known || (!ts.isPropertyAccessExpression(inner) && !ts.isElementAccessExpression(inner))) return known;
  if (!mayBeKnown(scope, inner.expression)) return undefined;
  const base = evaluateKnown(scope, inner.expression);
  if (!base || base.kind === "slot") return undefined;
  const key = keyOfAccess(scope, inner);
  if (key !== undefined) return memberOf(base, key);
  return ts.isElementAccessExpression(inner) && base.kind === "structure"
    ? chooseMember(scope, base, inner)
    : undefined;
}

/** `layers[i]`, `activations[name]`: one of the members. */
function chooseMember(scope: Scope, base: Structure, node: ts.ElementAccessExpression): Known | Slot | undefined {
  const { members, isArray } = base;
  const at = readExpression(scope, node.argumentExpression, isArray ? "at" : "key");
  const type = typeOf(at);
  if (isArray && isNumber(type)) return choiceOf(scope, [...members.values()], at, quote(node));
  if (isArray || type.kind !== "string") refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
  const wanted = type.literals ?? [...members.keys()];
  if (at.kind === "constant") return memberOf(base, String(at.value));
  const chosen = [...members].filter(([key]) => wanted.includes(key));
  const labels = chosen.map(([key]) => key);
  const options = chosen.map(([, member]) => member);
  return { kind: "choice", selector: newSlot(scope, "key", at), labels, options, text: quote(node) };
}

/** The option at an index that is computed. */
export function choiceOf(scope: Scope, options: readonly (Known | Slot)[], at: ir.Expression, text: string): Choice {
  return { kind: "choice", selector: newSlot(scope, "at", at), labels: [...options.keys()], options, text };
}

function evaluateConditional(scope: Scope, node: ts.ConditionalExpression): Known | Slot | undefined {
  const test = readTest(scope, node.condition);
  if (test.kind === "constant") return evaluateKnown(scope, test.value === true ? node.whenTrue : node.whenFalse);
  const selector = newSlot(scope, "test", test);
  const options: (Known | Slot)[] = [];
  for (const branch of [node.whenTrue, node.whenFalse]) {
    const statements = capture(scope, () => {
      const option = evaluateKnown(scope, branch);
      if (option) options.push(option);
    });
    if (statements.length > 0)
      refuse(
        scope,
        catalog.notYet(
          locationOf(branch),
          "a choice between functions where something is computed",
          "compute it before",
        ),
      );
  }
  return options.length === 2
    ? { kind: "choice", selector, labels: [true, false], options, text: quote(node) }
    : undefined;
}

/** A slot for a value as it is now. */
function newSlot(scope: Scope, name: string, value: ir.Expression): Slot {
  if (value.kind === "constant") return { kind: "slot", name, value };
  const slot: Slot = { kind: "slot", name };
  scope.slots.set(slot, isStable(value) ? value : nameValue(scope, value, name));
  return slot;
}

function isStable(value: ir.Expression): boolean {
  return value.kind === "read" && (value.variable.role === "temporary" || value.variable.role === "counter");
}

/** A literal as something known, its data as they are now. */
export function evaluateLiteral(
  scope: Scope,
  literal: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
): Structure {
  return structureOf(scope, literal, {
    member: (value, name) => evaluateMember(scope, value, name),
    base: (from) => evaluateKnown(scope, from),
  });
}

function evaluateMember(scope: Scope, node: ts.Expression, name: string): Known | Slot {
  if (unwrap(node).getText() === "undefined") return missing;
  if (!mayBeKnown(scope, node)) {
    const value = readExpression(scope, node, name);
    return isConstant(scope, node) && value.kind === "read" ? slotFor(scope, name, value) : newSlot(scope, name, value);
  }
  const known = evaluateKnown(scope, node);
  if (!known) refuse(scope, catalog.unknownFunction(locationOf(node), quote(node)));
  return known;
}

/**
 * A local constant that was written as a record of data, where something is wanted that may hold functions: it has none.
 * With a spread, it might have more than its type says.
 */
export function dataAsKnown(scope: Scope, node: ts.Expression): Structure | undefined {
  const symbol = ts.isIdentifier(node) ? resolveSymbol(node, scope.checker) : undefined;
  const initializer = symbol && constDeclaration(symbol)?.initializer;
  const literal = initializer && unwrap(initializer);
  const held = symbol && scope.variables.get(symbol);
  if (!literal || !ts.isObjectLiteralExpression(literal) || held?.type.kind !== "record") return undefined;
  if (literal.properties.some(ts.isSpreadAssignment)) return undefined;
  checkShared(scope, symbol, node); // what is handed on is what it holds now
  const members = held.type.fields.map(({ name }) => [name, newSlot(scope, name, field(read(held), name))] as const);
  return { kind: "structure", isArray: false, members: new Map(members) };
}

function slotFor(scope: Scope, name: string, value: ir.Expression): Slot {
  const slot: Slot = { kind: "slot", name };
  scope.slots.set(slot, value);
  return slot;
}

/** Whether it is the name of a constant. */
function isConstant(scope: Scope, node: ts.Expression): boolean {
  const inner = unwrap(node);
  const symbol = ts.isIdentifier(inner) ? resolveSymbol(inner, scope.checker) : undefined;
  return symbol !== undefined && constDeclaration(symbol) !== undefined;
}

/** What a slot holds in the function being read; undefined where it cannot be reached. */
export function slotValue(scope: Scope, slot: Slot): ir.Expression | undefined {
  const own = scope.slots.get(slot);
  if (own) return own;
  return slot.file === undefined || slot.file === fileOf(scope) ? slot.value : undefined;
}

/** Something known where data is wanted: what it is if it is data, else a refusal. */
export function dataOf(scope: Scope, known: Known | Slot, node: ts.Node): ir.Expression {
  if (known.kind === "missing") return constant(undefined);
  if (known.kind === "choice") return chosenValue(scope, known, node, (option) => dataOf(scope, option, node));
  const value = known.kind === "slot" ? slotValue(scope, known) : undefined;
  if (!value) refuse(scope, catalog.unknownFunction(locationOf(node), quote(node)));
  return value;
}

/** The value of `name`, `a.b`, `a[i]` where that is data inside something known; undefined where nothing is known of it. */
export function readFromKnown(scope: Scope, node: ts.Expression): ir.Expression | undefined {
  if (!startsAtKnown(scope, node)) return undefined;
  const { statements, value } = captureValue(scope, () => {
    const known = evaluateKnown(scope, node);
    if (known) return dataOf(scope, known, node);
    return ts.isPropertyAccessExpression(node) && node.name.text === "length" ? lengthOf(scope, node) : undefined;
  });
  if (value) statements.forEach((statement) => emit(scope, statement));
  return value;
}

function lengthOf(scope: Scope, node: ts.PropertyAccessExpression): ir.Expression | undefined {
  const base = evaluateKnown(scope, node.expression);
  return base?.kind === "structure" && base.isArray ? constant(base.members.size) : undefined;
}

/** Whether a name, or what an access starts at, may be known. Functions called by their names are no data anyway. */
function startsAtKnown(scope: Scope, node: ts.Expression): boolean {
  let root = unwrap(node);
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) {
    if (root !== node && mayBeKnown(scope, root)) return true;
    root = unwrap(root.expression);
  }
  const symbol = ts.isIdentifier(root) ? resolveSymbol(root, scope.checker) : undefined;
  if (!symbol) return false;
  return scope.functions.has(symbol) || (constDeclaration(symbol) !== undefined && mayBeKnown(scope, root));
}
