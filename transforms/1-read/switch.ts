/** `switch`: a chain of `if` where no clause falls into the next, else clauses that run from the chosen one on. */
import { binary, boolean, constant, index } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readExpression } from "./expressions.ts";
import { capture, captureValue, emit, nameValue, type Jump, type Scope } from "./scope.ts";
import { inside, readStatements, wrap } from "./statements.ts";

/** Clauses that share their statements: `case 1: case 2: …`. */
interface Group {
  /** The cases; `undefined` is the default. */
  readonly tests: readonly (ts.Expression | undefined)[];
  readonly statements: readonly ts.Statement[];
  readonly fallsThrough: boolean;
}

/** `switch (value) { … }`. */
export function readSwitch(scope: Scope, node: ts.SwitchStatement, name: string | undefined): void {
  const jump: Jump = {
    name,
    breakLabel: { name: name ?? "done" },
    continueLabel: undefined,
    plain: true,
    used: new Set(),
  };
  const value = readExpression(scope, node.expression);
  const subject = value.kind === "read" || value.kind === "constant" ? value : nameValue(scope, value, "subject");
  const groups = groupsOf(node.caseBlock.clauses);
  const falls = groups.slice(0, -1).some((group) => group.fallsThrough);
  const chosen = falls || groups.some((group) => group.tests.some((test) => test && needsStatements(scope, test)));
  const body = capture(scope, () => {
    inside(scope, jump, () => (chosen ? readChosen(scope, subject, groups) : readChain(scope, subject, groups)));
  });
  wrap(jump.breakLabel, jump, body).forEach((statement) => emit(scope, statement));
}

function needsStatements(scope: Scope, test: ts.Expression): boolean {
  return captureValue(scope, () => readExpression(scope, test)).statements.length > 0;
}

function groupsOf(clauses: readonly ts.CaseOrDefaultClause[]): readonly Group[] {
  const groups: Group[] = [];
  let tests: (ts.Expression | undefined)[] = [];
  clauses.forEach((clause, i) => {
    tests.push(ts.isCaseClause(clause) ? clause.expression : undefined);
    if (clause.statements.length === 0 && i < clauses.length - 1) return;
    const inner = flat(clause.statements);
    const last = inner.at(-1);
    const isBreak = last !== undefined && ts.isBreakStatement(last) && !last.label;
    groups.push({ tests, statements: isBreak ? inner.slice(0, -1) : inner, fallsThrough: !last || !leaves(last) });
    tests = [];
  });
  return groups;
}

/** The statements of a clause; `case 1: { … }` has them in a block. */
function flat(statements: readonly ts.Statement[]): readonly ts.Statement[] {
  return statements.flatMap((statement) => (ts.isBlock(statement) ? flat(statement.statements) : [statement]));
}

function leaves(node: ts.Statement): boolean {
  if (ts.isBlock(node)) return node.statements.some(leaves);
  if (ts.isIfStatement(node))
    return node.elseStatement !== undefined && leaves(node.thenStatement) && leaves(node.elseStatement);
  return (
    ts.isBreakStatement(node) || ts.isContinueStatement(node) || ts.isReturnStatement(node) || ts.isThrowStatement(node)
  );
}

function matches(scope: Scope, subject: ir.Expression, tests: Group["tests"]): ir.Expression {
  const equal = tests.flatMap((test) => (test ? [binary("===", subject, readExpression(scope, test))] : []));
  return (
    equal.reduce<ir.Expression | undefined>((all, test) => (all ? binary("||", all, test) : test), undefined) ??
    constant(false)
  );
}

/** No clause falls through: `if (s === 1) … else if (s === 2) … else default`. */
function readChain(scope: Scope, subject: ir.Expression, groups: readonly Group[]): void {
  const fallback = groups.find((group) => group.tests.includes(undefined));
  const build = (rest: readonly Group[]): ir.Statement[] => {
    const [first, ...others] = rest;
    if (!first) return fallback ? capture(scope, () => readStatements(scope, fallback.statements)) : [];
    if (first === fallback) return build(others);
    return capture(scope, () => {
      const test = matches(scope, subject, first.tests);
      const then = capture(scope, () => readStatements(scope, first.statements));
      emit(scope, { kind: "if", test, then, else: build(others) });
    });
  };
  build(groups).forEach((statement) => emit(scope, statement));
}

/** The number of the clause to start with is found first; every clause from it on runs, until one leaves. */
function readChosen(scope: Scope, subject: ir.Expression, groups: readonly Group[]): void {
  const fallback = groups.findIndex((group) => group.tests.includes(undefined));
  const entry = nameValue(scope, constant(fallback < 0 ? groups.length : fallback), "entry", index);
  const find = (at: number): ir.Statement[] => {
    if (at === groups.length) return [];
    const tests = groups[at].tests.filter((test) => test !== undefined);
    if (tests.length === 0) return find(at + 1);
    return capture(scope, () => {
      const found = nameValue(scope, matches(scope, subject, tests), "found", boolean);
      const then = capture(scope, () => emit(scope, { kind: "set", target: entry, value: constant(at) }));
      emit(scope, { kind: "if", test: found, then, else: find(at + 1) });
    });
  };
  find(0).forEach((statement) => emit(scope, statement));
  groups.forEach((group, at) => {
    const then = capture(scope, () => {
      readStatements(scope, group.statements);
      if (!group.fallsThrough) leave(scope);
    });
    emit(scope, { kind: "if", test: binary("<=", entry, constant(at)), then, else: [] });
  });
}

/** The `break` that ends a clause. */
function leave(scope: Scope): void {
  const [jump] = scope.jumps;
  const last = scope.out.at(-1);
  if (last && (last.kind === "return" || last.kind === "throw" || last.kind === "exit")) return;
  jump.used.add(jump.breakLabel);
  emit(scope, { kind: "exit", label: jump.breakLabel });
}
