/** Lengths that all arrays of a points-to class share. */
import { isReference, typeOf } from "../ir/build.ts";
import type { Allocation, Block, FunctionIR, Statement, Variable } from "../ir/ir.ts";
import { isAllocation } from "../ir/build.ts";
import { blocksOf, expressionsOf, statementsIn, subexpressions } from "../ir/visit.ts";
import { variablesWritten } from "./cells.ts";
import { classesIn, type Classes, type MemoryClass } from "./classes.ts";
import type { Effects } from "./effects.ts";
import { atomOf, lengthOfArray, newKnown, termOf, type Known, type Lengths } from "./integers.ts";
import { length } from "./memory.ts";
import { atomPolynomial, atomsOf, constantPolynomial, replaceAtom, textOf, type Polynomial } from "./polynomials.ts";

/** Chains of arrays made as long as one another are followed so far. */
const rounds = 3;

/**
 * Finds the classes whose arrays all have one length, given by quantities that never change while the function runs. So
 * two arrays that change places in a loop still have a known length, and so do the rows of a matrix.
 */
export function lengthsOf(fn: FunctionIR, effects: Effects): Lengths {
  const classes = classesIn(fn, effects);
  const lengths: Lengths = { classes, numbers: new Map(), ofClass: new Map() };
  const unclear = unclearClasses(fn, classes, effects);
  const sites = new Map(
    [...allocationsByClass(fn, classes)].filter(
      ([memory]) => !memory.outside && !memory.written.has(length) && !unclear.has(memory),
    ),
  );
  // While one looks for them, the length of each class is an atom of its own.
  for (const memory of sites.keys()) lengths.ofClass.set(memory.id, atomPolynomial(classAtom(memory)));
  const lasting = new Set(lastingVariables(fn).map((variable) => atomOf(variable, lengths)));
  const known = newKnown();
  rememberValues(fn.body, known, lengths, lasting);
  const equations = new Map<string, Polynomial>();
  for (const [memory, allocations] of sites) {
    const sizes = allocations.map((allocation) => sizeOf(allocation, known, lengths));
    const size = commonSize(sizes, classAtom(memory));
    if (size && lasts(size, lasting)) equations.set(classAtom(memory), size);
  }
  for (const memory of sites.keys()) {
    const size = solve(atomPolynomial(classAtom(memory)), equations);
    if (size) lengths.ofClass.set(memory.id, size);
    else lengths.ofClass.delete(memory.id);
  }
  return lengths;
}

function classAtom(memory: MemoryClass): string {
  return `class ${memory.id}`;
}

/** The size of all allocations of a class, apart from those that are as long as another array of the class. */
function commonSize(sizes: readonly (Polynomial | undefined)[], own: string): Polynomial | undefined {
  const texts = new Map(sizes.map((size) => [size && textOf(size), size]));
  texts.delete(textOf(atomPolynomial(own)));
  const [size, ...others] = texts.values();
  return others.length === 0 ? size : undefined;
}

/** A length without lengths of classes in it; undefined where it comes down to a class whose arrays differ. */
function solve(size: Polynomial, equations: ReadonlyMap<string, Polynomial>): Polynomial | undefined {
  let solved = size;
  for (let round = 0; round < rounds; round++) {
    for (const atom of atomsOf(solved)) {
      const value = atom.startsWith("class ") ? equations.get(atom) : undefined;
      if (value) solved = replaceAtom(solved, atom, value);
    }
  }
  return [...atomsOf(solved)].some((atom) => atom.includes("class ")) ? undefined : solved;
}

/** Parameters and variables outside of loops that get a value once. */
function lastingVariables(fn: FunctionIR): readonly Variable[] {
  const inLoops = new Set<Variable>();
  const assigned = new Set<Variable>();
  for (const statement of statementsIn(fn.body)) {
    const isLoop = statement.kind === "for" || statement.kind === "while";
    for (const block of isLoop ? blocksOf(statement) : [])
      for (const nested of statementsIn(block)) variablesWritten(nested).forEach((variable) => inLoops.add(variable));
    if (isLoop || statement.kind !== "let") variablesWritten(statement).forEach((variable) => assigned.add(variable));
  }
  const declared = [...statementsIn(fn.body)].flatMap((statement) =>
    statement.kind === "let" && statement.value ? [statement.variable] : [],
  );
  return [...fn.parameters, ...declared].filter((variable) => !inLoops.has(variable) && !assigned.has(variable));
}

function lasts(polynomial: Polynomial, lasting: ReadonlySet<string>): boolean {
  return [...atomsOf(polynomial)].every((atom) => {
    if (atom.startsWith("class ")) return true;
    const variables = atom.match(/[^\s.[\]()]+<\d+>/g) ?? [];
    return !/[~%]/.test(atom) && variables.length > 0 && variables.every((variable) => lasting.has(variable));
  });
}

function rememberValues(block: Block, known: Known, lengths: Lengths, lasting: ReadonlySet<string>): void {
  for (const statement of block) {
    if (statement.kind === "let" && statement.value && !isReference(statement.variable.type)) {
      const atom = atomOf(statement.variable, lengths);
      const value = lasting.has(atom) ? termOf(statement.value, known, lengths) : undefined;
      if (value && lasts(value, lasting)) known.values.set(atom, value);
    }
    if (statement.kind === "if")
      for (const nested of blocksOf(statement)) rememberValues(nested, known, lengths, lasting);
  }
}

/** Every new array with the class it belongs to. */
function allocationsByClass(fn: FunctionIR, classes: Classes): ReadonlyMap<MemoryClass, readonly Allocation[]> {
  const sites = new Map<MemoryClass, Allocation[]>();
  for (const statement of statementsIn(fn.body)) {
    for (const expression of expressionsOf(statement).flatMap((each) => [...subexpressions(each)])) {
      if (!isAllocation(expression) || expression.kind === "newTape") continue;
      const memory = classes.classOf(expression);
      sites.set(memory, [...(sites.get(memory) ?? []), expression]);
    }
  }
  return sites;
}

/** Classes with arrays that are made elsewhere: by callees, or as parts of something that is made as a whole. */
function unclearClasses(fn: FunctionIR, classes: Classes, effects: Effects): ReadonlySet<MemoryClass> {
  const unclear = new Set<MemoryClass>();
  const addAll = (memory: MemoryClass): void => classes.reachable(memory).forEach((each) => unclear.add(each));
  const addParts = (memory: MemoryClass): void => {
    for (const cell of memory.children.keys()) {
      const part = classes.childOf(memory, cell);
      if (part) addAll(part);
    }
  };
  const visit = (statement: Statement): void => {
    if (statement.kind === "call") {
      for (const result of statement.results) if (isReference(result.type)) addAll(classes.classOf(result));
      for (const i of effects(statement.callee).writes) {
        const argument = statement.arguments[i];
        if (isReference(typeOf(argument))) addParts(classes.classOf(argument));
      }
    }
    if (statement.kind === "effect" && statement.result && isReference(statement.result.type))
      addAll(classes.classOf(statement.result));
    for (const expression of expressionsOf(statement).flatMap((each) => [...subexpressions(each)])) {
      if (!isReference(typeOf(expression))) continue;
      if (expression.kind === "zeros") addParts(classes.classOf(expression));
      if (expression.kind === "extern" || expression.kind === "global") addAll(classes.classOf(expression));
    }
  };
  for (const statement of statementsIn(fn.body)) visit(statement);
  return unclear;
}

/** The length of a new array. */
export function sizeOf(allocation: Allocation, known: Known, lengths: Lengths): Polynomial | undefined {
  switch (allocation.kind) {
    case "newArray":
      return termOf(allocation.length, known, lengths);
    case "arrayLiteral":
      return constantPolynomial(allocation.elements.length);
    case "copy":
      if (allocation.from) return undefined;
      return allocation.to ? termOf(allocation.to, known, lengths) : lengthOfArray(allocation.source, known, lengths);
    case "zeros":
      return lengthOfArray(allocation.like, known, lengths);
    default:
      return undefined;
  }
}
