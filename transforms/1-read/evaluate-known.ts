/** What is known only where it is evaluated: literals with data in them, and functions that are chosen as the program runs. */
import * as catalog from "../diagnostics.ts";
import { constant, isNumber, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { chosenValue } from "./choices.ts";
import { orDefault } from "./destructuring.ts";
import { readExpression, readTest } from "./expressions.ts";
import { holdsFunctions, isKnown, missing, type Choice, type Known, type Slot, type Structure } from "./known.ts";
import { bindName } from "./loops.ts";
import { quote } from "./names.ts";
import { fileOf, isKey, isLiteral, keyOfAccess, memberOf, resolveKnown, valueOf } from "./resolve.ts";
import { capture, captureValue, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { constDeclaration, enclosingFunction, resolveSymbol, unwrap } from "./symbols.ts";
import { writtenSymbols } from "./writes.ts";

/** Whether the type of an expression says that it is a function or holds some. */
export function mayBeKnown(scope: Scope, node: ts.Node): boolean {
  return holdsFunctions(scope.checker.getTypeAtLocation(node), scope.checker);
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
  return ts.isElementAccessExpression(inner) && base.kind === "structure" && base.isArray
    ? chooseMember(scope, base, inner)
    : undefined;
}

/** `layers[i]`: one of the elements. */
function chooseMember(scope: Scope, { members }: Structure, node: ts.ElementAccessExpression): Choice {
  const at = readExpression(scope, node.argumentExpression, "at");
  if (!isNumber(typeOf(at))) refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
  return choiceOf(scope, [...members.values()], at, quote(node));
}

/** The option at an index that is computed. */
export function choiceOf(scope: Scope, options: readonly (Known | Slot)[], at: ir.Expression, text: string): Choice {
  return { kind: "choice", selector: newSlot(scope, "at", at), by: "index", options, text };
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
  return options.length === 2 ? { kind: "choice", selector, by: "condition", options, text: quote(node) } : undefined;
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
  const members = new Map<string, Known | Slot>();
  const isArray = ts.isArrayLiteralExpression(literal);
  const put = (key: string, value: ts.Expression): void => {
    members.set(key, evaluateMember(scope, value, isArray ? "value" : key));
  };
  const spread = (from: ts.Expression): void => {
    const base = evaluateKnown(scope, from);
    if (base?.kind !== "structure" || base.isArray !== isArray)
      refuse(scope, catalog.unknownFunction(locationOf(from), quote(from)));
    for (const [key, member] of base.members) members.set(isArray ? String(members.size) : key, member);
  };
  if (isArray) {
    for (const element of literal.elements) {
      if (ts.isSpreadElement(element)) spread(element.expression);
      else put(String(members.size), element);
    }
    return { kind: "structure", isArray, members };
  }
  for (const property of literal.properties) {
    if (ts.isSpreadAssignment(property)) spread(property.expression);
    else if (ts.isPropertyAssignment(property) && isKey(property.name)) put(property.name.text, property.initializer);
    else if (ts.isShorthandPropertyAssignment(property)) put(property.name.text, property.name);
    else if (ts.isMethodDeclaration(property) && isKey(property.name))
      members.set(property.name.text, valueOf(scope, property));
    else refuse(scope, catalog.unknownProperty(locationOf(property), quote(property)));
  }
  return { kind: "structure", isArray, members };
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

/** A name for a number that is known, unless something writes the name: whether it was that. */
export function bindConstant(scope: Scope, name: ts.BindingName, value: ir.Expression): boolean {
  const symbol = ts.isIdentifier(name) ? scope.checker.getSymbolAtLocation(name) : undefined;
  if (!symbol || value.kind !== "constant" || typeof value.value !== "number") return false;
  const around = enclosingFunction(name);
  if (!around || writtenSymbols(around, scope.checker).has(symbol)) return false;
  declareConstant(scope, symbol, value);
  return true;
}

/** A variable that later passes replace by the number. */
export function declareConstant(scope: Scope, symbol: ts.Symbol, value: ir.Constant): void {
  const declared = variable(symbol.name, typeOf(value));
  emit(scope, { kind: "let", variable: declared, value });
  scope.variables.set(symbol, declared);
  if (Number(value.value) >= 0) scope.nonNegative.add(declared);
}

/** Binds a name or a pattern to something known, or to data in it. */
export function bindKnown(scope: Scope, name: ts.BindingName, known: Known | Slot): void {
  if (!isKnown(known)) {
    const value = dataOf(scope, known, name);
    if (!bindConstant(scope, name, value)) bindName(scope, name, value);
  } else if (ts.isIdentifier(name)) {
    const symbol = scope.checker.getSymbolAtLocation(name);
    if (symbol) scope.functions.set(symbol, known);
  } else {
    for (const [i, part] of name.elements.entries()) if (!ts.isOmittedExpression(part)) bindPart(scope, part, known, i);
  }
}

function bindPart(scope: Scope, part: ts.BindingElement, from: Known, at: number): void {
  if (part.dotDotDotToken) refuse(scope, catalog.unknownFunction(locationOf(part), quote(part)));
  const key = part.propertyName ?? part.name;
  const isNamed = ts.isIdentifier(key) || ts.isStringLiteral(key);
  const text = ts.isArrayBindingPattern(part.parent) ? String(at) : isNamed ? key.text : undefined;
  const member = text === undefined ? undefined : memberOf(from, text);
  if (!member) refuse(scope, catalog.unknownFunction(locationOf(part), quote(part)));
  const { initializer } = part;
  if (member.kind === "missing" && initializer) {
    const other = mayBeKnown(scope, initializer) ? evaluateKnown(scope, initializer) : undefined;
    if (other) bindKnown(scope, part.name, other);
    else bindName(scope, part.name, readExpression(scope, initializer));
  } else if (isKnown(member) && !isData(member)) {
    bindKnown(scope, part.name, member);
  } else {
    const value = dataOf(scope, member, part);
    if (!initializer && bindConstant(scope, part.name, value)) return;
    bindName(scope, part.name, initializer ? orDefault(scope, value, initializer, part) : value);
  }
}

/** Whether something known is only a choice of data. */
function isData(known: Known | Slot): boolean {
  if (known.kind === "choice") return known.options.every(isData);
  return known.kind === "slot" || known.kind === "missing";
}

/** `const layer = layers[i]`: whether the declaration was of something known. */
export function declareKnown(scope: Scope, node: ts.VariableDeclaration): boolean {
  const { initializer, name } = node;
  if (!initializer || !(ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const)) return false;
  if (!mayBeKnown(scope, initializer)) return false;
  if (
    ts.isIdentifier(name) &&
    ts.isIdentifier(unwrap(initializer)) &&
    resolveKnown(scope, initializer)?.kind === "function"
  )
    return false; // a second name of a function, which is followed where it is called
  const known = evaluateKnown(scope, initializer);
  if (known) bindKnown(scope, name, known);
  return known !== undefined;
}
