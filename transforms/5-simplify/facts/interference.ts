/**
 * Whether a statement can change what an expression reads: the question before anything moves.
 *
 * Memory is told apart by the kind of its container, by adjoint and primal (a shadow is never an object of the
 * primal), by allocation (two variables that hold objects of their own), and by indices that differ by a constant.
 * Two parameters of one type may be the same array.
 */
import type * as ir from "../../ir/ir.ts";
import { isAllocation, isNumber, isReference, typeOf } from "../../ir/build.ts";
import { blocksOf, declaredBy, expressionsOf, statementsIn, subexpressions } from "../../ir/visit.ts";
import { rootOf, sameExpression, surelyDifferent } from "./algebra.ts";
import type { Effects } from "../../3-analyze/effects.ts";
import type { PassContext } from "../pass.ts";
import { assignedBy, usesIn } from "./uses.ts";

/** A part of memory: one cell of a container, or all that is reachable from it. */
export interface Access {
  readonly kind: "element" | "field" | "length" | "deep";
  readonly container: ir.Expression;
  /** Absent = any element. */
  readonly index?: ir.Expression;
  readonly name?: string;
}

/** What a statement or an expression reads and writes, nested blocks included. */
export interface Footprint {
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
  readonly variablesRead: ReadonlySet<ir.Variable>;
  readonly variablesWritten: ReadonlySet<ir.Variable>;
  /** Contains a call, an effect or a throw: a store must not move across it. */
  readonly observable: boolean;
}

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

/** The questions about one function. The answers hold for the text of the function as it was given. */
export function interferenceIn(fn: ir.FunctionIR, { effects }: Pick<PassContext, "effects">): Interference {
  const own = ownObjects(fn);
  const cache = new WeakMap<ir.Statement, Footprint>();
  const mayOverlap = (a: Access, b: Access): boolean => sameCell(a, b) && mayMeet(a, b, own);
  const footprint = (statement: ir.Statement): Footprint => {
    const known = cache.get(statement);
    if (known) return known;
    const made = footprintOf(statement, footprint, effects);
    cache.set(statement, made);
    return made;
  };
  const changes = (statement: ir.Statement, expression: ir.Expression): boolean => {
    const { variablesWritten, writes } = footprint(statement);
    for (const node of subexpressions(expression)) if (node.kind === "read" && variablesWritten.has(node.variable)) return true;
    return writes.length > 0 && accessesOf(expression).some((read) => writes.some((write) => mayOverlap(read, write)));
  };
  const touches = (statement: ir.Statement, place: ir.Place): boolean => {
    const print = footprint(statement);
    if (place.kind === "read") return print.variablesRead.has(place.variable) || print.variablesWritten.has(place.variable);
    const cell = cellOf(place);
    return [...print.reads, ...print.writes].some((access) => mayOverlap(access, cell));
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

function footprintOf(statement: ir.Statement, nestedPrint: (statement: ir.Statement) => Footprint, effects: Effects): Footprint {
  const nested = blocksOf(statement).flatMap((block) => block.map(nestedPrint));
  const expressions = expressionsOf(statement);
  const own = memoryOf(statement, effects);
  const assigned = assignedBy(statement);
  const tape = statement.kind === "save" || statement.kind === "restore" ? [statement.tape] : [];
  const tapesPassed = statement.kind === "call" ? statement.arguments.flatMap((value) => (value.kind === "read" && value.variable.type.kind === "tape" ? [value.variable] : [])) : [];
  const read = expressions.flatMap((expression) => [...subexpressions(expression)].flatMap((node) => (node.kind === "read" ? [node.variable] : [])));
  return {
    reads: [...expressions.flatMap(accessesOf), ...own.reads, ...nested.flatMap(({ reads }) => reads)],
    writes: [...own.writes, ...nested.flatMap(({ writes }) => writes)],
    variablesRead: new Set([...read, ...tape, ...nested.flatMap(({ variablesRead }) => [...variablesRead])]),
    variablesWritten: new Set([
      ...declaredBy(statement),
      ...(assigned ? [assigned] : []),
      ...tape,
      ...tapesPassed,
      ...nested.flatMap(({ variablesWritten }) => [...variablesWritten]),
    ]),
    observable: ["call", "effect", "throw", "return", "exit"].includes(statement.kind) || nested.some(({ observable }) => observable),
  };
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
      return { reads: [contentOf(statement.source), contentOf(statement.target)], writes: [contentOf(statement.target)] };
    case "call": {
      const { reads, writes } = effects(statement.callee);
      const passed = (which: ReadonlySet<number>): Access[] =>
        statement.arguments.filter((value, i) => which.has(i) && isReference(typeOf(value)) && typeOf(value).kind !== "tape").map(deep);
      return { reads: passed(reads), writes: passed(writes) };
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

// ---------------------------------------------------------------------------------------------- aliasing

/** Whether two accesses are of the same sort of cell; the containers are compared apart. */
function sameCell(a: Access, b: Access): boolean {
  if (a.kind === "deep" || b.kind === "deep") return true;
  if (a.kind !== b.kind) return false;
  if (a.kind === "field") return a.name === b.name;
  if (a.kind === "element" && a.index && b.index && sameExpression(a.container, b.container)) return !surelyDifferent(a.index, b.index);
  return true;
}

function mayMeet(a: Access, b: Access, own: OwnObjects): boolean {
  if (sameExpression(a.container, b.container)) return true;
  const [heldByA, heldByB] = [holding(a, own), holding(b, own)];
  if (heldByA && heldByB && (heldByA === "made" || heldByB === "made")) return false;
  return regionsMeet(regionOf(a.container), regionOf(b.container)) && typesMeet(a, b);
}

/** How the variable came by the one object it holds. A deep access also reaches what others put into that. */
function holding({ kind, container }: Access, own: OwnObjects): "made" | "given" | undefined {
  if (container.kind !== "read" || (kind === "deep" && isNested(container.variable.type))) return undefined;
  return own.get(container.variable);
}

function isNested(type: ir.Type): boolean {
  return !(type.kind === "array" && !isReference(type.element));
}

type OwnObjects = ReadonlyMap<ir.Variable, "made" | "given">;

/** Variables that hold one object for good: made here by their declaration, or given by the caller. */
function ownObjects(fn: ir.FunctionIR): OwnObjects {
  const uses = usesIn(fn.body);
  const found = new Map<ir.Variable, "made" | "given">();
  const note = (variable: ir.Variable, how: "made" | "given"): void => {
    if (uses.of(variable).writes === 0) found.set(variable, how);
  };
  for (const parameter of fn.parameters) note(parameter, "given");
  for (const statement of statementsIn(fn.body))
    if (statement.kind === "let" && statement.value && isAllocation(statement.value)) note(statement.variable, "made");
  return found;
}

type Region = ir.Variable | "primal" | "adjoint" | "unknown";

function regionOf(container: ir.Expression): Region {
  const root = rootOf(container);
  if (!root) return container.kind === "global" ? "primal" : "unknown";
  if (root.role === "tape") return container.kind === "read" ? root : "unknown";
  if (root.role === "shadow" || root.shadowOf) return "adjoint";
  return root.role === "temporary" ? "unknown" : "primal";
}

function regionsMeet(a: Region, b: Region): boolean {
  if (typeof a === "object" || typeof b === "object") return a === b;
  return a === b || a === "unknown" || b === "unknown";
}

/** Whether the containers may be one object, going by their types; a deep access is of all that it reaches. */
function typesMeet(a: Access, b: Access): boolean {
  const reached = containersOf(b);
  return containersOf(a).some((type) => reached.some((other) => sameContainer(type, other)));
}

function containersOf({ kind, container }: Access): readonly ir.Type[] {
  return kind === "deep" ? [...containersIn(typeOf(container))] : [typeOf(container)];
}

function* containersIn(type: ir.Type): Generator<ir.Type> {
  switch (type.kind) {
    case "array":
    case "tape":
      yield type;
      return yield* containersIn(type.element);
    case "tuple":
      yield type;
      for (const element of type.elements) yield* containersIn(element);
      return;
    case "record":
      yield type;
      for (const field of type.fields) yield* containersIn(field.type);
      return;
    case "maybe":
      return yield* containersIn(type.of);
    default:
      return;
  }
}

function sameContainer(a: ir.Type, b: ir.Type): boolean {
  if (a.kind === "array" && b.kind === "array") return a.storage === b.storage && mayEqual(a.element, b.element);
  if (a.kind === "record" && b.kind === "record") return true;
  const plain = (type: ir.Type): boolean => type.kind === "tuple" || (type.kind === "array" && type.storage === "plain");
  return plain(a) && plain(b);
}

function mayEqual(a: ir.Type, b: ir.Type): boolean {
  if (a.kind === "maybe") return mayEqual(a.of, b);
  if (b.kind === "maybe") return mayEqual(a, b.of);
  if (isNumber(a) && isNumber(b)) return true;
  if (isReference(a) && isReference(b)) return sameContainer(a, b);
  return a.kind === b.kind;
}
