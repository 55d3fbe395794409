/** Loops over arrays that hold functions, written out: each element is something else for the compiler. */
import * as catalog from "../diagnostics.ts";
import { constant, nothing, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { arrayType } from "./arrays.ts";
import { applyCallback } from "./callbacks.ts";
import { mentions, type Counting } from "./counting-loop.ts";
import { bindConstant, bindKnown, declareConstant } from "./bind-known.ts";
import { dataOf, evaluateKnown, mayBeKnown } from "./evaluate-known.ts";
import { readExpression } from "./expressions.ts";
import { isKnown, type Argument, type Known, type Slot, type Structure } from "./known.ts";
import { bindName, entriesOf, loopJump } from "./loops.ts";
import { quote } from "./names.ts";
import { readInOrder } from "./operands.ts";
import { integerOf } from "./resolve.ts";
import { capture, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { inside, readBlock, wrap } from "./statements.ts";
import { unwrap } from "./symbols.ts";
import { writtenSymbols } from "./writes.ts";

/** A loop with more iterations stays a loop, in which the function is chosen by its index. */
const mostIterations = 16;

/** `for (const layer of layers)`, also of `layers.entries()`: whether it was written out. */
export function writeOutForOf(scope: Scope, node: ts.ForOfStatement, name: string | undefined): boolean {
  const entries = entriesOf(node.expression);
  const over = entries ?? node.expression;
  const known = mayBeKnown(scope, over) ? evaluateKnown(scope, over) : undefined;
  if (known?.kind !== "structure" || !known.isArray || !ts.isVariableDeclarationList(node.initializer)) return false;
  const members = [...known.members.values()];
  const target = node.initializer.declarations[0].name;
  const places = members.map((_, at) => at);
  writeOut(scope, { node, body: node.statement, name, places }, (at) => {
    if (entries) bindEntry(scope, target, at, members[at]);
    else bindKnown(scope, target, members[at]);
  });
  return true;
}

function bindEntry(scope: Scope, target: ts.BindingName, at: number, member: Known | Slot): void {
  if (!ts.isArrayBindingPattern(target))
    refuse(
      scope,
      catalog.notYet(locationOf(target), "`entries()` without a pattern", "write `for (const [i, f] of …)`"),
    );
  const [counter, value] = target.elements;
  if (counter && ts.isBindingElement(counter) && ts.isIdentifier(counter.name)) bindCounter(scope, counter.name, at);
  if (value && ts.isBindingElement(value)) bindKnown(scope, value.name, member);
}

/** A variable for a counter, so that functions can take it; its value is known as well. */
function bindCounter(scope: Scope, name: ts.Identifier, at: number): void {
  const symbol = scope.checker.getSymbolAtLocation(name);
  if (bindConstant(scope, name, constant(at)) && symbol) scope.constants.set(symbol, at);
  else bindName(scope, name, constant(at));
}

/** `for (let i = 0; i < layers.length; i++)` where `layers[i]` is a function: whether it was written out. */
export function writeOutFor(scope: Scope, node: ts.ForStatement, loop: Counting, name: string | undefined): boolean {
  const from = integerOf(scope, loop.start);
  const to = integerOf(scope, loop.bound);
  if (from === undefined || to === undefined || writtenSymbols(node.statement, scope.checker).has(loop.symbol))
    return false;
  const places: number[] = [];
  for (let at = from; isWithin(at, loop.operator, to) && places.length <= mostIterations; at += loop.step)
    places.push(at);
  if (places.length > mostIterations || !indexesFunctions(scope, node.statement, loop.symbol)) return false;
  writeOut(scope, { node, body: node.statement, name, places }, (at) => {
    declareConstant(scope, loop.symbol, constant(at)); // only its own step writes it
    scope.constants.set(loop.symbol, at);
  });
  return true;
}

function isWithin(at: number, operator: Counting["operator"], to: number): boolean {
  if (operator === "<") return at < to;
  if (operator === "<=") return at <= to;
  return operator === ">" ? at > to : at >= to;
}

/** Whether an array of functions is indexed by something that depends on the counter. */
function indexesFunctions(scope: Scope, node: ts.Node, counter: ts.Symbol): boolean {
  if (
    ts.isElementAccessExpression(node) &&
    mayBeKnown(scope, node.expression) &&
    mentions(scope, node.argumentExpression, counter)
  )
    return true;
  return ts.forEachChild(node, (child) => indexesFunctions(scope, child, counter) || undefined) ?? false;
}

interface WrittenOut {
  readonly node: ts.Node;
  readonly body: ts.Statement;
  readonly name: string | undefined;
  /** The index in each iteration. */
  readonly places: readonly number[];
}

/** The body once for each place; `continue` leaves one of them, `break` all. */
function writeOut(scope: Scope, { node, body, name, places }: WrittenOut, bind: (at: number) => void): void {
  const whole = loopJump(name);
  const written = capture(scope, () => {
    for (const at of places) {
      const jump = { ...loopJump(name), breakLabel: whole.breakLabel };
      const one = capture(scope, () => {
        iteration(scope, node, at, () => {
          bind(at);
          inside(scope, jump, () => readBlock(scope, body)).forEach((statement) => emit(scope, statement));
        });
      });
      if (jump.used.has(whole.breakLabel)) whole.used.add(whole.breakLabel);
      wrap(jump.continueLabel, jump, one).forEach((statement) => emit(scope, statement));
    }
  });
  wrap(whole.breakLabel, whole, written).forEach((statement) => emit(scope, statement));
}

/** Reads one iteration: functions that are made in it are not those of the others. */
function iteration<T>(scope: Scope, node: ts.Node, count: number, write: () => T): T {
  const outer = scope.iterations;
  scope.iterations = [...outer, { node, count }];
  try {
    return write();
  } finally {
    scope.iterations = outer;
  }
}

/** `layers.forEach(…)`, `layers.map(…)`, `layers.reduce(…)` of an array that holds functions; undefined if it is none. */
export function readOverKnown(
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): ir.Expression | undefined {
  const known = mayBeKnown(scope, callee.expression) ? evaluateKnown(scope, callee.expression) : undefined;
  if (known?.kind !== "structure" || !known.isArray) return undefined;
  const [callback, start] = node.arguments;
  const method = callee.name.text;
  if (!callback || !["forEach", "map", "reduce"].includes(method))
    refuse(scope, catalog.methodNotYet(locationOf(callee), method));
  if (method === "reduce") return reduceKnown(scope, node, known, callback, start);
  if (mayBeKnown(scope, node)) refuse(scope, catalog.unknownFunction(locationOf(node), quote(node)));
  const values = overMembers(scope, known, callback, node, (member, at) =>
    applyCallback(scope, callback, [member, at, known], node),
  );
  if (method === "forEach") return constant(undefined);
  return { kind: "arrayLiteral", type: arrayType(scope, node), elements: values };
}

function reduceKnown(
  scope: Scope,
  node: ts.CallExpression,
  known: Structure,
  callback: ts.Expression,
  start: ts.Expression | undefined,
): ir.Expression {
  if (!start || mayBeKnown(scope, start))
    refuse(scope, catalog.notYet(locationOf(node), "`reduce` without a first value that is data", "write a loop"));
  const first = readExpression(scope, start);
  const { kind } = typeOf(first);
  const type = kind === "index" ? ({ kind: "real" } as const) : kind === "nothing" ? nothing : typeOf(first);
  const total = nameValue(scope, first, "total", type);
  overMembers(scope, known, callback, node, (member, at) => {
    const value = applyCallback(scope, callback, [total, member, at, known], node);
    emit(scope, { kind: "set", target: total, value });
    return constant(undefined);
  });
  return total;
}

/** What `visit` gives for each element, in order. */
function overMembers(
  scope: Scope,
  { members }: Structure,
  callback: ts.Expression,
  node: ts.CallExpression,
  visit: (member: Argument, at: ir.Expression) => ir.Expression,
): ir.Expression[] {
  const counter = counterOf(scope, callback, node);
  const readers = [...members.values()].map((member, at) => (): ir.Expression => {
    if (counter) scope.constants.set(counter, at);
    const value = isKnown(member) ? member : dataOf(scope, member, node);
    return iteration(scope, callback, at, () => visit(value, constant(at)));
  });
  return readInOrder(scope, readers);
}

/** The parameter of a callback that counts, if nothing writes it. */
function counterOf(scope: Scope, callback: ts.Expression, { expression }: ts.CallExpression): ts.Symbol | undefined {
  const called = unwrap(callback);
  const at = ts.isPropertyAccessExpression(expression) && expression.name.text === "reduce" ? 2 : 1;
  const counter = ts.isArrowFunction(called) || ts.isFunctionExpression(called) ? called.parameters.at(at) : undefined;
  const symbol = counter && ts.isIdentifier(counter.name) ? scope.checker.getSymbolAtLocation(counter.name) : undefined;
  return symbol && !writtenSymbols(called, scope.checker).has(symbol) ? symbol : undefined;
}
