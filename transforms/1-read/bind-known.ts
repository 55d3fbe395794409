/** Names for what is known. */
import * as catalog from "../diagnostics.ts";
import { typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { orDefault } from "./destructuring.ts";
import { dataOf, evaluateKnown, mayBeKnown } from "./evaluate-known.ts";
import { readExpression } from "./expressions.ts";
import { holdsFunctions, isKnown, type Known, type Slot } from "./known.ts";
import { bindName } from "./loops.ts";
import { quote } from "./names.ts";
import { memberOf, resolveKnown } from "./resolve.ts";
import { emit, locationOf, refuse, type Scope } from "./scope.ts";
import { enclosingFunction, unwrap } from "./symbols.ts";
import { writtenSymbols } from "./writes.ts";

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
    bindValue(scope, name, dataOf(scope, known, name));
  } else if (ts.isIdentifier(name)) {
    const symbol = scope.checker.getSymbolAtLocation(name);
    if (symbol) scope.functions.set(symbol, known);
  } else {
    for (const [i, part] of name.elements.entries()) if (!ts.isOmittedExpression(part)) bindPart(scope, part, known, i);
  }
}

function bindValue(scope: Scope, name: ts.BindingName, value: ir.Expression): void {
  if (!bindConstant(scope, name, value)) bindName(scope, name, value);
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
    else bindValue(scope, part.name, readExpression(scope, initializer));
  } else if (isKnown(member) && (mayBeKnown(scope, part.name) || !isData(member))) {
    bindKnown(scope, part.name, member);
  } else {
    const value = dataOf(scope, member, part);
    const isGiven = !initializer || (value.kind === "constant" && value.value !== undefined);
    bindValue(scope, part.name, isGiven ? value : orDefault(scope, value, initializer, part));
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
  // A literal without functions is data, which may be written, whatever its type would allow.
  if (!holdsFunctions(scope.checker.getTypeAtLocation(initializer), scope.checker)) return false;
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
