import type * as ir from "../ir/ir.ts";
import { isNumberTape } from "./types.ts";
import { expressionsOf, subexpressions } from "../ir/visit.ts";

/** Two neighbours that are written as one: `tape[top++] = value` and `value = tape[--top]`. */
export interface SteppedPair {
  /** The statement with the access. */
  readonly access: ir.Let | ir.SetPlace;
  readonly counter: ir.Variable;
  /** Whether the counter steps up after a store, or down before a load. */
  readonly step: "up after" | "down before";
}

/** How many saves to one plain array stand here in a row: `tape.push(a, b)`. */
export function savesInARow(block: ir.Block, from: number): number {
  const first = block[from];
  if (first.kind !== "save" || first.tape.type.kind !== "tape" || isNumberTape(first.tape.type)) return 0;
  let count = 0;
  for (const s of block.slice(from))
    if (s.kind === "save" && s.tape === first.tape) count++;
    else break;
  return count;
}

/** The pair that two neighbouring statements make, if the counter is used once in the access. */
export function steppedPair(first: ir.Statement, second: ir.Statement | undefined): SteppedPair | undefined {
  if (!second) return undefined;
  const up = steppedBy(second, "+");
  if (up && first.kind === "set" && isAt(first.target, up) && readsOf(first, up) === 1)
    return { access: first, counter: up, step: "up after" };
  const down = steppedBy(first, "-");
  if (!down || (second.kind !== "let" && second.kind !== "set")) return undefined;
  return second.value && isAt(second.value, down) && readsOf(second, down) === 1
    ? { access: second, counter: down, step: "down before" }
    : undefined;
}

/** The index variable that the statement steps by one. */
function steppedBy(statement: ir.Statement, operator: "+" | "-"): ir.Variable | undefined {
  if (statement.kind !== "set" || !statement.derived || statement.target.kind !== "read") return undefined;
  const { variable } = statement.target;
  const { value } = statement;
  if (variable.type.kind !== "index" || value.kind !== "binary" || value.operator !== operator) return undefined;
  const isStep =
    value.left.kind === "read" &&
    value.left.variable === variable &&
    value.right.kind === "constant" &&
    value.right.value === 1;
  return isStep ? variable : undefined;
}

function isAt(expression: ir.Expression, counter: ir.Variable): boolean {
  return expression.kind === "element" && expression.index.kind === "read" && expression.index.variable === counter;
}

function readsOf(statement: ir.Statement, variable: ir.Variable): number {
  let count = 0;
  for (const expression of expressionsOf(statement)) {
    for (const node of subexpressions(expression)) if (node.kind === "read" && node.variable === variable) count++;
  }
  return count;
}
