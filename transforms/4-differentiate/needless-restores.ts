import { cellsOf, type Cell } from "../3-analyze/cells.ts";
import { classesOf } from "../3-analyze/classes.ts";
import { effectsOf } from "../3-analyze/effects.ts";
import { isReference, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { declaredBy, rewrite, statementsIn, subexpressions } from "../ir/visit.ts";
import { reachable } from "./activity-context.ts";
import { backwardPass } from "./reverse.ts";

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/** Which memory the backward passes of a derivative still read. */
interface BackwardMemory {
  readonly restores: readonly ir.Restore[];
  /** Whether something may read this place after the forward pass: a backward pass, or the caller. */
  isNeeded(place: ir.Place): boolean;
}

/**
 * `all` are a derivative (`entry`), the halves of its callees (`backward` the keys of the backward ones), and all
 * they call. Every backward half runs after all forward halves, so nothing else reads what they restore.
 */
function backwardMemory(all: Functions, entry: string, backward: ReadonlySet<string>): BackwardMemory {
  const called = new Set(reachable(all, entry));
  const functions = new Map([...all].filter(([key]) => called.has(key)));
  const joint = functions.get(entry)?.body ?? [];
  const second = joint.slice(joint.findIndex((s) => s.kind === "note" && s.text === backwardPass) + 1);
  const parts = [second, ...[...backward].map((key) => functions.get(key)?.body ?? [])];
  const statements = parts.flatMap((part) => [...statementsIn(part)]);
  const program = { functions };
  const classes = classesOf(program, [entry]);
  const cells = cellsOf(classes, effectsOf(program));
  const needed = new Set<Cell>();
  for (const s of statements) {
    if (s.kind === "call" && backward.has(s.callee)) continue; // its statements are among these
    for (const cell of cells.read(s)) needed.add(cell);
  }
  for (const s of statementsIn(joint)) {
    if (s.kind !== "return") continue;
    for (const value of s.values) if (isReference(typeOf(value))) for (const cell of cells.all(value)) needed.add(cell);
  }
  const known = new Set([
    ...[...functions.values()].flatMap((fn) => fn.parameters),
    ...[...functions.values()].flatMap((fn) => [...statementsIn(fn.body)].flatMap(declaredBy)),
  ]);
  return {
    restores: statements.filter((s) => s.kind === "restore"),
    isNeeded: (place) => {
      if (place.kind === "read") return true;
      // What is left of a place whose variable is gone is asked through the other variables of its class.
      for (const part of subexpressions(place)) if (part.kind === "read" && !known.has(part.variable)) return false;
      if (classes.classOf(place.kind === "element" ? place.array : place.record).outside) return true;
      return [...cells.written({ kind: "set", target: place, value: place })].some((cell) => needed.has(cell));
    },
  };
}

export interface Needless {
  readonly tapes: ReadonlySet<ir.Variable>;
  /** Whether it holds for what became of the functions without these tapes: no pass has added a read. */
  holdsFor(functions: Functions): boolean;
}

/**
 * The tapes that only bring back memory which no backward pass reads, of objects that neither came in as arguments nor
 * leave with the result.
 */
export function needlessTapes(functions: Functions, entry: string, backward: ReadonlySet<string>): Needless {
  const memory = backwardMemory(functions, entry, backward);
  const kept = tapesOfTheProgram(functions);
  for (const s of memory.restores) if (memory.isNeeded(s.target)) kept.add(s.tape);
  const gone = memory.restores.filter((s) => !kept.has(s.tape));
  return {
    tapes: new Set(gone.map((s) => s.tape)),
    holdsFor: (later) => {
      const left = backwardMemory(later, entry, backward);
      return !gone.some((s) => left.isNeeded(s.target));
    },
  };
}

/**
 * Tapes of a derivative that is differentiated again: it hands them on itself, under other names. Those that the reversal
 * hands down keep theirs.
 */
export function tapesOfTheProgram(functions: Functions): Set<ir.Variable> {
  const found = new Set<ir.Variable>();
  for (const fn of functions.values()) {
    for (const s of statementsIn(fn.body)) {
      if (s.kind !== "call") continue;
      for (const [i, value] of s.arguments.entries()) {
        if (value.kind !== "read" || value.variable.type.kind !== "tape") continue;
        const parameter = functions.get(s.callee)?.parameters[i];
        if (parameter === value.variable) continue;
        found.add(value.variable);
        if (parameter) found.add(parameter);
      }
    }
  }
  return found;
}

/** The function without what is saved to these tapes. */
export function withoutTapes(fn: ir.FunctionIR, tapes: ReadonlySet<ir.Variable>): ir.FunctionIR {
  const body = rewrite(fn.body, (s) =>
    ((s.kind === "save" || s.kind === "restore") && tapes.has(s.tape)) || (s.kind === "let" && tapes.has(s.variable))
      ? []
      : [s],
  );
  return { ...fn, body };
}
