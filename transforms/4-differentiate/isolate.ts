/** What the pullback of a `vjp` shares with the function that made it. */
import { cellsOf, type Cell, type Cells } from "../3-analyze/cells.ts";
import { classesIn } from "../3-analyze/classes.ts";
import { copiesOf } from "../2-normalize/copyWrittenParameters.ts";
import { forwardResults, isReference, read, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { declaredBy, expressionsIn, expressionsOf, renameVariables, statementsIn } from "../ir/visit.ts";
import { assignedBy } from "../5-simplify/facts/uses.ts";
import type { PassContext } from "../5-simplify/pass.ts";
import { nameLengths } from "./shapes-only.ts";

/**
 * Lets the backward pass of a `vjp` run again and again, whatever its caller does in between. It begins in the store
 * that the forward pass left. So
 * - what a caller can reach (the arguments, the value) is copied when the forward pass ends, as far as it is read later;
 * - what the backward pass writes (shadows, tapes it takes from, memory it restores) is copied each time it begins.
 *
 * Objects that may be one are copied together. It comes last, when it is known what is still read and written.
 */
export function isolate(fn: ir.FunctionIR, { effects }: PassContext): ir.FunctionIR {
  const at = fn.body.findIndex(isMark);
  if (at < 0 || fn.derivation?.mode !== "vjp") return fn;
  const mark = fn.body[at];
  const cells = cellsOf(classesIn(fn, effects), effects);
  const given = fn.parameters.slice(0, -1);
  const exposed = cellsAt([...given.map(read), ...expressionsOf(mark)], cells);
  const { lengths, backward: after } = nameLengths(given, fn.body.slice(at + 1), cells);
  const before = [...fn.body.slice(0, at), ...lengths];

  const shared = [...given, ...before.flatMap(declaredAtTop)].filter(isUsedIn(after));
  const references = shared.filter((v) => isReference(v.type));
  const kept = copied(related(references, exposed, cells), before, cells, {
    suffix: "Kept",
    role: "user",
    source: (v) => v,
  });
  const changed = related(references, changedBy(after, cells), cells);
  const own = copied(changed, before, cells, { source: kept.instead });
  const assigned = shared.filter((v) => !changed.includes(v) && isAssignedIn(v, after));
  const again = new Map(assigned.map((v): [ir.Variable, ir.Variable] => [v, { ...v, role: "temporary" }]));
  const starts = [...again].map(([v, start]): ir.Statement => ({
    kind: "let",
    variable: start,
    value: read(kept.instead(v)),
    derived: true,
  }));
  const backward = renameVariables(after, (v) => again.get(v) ?? own.instead(v));
  const start = backward.findIndex((s) => s.kind !== "note");
  const [heading, rest] = [backward.slice(0, start), backward.slice(start)];
  return { ...fn, body: [...before, ...kept.copies, mark, ...heading, ...own.copies, ...starts, ...rest] };
}

function isMark(statement: ir.Statement): boolean {
  return statement.kind === "effect" && statement.text === forwardResults;
}

/** A `for` declares its counter for its body only. */
function declaredAtTop(statement: ir.Statement): readonly ir.Variable[] {
  return statement.kind === "for" ? [] : declaredBy(statement);
}

function isUsedIn(block: ir.Block): (variable: ir.Variable) => boolean {
  const used = new Set<ir.Variable>();
  for (const expression of expressionsIn(block)) if (expression.kind === "read") used.add(expression.variable);
  for (const s of statementsIn(block)) {
    if (s.kind === "save" || s.kind === "restore") used.add(s.tape);
    const assigned = assignedBy(s);
    if (assigned) used.add(assigned);
  }
  return (variable) => used.has(variable);
}

function isAssignedIn(variable: ir.Variable, block: ir.Block): boolean {
  for (const s of statementsIn(block)) if (assignedBy(s) === variable) return true;
  return false;
}

/** Everything that can be reached from some values. */
function cellsAt(values: readonly ir.Expression[], cells: Cells): ReadonlySet<Cell> {
  return new Set(values.filter((value) => isReference(typeOf(value))).flatMap((value) => [...cells.all(value)]));
}

/** What a pullback writes, or gives to its caller, who may write it. */
function changedBy(block: ir.Block, cells: Cells): ReadonlySet<Cell> {
  const statements = [...statementsIn(block)];
  const returned = statements.flatMap((s) => (s.kind === "return" ? s.values : []));
  return new Set([...statements.flatMap((s) => [...cells.written(s)]), ...cellsAt(returned, cells)]);
}

/** The references from which some of the cells can be reached, and those that may share objects with them. */
function related(references: readonly ir.Variable[], wanted: ReadonlySet<Cell>, cells: Cells): readonly ir.Variable[] {
  const reached = new Set(wanted);
  const found = new Set<ir.Variable>();
  for (let size = -1; size < found.size;) {
    size = found.size;
    for (const v of references) {
      if (found.has(v) || ![...cells.all(v)].some((cell) => reached.has(cell))) continue;
      found.add(v);
      for (const cell of cells.all(v)) reached.add(cell);
    }
  }
  return references.filter((v) => found.has(v));
}

/** Variables that may share objects, in groups. */
function groupsOf(references: readonly ir.Variable[], cells: Cells): readonly (readonly ir.Variable[])[] {
  const grouped = new Set<ir.Variable>();
  return references.flatMap((v) => {
    if (grouped.has(v)) return [];
    const group = related(references, cells.all(v), cells);
    for (const member of group) grouped.add(member);
    return [group];
  });
}

interface CopyOptions {
  readonly suffix?: string;
  readonly role?: ir.Role;
  /** What is copied. */
  readonly source: (variable: ir.Variable) => ir.Variable;
}

interface Copies {
  readonly copies: ir.Block;
  /** The variable that stands for another one from here on. */
  readonly instead: (variable: ir.Variable) => ir.Variable;
}

function copied(
  references: readonly ir.Variable[],
  before: ir.Block,
  cells: Cells,
  { suffix = "", role, source }: CopyOptions,
): Copies {
  const instead = new Map(references.map((v) => [v, { ...v, role: role ?? v.role, name: `${v.name}${suffix}` }]));
  const original = new Map([...instead].map(([v, copy]) => [copy, v]));
  const asGiven = (copy: ir.Variable): ir.Expression => read(source(original.get(copy) ?? copy));
  const copies = groupsOf(references, cells).flatMap((group) =>
    copiesOf(
      group.flatMap((v) => instead.get(v) ?? []),
      asGiven,
      group.some((v) => mayBeUnset(v, before)),
    ),
  );
  return {
    copies: copies.map((s) => ({ ...s, derived: true })),
    instead: (v) => instead.get(v) ?? source(v),
  };
}

/**
 * Whether a variable may have no value: what one branch keeps for the same branch of the backward pass, and what was read
 * from an array, perhaps past its end.
 */
function mayBeUnset(variable: ir.Variable, before: ir.Block): boolean {
  for (const s of statementsIn(before)) {
    if (s.kind === "let" && s.variable === variable && (!s.value || s.value.kind === "element")) return true;
    if (s.kind === "set" && assignedBy(s) === variable && s.value.kind === "element") return true;
  }
  return false;
}
