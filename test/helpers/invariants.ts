/** Checks the invariants of the reversal while the interpreter runs a baseline derivative with marks. */
import type { Observation } from "../../transforms/ir/interpret.ts";
import { isTape, type Tape } from "../../transforms/ir/interpret-expression.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { nonzeroShadow, shadowErrors } from "./shadows.ts";
import { differsFrom, snapshotOf, type Snapshot } from "./store.ts";

interface Before {
  readonly number: string;
  /** Absent where the stores have become too many to keep. */
  readonly snapshot: Snapshot | undefined;
}

export interface InvariantChecker {
  readonly observe: (observation: Observation) => void;
  /** To be called at the end: the violations found. */
  readonly violations: () => readonly string[];
  /** How many stores were compared. */
  readonly compared: () => number;
  /** What the primal's statements did that can be seen from outside, in order. */
  readonly effects: () => readonly string[];
}

/** The numbers that are kept for comparison in one run; a longer run is checked in its beginning and its end only. */
const cellsToKeep = 400_000;

/**
 * An observer for a baseline derivative with marks. Before every statement it keeps the primal store; when the statement
 * has been undone the store must be that one again (invariant 2), and the statements must be undone in their reverse
 * order. At both places equal references must have equal shadows (invariant 3); in the forward pass these are zero
 * (invariant 4). At the end the tapes must be empty (invariant 5).
 */
export function checkInvariants(): InvariantChecker {
  const found: string[] = [];
  const done: Before[] = [];
  const effects: string[] = [];
  const mirrors = newMirrors();
  let [kept, compared] = [0, 0];

  const begin = (number: string, environment: Observation["environment"], fn: ir.FunctionIR): void => {
    const snapshot = kept < cellsToKeep ? snapshotOf(environment) : undefined;
    kept += snapshot?.cells ?? 0;
    done.push({ number, snapshot });
    if (!snapshot) return;
    const where = `${fn.name}, before statement ${number}`;
    found.push(...shadowErrors(environment, mirrors.of).map((error) => `${where}: ${error}`));
    const nonzero = nonzeroShadow(environment);
    if (nonzero !== undefined) found.push(`${where}: the shadow ${nonzero} is not zero`);
  };
  const end = (number: string, environment: Observation["environment"], fn: ir.FunctionIR): void => {
    const last = done.pop();
    const where = `${fn.name}, statement ${number} undone`;
    if (last?.number !== number) found.push(`${where}, where ${last?.number ?? "none"} is to be undone`);
    else if (last.snapshot) {
      compared++;
      const changed = differsFrom(last.snapshot, environment, mirrors.of);
      if (changed) found.push(`${where}: ${changed}`);
      found.push(...shadowErrors(environment, mirrors.of).map((error) => `${where}: ${error}`));
    }
  };
  const observe = ({ when, statement, environment, fn }: Observation): void => {
    if (when === "before") {
      if (statement.kind === "save") mirrors.saved(statement, environment);
      if (statement.kind === "effect" || statement.kind === "throw") effects.push(describe(statement));
      return;
    }
    if (statement.kind === "restore") mirrors.restored(statement, environment);
    if (statement.kind !== "note") return;
    const [word, number] = statement.text.split(" ");
    if (word === "before") begin(number, environment, fn);
    if (word === "undone") end(number, environment, fn);
  };
  const violations = (): readonly string[] => [
    ...(mirrors.areTapesEmpty() ? [] : ["a tape is not empty at the end"]),
    ...(done.length > 0 ? [`${String(done.length)} statements are never undone`] : []),
    ...found,
  ];
  return { observe, violations, compared: () => compared, effects: () => effects };
}

function describe(statement: ir.Effect | ir.Throw): string {
  return statement.kind === "effect" ? statement.text : "throw";
}

interface Mirrors {
  readonly saved: (statement: ir.Save, environment: Observation["environment"]) => void;
  readonly restored: (statement: ir.Restore, environment: Observation["environment"]) => void;
  /** The variable of the backward pass that holds what a variable of the forward pass held. */
  readonly of: (variable: ir.Variable) => ir.Variable;
  readonly areTapesEmpty: () => boolean;
}

/** Follows the values through the tapes: which variable was saved, and which one it was restored to. */
function newMirrors(): Mirrors {
  const savedFrom = new Map<Tape, (ir.Variable | undefined)[]>();
  const mirrored = new Map<ir.Variable, ir.Variable>();
  return {
    saved: (statement, environment) => {
      const tape = environment.get(statement.tape);
      if (!isTape(tape)) return;
      const list = savedFrom.get(tape) ?? [];
      list.push(statement.value.kind === "read" ? statement.value.variable : undefined);
      savedFrom.set(tape, list);
    },
    restored: ({ tape: variable, target }, environment) => {
      const tape = environment.get(variable);
      const from = isTape(tape) ? savedFrom.get(tape)?.pop() : undefined;
      if (from && target.kind === "read") mirrored.set(from, target.variable);
    },
    of: (variable) => mirrored.get(variable) ?? variable,
    areTapesEmpty: () => [...savedFrom.keys()].every((tape) => tape.saved.length === 0),
  };
}
