import { add, binary, constant, read, subtract } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { printExpression } from "../ir/print-expression.ts";
import { expressionsOf, statementsIn, subexpressions, update } from "../ir/visit.ts";
import type { Writer } from "./writer.ts";

/** The head of a counted loop: `for (let i = 0; i < n; i++)`. */
export function forHead({ counter, lo, hi, descending }: ir.For, { name, expressions }: Writer): string {
  const i = name(counter);
  const text = (expression: ir.Expression): string => printExpression(expression, expressions);
  const test = (operator: ir.BinaryOperator, bound: Sum): string => text(binary(operator, read(counter), ofSum(bound)));
  const [first, end] = [sumOf(lo), sumOf(hi)];
  if (descending) return `for (let ${i} = ${text(ofSum(plus(end, -1)))}; ${test(">=", first)}; ${i}--)`;
  const condition = end.base && end.offset === 1 ? test("<=", plus(end, -1)) : test("<", end);
  return `for (let ${i} = ${text(ofSum(first))}; ${condition}; ${i}++)`;
}

/** An integer as a base and a constant. */
interface Sum {
  readonly base: ir.Expression | undefined;
  readonly offset: number;
}

function sumOf(expression: ir.Expression): Sum {
  if (isInteger(expression)) return { base: undefined, offset: expression.value };
  if (expression.kind === "binary" && (expression.operator === "+" || expression.operator === "-")) {
    const { operator, left, right } = expression;
    if (isInteger(right)) return plus(sumOf(left), operator === "+" ? right.value : -right.value);
    if (operator === "+" && isInteger(left)) return plus(sumOf(right), left.value);
  }
  return { base: expression, offset: 0 };
}

function isInteger(expression: ir.Expression): expression is ir.Constant & { readonly value: number } {
  return expression.kind === "constant" && Number.isSafeInteger(expression.value);
}

function plus({ base, offset }: Sum, more: number): Sum {
  return { base, offset: offset + more };
}

function ofSum({ base, offset }: Sum): ir.Expression {
  if (!base) return constant(offset);
  if (offset === 0) return base;
  return offset > 0 ? add(base, constant(offset)) : subtract(base, constant(-offset));
}

/** How a `while` is written, which depends on where the count of its trips is read. */
export interface WhileForm {
  /** A declaration before the loop. */
  readonly before: string | undefined;
  readonly head: string;
  /** The increment at the end of the body. */
  readonly after: string | undefined;
}

/** The form of a `while`: `while (test)`, `for (let i = 0; test; i++)`, or with a count that lives on after it. */
export function whileForm(loop: ir.While, { name, expressions, facts }: Writer): WhileForm {
  const test = printExpression(loop.test, expressions);
  const total = facts.reads.get(loop.trips) ?? 0;
  const trips = name(loop.trips);
  if (total === 0) return { before: undefined, head: `while (${test})`, after: undefined };
  const inside =
    readsIn(loop.test, loop.trips) + loop.body.reduce((sum, statement) => sum + readsBelow(statement, loop.trips), 0);
  if (inside === total)
    return { before: undefined, head: `for (let ${trips} = 0; ${test}; ${trips}++)`, after: undefined };
  return { before: `let ${trips} = 0;`, head: `while (${test})`, after: `${trips}++;` };
}

/**
 * The statement of the body that can count the trip as it stores (`tape[trips++] = value`): the last one that reads
 * the count, if it does so only there.
 */
export function countingStore({ body, trips }: ir.While): ir.Statement | undefined {
  const last = body.filter((statement) => readsBelow(statement, trips) > 0).at(-1);
  if (last?.kind !== "set" || last.target.kind !== "element" || readsBelow(last, trips) !== 1) return undefined;
  const { index } = last.target;
  return index.kind === "read" && index.variable === trips ? last : undefined;
}

/** The text of that store, given its usual text. */
export function withCount(text: string, place: string, trips: string): string {
  const counted = place.replace(/\[[^[\]]*\]$/, `[${trips}++]`);
  return text.startsWith(`${place} = `) ? counted + text.slice(place.length) : text;
}

function readsIn(expression: ir.Expression, variable: ir.Variable): number {
  let count = 0;
  for (const node of subexpressions(expression)) if (node.kind === "read" && node.variable === variable) count++;
  return count;
}

function readsBelow(statement: ir.Statement, variable: ir.Variable): number {
  let count = 0;
  for (const nested of statementsIn([statement]))
    for (const expression of expressionsOf(nested)) count += readsIn(expression, variable);
  return count;
}

/** The same `if` without an empty first branch: `if (!test)`. */
export function withoutEmptyThen(statement: ir.If): ir.If {
  if (statement.then.length > 0 || statement.else.length === 0) return statement;
  return update(statement, { test: not(statement.test), then: statement.else, else: [] });
}

function not(test: ir.Expression): ir.Expression {
  return test.kind === "unary" && test.operator === "!"
    ? test.operand
    : { kind: "unary", operator: "!", operand: test };
}
