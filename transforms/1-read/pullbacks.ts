/**
 * `const [y, pull] = vjp(f)(x)` inside a function that is differentiated: a call of `f`, and for each `pull(dy)` a call of the
 * pullback with the arguments as they were.
 */
import { effectsOf } from "../3-analyze/effects.ts";
import { assertRepeatable } from "../4-differentiate/repeatable.ts";
import * as catalog from "../diagnostics.ts";
import { constant, isReference, read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { derivedKey } from "./derived-calls.ts";
import { bindElement } from "./destructuring.ts";
import { readExpression } from "./expressions.ts";
import { emitCall } from "./function-calls.ts";
import { madeBy } from "./functions.ts";
import { quote } from "./names.ts";
import { readInOrder } from "./operands.ts";
import { isInside } from "./resolve.ts";
import { emit, locationOf, Refusal, reportAll, refuse, type Scope } from "./scope.ts";
import { resolveSymbol, unwrap } from "./symbols.ts";

/** The pullback that `vjp(f)(x)` gave. */
export interface Pullback {
  /** Key of the derivative, which takes the arguments and the cotangent. */
  readonly key: string;
  /** The arguments of `f`, in variables that nothing assigns. */
  readonly kept: readonly ir.Expression[];
}

/** What `vjp(f)(x)` gave: a value and a pullback. */
export interface PullbackPair extends Pullback {
  readonly value: ir.Expression;
}

/** `const [y, pull] = vjp(f)(x)`, `const pair = vjp(f)(x)`, `const pull = vjp(f)(x)[1]`: whether it was one of these. */
export function declarePullback(scope: Scope, node: ts.VariableDeclaration): boolean {
  const { name, initializer } = node;
  if (!initializer || !isFromVjp(scope, initializer)) return false;
  if (!(ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const)) refuseUse(scope, name, "declare it with `const`");
  const symbol = scope.checker.getSymbolAtLocation(name);
  const pullback = readPullback(scope, initializer);
  if (pullback && symbol) {
    scope.pullbacks.set(symbol, pullback);
    return true;
  }
  const first = ts.isArrayBindingPattern(name) ? name.elements.at(0) : name;
  const asksValue = first !== undefined && !ts.isOmittedExpression(first);
  const pair = pullback ? undefined : readPair(scope, initializer, asksValue);
  if (!pair) return false;
  if (ts.isArrayBindingPattern(name)) bindPair(scope, name, pair);
  else if (symbol) scope.pairs.set(symbol, { ...pair, value: ownName(scope, pair.value) });
  else refuseUse(scope, name);
  return true;
}

function bindPair(scope: Scope, pattern: ts.ArrayBindingPattern, pair: PullbackPair): void {
  const [first, second] = [pattern.elements.at(0), pattern.elements.at(1)];
  if (first && ts.isBindingElement(first)) {
    if (first.dotDotDotToken) refuseUse(scope, first);
    bindElement(scope, first, () => pair.value);
  }
  if (!second || ts.isOmittedExpression(second)) return;
  const symbol = ts.isIdentifier(second.name) ? scope.checker.getSymbolAtLocation(second.name) : undefined;
  if (!symbol || second.dotDotDotToken || second.initializer) refuseUse(scope, second);
  scope.pullbacks.set(symbol, pair);
}

/** The value of a pair has a variable that no declaration takes over. */
function ownName(scope: Scope, value: ir.Expression): ir.Expression {
  const own = variable("value", typeOf(value), "user");
  emit(scope, { kind: "let", variable: own, value });
  return read(own);
}

/** The pair an expression denotes, if it is one; a call of `vjp(f)` happens here. Its value may not be asked for. */
export function readPair(scope: Scope, node: ts.Expression, asksValue = true): PullbackPair | undefined {
  const inner = unwrap(node);
  if (ts.isIdentifier(inner)) {
    const symbol = resolveSymbol(inner, scope.checker);
    return symbol && scope.pairs.get(symbol);
  }
  const made = ts.isCallExpression(inner) ? madeBy(inner.expression, scope.checker) : undefined;
  return made?.name === "vjp" ? makePair(scope, inner as ts.CallExpression, made.call, asksValue) : undefined;
}

/** The pullback an expression denotes, if it is one: its name, or `pair[1]`. */
export function readPullback(scope: Scope, node: ts.Expression): Pullback | undefined {
  const inner = unwrap(node);
  if (ts.isIdentifier(inner)) {
    const symbol = resolveSymbol(inner, scope.checker);
    return symbol && scope.pullbacks.get(symbol);
  }
  return ts.isElementAccessExpression(inner) && inner.argumentExpression.getText() === "1"
    ? readPair(scope, inner.expression, false)
    : undefined;
}

/** `pull(dy)`. */
export function callPullback(scope: Scope, { key, kept }: Pullback, node: ts.CallExpression): ir.Expression {
  const given = readInOrder(
    scope,
    node.arguments.map((argument) => () => readExpression(scope, argument)),
  );
  return emitCall(scope, key, [...kept, ...given.slice(0, 1)], node);
}

function makePair(scope: Scope, node: ts.CallExpression, vjp: ts.CallExpression, asksValue: boolean): PullbackPair {
  const key = derivedKey(scope, vjp);
  const fn = primalOf(scope, key);
  const effects = effectsOf({ functions: scope.session.context.program })(fn.key);
  reportAll(scope, () =>
    assertRepeatable(
      scope.session.context.program,
      fn,
      "`vjp`, inside a function that is differentiated,",
      "pass the random numbers as a parameter",
    ),
  );
  if (effects.writes.size > 0) {
    const what = "`vjp`, inside a function that is differentiated, of a function that writes into its arguments";
    refuse(scope, catalog.notYet(locationOf(node), what, "let it work on a copy: `x.slice()`"));
  }
  const values = readInOrder(
    scope,
    node.arguments.map((argument) => () => readExpression(scope, argument)),
  );
  // The function gets the objects themselves, which its value may be or hold; the pullback what they held.
  const given = fn.parameters.map((parameter, i) => named(scope, parameter, values.at(i)));
  const kept = fn.parameters.map((parameter, i) => keep(scope, parameter, given[i]));
  const isWanted = asksValue || effects.hasEffect;
  return { key, kept, value: isWanted ? emitCall(scope, fn.key, given, node) : constant(undefined) };
}

/** The function that was differentiated. One with a rule of its own is called itself, not the caller made for it. */
function primalOf(scope: Scope, key: string): ir.FunctionIR {
  const { program } = scope.session.context;
  const of = program.get(key)?.derivation?.of ?? key;
  const fn = program.get(of.replace(/\(\)$/, "")) ?? program.get(of);
  if (!fn) throw new Error(`no function ${of}`);
  return fn;
}

/** Binds an argument to a variable of its own. */
function named(scope: Scope, parameter: ir.Variable, value: ir.Expression | undefined): ir.Expression {
  if (!value || value.kind === "constant") return value ?? constant(undefined);
  const own = variable(parameter.name, typeOf(value));
  emit(scope, { kind: "let", variable: own, value });
  return read(own);
}

/** Names an object a second time. Whether it must be copied is decided when the function is read. */
function keep(scope: Scope, parameter: ir.Variable, value: ir.Expression): ir.Expression {
  if (!isReference(typeOf(value))) return value;
  const own = named(scope, parameter, value);
  if (own.kind === "read") scope.kept.add(own.variable);
  return own;
}

/** Whether an expression is `vjp(f)(x)`, a part of it, or a name for either. */
export function isFromVjp(scope: Scope, node: ts.Expression): boolean {
  const inner = unwrap(node);
  if (ts.isCallExpression(inner)) return madeBy(inner.expression, scope.checker)?.name === "vjp";
  if (ts.isElementAccessExpression(inner))
    return inner.argumentExpression.getText() !== "0" && isFromVjp(scope, inner.expression);
  if (!ts.isIdentifier(inner)) return false;
  const declaration = resolveSymbol(inner, scope.checker)?.valueDeclaration;
  if (!declaration) return false;
  if (ts.isBindingElement(declaration)) {
    const { parent } = declaration;
    const of = parent.parent;
    const isSecond = ts.isArrayBindingPattern(parent) && parent.elements.indexOf(declaration) === 1;
    return isSecond && ts.isVariableDeclaration(of) && of.initializer !== undefined && isFromVjp(scope, of.initializer);
  }
  return (
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    isFromVjp(scope, declaration.initializer)
  );
}

/** Refuses a pullback that is not called where it was made; the name of one that was refused there is not mentioned again. */
export function refuseUse(scope: Scope, node: ts.Node, hint?: string): never {
  if (wasRefused(scope, node)) throw new Refusal();
  const what = `a pullback that is returned, stored, passed on or used by another function (\`${quote(node)}\`)`;
  refuse(scope, catalog.notYet(locationOf(node), what, hint ?? "call it in the function that calls `vjp`"));
}

function wasRefused(scope: Scope, node: ts.Node): boolean {
  if (!scope.failed || !ts.isIdentifier(node)) return false;
  const symbol = resolveSymbol(node, scope.checker);
  const declaration = symbol?.valueDeclaration;
  if (!declaration || declaration === node.parent || scope.pullbacks.has(symbol) || scope.pairs.has(symbol))
    return false;
  return scope.node !== undefined && isInside(declaration, scope.node);
}
