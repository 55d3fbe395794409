/** `for (let i = A; i < B; i += c)`: counted loops where the count is fixed, counting `while` loops where it may end early. */
import {
  add,
  binary,
  constant,
  divide,
  index,
  math,
  multiply,
  read,
  subtract,
  typeOf,
  unary,
  variable,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { countingLoop, mentions, type Counting } from "./counting-loop.ts";
import { readDeclaration } from "./destructuring.ts";
import { readExpression } from "./expressions.ts";
import { checkHoisted } from "./hoisted.ts";
import { emitGeneralFor, leavesEarly, loopJump } from "./loops.ts";
import { capture, captureValue, emit, nameValue, type Scope } from "./scope.ts";
import { mayChange } from "./stable.ts";
import { inside, readBlock, wrap } from "./statements.ts";
import { writeOutFor } from "./write-out-loops.ts";
import { writesOf, type Writes } from "./writes.ts";

/** Any `for` loop. */
export function readFor(scope: Scope, node: ts.ForStatement, name: string | undefined): void {
  const loop = countingLoop(scope, node);
  const { initializer } = node;
  if (initializer && ts.isVariableDeclarationList(initializer)) {
    checkHoisted(scope, initializer);
    for (const declaration of initializer.declarations)
      if (declaration !== loop?.declaration) readDeclaration(scope, declaration);
  } else if (initializer) {
    readExpression(scope, initializer);
  }
  if (loop && writeOutFor(scope, node, loop, name)) return;
  if (loop && readCounting(scope, node, loop, name)) return;
  if (loop) readDeclaration(scope, loop.declaration);
  emitGeneralFor(scope, node, name);
}

/** Emits a counting loop; false if it has to be read as it is written. */
function readCounting(scope: Scope, node: ts.ForStatement, loop: Counting, name: string | undefined): boolean {
  const writes = writesOf([node.statement], scope.checker, scope.functions);
  if (writes.symbols.has(loop.symbol)) return false;
  const isFixed = !mayChange(loop.bound, writes, scope.checker) && !mentions(scope, loop.bound, loop.symbol);
  if (!isFixed && needsStatements(scope, loop)) return false;
  const start = readStart(scope, loop, writes);
  if (isFixed && !leavesEarly(node.statement, name)) countedLoop(scope, node, loop, start, name);
  else countingWhile(scope, node, loop, start, name);
  return true;
}

/** Whether the bound cannot be a plain test, or mentions the counter itself. */
function needsStatements(scope: Scope, loop: Counting): boolean {
  if (mentions(scope, loop.bound, loop.symbol)) return true;
  return captureValue(scope, () => readExpression(scope, loop.bound)).statements.length > 0;
}

/** The first value of the counter, as something that the loop does not change. */
function readStart(scope: Scope, loop: Counting, writes: Writes): ir.Expression {
  const start = readExpression(scope, loop.start, "start");
  return mayChange(loop.start, writes, scope.checker) && start.kind !== "constant"
    ? nameValue(scope, start, "start")
    : start;
}

function isZero(value: ir.Expression): boolean {
  return value.kind === "constant" && value.value === 0;
}

/** A `for` of the IR. */
function countedLoop(
  scope: Scope,
  node: ts.ForStatement,
  loop: Counting,
  start: ir.Expression,
  name: string | undefined,
): void {
  const bound = readExpression(scope, loop.bound);
  const jump = loopJump(name);
  const read1 = (): ir.Statement[] =>
    wrap(
      jump.continueLabel,
      jump,
      inside(scope, jump, () => readBlock(scope, node.statement)),
    );
  if (Math.abs(loop.step) === 1) {
    const { lo, hi } =
      loop.step > 0 ? ascending(scope, loop, start, bound) : descendingBounds(scope, loop, start, bound);
    const counter = bindCounter(scope, loop, start);
    const body = capture(scope, () => read1().forEach((statement) => emit(scope, statement)));
    emit(scope, { kind: "for", counter, lo, hi, descending: loop.step < 0, body });
    return;
  }
  const count = tripCount(loop, start, bound);
  const trips = count.kind === "constant" ? count : nameValue(scope, math("max", constant(0), count), "trips", index);
  const counter = variable("t", index, "counter");
  const body = capture(scope, () => {
    bindStepped(scope, loop, start, counter);
    read1().forEach((statement) => emit(scope, statement));
  });
  emit(scope, { kind: "for", counter, lo: constant(0), hi: trips, descending: false, body });
}

/** The counter itself as a variable of the loop. */
function bindCounter(scope: Scope, loop: Counting, start: ir.Expression): ir.Variable {
  const counter = variable(loop.symbol.name, index, "counter");
  scope.variables.set(loop.symbol, counter);
  const isPositive = start.kind === "constant" || (start.kind === "read" && scope.nonNegative.has(start.variable));
  if (loop.step > 0 && isPositive && !(start.kind === "constant" && Number(start.value) < 0))
    scope.nonNegative.add(counter);
  return counter;
}

function isIndex(value: ir.Expression): boolean {
  return typeOf(value).kind === "index";
}

function ascending(
  scope: Scope,
  loop: Counting,
  start: ir.Expression,
  bound: ir.Expression,
): { lo: ir.Expression; hi: ir.Expression } {
  const isInclusive = loop.operator === "<=";
  if (isIndex(bound)) return { lo: start, hi: isInclusive ? plusOne(bound) : bound };
  const end = isInclusive ? plusOne(math("floor", bound)) : math("ceil", bound);
  const hi = isZero(start)
    ? nameValue(scope, math("max", constant(0), end), "trips", index)
    : nameValue(scope, end, "end", index);
  return { lo: start, hi };
}

function descendingBounds(
  scope: Scope,
  loop: Counting,
  start: ir.Expression,
  bound: ir.Expression,
): { lo: ir.Expression; hi: ir.Expression } {
  const isInclusive = loop.operator === ">=";
  const hi = plusOne(start);
  if (isIndex(bound)) return { lo: isInclusive ? bound : plusOne(bound), hi };
  return { lo: nameValue(scope, isInclusive ? math("ceil", bound) : plusOne(math("floor", bound)), "end", index), hi };
}

/** `value + 1`, with constants folded: `n - 1` gives `n`. */
function plusOne(value: ir.Expression): ir.Expression {
  if (value.kind === "constant" && typeof value.value === "number") return constant(value.value + 1);
  if (
    value.kind === "binary" &&
    value.operator === "-" &&
    value.right.kind === "constant" &&
    value.right.value === 1 &&
    isIndex(value.left)
  )
    return value.left;
  return add(value, constant(1));
}

/** How often a loop with a step other than ±1 runs (before it is clamped at 0). */
function tripCount(loop: Counting, start: ir.Expression, bound: ir.Expression): ir.Expression {
  const [from, to] = loop.step > 0 ? [start, bound] : [bound, start];
  const distance = isZero(from) ? to : subtract(to, from);
  const size = Math.abs(loop.step);
  if (from.kind === "constant" && to.kind === "constant")
    return constant(countOf((Number(to.value) - Number(from.value)) / size, loop));
  const steps = divide(distance, constant(size));
  return loop.operator.length === 2 ? add(math("floor", steps), constant(1)) : math("ceil", steps);
}

function countOf(steps: number, loop: Counting): number {
  return Math.max(0, loop.operator.length === 2 ? Math.floor(steps) + 1 : Math.ceil(steps));
}

/** `start + step * trips`. */
function steppedValue(loop: Counting, start: ir.Expression, trips: ir.Variable): ir.Expression {
  const size = Math.abs(loop.step);
  const moved = size === 1 ? read(trips) : multiply(constant(size), read(trips));
  if (loop.step < 0) return isZero(start) ? unary("-", moved) : subtract(start, moved);
  return isZero(start) ? moved : add(start, moved);
}

function bindStepped(scope: Scope, loop: Counting, start: ir.Expression, trips: ir.Variable): void {
  const counter = variable(loop.symbol.name, index, "user");
  scope.variables.set(loop.symbol, counter);
  if (loop.step > 0 && start.kind === "constant" && Number(start.value) >= 0) scope.nonNegative.add(counter);
  emit(scope, { kind: "let", variable: counter, value: steppedValue(loop, start, trips) });
}

/** A `while` whose count of trips gives the counter: for a loop that may end early or whose bound changes. */
function countingWhile(
  scope: Scope,
  node: ts.ForStatement,
  loop: Counting,
  start: ir.Expression,
  name: string | undefined,
): void {
  const jump = loopJump(name);
  const isOwn = loop.step === 1 && isZero(start);
  const trips = isOwn ? bindCounter(scope, loop, start) : variable("trips", index, "counter");
  const bound = readExpression(scope, loop.bound);
  const test = binary(loop.operator, isOwn ? read(trips) : steppedValue(loop, start, trips), bound);
  const body = capture(scope, () => {
    if (!isOwn) bindStepped(scope, loop, start, trips);
    wrap(
      jump.continueLabel,
      jump,
      inside(scope, jump, () => readBlock(scope, node.statement)),
    ).forEach((statement) => emit(scope, statement));
  });
  const whole = capture(scope, () => emit(scope, { kind: "while", trips, test, body }));
  wrap(jump.breakLabel, jump, whole).forEach((statement) => emit(scope, statement));
}
