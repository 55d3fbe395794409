/** Whether two parts of memory may be the same. */
import type * as ir from "../../ir/ir.ts";
import { isAllocation, isNumber, isReference, typeOf } from "../../ir/build.ts";
import { statementsIn } from "../../ir/visit.ts";
import { rootOf, sameExpression, surelyDifferent } from "./algebra.ts";
import { usesIn } from "./uses.ts";

/** A part of memory: one cell of a container, or all that is reachable from it. */
export interface Access {
  readonly kind: "element" | "field" | "length" | "deep";
  readonly container: ir.Expression;
  /** Absent = any element. */
  readonly index?: ir.Expression;
  readonly name?: string;
  /** Of a deep access: writes elements and fields, but no length. */
  readonly keepsLengths?: true;
}

/** Answers for one function: whether two accesses may be of one cell. */
export function aliasingIn(fn: ir.FunctionIR): (a: Access, b: Access) => boolean {
  const own = ownObjects(fn);
  return (a, b) => sameCell(a, b) && mayMeet(a, b, own);
}

/** Whether two accesses are of the same sort of cell; the containers are compared apart. */
function sameCell(a: Access, b: Access): boolean {
  if (a.kind === "deep" || b.kind === "deep")
    return !(a.kind === "length" && b.keepsLengths) && !(b.kind === "length" && a.keepsLengths);
  if (a.kind !== b.kind) return false;
  if (a.kind === "field") return a.name === b.name;
  if (a.kind === "element" && a.index && b.index && sameExpression(a.container, b.container))
    return !surelyDifferent(a.index, b.index);
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
      yield* containersIn(type.element);
      return;
    case "tuple":
      yield type;
      for (const element of type.elements) yield* containersIn(element);
      return;
    case "record":
      yield type;
      for (const field of type.fields) yield* containersIn(field.type);
      return;
    case "maybe":
      yield* containersIn(type.of);
      return;
    default:
      return;
  }
}

function sameContainer(a: ir.Type, b: ir.Type): boolean {
  if (a.kind === "array" && b.kind === "array") return a.storage === b.storage && mayEqual(a.element, b.element);
  if (a.kind === "record" && b.kind === "record") return true;
  const plain = (type: ir.Type): boolean =>
    type.kind === "tuple" || (type.kind === "array" && type.storage === "plain");
  return plain(a) && plain(b);
}

function mayEqual(a: ir.Type, b: ir.Type): boolean {
  if (a.kind === "maybe") return mayEqual(a.of, b);
  if (b.kind === "maybe") return mayEqual(a, b.of);
  if (isNumber(a) && isNumber(b)) return true;
  if (isReference(a) && isReference(b)) return sameContainer(a, b);
  return a.kind === b.kind;
}
