/** The primal store at one moment, and how another moment differs from it. */
import { isTape } from "../../transforms/ir/interpret-expression.ts";
import type * as ir from "../../transforms/ir/ir.ts";

export type Environment = ReadonlyMap<ir.Variable, unknown>;

/** The value of each variable, and what each object it reaches held. */
export interface Snapshot {
  readonly variables: ReadonlyMap<ir.Variable, unknown>;
  readonly objects: ReadonlyMap<object, readonly (readonly [string, unknown])[]>;
  /** How much there is to keep. */
  readonly cells: number;
}

function isPrimal(variable: ir.Variable): boolean {
  return variable.role !== "shadow" && variable.role !== "tape" && variable.shadowOf === undefined;
}

export function snapshotOf(environment: Environment): Snapshot {
  const variables = new Map([...environment].filter(([variable, value]) => isPrimal(variable) && !isTape(value)));
  const objects = new Map<object, readonly (readonly [string, unknown])[]>();
  let cells = variables.size;
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || objects.has(value)) return;
    const entries = Object.entries(value);
    cells += entries.length;
    objects.set(value, entries);
    for (const [, inner] of entries) visit(inner);
  };
  for (const value of variables.values()) visit(value);
  return { variables, objects, cells };
}

/** The first difference; `mirror` gives the variable that stands for one of the snapshot now. */
export function differsFrom(
  { variables, objects }: Snapshot,
  environment: Environment,
  mirror: (variable: ir.Variable) => ir.Variable,
): string | undefined {
  for (const [variable, before] of variables) {
    const now = mirror(variable);
    if (variable.role === "counter" || !environment.has(now)) continue;
    const value = environment.get(now);
    if (!Object.is(value, before)) return `${variable.name} is ${text(value)}, was ${text(before)}`;
  }
  for (const [object, before] of objects) {
    const now = Object.entries(object);
    const same =
      now.length === before.length &&
      now.every(([key, value], i) => key === before[i][0] && Object.is(value, before[i][1]));
    if (!same) return `an object holds ${text(object)}, held ${text(Object.fromEntries(before))}`;
  }
  return undefined;
}

function text(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
