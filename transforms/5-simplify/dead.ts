/** Removes what nothing needs: values, stores, tapes, calls and the loops around them. */
import { cellsOf, variablesWritten } from "../3-analyze/cells.ts";
import type { Cell, Cells } from "../3-analyze/cells.ts";
import { classesIn } from "../3-analyze/classes.ts";
import type { Effects } from "../3-analyze/effects.ts";
import { isReference, typeOf } from "../ir/build.ts";
import type {
  Block,
  Call,
  Expression,
  For,
  If,
  Let,
  Place,
  Remove,
  Restore,
  Statement,
  Variable,
  While,
} from "../ir/ir.ts";
import { expressionsOf, rewrite, statementsIn, subexpressions, update } from "../ir/visit.ts";
import { callsWithoutPartner, tapesWithin } from "./facts/tape-partners.ts";
import type { Pass } from "./pass.ts";

/** The variables and memory cells whose present value is still needed. */
type Live = Set<Variable | Cell>;

interface Facts {
  readonly cells: Cells;
  readonly effects: Effects;
  /** Tapes that this function saves to and restores from: calls need them only as far as it does itself. */
  readonly own: ReadonlySet<Cell>;
  /** Calls that stay although nothing needs them. */
  readonly pinned: ReadonlySet<Statement>;
}

/**
 * Strong liveness, backwards: the operands of a dead assignment are not uses, so `energy = energy + …` keeps nothing
 * alive. Memory is one cell for a points-to class and is never killed. A tape is alive if its restore is, and a dead
 * restore goes together with its saves, because each is needed only for the other. Loops go to a fixpoint.
 */
export const dead: Pass = (fn, { effects }) => {
  const cells = cellsOf(classesIn(fn, effects), effects);
  const own = new Set([...tapesWithin(fn.body)].map((tape) => tapeCell(tape, cells)));
  // Arguments hold what they held, and callers see what was written into them.
  const atEnd = fn.parameters
    .filter((parameter) => isReference(parameter.type))
    .flatMap((parameter) => [...cells.all(parameter)]);
  for (let pinned: ReadonlySet<Statement> = new Set(); ;) {
    const body = sweep(fn.body, new Set(atEnd), { cells, effects, own, pinned });
    const lonely = callsWithoutPartner(fn.body, body);
    if (lonely.length === 0) return update(fn, { body: withoutUnusedDeclarations(body) });
    pinned = new Set([...pinned, ...lonely]);
  }
};

function tapeCell(tape: Variable, cells: Cells): Cell {
  const [cell] = cells.written({ kind: "save", tape, value: { kind: "read", variable: tape } });
  return cell;
}

/** The live part of a block. `live` is what is needed after it, and then what is needed before it. */
function sweep(block: Block, live: Live, facts: Facts): Block {
  const kept: Statement[] = [];
  for (const statement of [...block].reverse()) kept.push(...[...sweepStatement(statement, live, facts)].reverse());
  kept.reverse();
  return kept.length === block.length && kept.every((statement, i) => statement === block[i]) ? block : kept;
}

function sweepStatement(statement: Statement, live: Live, facts: Facts): readonly Statement[] {
  switch (statement.kind) {
    case "let":
      return sweepLet(statement, live, facts);
    case "set":
      if (!isLive(statement.target, live, facts)) return [];
      return keep(statement, live, facts);
    case "append":
    case "addInto":
    case "save":
      return writesLive(statement, live, facts) ? keep(statement, live, facts) : [];
    case "restore":
      return sweepRestore(statement, live, facts);
    case "remove":
      return sweepRemove(statement, live, facts);
    case "call":
      return sweepCall(statement, live, facts);
    case "if":
      return sweepIf(statement, live, facts);
    case "for":
      return sweepFor(statement, live, facts);
    case "while":
      return sweepWhile(statement, live, facts);
    case "return":
      for (const value of statement.values) {
        if (isReference(typeOf(value))) addAll(live, facts.cells.all(value));
      }
      return keep(statement, live, facts);
    case "throw":
      // Nobody sees a variable afterwards, but whoever catches the error sees the memory of the arguments.
      for (const part of live) if (typeof part !== "string") live.delete(part);
      return keep(statement, live, facts);
    case "effect":
      return keep(statement, live, facts);
    case "note":
      return [statement];
    case "scope":
    case "exit":
      throw new Error("dead code is looked for in core form only");
  }
}

/** A statement that stays: what it gives a value is not needed before it, what it reads is. */
function keep(statement: Statement, live: Live, facts: Facts): readonly Statement[] {
  for (const variable of variablesWritten(statement)) live.delete(variable);
  if (statement.kind === "save" || statement.kind === "restore") live.add(statement.tape);
  for (const expression of expressionsOf(statement)) useVariables(expression, live);
  addAll(live, facts.cells.read(statement));
  return [statement];
}

function useVariables(expression: Expression, live: Live): void {
  for (const part of subexpressions(expression)) if (part.kind === "read") live.add(part.variable);
}

function use(expression: Expression, live: Live, facts: Facts): void {
  useVariables(expression, live);
  addAll(live, facts.cells.readBy(expression));
}

function sweepLet(statement: Let, live: Live, facts: Facts): readonly Statement[] {
  return live.has(statement.variable) ? keep(statement, live, facts) : [bare(statement, statement.variable)];
}

/** The variable may be assigned and read later, even if the value it is declared with is dead. */
function bare({ origin, derived }: Statement, variable: Variable): Let {
  return { kind: "let", variable, ...(origin && { origin }), ...(derived && { derived }) };
}

function isLive(place: Place, live: Live, facts: Facts): boolean {
  if (place.kind === "read") return live.has(place.variable);
  return some(facts.cells.written({ kind: "set", target: place, value: place }), live);
}

function writesLive(statement: Statement, live: Live, facts: Facts): boolean {
  return some(facts.cells.written(statement), live);
}

function sweepRestore(statement: Restore, live: Live, facts: Facts): readonly Statement[] {
  // A tape that is read again afterwards must lose its last value even if nobody wants that.
  const kept = isLive(statement.target, live, facts) || live.has(tapeCell(statement.tape, facts.cells));
  if (kept) return keep(statement, live, facts);
  return statement.declares && statement.target.kind === "read" ? [bare(statement, statement.target.variable)] : [];
}

function sweepRemove(statement: Remove, live: Live, facts: Facts): readonly Statement[] {
  const { result, ...withoutResult } = statement;
  if (result && live.has(result)) return keep(statement, live, facts);
  const declaration = result ? [bare(statement, result)] : [];
  if (!writesLive(statement, live, facts)) return declaration;
  return [...declaration, ...keep(result ? withoutResult : statement, live, facts)];
}

function sweepCall(statement: Call, live: Live, facts: Facts): readonly Statement[] {
  const isOther = (cell: Cell) => !facts.own.has(cell);
  const written = [...facts.cells.written(statement)].filter(isOther);
  const { hasEffect } = facts.effects(statement.callee);
  if (!hasEffect && !facts.pinned.has(statement) && !some(statement.results, live) && !some(written, live)) {
    return statement.results.map((result) => bare(statement, result));
  }
  for (const result of statement.results) live.delete(result);
  for (const argument of statement.arguments) useVariables(argument, live);
  addAll(live, [...facts.cells.read(statement)].filter(isOther));
  return [statement];
}

function sweepIf(statement: If, live: Live, facts: Facts): readonly Statement[] {
  const liveElse = new Set(live);
  const then = sweep(statement.then, live, facts);
  const otherwise = sweep(statement.else, liveElse, facts);
  addAll(live, liveElse);
  if (isEmpty(then) && isEmpty(otherwise)) return [];
  use(statement.test, live, facts);
  return [update(statement, { then, else: otherwise })];
}

function sweepFor(statement: For, live: Live, facts: Facts): readonly Statement[] {
  const body = sweepBody(statement.body, live, facts);
  if (isEmpty(body)) return [];
  live.delete(statement.counter);
  use(statement.lo, live, facts);
  use(statement.hi, live, facts);
  return [update(statement, { body })];
}

function sweepWhile(statement: While, live: Live, facts: Facts): readonly Statement[] {
  if (!live.has(statement.trips) && isEmpty(sweepBody(statement.body, new Set(live), facts))) {
    return [bare(statement, statement.trips)];
  }
  use(statement.test, live, facts);
  const body = sweepBody(statement.body, live, facts);
  live.delete(statement.trips);
  return [update(statement, { body })];
}

/** The live part of a loop's body: what an iteration needs is also needed after the one before. */
function sweepBody(body: Block, live: Live, facts: Facts): Block {
  for (;;) {
    const before = live.size;
    const within = new Set(live);
    const swept = sweep(body, within, facts);
    addAll(live, within);
    if (live.size === before) return swept;
  }
}

/** Whether a block does nothing: the variables it declares are its own. */
function isEmpty(block: Block): boolean {
  return block.every((statement) => statement.kind === "note" || (statement.kind === "let" && !statement.value));
}

function withoutUnusedDeclarations(body: Block): Block {
  const mentioned = new Set<Variable>();
  for (const statement of statementsIn(body)) {
    if (statement.kind !== "let") variablesWritten(statement).forEach((variable) => mentioned.add(variable));
    if (statement.kind === "save" || statement.kind === "restore") mentioned.add(statement.tape);
    for (const expression of expressionsOf(statement)) {
      for (const part of subexpressions(expression)) if (part.kind === "read") mentioned.add(part.variable);
    }
  }
  return rewrite(body, (statement) =>
    statement.kind === "let" && !statement.value && !mentioned.has(statement.variable) ? [] : [statement],
  );
}

function addAll<T>(set: Set<T>, items: Iterable<T>): void {
  for (const item of items) set.add(item);
}
function some<T>(items: Iterable<T>, set: ReadonlySet<T>): boolean {
  for (const item of items) if (set.has(item)) return true;
  return false;
}
