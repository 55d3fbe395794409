/** How often each variable of a function is read, and what writes it. */
import type * as ir from "../../ir/ir.ts";
import { blocksOf, declaredBy, expressionsOf, statementsIn, subexpressions } from "../../ir/visit.ts";

export interface Use {
  /** The statement that declares it; absent for a parameter. */
  readonly declaration?: ir.Statement;
  readonly reads: number;
  /** Assignments after the declaration: `set` and restores that do not declare. */
  readonly writes: number;
}

const none: Use = { reads: 0, writes: 0 };

interface Count {
  declaration?: ir.Statement;
  reads: number;
  writes: number;
}

export interface Uses {
  of(variable: ir.Variable): Use;
}

const counted = new WeakMap<ir.Block, ReadonlyMap<ir.Variable, Use>>();

/** Counts the uses of every variable in a block, nested blocks included. */
export function usesIn(block: ir.Block): Uses {
  const table = counted.get(block) ?? countedIn(block);
  counted.set(block, table);
  return { of: (variable) => table.get(variable) ?? none };
}

function countedIn(block: ir.Block): ReadonlyMap<ir.Variable, Use> {
  const table = new Map<ir.Variable, Count>();
  const countOf = (variable: ir.Variable): Count => {
    const known = table.get(variable) ?? { reads: 0, writes: 0 };
    table.set(variable, known);
    return known;
  };
  for (const statement of statementsIn(block)) {
    for (const expression of expressionsOf(statement))
      for (const node of subexpressions(expression)) if (node.kind === "read") countOf(node.variable).reads++;
    for (const variable of declaredBy(statement)) countOf(variable).declaration = statement;
    const written = assignedBy(statement);
    if (written) countOf(written).writes++;
  }
  return table;
}

/** The variable that a statement assigns without declaring it. */
export function assignedBy(statement: ir.Statement): ir.Variable | undefined {
  if (statement.kind === "set" && statement.target.kind === "read") return statement.target.variable;
  if (statement.kind === "restore" && !statement.declares && statement.target.kind === "read")
    return statement.target.variable;
  return undefined;
}

/** Whether the statement or what it contains mentions the variable in any way. */
export function mentions(statement: ir.Statement, variable: ir.Variable): boolean {
  if (assignedBy(statement) === variable || declaredBy(statement).includes(variable)) return true;
  if ((statement.kind === "save" || statement.kind === "restore") && statement.tape === variable) return true;
  if (expressionsOf(statement).some((expression) => readsVariable(expression, variable))) return true;
  return blocksOf(statement).some((block) => block.some((nested) => mentions(nested, variable)));
}

/** Whether the expression reads the variable. */
export function readsVariable(expression: ir.Expression, variable: ir.Variable): boolean {
  for (const node of subexpressions(expression)) if (node.kind === "read" && node.variable === variable) return true;
  return false;
}

/** How often the expression reads the variable. */
export function readCount(expression: ir.Expression, variable: ir.Variable): number {
  let count = 0;
  for (const node of subexpressions(expression)) if (node.kind === "read" && node.variable === variable) count++;
  return count;
}

/** The variables that a block declares, nested blocks included. */
export function declaredIn(block: ir.Block): ReadonlySet<ir.Variable> {
  const found = new Set<ir.Variable>();
  for (const statement of statementsIn(block)) for (const variable of declaredBy(statement)) found.add(variable);
  return found;
}

/** Whether two statements come from the same statement of the user. */
export function sameOrigin(a: ir.Statement, b: ir.Statement): boolean {
  return (
    a.origin === b.origin ||
    (a.origin?.file === b.origin?.file && a.origin?.start === b.origin?.start && a.origin?.end === b.origin?.end)
  );
}
