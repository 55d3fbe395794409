/** Points-to classes: which references may denote the same object. */
import type { Expression, FunctionIR, Program, Variable } from "../ir/ir.ts";
import { constrainFunction, declareFunction, newModel, nodeOf } from "./constraints.ts";
import type { MemoryModel } from "./constraints.ts";
import { applyCall, copyShape, reachableFunctions, shapeOf } from "./effects.ts";
import type { Effects } from "./effects.ts";
import { find, reachableFrom, unify } from "./memory.ts";
import type { MemoryNode } from "./memory.ts";

/** Objects that may be the same. Compared by identity. */
export interface MemoryClass {
  readonly id: number;
  /** Whether it is reachable from a parameter of an entry, or from a global. */
  readonly outside: boolean;
  /** Names of its cells: `[]` for the elements, `length`, or fields. */
  readonly cells: ReadonlySet<string>;
  /** The cells that hold numbers and the like. */
  readonly scalars: ReadonlySet<string>;
  /** The cells that hold references, and what those denote; ask `Classes` for the class of it. */
  readonly children: ReadonlyMap<string, MemoryClass>;
  /** The cells that something writes, after the creation of the object. */
  readonly written: ReadonlySet<string>;
}

export interface Classes {
  /** The class of the object that an expression or variable of reference type denotes. */
  classOf(reference: Expression | Variable): MemoryClass;
  /** The class of what a cell refers to (`[]` for the elements of an array), if it holds references. */
  childOf(memory: MemoryClass, cell: string): MemoryClass | undefined;
  mayAlias(a: Expression | Variable, b: Expression | Variable): boolean;
  /** The classes that can be reached from a class, itself included. */
  reachable(memory: MemoryClass): ReadonlySet<MemoryClass>;
}

/**
 * The classes of all functions reachable from `roots`, where each function has one set of classes for all its calls.
 * Two parameters of an entry may be the same object.
 */
export function classesOf(program: Program, roots: readonly string[], entries = roots): Classes {
  const model = newModel();
  const functions = [...reachableFunctions(program, roots)].map((key) => functionOf(program, key));
  for (const fn of functions) declareFunction(fn, model);
  for (const fn of functions) {
    constrainFunction(fn, model, (call) => applyCall(call, shapeOf(functionOf(program, call.callee), model), model));
  }
  return classesFrom(
    model,
    entries.map((key) => functionOf(program, key)),
  );
}

/** The classes of one function, where each call is looked at on its own: what the simplifications ask. */
export function classesIn(fn: FunctionIR, effects: Effects): Classes {
  const model = newModel();
  declareFunction(fn, model);
  constrainFunction(fn, model, (call) => applyCall(call, copyShape(effects(call.callee).shape, call, model), model));
  return classesFrom(model, [fn]);
}

/**
 * Whether the program must reckon with an object that is reachable from both parameters of the entry: something of a
 * kind that both can reach is written. If nothing writes it, it does no harm that they may be the same.
 */
export function parametersMayAlias(program: Program, entry: string, a: Variable, b: Variable): boolean {
  const classes = classesOf(program, [entry]);
  const fromA = classes.reachable(classes.classOf(a));
  return [...classes.reachable(classes.classOf(b))].some((memory) => fromA.has(memory) && memory.written.size > 0);
}

function functionOf(program: Program, key: string): FunctionIR {
  const fn = program.functions.get(key);
  if (!fn) throw new Error(`no function ${key} in the program`);
  return fn;
}

function classesFrom(model: MemoryModel, entries: readonly FunctionIR[]): Classes {
  for (const fn of entries) meetParameters(fn, model);
  for (const fn of entries) {
    for (const parameter of fn.parameters) {
      const node = model.variables.get(parameter);
      if (node) for (const each of reachableFrom(node)) each.outside = true;
    }
  }
  const classOf = (reference: Expression | Variable): MemoryNode => find(nodeOf(reference, model));
  return {
    classOf,
    childOf: (memory, cell) => {
      const node = find(memory as MemoryNode).children.get(cell);
      return node && find(node);
    },
    mayAlias: (a, b) => classOf(a) === classOf(b),
    reachable: (memory) => reachableFrom(memory as MemoryNode),
  };
}

/**
 * Callers may pass the same object twice, or one inside another. That matters only where one of the two is written:
 * then objects of a common kind become one class, until no more do. Tapes are made one for each site, and a shadow
 * (made for its primal) is never a primal object, nor the shadow of a shadow a shadow.
 */
function meetParameters(fn: FunctionIR, model: MemoryModel): void {
  const groups = new Map<number, MemoryNode[]>();
  for (const parameter of fn.parameters) {
    const node = model.variables.get(parameter);
    if (!node || parameter.type.kind === "tape") continue;
    const level = isEntry(fn) ? 0 : shadowLevel(parameter);
    groups.set(level, [...(groups.get(level) ?? []), ...reachableFrom(node)]);
  }
  for (const nodes of groups.values()) while (meetWritten(nodes));
}

function meetWritten(nodes: readonly MemoryNode[]): boolean {
  for (const a of nodes.map(find)) {
    if (a.written.size === 0) continue;
    for (const b of nodes.map(find)) {
      if (a === b || ![...a.kinds].some((kind) => b.kinds.has(kind))) continue;
      unify(a, b);
      return true;
    }
  }
  return false;
}

/** Whether users call it, with any arguments; what the compiler calls itself gets the shadows it made. */
function isEntry(fn: FunctionIR): boolean {
  const mode = fn.derivation?.mode;
  return mode !== "forward" && mode !== "backward" && mode !== "tangent";
}

function shadowLevel(variable: Variable): number {
  if (variable.shadowOf) return 1 + shadowLevel(variable.shadowOf);
  return variable.role === "shadow" ? 1 : 0;
}
