/** `while`, `do…while`, `for…of`, and every `for` that does not count. */
import * as catalog from "../diagnostics.ts";
import {
  binary,
  boolean,
  constant,
  element,
  index,
  isAllocation,
  lengthOf,
  read,
  typeOf,
  variable,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { assign, readPlace } from "./assignments.ts";
import { bindPattern, declareName } from "./destructuring.ts";
import { readExpression, readForEffect, readTest } from "./expressions.ts";
import { quote } from "./names.ts";
import { capture, captureValue, emit, locationOf, nameValue, refuse, type Jump, type Scope } from "./scope.ts";
import { lengthMayChange, mayChange } from "./stable.ts";
import { inside, readBlock, wrap } from "./statements.ts";
import { unwrap } from "./symbols.ts";
import { writeOutForOf } from "./write-out-loops.ts";
import { writesOf, type Writes } from "./writes.ts";

/** A new loop to jump out of. */
export function loopJump(name: string | undefined): Jump {
  return { name, breakLabel: { name: name ?? "done" }, continueLabel: { name: "next" }, plain: true, used: new Set() };
}

export interface LoopParts {
  /** Undefined runs for ever (until a break). */
  readonly test: ts.Expression | undefined;
  readonly body: ts.Statement;
  readonly update?: () => void;
}

/** `while (cond) { … }`. */
export function readWhile(scope: Scope, node: ts.WhileStatement, name: string | undefined): void {
  emitWhile(scope, { test: node.expression, body: node.statement }, name);
}

/** A loop that is tested before each iteration. */
export function emitWhile(scope: Scope, parts: LoopParts, name: string | undefined): void {
  const jump = loopJump(name);
  const test = captureValue(scope, () => (parts.test ? readTest(scope, parts.test) : constant(true)));
  const body = capture(scope, () => {
    wrap(
      jump.continueLabel,
      jump,
      inside(scope, jump, () => readBlock(scope, parts.body)),
    ).forEach((statement) => emit(scope, statement));
    parts.update?.();
  });
  const loop = test.statements.length === 0 ? whileLoop(scope, test.value, body) : testedInside(scope, test, body);
  wrap(jump.breakLabel, jump, loop).forEach((statement) => emit(scope, statement));
}

function whileLoop(scope: Scope, test: ir.Expression, body: ir.Block): ir.Statement[] {
  return capture(scope, () => emit(scope, { kind: "while", trips: variable("trips", index, "counter"), test, body }));
}

/** `let go = true; while (go) { …; go = test; if (go) { body } }`: for a test that needs statements. */
function testedInside(
  scope: Scope,
  test: { readonly statements: ir.Block; readonly value: ir.Expression },
  body: ir.Block,
): ir.Statement[] {
  const go = variable("go", boolean);
  return capture(scope, () => {
    emit(scope, { kind: "let", variable: go, value: constant(true) });
    const inner = capture(scope, () => {
      test.statements.forEach((statement) => emit(scope, statement));
      emit(scope, { kind: "set", target: read(go), value: test.value });
      emit(scope, { kind: "if", test: read(go), then: body, else: [] });
    });
    whileLoop(scope, read(go), inner).forEach((statement) => emit(scope, statement));
  });
}

/** `do { … } while (cond)`. */
export function readDoWhile(scope: Scope, node: ts.DoStatement, name: string | undefined): void {
  const jump = loopJump(name);
  const body = wrap(
    jump.continueLabel,
    jump,
    inside(scope, jump, () => readBlock(scope, node.statement)),
  );
  const test = captureValue(scope, () => readTest(scope, node.expression));
  const loop = capture(scope, () => {
    const trips = variable("trips", index, "counter");
    if (test.statements.length === 0) {
      emit(scope, {
        kind: "while",
        trips,
        test: binary("||", binary("===", read(trips), constant(0)), test.value),
        body,
      });
      return;
    }
    const go = nameValue(scope, constant(true), "go");
    const last: ir.Statement = {
      kind: "set",
      target: go,
      value: test.value,
      ...(scope.origin && { origin: scope.origin }),
    };
    emit(scope, { kind: "while", trips, test: go, body: [...body, ...test.statements, last] });
  });
  wrap(jump.breakLabel, jump, loop).forEach((statement) => emit(scope, statement));
}

/** `for (const x of xs)`, also of `xs.entries()`: a loop over the indices. */
export function readForOf(scope: Scope, node: ts.ForOfStatement, name: string | undefined): void {
  if (node.awaitModifier) refuse(scope, catalog.asynchronous(locationOf(node), "`for await`"));
  if (writeOutForOf(scope, node, name)) return;
  const entries = entriesOf(node.expression);
  const writes = writesOf([node.statement], scope.checker, scope.functions);
  const source = readSource(scope, entries ?? node.expression, writes);
  const counter = variable("i", index, "counter");
  const jump = loopJump(name);
  const body = capture(scope, () => {
    const inner = capture(scope, () => {
      bindIteration(scope, node, counter, element(source, read(counter)), entries !== undefined);
      inside(scope, jump, () => readBlock(scope, node.statement)).forEach((statement) => emit(scope, statement));
    });
    wrap(jump.continueLabel, jump, inner).forEach((statement) => emit(scope, statement));
  });
  const lengthChanges =
    (writes.resized.length > 0 || writes.unknown) && lengthMayChange(entries ?? node.expression, writes, scope.checker);
  const loop: ir.Statement =
    lengthChanges || leavesEarly(node.statement, name)
      ? { kind: "while", trips: counter, test: binary("<", read(counter), lengthOf(source)), body }
      : { kind: "for", counter, lo: constant(0), hi: lengthOf(source), descending: false, body };
  wrap(
    jump.breakLabel,
    jump,
    capture(scope, () => emit(scope, loop)),
  ).forEach((statement) => emit(scope, statement));
}

/** `xs` of `xs.entries()`. */
export function entriesOf(node: ts.Expression): ts.Expression | undefined {
  const call = unwrap(node);
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return undefined;
  return call.expression.name.text === "entries" && call.arguments.length === 0
    ? call.expression.expression
    : undefined;
}

/** The array of a loop, as a variable that the loop does not write. */
function readSource(scope: Scope, node: ts.Expression, writes: Writes): ir.Expression {
  const value = readExpression(scope, node, "items");
  if (typeOf(value).kind !== "array")
    refuse(scope, catalog.notYet(locationOf(node), `a loop over \`${quote(node)}\``, "loop over an array"));
  const isPlain = value.kind === "read" || value.kind === "global";
  const isOwn = value.kind === "read" && value.variable.role === "temporary";
  return isOwn || (isPlain && !mayChange(node, writes, scope.checker)) ? value : nameValue(scope, value, "items");
}

function bindIteration(
  scope: Scope,
  node: ts.ForOfStatement,
  counter: ir.Variable,
  value: ir.Expression,
  isEntries: boolean,
): void {
  if (!ts.isVariableDeclarationList(node.initializer)) {
    if (isEntries)
      refuse(scope, catalog.notYet(locationOf(node.initializer), "a loop over `entries()` into existing variables"));
    assign(scope, readPlace(scope, node.initializer), value, node.initializer);
    return;
  }
  const { name } = node.initializer.declarations[0];
  if (isEntries) bindEntry(scope, name, counter, value);
  else bindName(scope, name, value);
}

/** Binds a name or a pattern to a value. */
export function bindName(scope: Scope, name: ts.BindingName, value: ir.Expression): void {
  if (ts.isIdentifier(name)) declareName(scope, name, () => value);
  else bindPattern(scope, name, isAllocation(value) ? nameValue(scope, value) : value);
}

function bindEntry(scope: Scope, name: ts.BindingName, counter: ir.Variable, value: ir.Expression): void {
  if (!ts.isArrayBindingPattern(name))
    refuse(
      scope,
      catalog.notYet(locationOf(name), "`entries()` without a pattern", "write `for (const [i, x] of xs.entries())`"),
    );
  [read(counter), value].forEach((part, i) => {
    const target = name.elements[i] as ts.ArrayBindingElement | undefined;
    if (target && !ts.isOmittedExpression(target)) bindName(scope, target.name, part);
  });
}

/** Whether the body of a loop may leave the loop before it has counted to its end. */
export function leavesEarly(body: ts.Statement, name: string | undefined): boolean {
  let leaves = false;
  const labels: string[] = [];
  const visit = (node: ts.Node, breakable: boolean): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node)) leaves = true;
    if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) {
      const isOwn = node.label !== undefined && node.label.text === name && ts.isContinueStatement(node);
      const isInside =
        isOwn || (node.label ? labels.includes(node.label.text) : breakable || ts.isContinueStatement(node));
      if (!isInside) leaves = true;
    }
    if (ts.isLabeledStatement(node)) labels.push(node.label.text);
    const catches = ts.isIterationStatement(node, false) || ts.isSwitchStatement(node);
    ts.forEachChild(node, (child) => visit(child, breakable || catches));
  };
  visit(body, false);
  return leaves;
}

/** `for (init; test; update)` as it is written. */
export function emitGeneralFor(scope: Scope, node: ts.ForStatement, name: string | undefined): void {
  const { incrementor } = node;
  emitWhile(
    scope,
    {
      test: node.condition,
      body: node.statement,
      ...(incrementor && { update: () => readForEffect(scope, incrementor) }),
    },
    name,
  );
}
