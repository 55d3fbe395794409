/** Callbacks of `map`, `forEach`, `reduce`, `Array.from`: an arrow function is written in place, a named function is called. */
import * as catalog from "../diagnostics.ts";
import { constant, isAllocation, read, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";

import { orDefault } from "./destructuring.ts";
import { readExpression } from "./expressions.ts";
import { bindConstant, bindKnown } from "./bind-known.ts";
import { evaluateKnown } from "./evaluate-known.ts";
import { callKnownWith } from "./function-calls.ts";
import { isKnown, type Argument } from "./known.ts";
import { isVariadic } from "./library.ts";
import { bindName } from "./loops.ts";
import { quote } from "./names.ts";
import { capture, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { readStatements } from "./statements.ts";
import { unwrap } from "./symbols.ts";
import { readType } from "./types.ts";
import { writtenSymbols } from "./writes.ts";

/** What a callback gets in the iteration of that index. */
export type Callback = (at: ir.Read) => readonly ir.Expression[];

/** The value of a callback for these arguments. */
export function applyCallback(
  scope: Scope,
  callback: ts.Expression,
  values: readonly Argument[],
  node: ts.CallExpression,
): ir.Expression {
  const inner = unwrap(callback);
  if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)) return inline(scope, inner, values);
  const known = evaluateKnown(scope, inner);
  if (!known) refuse(scope, catalog.unknownFunction(locationOf(inner), quote(inner)));
  if (known.kind === "mathFunction" && isVariadic(known.name))
    refuse(scope, catalog.unknownCall(locationOf(inner), quote(inner)));
  return callKnownWith(scope, known, values, node);
}

function inline(
  scope: Scope,
  callback: ts.ArrowFunction | ts.FunctionExpression,
  values: readonly Argument[],
): ir.Expression {
  if (callback.asteriskToken ?? callback.modifiers?.length)
    refuse(scope, catalog.asynchronous(locationOf(callback), "an asynchronous callback"));
  callback.parameters.forEach((parameter, i) =>
    bindValue(scope, callback, parameter, values[i] ?? constant(undefined)),
  );
  if (!ts.isBlock(callback.body)) {
    const value = readExpression(scope, callback.body);
    return isAllocation(value) ? nameValue(scope, value) : value;
  }
  return inlineBlock(scope, callback, callback.body);
}

function bindValue(scope: Scope, callback: ts.Node, parameter: ts.ParameterDeclaration, value: Argument): void {
  if (parameter.dotDotDotToken) refuse(scope, catalog.spreadArgument(locationOf(parameter)));
  if (isKnown(value)) {
    bindKnown(scope, parameter.name, value);
    return;
  }
  if (!parameter.initializer && bindConstant(scope, parameter.name, value)) return;
  if (ts.isIdentifier(parameter.name)) {
    const symbol = scope.checker.getSymbolAtLocation(parameter.name);
    const isWritten = symbol && writtenSymbols(callback, scope.checker).has(symbol);
    if (symbol && value.kind === "read" && !isWritten && !parameter.initializer) {
      scope.variables.set(symbol, value.variable);
      return;
    }
    if (value.kind === "constant" && value.value === undefined && !parameter.initializer) return; // `_` of Array.from
  }
  bindName(
    scope,
    parameter.name,
    parameter.initializer ? orDefault(scope, value, parameter.initializer, parameter) : value,
  );
}

/** A body with `return` statements: a scope that they leave. */
function inlineBlock(scope: Scope, callback: ts.ArrowFunction | ts.FunctionExpression, body: ts.Block): ir.Expression {
  const signature = scope.checker.getSignatureFromDeclaration(callback);
  const returned = signature && scope.checker.getReturnTypeOfSignature(signature);
  const isNothing = !returned || (returned.flags & (ts.TypeFlags.VoidLike | ts.TypeFlags.Never)) !== 0;
  const result = isNothing ? undefined : variable("value", readType(scope, returned, callback, quote(callback)));
  const label: ir.Label = { name: "returned" };
  if (result) emit(scope, { kind: "let", variable: result });
  const outer = { inlined: scope.inlined, jumps: scope.jumps };
  scope.inlined = { label, result };
  scope.jumps = [];
  const statements = capture(scope, () => readStatements(scope, body.statements));
  scope.inlined = outer.inlined;
  scope.jumps = outer.jumps;
  emitScope(scope, label, statements);
  return result ? read(result) : constant(undefined);
}

/** A `return` at the very end needs no jump. */
function emitScope(scope: Scope, label: ir.Label, statements: ir.Statement[]): void {
  const last = statements.at(-1);
  const body = last?.kind === "exit" && last.label === label ? statements.slice(0, -1) : statements;
  if (leavesTo(body, label)) emit(scope, { kind: "scope", label, body });
  else body.forEach((statement) => emit(scope, statement));
}

function leavesTo(block: ir.Block, label: ir.Label): boolean {
  return block.some((statement) => {
    if (statement.kind === "exit") return statement.label === label;
    if (statement.kind === "if") return leavesTo(statement.then, label) || leavesTo(statement.else, label);
    return (
      (statement.kind === "for" || statement.kind === "while" || statement.kind === "scope") &&
      leavesTo(statement.body, label)
    );
  });
}
