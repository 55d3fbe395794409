/** Evaluation order: operands that need statements, and what must be named before them. */
import { isReference, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { statementsIn, subexpressions } from "../ir/visit.ts";
import { captureValue, emit, nameValue, type Scope } from "./scope.ts";

type Reader = () => ir.Expression;

/**
 * Evaluates operands from left to right. Where a later one needs statements, the earlier ones whose value these
 * could change are named before.
 */
export function readInOrder(scope: Scope, readers: readonly Reader[]): ir.Expression[] {
  let values: ir.Expression[] = [];
  for (const reader of readers) {
    const { statements, value } = captureValue(scope, reader);
    values = protect(scope, values, statements);
    statements.forEach((statement) => emit(scope, statement));
    values.push(value);
  }
  return values;
}

/** Names those values that running `statements` could change. */
export function protect(
  scope: Scope,
  values: readonly ir.Expression[],
  statements: readonly ir.Statement[],
): ir.Expression[] {
  if (statements.length === 0) return [...values];
  const effects = effectsOf(statements, scope.session.context.program);
  return values.map((value) => (isAffected(value, effects) ? nameValue(scope, value) : value));
}

/** Names a value unless running `statements` cannot change it. */
export function protectOne(scope: Scope, value: ir.Expression, statements: readonly ir.Statement[]): ir.Expression {
  return protect(scope, [value], statements)[0];
}

interface Effects {
  readonly variables: ReadonlySet<ir.Variable>;
  readonly memory: boolean;
}

function effectsOf(statements: readonly ir.Statement[], program: ReadonlyMap<string, ir.FunctionIR>): Effects {
  const variables = new Set<ir.Variable>();
  let memory = false;
  for (const statement of statementsIn(statements)) {
    if (statement.kind === "set" && statement.target.kind === "read") variables.add(statement.target.variable);
    else if (writesMemory(statement, program, [])) memory = true;
    if (statement.kind === "while") variables.add(statement.trips);
  }
  return { variables, memory };
}

/** Whether a statement (not those nested in it) writes into objects; a callee still being read may. */
function writesMemory(
  statement: ir.Statement,
  program: ReadonlyMap<string, ir.FunctionIR>,
  callers: readonly string[],
): boolean {
  if (statement.kind === "set") return statement.target.kind !== "read";
  if (statement.kind !== "call") return ["append", "remove", "addInto", "effect"].includes(statement.kind);
  const callee = program.get(statement.callee);
  if (callers.includes(statement.callee)) return false;
  if (callee?.primitive) return false;
  if (!callee || callee.body.length === 0) return true;
  const inside = [...callers, statement.callee];
  return [...statementsIn(callee.body)].some((nested) => writesMemory(nested, program, inside));
}

function isAffected(value: ir.Expression, { variables, memory }: Effects): boolean {
  for (const part of subexpressions(value)) {
    if (part.kind === "read" && variables.has(part.variable)) return true;
    if (memory && readsMemory(part)) return true;
  }
  return false;
}

/** Whether an expression looks into an object (its operands aside). */
export function readsMemory(expression: ir.Expression): boolean {
  switch (expression.kind) {
    case "element":
    case "field":
    case "length":
      return true;
    case "extern":
    case "template":
      return [...subexpressions(expression)].some((part) => part !== expression && isReference(typeOf(part)));
    default:
      return false;
  }
}

/** Whether an expression or an operand of it looks into an object. */
export function readsAnyMemory(expression: ir.Expression): boolean {
  return [...subexpressions(expression)].some(readsMemory);
}
