/** Statements. Each that cannot be read reports why, and reading goes on with the next. */
import * as catalog from "../diagnostics.ts";
import { constant, isAllocation, read, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readFor } from "./counted.ts";
import { readDeclarations } from "./destructuring.ts";
import { readExpression, readForEffect, readTest, readValue, truthOf } from "./expressions.ts";
import { readDoWhile, readForOf, readWhile } from "./loops.ts";
import { quote } from "./names.ts";
import {
  capture,
  emit,
  locationOf,
  nameValue,
  originOf,
  Refusal,
  refuse,
  withOrigin,
  type Jump,
  type Scope,
} from "./scope.ts";
import { readSwitch } from "./switch.ts";

/** The statements of a block. */
export function readStatements(scope: Scope, nodes: readonly ts.Statement[]): void {
  for (const node of nodes) {
    const before = scope.out.length;
    readStatement(scope, node);
    // What follows never runs; a branch that was decided while reading may end here.
    if (scope.out.length > before && exits.has(scope.out.at(-1)?.kind)) return;
  }
}

const exits: ReadonlySet<ir.Statement["kind"] | undefined> = new Set(["return", "throw", "exit"] as const);

/** A statement, or the statements of a block, as an IR block. */
export function readBlock(scope: Scope, node: ts.Statement): ir.Statement[] {
  return capture(scope, () => {
    if (ts.isBlock(node)) readStatements(scope, node.statements);
    else readStatement(scope, node);
  });
}

/** One statement; `name` is its label. */
export function readStatement(scope: Scope, node: ts.Statement, name?: string): void {
  try {
    withOrigin(scope, originOf(node, headOf(node)), () => dispatch(scope, node, name));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    scope.failed = true;
  }
}

/** Where the head of a compound statement ends. */
function headOf(node: ts.Statement): number | undefined {
  const file = node.getSourceFile();
  if (ts.isIfStatement(node)) return node.thenStatement.getFullStart();
  if (ts.isIterationStatement(node, false))
    return ts.isDoStatement(node) ? node.getStart(file) + 2 : node.statement.getFullStart();
  if (ts.isSwitchStatement(node)) return node.caseBlock.getFullStart();
  return undefined;
}

function dispatch(scope: Scope, node: ts.Statement, name: string | undefined): void {
  if (ts.isExpressionStatement(node)) readForEffect(scope, node.expression);
  else if (ts.isVariableStatement(node)) readDeclarations(scope, node.declarationList);
  else if (ts.isIfStatement(node)) readIf(scope, node);
  else if (ts.isBlock(node)) readStatements(scope, node.statements);
  else if (ts.isReturnStatement(node)) readReturn(scope, node.expression);
  else if (ts.isForStatement(node)) readFor(scope, node, name);
  else if (ts.isForOfStatement(node)) readForOf(scope, node, name);
  else if (ts.isWhileStatement(node)) readWhile(scope, node, name);
  else if (ts.isDoStatement(node)) readDoWhile(scope, node, name);
  else if (ts.isSwitchStatement(node)) readSwitch(scope, node, name);
  else if (ts.isBreakOrContinueStatement(node)) readJump(scope, node);
  else if (ts.isLabeledStatement(node)) readLabeled(scope, node);
  else if (ts.isThrowStatement(node))
    emit(scope, { kind: "throw", value: readExpression(scope, node.expression, "error") });
  else if (!isDeclarationOnly(node)) refuseStatement(scope, node);
}

/** What does nothing where it stands. */
function isDeclarationOnly(node: ts.Statement): boolean {
  return (
    ts.isEmptyStatement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node)
  );
}

function refuseStatement(scope: Scope, node: ts.Statement): never {
  const at = locationOf(node);
  if (ts.isTryStatement(node)) refuse(scope, catalog.tryCatch(at));
  if (ts.isClassDeclaration(node)) refuse(scope, catalog.classOrThis(at, "a class"));
  if (ts.isForInStatement(node))
    refuse(scope, catalog.unsupportedSyntax(at, "`for…in`", "use a counted loop or `for…of`"));
  if (ts.isWithStatement(node)) refuse(scope, catalog.unsupportedSyntax(at, "`with`"));
  if (node.kind === ts.SyntaxKind.DebuggerStatement) refuse(scope, catalog.unsupportedSyntax(at, "`debugger`"));
  refuse(scope, catalog.unsupportedSyntax(at, `\`${quote(node)}\``));
}

function readIf(scope: Scope, node: ts.IfStatement): void {
  const test = readTest(scope, node.expression);
  const truth = truthOf(test);
  if (truth !== undefined) {
    const taken = truth ? node.thenStatement : node.elseStatement;
    if (taken) readBlock(scope, taken).forEach((statement) => emit(scope, statement));
    return;
  }
  const then = readBlock(scope, node.thenStatement);
  const otherwise = node.elseStatement ? readBlock(scope, node.elseStatement) : [];
  emit(scope, { kind: "if", test, then, else: otherwise });
}

/** `return e`, or the value of an arrow function that is an expression. */
export function readReturn(scope: Scope, node: ts.Expression | undefined): void {
  if (scope.inlined) {
    returnInlined(scope, node);
    return;
  }
  const [type] = scope.results;
  if (!type) {
    if (node) readForEffect(scope, node);
    emit(scope, { kind: "return", values: [] });
    return;
  }
  const value = node ? readValue(scope, node) : constant(undefined);
  checkResult(scope, value, type, node);
  const named = isAllocation(value) ? nameValue(scope, value, "result") : value;
  emit(scope, { kind: "return", values: [named] });
}

function checkResult(scope: Scope, value: ir.Expression, type: ir.Type, node: ts.Node | undefined): void {
  const from = typeOf(value).kind;
  const isObject = (kind: string): boolean => kind === "array" || kind === "tuple" || kind === "record";
  if (!node || from === type.kind || (!isObject(from) && !isObject(type.kind))) return;
  refuse(
    scope,
    catalog.unionOfReferences(
      locationOf(node),
      quote(node),
      scope.checker.typeToString(scope.checker.getTypeAtLocation(node)),
    ),
  );
}

function returnInlined(scope: Scope, node: ts.Expression | undefined): void {
  const { label, result } = scope.inlined as NonNullable<Scope["inlined"]>;
  if (result && node) emit(scope, { kind: "set", target: read(result), value: readValue(scope, node) });
  else if (node) readForEffect(scope, node);
  emit(scope, { kind: "exit", label });
}

function readJump(scope: Scope, node: ts.BreakStatement | ts.ContinueStatement): void {
  const isBreak = ts.isBreakStatement(node);
  const target = scope.jumps.find((jump) => {
    if (node.label) return jump.name === node.label.text;
    return isBreak ? jump.plain : jump.continueLabel !== undefined;
  });
  const label = isBreak ? target?.breakLabel : target?.continueLabel;
  if (!target || !label)
    refuse(
      scope,
      catalog.unsupportedSyntax(locationOf(node), `\`${quote(node)}\` out of a function`, "return a value and test it"),
    );
  target.used.add(label);
  emit(scope, { kind: "exit", label });
}

function readLabeled(scope: Scope, node: ts.LabeledStatement): void {
  const body = node.statement;
  if (ts.isIterationStatement(body, false) || ts.isSwitchStatement(body)) {
    readStatement(scope, body, node.label.text);
    return;
  }
  const jump: Jump = {
    name: node.label.text,
    breakLabel: { name: node.label.text },
    continueLabel: undefined,
    plain: false,
    used: new Set(),
  };
  const statements = inside(scope, jump, () => readBlock(scope, body));
  wrap(jump.breakLabel, jump, statements).forEach((statement) => emit(scope, statement));
}

/** Reads with one more target of jumps. */
export function inside<T>(scope: Scope, jump: Jump, write: () => T): T {
  const outer = scope.jumps;
  scope.jumps = [jump, ...outer];
  try {
    return write();
  } finally {
    scope.jumps = outer;
  }
}

/** The statements in a scope of that label, if something leaves it. */
export function wrap(label: ir.Label | undefined, jump: Jump, body: ir.Statement[]): ir.Statement[] {
  return label && jump.used.has(label) ? [{ kind: "scope", label, body }] : body;
}
