/** What a call does to the memory of its arguments, for every function of a program. */
import { isReference, typeOf } from "../ir/build.ts";
import type { Call, FunctionIR, Program, Variable } from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import { constrainFunction, declareFunction, markAllRead, markOutside, newModel, nodeOf } from "./constraints.ts";
import type { MemoryModel } from "./constraints.ts";
import { find, nodeOfType, reachableFrom, unify } from "./memory.ts";
import type { MemoryNode } from "./memory.ts";

export interface FunctionEffects {
  /** Indices of the parameters from which memory is read (at any depth). */
  readonly reads: ReadonlySet<number>;
  /** Indices of the parameters at which memory is written or changes its length (at any depth); tapes included. */
  readonly writes: ReadonlySet<number>;
  /** Whether every reference it returns is fresh: reachable from no parameter and no global. */
  readonly allocatesResult: boolean;
  readonly throws: boolean;
  /** Whether it must happen even if nobody uses its results: it throws, logs, draws … */
  readonly hasEffect: boolean;
  /** Whether it saves to or restores from tapes that it is given. */
  readonly usesTapes: boolean;
  /** How the memory of its parameters and results hangs together. */
  readonly shape: MemoryShape;
}

export interface MemoryShape {
  readonly parameters: readonly (MemoryNode | undefined)[];
  readonly results: readonly (MemoryNode | undefined)[];
  /** Whether it reads all that its arguments reach, whatever the types of its parameters say: a primitive does. */
  readonly readsAll?: true | undefined;
}

/** The effects of the function with that key. */
export type Effects = (key: string) => FunctionEffects;

/** The effects of all functions of a program, found when they are asked for. */
export function effectsOf(program: Program): Effects {
  const found = new Map<string, FunctionEffects>();
  const reaches = new Map<string, ReadonlySet<string>>();
  const reachedFrom = (key: string) => {
    const known = reaches.get(key) ?? reachableFunctions(program, [key]);
    reaches.set(key, known);
    return known;
  };
  const effects: Effects = (key) => {
    const known = found.get(key);
    if (known) return known;
    const cycle = [...reachedFrom(key)]
      .filter((other) => reachedFrom(other).has(key))
      .map((other) => functionOf(program, other));
    for (const [member, result] of effectsOfCycle(cycle, effects)) found.set(member, result);
    return effects(key);
  };
  return effects;
}

/** The functions that are called from `roots`, at any depth; the roots included. */
export function reachableFunctions(program: Program, roots: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (key: string) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const call of callsIn(functionOf(program, key))) visit(call.callee);
  };
  roots.forEach(visit);
  return seen;
}

function functionOf(program: Program, key: string): FunctionIR {
  const fn = program.functions.get(key);
  if (!fn) throw new Error(`no function ${key} in the program`);
  return fn;
}

function callsIn(fn: FunctionIR): readonly Call[] {
  return [...statementsIn(fn.body)].filter((statement) => statement.kind === "call");
}

/** Functions that call each other share one model: a call among them has the callee's own memory as its arguments. */
function effectsOfCycle(cycle: readonly FunctionIR[], effects: Effects): ReadonlyMap<string, FunctionEffects> {
  const model = newModel();
  const members = new Map(cycle.map((fn) => [fn.key, fn]));
  for (const fn of cycle) declareFunction(fn, model);
  for (const fn of cycle) {
    constrainFunction(fn, model, (call) => {
      const callee = members.get(call.callee);
      applyCall(call, callee ? shapeOf(callee, model) : copyShape(effects(call.callee).shape, call, model), model);
    });
  }
  for (const fn of cycle) if (fn.derivation?.mode === "backward") readWhatMayBeRecomputed(fn, model);
  const own = cycle.flatMap((fn) => [...statementsIn(fn.body)]);
  const called = own.flatMap((statement) =>
    statement.kind === "call" && !members.has(statement.callee) ? [effects(statement.callee)] : [],
  );
  const throws = own.some((statement) => statement.kind === "throw") || called.some((callee) => callee.throws);
  const hasEffect =
    throws || own.some((statement) => statement.kind === "effect") || called.some((callee) => callee.hasEffect);
  return new Map(cycle.map((fn) => [fn.key, { throws, hasEffect, ...effectsFromShape(fn, shapeOf(fn, model)) }]));
}

/**
 * Simplifications make a backward function read primal memory again instead of its tapes. Its callers may be simplified
 * before that, so they are told from the start that it reads all the primal memory it can reach.
 */
function readWhatMayBeRecomputed(fn: FunctionIR, model: MemoryModel): void {
  const isInnermost = (parameter: Variable) =>
    parameter.role === "shadow" && !fn.parameters.some((other) => other.shadowOf === parameter);
  for (const parameter of fn.parameters) {
    const node = model.variables.get(parameter);
    if (node && !isInnermost(parameter))
      for (const each of reachableFrom(node)) for (const cell of each.cells) each.read.add(cell);
  }
}

function effectsFromShape(fn: FunctionIR, shape: MemoryShape): Omit<FunctionEffects, "throws" | "hasEffect"> {
  const touched = shape.parameters.map((node) => (node ? [...reachableFrom(node)] : []));
  const where = (does: (node: MemoryNode) => boolean) =>
    new Set(touched.flatMap((nodes, i) => (nodes.some(does) ? [i] : [])));
  const given = new Set(touched.flat());
  const returned = shape.results.flatMap((node) => (node ? [...reachableFrom(node)] : []));
  return {
    reads: where((node) => node.read.size > 0),
    writes: where((node) => node.written.size > 0),
    allocatesResult: returned.every((node) => !node.outside && !given.has(node)),
    usesTapes: fn.parameters.some((parameter) => parameter.type.kind === "tape"),
    shape,
  };
}

/** The memory of a function's parameters and results in a model that knows it. */
export function shapeOf(fn: FunctionIR, model: MemoryModel): MemoryShape {
  return {
    parameters: fn.parameters.map((parameter) => model.variables.get(parameter)),
    results: model.results.get(fn.key) ?? [],
    readsAll: fn.primitive,
  };
}

/** The effect of a call whose callee's memory has that shape: arguments meet parameters, declared results meet results. */
export function applyCall(call: Call, shape: MemoryShape, model: MemoryModel): void {
  if (shape.readsAll)
    for (const argument of call.arguments) if (isReference(typeOf(argument))) markAllRead(nodeOf(argument, model));
  shape.parameters.forEach((node, i) => {
    if (node) unify(node, nodeOf(call.arguments[i], model));
  });
  shape.results.forEach((node, i) => {
    const result: Variable | undefined = call.results[i];
    if (node && result && isReference(result.type)) unify(node, nodeOf(result, model));
  });
}

/** The shape once more, as memory of this one call, so that two calls of a function do not tie their arguments together. */
export function copyShape(shape: MemoryShape, call: Call, model: MemoryModel): MemoryShape {
  const copies = new Map<MemoryNode, MemoryNode>();
  const copy = (node: MemoryNode): MemoryNode => {
    const original = find(node);
    const present = copies.get(original);
    if (present) return present;
    const fresh: MemoryNode = {
      ...nodeOfType({ kind: "nothing" }, model.universe),
      cells: new Set(original.cells),
      scalars: new Set(original.scalars),
      kinds: new Set(original.kinds),
      read: new Set(original.read),
      written: new Set(original.written),
    };
    copies.set(original, fresh);
    for (const [key, next] of original.children) fresh.children.set(key, copy(next));
    if (original.outside) markOutside(fresh);
    return fresh;
  };
  return {
    parameters: shape.parameters.map((node, i) =>
      node && isReference(typeOf(call.arguments[i])) ? copy(node) : undefined,
    ),
    results: shape.results.map((node) => node && copy(node)),
    readsAll: shape.readsAll,
  };
}
