/** A tape of unknown length: an array that grows. */
import { add, constant, element, index, read, subtract, variable } from "../../ir/build.ts";
import type * as ir from "../../ir/ir.ts";
import { sameExpression } from "../facts/algebra.ts";
import { assignment, declaration, firstRoom, growth, marksOf, restored, stored, tapeArray } from "./nodes.ts";
import { insertBefore, type Edits, type TapeSites } from "./sites.ts";

/** One value for every iteration of a single loop from 0: its counter is the index. */
export function placeByCounter(sites: TapeSites, edits: Edits): boolean {
  const { tape, save, restore, toSave, toRestore } = sites;
  const [forward, backward] = [toSave[0].statement, toRestore[0].statement];
  const direct = toSave.length === 2 && toRestore.length === 2 && !sites.sharedLoop;
  const counter = direct && backward.kind === "for" && countsDown(backward) ? counterOf(forward, backward) : undefined;
  if (!counter || backward.kind !== "for") return false;
  const type = tapeArray(sites);
  const array = variable(tape.name, type, "tape");
  edits.instead.set(sites.declaration[sites.declaration.length - 1].statement, []);
  insertBefore(edits, forward, declaration(array, firstRoom(type), marksOf(save)));
  edits.instead.set(save, pushed(array, counter, save));
  edits.instead.set(restore, [restored(restore, element(read(array), read(backward.counter)))]);
  return true;
}

function countsDown({ lo, descending }: ir.For): boolean {
  return descending && lo.kind === "constant" && lo.value === 0;
}

/** What counts the iterations that the backward loop runs through again. */
function counterOf(forward: ir.Statement, { hi }: ir.For): ir.Variable | undefined {
  if (forward.kind === "while") return hi.kind === "read" && hi.variable === forward.trips ? forward.trips : undefined;
  const same =
    forward.kind === "for" &&
    !forward.descending &&
    forward.lo.kind === "constant" &&
    forward.lo.value === 0 &&
    sameExpression(forward.hi, hi);
  return same ? forward.counter : undefined;
}

function pushed(array: ir.Variable, top: ir.Variable, save: ir.Save): readonly ir.Statement[] {
  const marks = marksOf(save);
  if (array.type.kind === "array" && array.type.storage === "f64")
    return [growth(array, top, marks), stored(array, read(top), save)];
  return [{ kind: "append", array: read(array), value: save.value, ...marks }];
}

/** A stack: right whatever is around its two ends. */
export function placeGrowable(sites: TapeSites, edits: Edits): void {
  const { tape, save, restore, toSave } = sites;
  const type = tapeArray(sites);
  const array = variable(tape.name, type, "tape");
  const top = variable(`${tape.name.replace(/Tape$/, "")}Top`, index, "temporary");
  const isTyped = type.storage === "f64";
  const made = declaration(array, firstRoom(type), marksOf(save));
  const declared = isTyped ? [made, declaration(top, constant(0), marksOf(save))] : [made];
  const original = sites.declaration[sites.declaration.length - 1].statement;
  edits.instead.set(original, sites.sharedLoop ? declared : []);
  if (!sites.sharedLoop) insertBefore(edits, toSave[0].statement, ...declared);
  const next = assignment(read(top), add(read(top), constant(1)), marksOf(save));
  edits.instead.set(save, [...pushed(array, top, save), ...(isTyped ? [next] : [])]);
  edits.instead.set(restore, isTyped ? popped(array, top, restore) : removed(array, restore));
}

function popped(array: ir.Variable, top: ir.Variable, restore: ir.Restore): readonly ir.Statement[] {
  const step = assignment(read(top), subtract(read(top), constant(1)), marksOf(restore));
  return [step, restored(restore, element(read(array), read(top)))];
}

function removed(array: ir.Variable, restore: ir.Restore): readonly ir.Statement[] {
  const remove = (result: ir.Variable): ir.Remove => ({
    kind: "remove",
    array: read(array),
    result,
    ...marksOf(restore),
  });
  if (restore.declares && restore.target.kind === "read") return [remove(restore.target.variable)];
  const element = array.type.kind === "array" ? array.type.element : array.type;
  const last = variable(array.name.replace(/Tape$/, ""), element, "temporary");
  return [remove(last), restored(restore, read(last))];
}
