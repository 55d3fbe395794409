import { forwardResults, read, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { declaredBy, expressionsIn, rewrite, statementsIn, update } from "../ir/visit.ts";
import { backwardPass, forwardPass } from "./reverse.ts";

export interface Halves {
  readonly forward: ir.FunctionIR;
  readonly backward: ir.FunctionIR;
}

/**
 * Cuts the body that `reverseHalves` made into a forward and a backward function. A variable that a simplification
 * carried over the cut goes over a tape. `forward.results` are the types of the primal's results. The tapes are free in both halves: `threadTapes` makes them parameters.
 */
export function cut(
  halves: ir.FunctionIR,
  forward: Omit<ir.FunctionIR, "body">,
  backward: Omit<ir.FunctionIR, "body" | "results">,
): Halves {
  const at = halves.body.findIndex((s) => s.kind === "note" && s.text === backwardPass);
  const [before, after] = [halves.body.slice(0, at), halves.body.slice(at + 1)];
  const shared = sharedTapes(before, after);
  const isOwn = (s: ir.Statement): boolean => !(s.kind === "let" && shared.has(s.variable));
  const first = before.filter((s) => isOwn(s) && !(s.kind === "note" && s.text === forwardPass));
  const second = after.filter(isOwn);
  const results = first.findIndex((s) => s.kind === "effect" && s.text === forwardResults);
  const marker = first[results];
  if (marker?.kind !== "effect") throw new Error(`${halves.key} has lost its forward results`);
  const crossing = crossingVariables(first, second);
  const tapes = crossing.map((v): ir.Variable => ({
    name: `${v.name}Tape`,
    type: { kind: "tape", element: v.type },
    role: "tape",
  }));
  const saves = crossing.map((v, i): ir.Statement => ({ kind: "save", tape: tapes[i], value: read(v), derived: true }));
  const restores = crossing.map((v, i): ir.Statement => ({
    kind: "restore",
    tape: tapes[i],
    target: read(v),
    declares: true,
    derived: true,
  }));
  const values = marker.operands;
  return {
    forward: {
      ...forward,
      results: values.map((value, i) => forward.results[i] ?? typeOf(value)),
      body: [...first.filter((s) => s !== marker), ...saves, { kind: "return", values, origin: marker.origin }],
    },
    backward: { ...backward, results: halves.results, body: [...restores, ...second] },
  };
}

/** The tapes that carry values from the forward half to the backward half: saved in one, restored in the other. */
function sharedTapes(before: ir.Block, after: ir.Block): ReadonlySet<ir.Variable> {
  const used = (block: ir.Block): ReadonlySet<ir.Variable> =>
    new Set([...statementsIn(block)].flatMap((s) => (s.kind === "save" || s.kind === "restore" ? [s.tape] : [])));
  const restored = used(after);
  return new Set([...used(before)].filter((tape) => restored.has(tape)));
}

/** Variables declared at the top of the forward half that the backward half reads or writes. */
function crossingVariables(first: ir.Block, second: ir.Block): readonly ir.Variable[] {
  const used = new Set<ir.Variable>();
  for (const expression of expressionsIn(second)) if (expression.kind === "read") used.add(expression.variable);
  for (const statement of statementsIn(second)) {
    if ((statement.kind === "set" || statement.kind === "restore") && statement.target.kind === "read")
      used.add(statement.target.variable);
    for (const declared of declaredBy(statement)) used.delete(declared);
  }
  return first.flatMap((statement) =>
    statement.kind === "for" ? [] : declaredBy(statement).filter((v) => used.has(v)),
  );
}

/** The tapes each function gets as its last parameters. */
export type Threaded = ReadonlyMap<string, readonly ir.Variable[]>;

/**
 * Hands tapes down: a half of a callee gets, as its last parameters, the tapes that it and the functions it calls use.
 * `entry`, the joint derivative, declares them.
 */
export function threadTapes(
  functions: ReadonlyMap<string, ir.FunctionIR>,
  entry: string,
): { functions: Map<string, ir.FunctionIR>; threaded: Threaded } {
  const threaded = tapesNeeded(functions);
  const result = new Map<string, ir.FunctionIR>();
  for (const [key, fn] of functions) {
    const body = withTapeArguments(fn.body, threaded);
    const needed = threaded.get(key) ?? [];
    if (key === entry) result.set(key, { ...fn, body: [...needed.map(declaration), ...body] });
    else result.set(key, { ...fn, body, parameters: [...fn.parameters, ...needed] });
  }
  return { functions: result, threaded };
}

export function declaration(tape: ir.Variable): ir.Statement {
  return { kind: "let", variable: tape, value: { kind: "newTape", type: tape.type as ir.TapeType }, derived: true };
}

export function withTapeArguments(body: ir.Block, threaded: Threaded): ir.Block {
  return rewrite(body, (s) => {
    const tapes = s.kind === "call" ? threaded.get(s.callee) : undefined;
    return s.kind === "call" && tapes ? [update(s, { arguments: [...s.arguments, ...tapes.map(read)] })] : [s];
  });
}

export function withoutTapeArguments(body: ir.Block, threaded: Threaded): ir.Block {
  return rewrite(body, (s) => {
    const tapes = s.kind === "call" ? (threaded.get(s.callee)?.length ?? 0) : 0;
    return s.kind === "call" && tapes > 0 ? [update(s, { arguments: s.arguments.slice(0, -tapes) })] : [s];
  });
}

function tapesNeeded(functions: ReadonlyMap<string, ir.FunctionIR>): Map<string, readonly ir.Variable[]> {
  const needed = new Map<string, Set<ir.Variable>>();
  for (const [key, fn] of functions) needed.set(key, freeTapes(fn));
  for (let changed = true; changed;) {
    changed = false;
    for (const [key, fn] of functions) {
      const own = needed.get(key) ?? new Set();
      const before = own.size;
      for (const s of statementsIn(fn.body))
        if (s.kind === "call") for (const tape of needed.get(s.callee) ?? []) own.add(tape);
      if (own.size > before) changed = true;
    }
  }
  return new Map([...needed].map(([key, tapes]) => [key, [...tapes]]));
}

function freeTapes(fn: ir.FunctionIR): Set<ir.Variable> {
  const free = new Set<ir.Variable>();
  const bound = new Set<ir.Variable>(fn.parameters);
  for (const s of statementsIn(fn.body)) {
    if (s.kind === "save" || s.kind === "restore") free.add(s.tape);
    for (const declared of declaredBy(s)) bound.add(declared);
  }
  for (const tape of bound) free.delete(tape);
  return free;
}
