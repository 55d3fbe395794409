/** Where each tape is declared, written and read. */
import type * as ir from "../../ir/ir.ts";
import { blocksOf, expressionsOf, mapBlocks, subexpressions } from "../../ir/visit.ts";

/** A statement with its block, and those around it, outermost first. */
export type Path = readonly Step[];
export interface Step {
  readonly statement: ir.Statement;
  readonly block: ir.Block;
}

/** A tape that one save writes and one restore reads, and nothing else uses. */
export interface TapeSites {
  readonly tape: ir.Variable;
  readonly declaration: Path;
  readonly save: ir.Save;
  readonly restore: ir.Restore;
  /** The steps to the save from the innermost block that holds both; the first stands in that block. */
  readonly toSave: Path;
  readonly toRestore: Path;
  /** Whether a loop goes round both sites but not round the declaration. */
  readonly sharedLoop: boolean;
}

interface Found {
  declaration?: Path;
  readonly saves: Path[];
  readonly restores: Path[];
  shared: boolean;
}

/** The tapes of a function whose both ends are in it. */
export function tapeSites(body: ir.Block): readonly TapeSites[] {
  const table = new Map<ir.Variable, Found>();
  collect(body, [], (tape) => {
    const known = table.get(tape) ?? { saves: [], restores: [], shared: false };
    table.set(tape, known);
    return known;
  });
  return [...table].flatMap(([tape, found]) => sitesOf(tape, found) ?? []);
}

function collect(block: ir.Block, around: Path, of: (tape: ir.Variable) => Found): void {
  for (const statement of block) {
    const path = [...around, { statement, block }];
    if (statement.kind === "let" && statement.value?.kind === "newTape") of(statement.variable).declaration = path;
    if (statement.kind === "save") of(statement.tape).saves.push(path);
    if (statement.kind === "restore") of(statement.tape).restores.push(path);
    for (const expression of expressionsOf(statement))
      for (const node of subexpressions(expression))
        if (node.kind === "read" && node.variable.type.kind === "tape") of(node.variable).shared = true;
    for (const nested of blocksOf(statement)) collect(nested, path, of);
  }
}

function sitesOf(tape: ir.Variable, { declaration, saves, restores, shared }: Found): TapeSites | undefined {
  if (!declaration || shared || saves.length !== 1 || restores.length !== 1) return undefined;
  const [toSave, toRestore] = [saves[0], restores[0]];
  const save = toSave[toSave.length - 1].statement;
  const restore = toRestore[toRestore.length - 1].statement;
  if (save.kind !== "save" || restore.kind !== "restore") return undefined;
  const fork = toSave.findIndex((step, i) => step.statement !== toRestore[i]?.statement);
  const { block } = toSave[fork];
  const ordered =
    block === toRestore[fork].block && block.indexOf(toSave[fork].statement) < block.indexOf(toRestore[fork].statement);
  if (!ordered) return undefined;
  const sharedLoop = toSave.slice(declaration.length - 1, fork).some(({ statement }) => isLoop(statement));
  return { tape, declaration, save, restore, toSave: toSave.slice(fork), toRestore: toRestore.slice(fork), sharedLoop };
}

function isLoop(statement: ir.Statement): statement is ir.For | ir.While {
  return statement.kind === "for" || statement.kind === "while";
}

/** The loops of a path, outermost first. */
export function loopsOf(path: Path): readonly (ir.For | ir.While)[] {
  return path.map(({ statement }) => statement).filter(isLoop);
}

/** Changes to a body, by statement. */
export interface Edits {
  readonly before: Map<ir.Statement, ir.Statement[]>;
  readonly instead: Map<ir.Statement, readonly ir.Statement[]>;
}

export function newEdits(): Edits {
  return { before: new Map(), instead: new Map() };
}

/** Puts statements before a statement, after those that were put there earlier. */
export function insertBefore(edits: Edits, statement: ir.Statement, ...inserted: ir.Statement[]): void {
  edits.before.set(statement, [...(edits.before.get(statement) ?? []), ...inserted]);
}

/** Carries the changes out. */
export function applyEdits(block: ir.Block, edits: Edits): ir.Block {
  return block.flatMap((statement) => [
    ...(edits.before.get(statement) ?? []),
    ...(edits.instead.get(statement) ?? [mapBlocks(statement, (nested) => applyEdits(nested, edits))]),
  ]);
}
