import { isAllocation } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { blocksOf, expressionsOf, operandsOf, statementsIn, subexpressions, update } from "../ir/visit.ts";

/**
 * Moves a pure definition that only one branch of a later `if` uses into that branch. Its adjoint is then computed
 * only where the value was used: in `const y = Math.sqrt(x); return x > 1 ? y : x` the infinite partial of the square
 * root at 0 never meets the zero adjoint of a `y` that was not returned.
 */
export function sinkDefinitions(fn: ir.FunctionIR): ir.FunctionIR {
  return update(fn, { body: sinkIn(fn.body, assignedIn(fn.body)) });
}

function sinkIn(block: ir.Block, assigned: ReadonlySet<ir.Variable>): ir.Block {
  let result: readonly ir.Statement[] = block;
  // From the end, so that a definition follows the definitions that use it.
  for (let i = result.length - 1; i >= 0; i--) {
    const statement = result[i];
    if (statement.kind !== "let" || !statement.value || assigned.has(statement.variable)) continue;
    if (isAllocation(statement.value) || operandsOf(statement.value).length === 0) continue;
    const rest = result.slice(i + 1);
    const sunk = sinkInto(rest, statement, statement.value, assigned);
    if (sunk) result = [...result.slice(0, i), ...sunk];
  }
  return result.map((statement) => sinkNested(statement, assigned));
}

function sinkNested(statement: ir.Statement, assigned: ReadonlySet<ir.Variable>): ir.Statement {
  switch (statement.kind) {
    case "if":
      return update(statement, { then: sinkIn(statement.then, assigned), else: sinkIn(statement.else, assigned) });
    case "for":
    case "while":
      return update(statement, { body: sinkIn(statement.body, assigned) });
    default:
      return statement;
  }
}

function sinkInto(
  rest: ir.Block,
  definition: ir.Let,
  value: ir.Expression,
  assigned: ReadonlySet<ir.Variable>,
): ir.Block | undefined {
  const users = rest.flatMap((statement, i) => (usesIn([statement], definition.variable) > 0 ? [i] : []));
  const user = users.length === 1 ? rest[users[0]] : undefined;
  if (user?.kind !== "if" || usesOf(expressionsOf(user), definition.variable) > 0) return undefined;
  const inThen = usesIn(user.then, definition.variable) > 0;
  if (inThen && usesIn(user.else, definition.variable) > 0) return undefined;
  if (!movesOver(value, rest.slice(0, users[0]), assigned)) return undefined;
  const changed = inThen
    ? { ...user, then: [definition, ...user.then] }
    : { ...user, else: [definition, ...user.else] };
  return rest.map((statement) => (statement === user ? changed : statement));
}

/** Whether the value is the same after the statements as before. */
function movesOver(value: ir.Expression, statements: ir.Block, assigned: ReadonlySet<ir.Variable>): boolean {
  const parts = [...subexpressions(value)];
  const written = assignedIn(statements);
  if (parts.some((part) => part.kind === "read" && assigned.has(part.variable) && written.has(part.variable)))
    return false;
  const readsMemory = parts.some((part) => part.kind === "element" || part.kind === "field" || part.kind === "length");
  return !readsMemory || ![...statementsIn(statements)].some(writesMemory);
}

function writesMemory(statement: ir.Statement): boolean {
  switch (statement.kind) {
    case "set":
    case "restore":
      return statement.target.kind !== "read";
    case "call":
    case "append":
    case "remove":
    case "addInto":
    case "effect":
      return true;
    default:
      return false;
  }
}

function assignedIn(block: ir.Block): ReadonlySet<ir.Variable> {
  const assigned = new Set<ir.Variable>();
  for (const statement of statementsIn(block)) {
    if (statement.kind === "set" && statement.target.kind === "read") assigned.add(statement.target.variable);
    if (statement.kind === "restore" && statement.target.kind === "read" && !statement.declares)
      assigned.add(statement.target.variable);
    if (statement.kind === "while") assigned.add(statement.trips);
  }
  return assigned;
}

function usesIn(block: ir.Block, variable: ir.Variable): number {
  let uses = 0;
  for (const statement of block) {
    uses += usesOf(expressionsOf(statement), variable);
    for (const nested of blocksOf(statement)) uses += usesIn(nested, variable);
  }
  return uses;
}

function usesOf(expressions: readonly ir.Expression[], variable: ir.Variable): number {
  let uses = 0;
  for (const expression of expressions)
    for (const part of subexpressions(expression)) if (part.kind === "read" && part.variable === variable) uses++;
  return uses;
}
