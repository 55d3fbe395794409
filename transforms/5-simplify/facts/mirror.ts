/** Which variable of the backward pass holds what a variable of the forward pass held in the mirrored block. */
import { read } from "../../ir/build.ts";
import type { Expression, For, Statement, Variable } from "../../ir/ir.ts";
import { substitute } from "../../ir/visit.ts";
import { isConstant, sameExpression } from "./algebra.ts";

/** A block on the way from the function to a statement: a nested block of a statement. */
export interface Step {
  readonly statement: Statement;
  readonly branch: number;
}
export interface Site {
  readonly path: readonly Step[];
  /** The variables declared before the statement, in its block and in those around it. */
  readonly scope: ReadonlySet<Variable>;
}
export interface Restored {
  readonly local: Variable;
  /** The variable that is declared by the restore. */
  readonly again: Variable;
  readonly save: Site;
  readonly restore: Site;
}
export interface Pairs {
  readonly restored: readonly Restored[];
  /** Variables that are declared with a value and never assigned. */
  readonly stable: ReadonlySet<Variable>;
}

/**
 * What reads at `to` as `variable` reads at `from`, where a tape leads from `from` to `to`. The blocks around the two
 * must be each other's mirror images: branches of the same side, loops over the same range in opposite directions.
 */
export function counterpart(variable: Variable, from: Site, to: Site, pairs: Pairs): Expression | undefined {
  const counters = pairedCounters(from, to, pairs);
  if (!counters) return undefined;
  const counter = counters.get(variable);
  if (counter) return read(counter);
  if (!pairs.stable.has(variable)) return undefined;
  const found = pairs.restored.find(
    ({ local, again, save, restore }) =>
      local === variable &&
      pairs.stable.has(again) &&
      to.scope.has(again) &&
      save.path.length === restore.path.length &&
      startsWith(from, save) &&
      startsWith(to, restore),
  );
  if (found) return read(found.again);
  return to.scope.has(variable) ? read(variable) : undefined;
}

function startsWith(site: Site, outer: Site): boolean {
  return outer.path.every(
    (step, i) => site.path[i]?.statement === step.statement && site.path[i].branch === step.branch,
  );
}

/** The counters of the loops around `from` with those of the loops that undo them, or undefined if these are others. */
function pairedCounters(from: Site, to: Site, pairs: Pairs): ReadonlyMap<Variable, Variable> | undefined {
  const counters = new Map<Variable, Variable>();
  if (from.path.length !== to.path.length) return undefined;
  for (const [depth, step] of from.path.entries()) {
    const mirrored = to.path[depth];
    if (step.branch !== mirrored.branch) return undefined;
    if (step.statement.kind === "if" && mirrored.statement.kind === "if") continue;
    // Both in one loop: whether the tape is empty between two iterations is not known here.
    if (step.statement === mirrored.statement) return undefined;
    if (mirrored.statement.kind !== "for") return undefined;
    const outside = [from, to].map(({ path, scope }): Site => ({ path: path.slice(0, depth), scope }));
    const here = (expression: Expression) =>
      substitute(expression, (variable) => counterpart(variable, outside[0], outside[1], pairs) ?? undefined);
    const counter = undoes(step.statement, mirrored.statement, here);
    if (!counter) return undefined;
    counters.set(counter, mirrored.statement.counter);
  }
  return counters;
}

/** The counter of a loop, if the other loop runs through the same iterations from the last to the first. */
function undoes(loop: Statement, mirrored: For, here: (expression: Expression) => Expression): Variable | undefined {
  if (loop.kind === "while") {
    const isWhole =
      isConstant(mirrored.lo, 0) &&
      mirrored.descending &&
      sameExpression(here({ kind: "read", variable: loop.trips }), mirrored.hi);
    return isWhole ? loop.trips : undefined;
  }
  if (loop.kind !== "for" || loop.descending === mirrored.descending) return undefined;
  return sameExpression(here(loop.lo), mirrored.lo) && sameExpression(here(loop.hi), mirrored.hi)
    ? loop.counter
    : undefined;
}
