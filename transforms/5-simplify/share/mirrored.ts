/** Whether several tapes can be one stack: what is saved last, over all of them, is restored first. */
import type * as ir from "../../ir/ir.ts";
import { blocksOf, statementsIn } from "../../ir/visit.ts";
import { isTape, type TapeClass } from "./classes.ts";

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/** For a save all those that are to stand in its place: itself and earlier ones, or none. */
export type SaveOrder = ReadonlyMap<ir.Save, readonly ir.Save[]>;

/**
 * Saves with nothing between them that changes what they save: they may stand together, in any order. `taken` are those
 * whose restores were met.
 */
interface Run {
  readonly kind: "run";
  readonly all: readonly ir.Save[];
  readonly taken: readonly ir.Save[];
}
/** What a statement does to the stack: only saves, or only restores. */
type Item =
  | Run
  | { readonly kind: "restore"; readonly tape: TapeClass }
  | { readonly kind: "loop" | "if"; readonly restores: boolean; readonly blocks: readonly Items[] }
  | { readonly kind: "call"; readonly restores: boolean; readonly callee: string };
type Items = readonly Item[];

/** What a block does to the stack: first it restores what was saved before it, then it saves. */
interface Flow {
  readonly restores: Items;
  readonly saves: Items;
}

interface Check {
  readonly functions: Functions;
  readonly classOf: ReadonlyMap<ir.Variable, TapeClass>;
  readonly touching: ReadonlyMap<string, Touch>;
  /** Functions that restore what they save, and pairs that mirror each other: shown, or being shown further up. */
  readonly assumed: Set<string>;
  readonly order: Map<ir.Save, readonly ir.Save[]>;
}

/**
 * The order of saves with which these tapes can be one stack; undefined if there is none. A function that
 * declares them must restore all it saves, and each function that saves be mirrored by one that restores. That paired
 * loops and conditionals run alike is what each tape alone relies on.
 */
export function mirroredOrder(functions: Functions, tapes: readonly TapeClass[]): SaveOrder | undefined {
  const classOf = new Map(tapes.flatMap((tape) => [...tape.variables].map((variable) => [variable, tape] as const)));
  const touching = touches(functions, classOf);
  const check: Check = { functions, classOf, touching, assumed: new Set(), order: new Map() };
  const declaring = [...functions.values()].filter((fn) => declaresOne(fn, classOf));
  return declaring.every((fn) => isBalanced(fn.key, check)) ? check.order : undefined;
}

function declaresOne(fn: ir.FunctionIR, classOf: ReadonlyMap<ir.Variable, TapeClass>): boolean {
  return [...statementsIn(fn.body)].some((s) => s.kind === "let" && isTape(s.variable) && classOf.has(s.variable));
}

function isBalanced(key: string, check: Check): boolean {
  if (check.assumed.has(key)) return true;
  check.assumed.add(key);
  const flow = flowOf(check.functions.get(key)?.body ?? [], check);
  return flow?.restores.length === 0 && flow.saves.length === 0;
}

function areMirrored(forward: string, backward: string, check: Check): boolean {
  const pair = `${forward} | ${backward}`;
  if (check.assumed.has(pair)) return true;
  check.assumed.add(pair);
  const first = flowOf(check.functions.get(forward)?.body ?? [], check);
  const second = flowOf(check.functions.get(backward)?.body ?? [], check);
  if (!first || !second || first.restores.length > 0 || second.saves.length > 0) return false;
  return undoes(second.restores, first.saves, check);
}

/** Whether these restores take everything from these saves, the last first. */
function undoes(restores: Items, saves: Items, check: Check): boolean {
  let left: Items | undefined = saves;
  for (const item of restores) left = left && without(left, item, check);
  return left?.length === 0;
}

/** The saves that are left after one restore; undefined where it does not belong to the last of them. */
function without(saves: Items, item: Item, check: Check): Items | undefined {
  const top = saves.at(-1);
  const below = saves.slice(0, -1);
  if (item.kind === "restore") return top?.kind === "run" ? takeOne(below, top, item.tape, check) : undefined;
  if (item.kind === "call")
    return top?.kind === "call" && areMirrored(top.callee, item.callee, check) ? below : undefined;
  if (item.kind === "run" || top?.kind !== item.kind) return undefined;
  return item.blocks.every((block, i) => undoes(block, top.blocks[i], check)) ? below : undefined;
}

function takeOne(below: Items, run: Run, tape: TapeClass, check: Check): Items | undefined {
  const save = run.all.filter((s) => !run.taken.includes(s) && check.classOf.get(s.tape) === tape).at(-1);
  if (!save) return undefined;
  const taken = [...run.taken, save];
  if (taken.length < run.all.length) return [...below, { ...run, taken }];
  return placeTogether(run.all, [...taken].reverse(), check.order) ? below : undefined;
}

/** Puts the saves of a run where its last one is. False if another restore needs them in another order. */
function placeTogether(all: readonly ir.Save[], wanted: readonly ir.Save[], order: Check["order"]): boolean {
  const last = all[all.length - 1];
  const known = order.get(last);
  if (known) return known.length === wanted.length && known.every((save, i) => save === wanted[i]);
  for (const save of all) order.set(save, save === last ? wanted : []);
  return true;
}

/** Undefined where saves and restores are mixed so that they cannot be told apart. */
function flowOf(block: ir.Block, check: Check): Flow | undefined {
  const restores: Item[] = [];
  let saves: Items = [];
  for (const [i, statement] of block.entries()) {
    const item = itemOf(statement, check);
    if (item === undefined) return undefined;
    if (item === "nothing") continue;
    if (item.kind === "run") saves = withSave(saves, item, i > 0 && isInRun(block, i, check));
    else if (item.kind !== "restore" && !item.restores) saves = [...saves, item];
    else if (saves.length === 0) restores.push(item);
    else {
      const left = without(saves, item, check);
      if (!left) return undefined;
      saves = left;
    }
  }
  return { restores, saves };
}

/** Whether a save stands before this one with nothing between them that could change what it saves. */
function isInRun(block: ir.Block, i: number, { classOf }: Check): boolean {
  for (let j = i - 1; j >= 0; j--) {
    const before = block[j];
    if (before.kind === "save" && classOf.has(before.tape)) return true;
    if (before.kind !== "save" && before.kind !== "let") return false;
  }
  return false;
}

function withSave(saves: Items, run: Run, joins: boolean): Items {
  const top = saves.at(-1);
  if (!joins || top?.kind !== "run") return [...saves, run];
  return [...saves.slice(0, -1), { ...top, all: [...top.all, ...run.all] }];
}

function itemOf(statement: ir.Statement, check: Check): Item | "nothing" | undefined {
  switch (statement.kind) {
    case "save":
      return check.classOf.has(statement.tape) ? { kind: "run", all: [statement], taken: [] } : "nothing";
    case "restore": {
      const tape = check.classOf.get(statement.tape);
      return tape ? { kind: "restore", tape } : "nothing";
    }
    case "call": {
      const touch = check.touching.get(statement.callee);
      if (!touch) return "nothing";
      if (touch.saves && touch.restores) return isBalanced(statement.callee, check) ? "nothing" : undefined;
      return { kind: "call", restores: touch.restores, callee: statement.callee };
    }
    default:
      return nestedItem(statement, check);
  }
}

function nestedItem(statement: ir.Statement, check: Check): Item | "nothing" | undefined {
  const flows = branchesOf(statement).map((block) => flowOf(block, check));
  const found = flows.filter((flow) => flow !== undefined);
  if (found.length < flows.length) return undefined;
  const restores = found.some((flow) => flow.restores.length > 0);
  const saves = found.some((flow) => flow.saves.length > 0);
  if (!restores && !saves) return "nothing";
  const kind = statement.kind === "if" ? "if" : statement.kind === "scope" ? undefined : "loop";
  if ((restores && saves) || !kind) return undefined;
  return { kind, restores, blocks: found.map((flow) => (restores ? flow.restores : flow.saves)) };
}

/** The blocks of a statement; of `if (!test)` as of `if (test)`, which the other pass may have. */
function branchesOf(statement: ir.Statement): readonly ir.Block[] {
  const isNegated = statement.kind === "if" && statement.test.kind === "unary" && statement.test.operator === "!";
  return isNegated ? [statement.else, statement.then] : blocksOf(statement);
}

interface Touch {
  saves: boolean;
  restores: boolean;
}

/** The functions that use one of the tapes, themselves or through those they call. */
function touches(
  functions: Functions,
  classOf: ReadonlyMap<ir.Variable, TapeClass>,
): ReadonlyMap<string, Readonly<Touch>> {
  const result = new Map<string, Touch>();
  for (let changed = true; changed;) {
    changed = false;
    for (const [key, fn] of functions) {
      const now = { saves: false, restores: false };
      for (const s of statementsIn(fn.body)) {
        const called = s.kind === "call" ? result.get(s.callee) : undefined;
        now.saves ||= called?.saves === true || (s.kind === "save" && classOf.has(s.tape));
        now.restores ||= called?.restores === true || (s.kind === "restore" && classOf.has(s.tape));
      }
      const before = result.get(key);
      if ((!now.saves && !now.restores) || (before?.saves === now.saves && before.restores === now.restores)) continue;
      result.set(key, now);
      changed = true;
    }
  }
  return result;
}
