/** Which stores are certainly within their array: a walk along the function that keeps inequalities between integers. */
import { typeOf } from "../ir/build.ts";
import type { Block, Call, Element, For, If, Program, SetPlace, Statement, While } from "../ir/ir.ts";
import { declaredBy, statementsIn } from "../ir/visit.ts";
import { bind } from "./bind.ts";
import { variablesWritten } from "./cells.ts";
import { assume, atLeast, upperBounds } from "./conditions.ts";
import type { Effects } from "./effects.ts";
import { forEachFunction } from "./given-lengths.ts";
import { followsFrom } from "./inequalities.ts";
import {
  atomOf,
  copyKnown,
  forgetMemory,
  forgetVariable,
  lengthOfArray,
  newKnown,
  polynomialOf,
  termOf,
  type Known,
  type Lengths,
} from "./integers.ts";
import { lengthsOf } from "./lengths.ts";
import { keptByLoop } from "./loop-invariants.ts";
import { atomPolynomial, atomsOf, constantPolynomial, difference, sum, type Polynomial } from "./polynomials.ts";

/** What of `index < length`, and of `index` being an integer that is not negative, is not proved. */
export interface Missing {
  readonly upper: boolean;
  readonly lower: boolean;
}

interface Walk {
  readonly lengths: Lengths;
  readonly found: Map<SetPlace, Missing>;
  readonly onCall: (call: Call, known: Known, lengths: Lengths) => void;
}

/** The stores of every function by index that are not proved to be within their array, with what is missing. */
export function unprovedStores(program: Program, entry: string, effects: Effects): ReadonlyMap<SetPlace, Missing> {
  const found = new Map<SetPlace, Missing>();
  forEachFunction(program, entry, (fn, givenLengths, onCall) => {
    const lengths = lengthsOf(fn, effects);
    const known = newKnown();
    givenLengths(known, lengths);
    walkBlock(fn.body, known, { lengths, found, onCall });
  });
  return found;
}

/** Walks a block; `known` becomes what holds after it. */
function walkBlock(block: Block, known: Known, walk: Walk): void {
  for (const statement of block) walkStatement(statement, known, walk);
}

function walkStatement(statement: Statement, known: Known, walk: Walk): void {
  switch (statement.kind) {
    case "let":
      if (statement.value) bind(statement.variable, statement.value, known, walk.lengths);
      return;
    case "set":
      walkSet(statement, known, walk);
      return;
    case "if":
      walkIf(statement, known, walk);
      return;
    case "for":
      walkFor(statement, known, walk);
      return;
    case "while":
      walkWhile(statement, known, walk);
      return;
    case "call":
      walk.onCall(statement, known, walk.lengths);
      forgetWritten(statement, known, walk);
      return;
    default:
      forgetWritten(statement, known, walk);
  }
}

function forgetWritten(statement: Statement, known: Known, { lengths }: Walk): void {
  for (const variable of variablesWritten(statement)) forgetVariable(variable, known, lengths);
  if (writesMemory(statement)) forgetMemory(known);
}

function writesMemory(statement: Statement): boolean {
  if (statement.kind === "set" || statement.kind === "restore") return statement.target.kind !== "read";
  return ["append", "remove", "call", "addInto"].includes(statement.kind);
}

function walkSet(statement: SetPlace, known: Known, walk: Walk): void {
  const { target, value } = statement;
  if (target.kind === "read") {
    bind(target.variable, value, known, walk.lengths);
    return;
  }
  if (target.kind === "element" && typeOf(target.array).kind === "array") walkStore(statement, target, known, walk);
  forgetMemory(known);
}

function walkStore(statement: SetPlace, target: Element, known: Known, { lengths, found }: Walk): void {
  const size = lengthOfArray(target.array, known, lengths);
  const at = termOf(target.index, known, lengths);
  const proves = (goal: Polynomial | undefined): boolean => goal !== undefined && followsFrom(goal, known.facts);
  const below = size && at && difference(difference(size, constantPolynomial(1)), at);
  const isWhole = polynomialOf(target.index, known, lengths) !== undefined;
  const missing: Missing = { upper: !proves(below), lower: !isWhole || !proves(at) };
  if (!missing.lower && !missing.upper) return;
  found.set(statement, missing);
  // A store into a plain array gets a check: what follows runs only where it was within.
  const type = typeOf(target.array);
  if (!statement.derived && type.kind === "array" && type.storage === "plain" && isWhole && below)
    known.facts.push(below);
}

function walkIf(statement: If, known: Known, walk: Walk): void {
  const other = copyKnown(known);
  assume(statement.test, true, known, walk.lengths);
  assume(statement.test, false, other, walk.lengths);
  walkBlock(statement.then, known, walk);
  walkBlock(statement.else, other, walk);
  if (statement.then.at(-1)?.kind === "throw") replace(known, other);
  else if (statement.else.at(-1)?.kind !== "throw") meet(known, other);
}

function replace(known: Known, by: Known): void {
  known.facts = by.facts;
  refill(known.values, by.values);
  for (const set of ["finite", "integral"] as const) {
    known[set].clear();
    for (const atom of by[set]) known[set].add(atom);
  }
}

function refill<K, V>(map: Map<K, V>, by: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}

/** What is known on both paths. */
function meet(known: Known, other: Known): void {
  known.facts = known.facts.filter((fact) => other.facts.includes(fact));
  for (const [atom, value] of known.values) if (other.values.get(atom) !== value) known.values.delete(atom);
  for (const set of ["finite", "integral"] as const)
    for (const atom of known[set]) if (!other[set].has(atom)) known[set].delete(atom);
}

function walkFor(loop: For, known: Known, walk: Walk): void {
  const { lengths } = walk;
  // The body does not write the bounds, so they are what they are before every iteration: not what they were set to once.
  enterLoop(loop, known, walk);
  const lo = polynomialOf(loop.lo, known, lengths);
  const uppers = upperBounds(loop.hi, lo, known, lengths);
  const inside = copyKnown(known);
  const counter = atomPolynomial(atomOf(loop.counter, lengths));
  const bounds = lo ? [atLeast(counter, lo)] : [];
  for (const upper of uppers) bounds.push(atLeast(upper, sum(counter, constantPolynomial(1))));
  inside.facts.push(...bounds);
  for (const bound of bounds) for (const atom of atomsOf(bound)) inside.finite.add(atom);
  inside.finite.add(atomOf(loop.counter, lengths));
  walkBlock(loop.body, inside, walk);
}

function walkWhile(loop: While, known: Known, walk: Walk): void {
  enterLoop(loop, known, walk);
  const inside = copyKnown(known);
  inside.facts.push(atomPolynomial(atomOf(loop.trips, walk.lengths)));
  inside.finite.add(atomOf(loop.trips, walk.lengths));
  assume(loop.test, true, inside, walk.lengths);
  walkBlock(loop.body, inside, walk);
}

/** Keeps what holds before every iteration. */
function enterLoop(loop: For | While, known: Known, walk: Walk): void {
  const kept = keptByLoop(loop.body, known, walk.lengths);
  for (const statement of [loop, ...statementsIn(loop.body)]) {
    for (const variable of declaredBy(statement)) forgetVariable(variable, known, walk.lengths);
    forgetWritten(statement, known, walk);
  }
  known.facts.push(...kept.facts);
  for (const atom of kept.finite) known.finite.add(atom);
}
