/**
 * Whether a statement can change what an expression reads: the question before anything moves.
 *
 * Memory is told apart by the kind of its container, by adjoint and primal (a shadow is never an object of the
 * primal), by allocation (two variables that hold objects of their own), and by indices that differ by a constant.
 * Two parameters of one type may be the same array.
 */
import type * as ir from "../../ir/ir.ts";
import { isReference, typeOf } from "../../ir/build.ts";
import { blocksOf, declaredBy, expressionsOf, subexpressions } from "../../ir/visit.ts";
import { aliasingIn, type Access } from "./aliasing.ts";
import type { Effects, MemoryShape } from "../../3-analyze/effects.ts";
import { length as lengthCell, reachableFrom } from "../../3-analyze/memory.ts";
import type { PassContext } from "../pass.ts";
import { assignedBy } from "./uses.ts";

/** What a statement or an expression reads and writes, nested blocks included. */
export interface Footprint {
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
  readonly variablesRead: ReadonlySet<ir.Variable>;
  readonly variablesWritten: ReadonlySet<ir.Variable>;
  /** Contains a call, an effect or a throw: a store must not move across it. */
  readonly observable: boolean;
}

export type { Access };

export interface Interference {
  /** What a statement does, with all it contains. */
  footprint(statement: ir.Statement): Footprint;
  /** Whether executing the statement may change the value of the expression. */
  changes(statement: ir.Statement, expression: ir.Expression): boolean;
  /** Whether the statement may read or write the place (a variable or one cell). */
  touches(statement: ir.Statement, place: ir.Place): boolean;
  /** Whether two parts of memory may be the same. */
  mayOverlap(a: Access, b: Access): boolean;
}

/** What a statement does depends on what the functions do that it calls, and not on where it stands. */
const footprints = new WeakMap<Effects, WeakMap<ir.Statement, Footprint>>();

/** The questions about one function. The answers hold for the text of the function as it was given. */
export function interferenceIn(fn: ir.FunctionIR, { effects }: Pick<PassContext, "effects">): Interference {
  const mayOverlap = aliasingIn(fn);
  const cache = footprints.get(effects) ?? new WeakMap<ir.Statement, Footprint>();
  footprints.set(effects, cache);
  const footprint = (statement: ir.Statement): Footprint => {
    const known = cache.get(statement);
    if (known) return known;
    const made = footprintOf(statement, footprint, effects);
    cache.set(statement, made);
    return made;
  };
  const changes = (statement: ir.Statement, expression: ir.Expression): boolean => {
    const { variablesWritten, writes } = footprint(statement);
    for (const node of subexpressions(expression))
      if (node.kind === "read" && variablesWritten.has(node.variable)) return true;
    return writes.length > 0 && accessesOf(expression).some((read) => writes.some((write) => mayOverlap(read, write)));
  };
  const touches = (statement: ir.Statement, place: ir.Place): boolean => {
    const print = footprint(statement);
    if (place.kind === "read")
      return print.variablesRead.has(place.variable) || print.variablesWritten.has(place.variable);
    const cell = cellOf(place);
    const meets = (access: Access): boolean => mayOverlap(access, cell);
    return print.reads.some(meets) || print.writes.some(meets);
  };
  return { footprint, changes, touches, mayOverlap };
}

/** The cell that an element or a field is. */
export function cellOf(place: ir.Element | ir.Field): Access {
  return place.kind === "element"
    ? { kind: "element", container: place.array, index: place.index }
    : { kind: "field", container: place.record, name: place.name };
}

// ------------------------------------------------------------------------------------------- collecting

/** What evaluating an expression reads of memory. */
export function accessesOf(expression: ir.Expression): readonly Access[] {
  const found: Access[] = [];
  for (const node of subexpressions(expression)) {
    switch (node.kind) {
      case "element":
      case "field":
        found.push(cellOf(node));
        break;
      case "length":
        found.push({ kind: "length", container: node.array });
        break;
      case "copy":
        found.push({ kind: "element", container: node.source }, { kind: "length", container: node.source });
        break;
      case "zeros":
        if (isReference(typeOf(node.like))) found.push(shapeOf(node.like));
        break;
      case "extern":
        found.push(...node.operands.filter((operand) => isReference(typeOf(operand))).map(deep));
        break;
      default:
    }
  }
  return found;
}

/** The shape of a flat array is its length; that of anything else is spread over all it reaches. */
function shapeOf(like: ir.Expression): Access {
  const type = typeOf(like);
  return type.kind === "array" && !isReference(type.element) ? { kind: "length", container: like } : deep(like);
}

function deep(container: ir.Expression): Access {
  return { kind: "deep", container };
}

/** All numbers in reach of the operand of an `addInto`. */
function contentOf(container: ir.Expression): Access {
  const type = typeOf(container);
  return type.kind === "array" && !isReference(type.element) ? { kind: "element", container } : deep(container);
}

function footprintOf(
  statement: ir.Statement,
  nestedPrint: (statement: ir.Statement) => Footprint,
  effects: Effects,
): Footprint {
  const nested = blocksOf(statement).flatMap((block) => block.map(nestedPrint));
  const expressions = expressionsOf(statement);
  const own = memoryOf(statement, effects);
  const variablesRead = new Set(tapeOf(statement));
  for (const expression of expressions)
    for (const node of subexpressions(expression)) if (node.kind === "read") variablesRead.add(node.variable);
  const variablesWritten = new Set([...declaredBy(statement), ...tapeOf(statement), ...tapesPassed(statement)]);
  const assigned = assignedBy(statement);
  if (assigned) variablesWritten.add(assigned);
  for (const print of nested) {
    for (const variable of print.variablesRead) variablesRead.add(variable);
    for (const variable of print.variablesWritten) variablesWritten.add(variable);
  }
  return {
    reads: [...expressions.flatMap(accessesOf), ...own.reads, ...nested.flatMap(({ reads }) => reads)],
    writes: [...own.writes, ...nested.flatMap(({ writes }) => writes)],
    variablesRead,
    variablesWritten,
    observable: observableKinds.has(statement.kind) || nested.some(({ observable }) => observable),
  };
}

const observableKinds: ReadonlySet<ir.Statement["kind"]> = new Set(["call", "effect", "throw", "return", "exit"]);

function tapeOf(statement: ir.Statement): readonly ir.Variable[] {
  return statement.kind === "save" || statement.kind === "restore" ? [statement.tape] : [];
}

function tapesPassed(statement: ir.Statement): readonly ir.Variable[] {
  if (statement.kind !== "call") return [];
  return statement.arguments.flatMap((value) =>
    value.kind === "read" && value.variable.type.kind === "tape" ? [value.variable] : [],
  );
}

/** What a statement itself does to memory, besides evaluating its operands. */
function memoryOf(statement: ir.Statement, effects: Effects): Pick<Footprint, "reads" | "writes"> {
  switch (statement.kind) {
    case "set":
    case "restore":
      return { reads: [], writes: statement.target.kind === "read" ? [] : [cellOf(statement.target)] };
    case "append":
    case "remove": {
      const cells: Access[] = [
        { kind: "element", container: statement.array },
        { kind: "length", container: statement.array },
      ];
      return { reads: cells, writes: cells };
    }
    case "addInto":
      return {
        reads: [contentOf(statement.source), contentOf(statement.target)],
        writes: [contentOf(statement.target)],
      };
    case "call": {
      const { reads, writes, shape } = effects(statement.callee);
      const passed = (which: ReadonlySet<number>): Access[] =>
        statement.arguments
          .filter((value, i) => which.has(i) && isReference(typeOf(value)) && typeOf(value).kind !== "tape")
          .map(deep);
      const written = passed(writes).map((access): Access =>
        resizes(shape) ? access : { ...access, keepsLengths: true },
      );
      return { reads: passed(reads), writes: written };
    }
    case "effect":
    case "return": {
      const operands = expressionsOf(statement).filter((value) => isReference(typeOf(value)));
      return { reads: operands.map(deep), writes: [] };
    }
    case "save":
    case "let":
    case "if":
    case "for":
    case "while":
    case "throw":
    case "note":
    case "scope":
    case "exit":
      return { reads: [], writes: [] };
  }
}

/** Whether a function changes the length of anything it is given. */
function resizes({ parameters }: MemoryShape): boolean {
  return parameters.some((node) => node && [...reachableFrom(node)].some((reached) => reached.written.has(lengthCell)));
}
