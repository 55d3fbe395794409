/** Checks the invariants of the reversal while the interpreter runs a baseline derivative. */
import { isReference } from "../../transforms/ir/build.ts";
import type { Observation } from "../../transforms/ir/interpret.ts";
import { isTape, type Tape } from "../../transforms/ir/interpret-expression.ts";
import type * as ir from "../../transforms/ir/ir.ts";

type Environment = ReadonlyMap<ir.Variable, unknown>;

/** The primal store at one moment: the value of each variable, and what each object it reaches held. */
interface Snapshot {
  readonly variables: ReadonlyMap<ir.Variable, unknown>;
  readonly objects: ReadonlyMap<object, readonly (readonly [string, unknown])[]>;
}

interface Saved {
  readonly snapshot: Snapshot;
  /** The variable whose value was saved, if it was one. */
  readonly variable: ir.Variable | undefined;
}

export interface InvariantChecker {
  readonly observe: (observation: Observation) => void;
  /** To be called at the end: the violations found. */
  readonly violations: () => readonly string[];
  /** How many stores were compared. */
  readonly compared: () => number;
}

/**
 * An observer for a baseline derivative. Where a value is saved it keeps the primal store; when the value has been
 * restored the store must be that one again (invariant 2). Before every primal statement equal references must have
 * equal shadows (invariant 3). At the end of the function that made them the tapes must be empty (invariant 5).
 */
export function checkInvariants(): InvariantChecker {
  const found: string[] = [];
  const saved = new WeakMap<Tape, Saved[]>();
  const made = new Set<Tape>();
  const mirrored = new Map<ir.Variable, ir.Variable>();
  let pending: { saved: Saved; statement: ir.Statement } | undefined;
  let compared = 0;

  const observe = ({ when, statement, environment }: Observation): void => {
    if (when === "before") {
      if (statement.kind !== "restore" && pending) {
        compared++;
        const changed = differsFrom(pending.saved.snapshot, environment, mirrored);
        if (changed) found.push(`after the restore before ${describe(statement)}: ${changed}`);
        pending = undefined;
      }
      if (statement.kind === "save") keep(saved, made, environment, statement);
      if (statement.derived === undefined && statement.kind !== "note")
        found.push(...shadowErrors(environment, statement));
    } else if (statement.kind === "restore") {
      const tape = environment.get(statement.tape);
      const last = isTape(tape) ? saved.get(tape)?.pop() : undefined;
      if (last && statement.target.kind === "read" && last.variable)
        mirrored.set(last.variable, statement.target.variable);
      if (last) pending = { saved: last, statement };
    }
  };
  const violations = (): readonly string[] => [
    ...[...made]
      .filter((tape) => tape.saved.length > 0)
      .map(() => "a tape is not empty at the end")
      .slice(0, 1),
    ...found,
  ];
  return { observe, violations, compared: () => compared };
}

function keep(saved: WeakMap<Tape, Saved[]>, made: Set<Tape>, environment: Environment, statement: ir.Save): void {
  const tape = environment.get(statement.tape);
  if (!isTape(tape)) return;
  made.add(tape);
  const variable = statement.value.kind === "read" ? statement.value.variable : undefined;
  const list = saved.get(tape) ?? [];
  list.push({ snapshot: snapshotOf(environment), variable });
  saved.set(tape, list);
}

function isPrimal(variable: ir.Variable): boolean {
  return variable.role !== "shadow" && variable.role !== "tape" && variable.shadowOf === undefined;
}

function snapshotOf(environment: Environment): Snapshot {
  const variables = new Map([...environment].filter(([variable, value]) => isPrimal(variable) && !isTape(value)));
  const objects = new Map<object, readonly (readonly [string, unknown])[]>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || objects.has(value)) return;
    const entries = Object.entries(value);
    objects.set(value, entries);
    for (const [, inner] of entries) visit(inner);
  };
  for (const value of variables.values()) visit(value);
  return { variables, objects };
}

function differsFrom(
  snapshot: Snapshot,
  environment: Environment,
  mirrored: ReadonlyMap<ir.Variable, ir.Variable>,
): string | undefined {
  for (const [variable, before] of snapshot.variables) {
    if (variable.role === "counter") continue;
    const now = mirrored.get(variable) ?? variable;
    if (!environment.has(now)) continue;
    if (!Object.is(environment.get(now), before))
      return `${variable.name} is ${text(environment.get(now))}, was ${text(before)}`;
  }
  for (const [object, before] of snapshot.objects) {
    const now = Object.entries(object);
    const same =
      now.length === before.length &&
      now.every(([key, value], i) => key === before[i][0] && Object.is(value, before[i][1]));
    if (!same) return `an object holds ${text(object)}, held ${text(Object.fromEntries(before))}`;
  }
  return undefined;
}

/** Equal references have equal shadows, of equal shape and length. */
function shadowErrors(environment: Environment, statement: ir.Statement): string[] {
  const shadows = new Map<object, unknown>();
  const errors: string[] = [];
  const pair = (value: unknown, shadow: unknown, name: string): void => {
    if (typeof value !== "object" || value === null || typeof shadow !== "object" || shadow === null) return;
    const known = shadows.get(value);
    if (known !== undefined) {
      if (known !== shadow) errors.push(`before ${describe(statement)}: ${name} has two shadows`);
      return;
    }
    shadows.set(value, shadow);
    if ("length" in value && "length" in shadow && value.length !== shadow.length) {
      errors.push(`before ${describe(statement)}: ${name} and its shadow have different lengths`);
    }
    for (const [key, inner] of Object.entries(value))
      pair(inner, (shadow as Record<string, unknown>)[key], `${name}.${key}`);
  };
  for (const [variable, shadow] of environment) {
    const of = variable.shadowOf;
    if (of && isReference(of.type) && environment.has(of)) pair(environment.get(of), shadow, of.name);
  }
  return errors;
}

function describe(statement: ir.Statement): string {
  return statement.origin ? `line ${String(statement.origin.line)} (${statement.origin.text})` : statement.kind;
}

function text(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
