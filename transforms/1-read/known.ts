/**
 * What is known when the program is compiled: functions as values, and the records and arrays that hold them. Such a record has no
 * place in the IR. A call of a function takes it apart: its functions are part of what the callee is specialised for, its data
 * become parameters.
 */
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { isLibrary, unwrap } from "./symbols.ts";
import type { TypeBindings } from "./types.ts";

/** A function with a source. */
export interface FunctionValue {
  readonly kind: "function";
  readonly node: ts.FunctionLikeDeclaration;
  /** The known names that its body sees. */
  readonly functions: ReadonlyMap<ts.Symbol, Known>;
  /** What the type parameters that its body sees stand for. */
  readonly types: TypeBindings;
  /** Key of the function it is written in, or its file. */
  readonly owner: string;
}

/** A function of `Math`. */
export interface MathFunction {
  readonly kind: "mathFunction";
  readonly name: string;
}

/** What `customVjp` and the like made. */
export interface RuledFunction {
  readonly kind: "ruled";
  readonly call: ts.CallExpression;
  readonly name: string;
}

/** A record, array or tuple that holds functions. Nothing writes it. */
export interface Structure {
  readonly kind: "structure";
  readonly isArray: boolean;
  readonly members: ReadonlyMap<string, Known | Slot>;
}

/** One of several, chosen as the program runs. */
export interface Choice {
  readonly kind: "choice";
  readonly selector: Slot;
  /** What the selector is for each option: true and false, indices, or the keys of a record. */
  readonly labels: readonly (boolean | number | string)[];
  readonly options: readonly (Known | Slot)[];
  readonly text: string;
}

/** An optional function that is not there. */
export interface Missing {
  readonly kind: "missing";
}

/** What the compiler cannot follow, as a member of something that it can. */
export interface Unfollowed {
  readonly kind: "unfollowed";
}

export type Known = FunctionValue | MathFunction | RuledFunction | Structure | Choice | Missing | Unfollowed;

/** A value as the program runs, inside something known; in each function it has a variable or expression of its own. Compared by identity. */
export interface Slot {
  readonly kind: "slot";
  readonly name: string;
  /** What it is wherever nothing else is said: a constant, or a part of a constant of the module. */
  readonly value?: ir.Expression;
  /** The file that spells it so; absent for a constant. */
  readonly file?: string;
}

/** What a parameter is given. */
export type Argument = ir.Expression | Known;

const kinds: Readonly<Record<Known["kind"], true>> = {
  function: true,
  mathFunction: true,
  ruled: true,
  structure: true,
  choice: true,
  missing: true,
  unfollowed: true,
};

export function isKnown(value: ir.Expression | Known | Slot): value is Known {
  return Object.hasOwn(kinds, value.kind);
}

export const missing: Missing = { kind: "missing" };
export const unfollowed: Unfollowed = { kind: "unfollowed" };

/** Whether values of a type are functions or hold some. */
export function holdsFunctions(type: ts.Type, checker: ts.TypeChecker, outer: readonly ts.Type[] = []): boolean {
  if (outer.includes(type) || outer.length > 8) return false;
  const inside = [...outer, type];
  const recur = (part: ts.Type): boolean => holdsFunctions(part, checker, inside);
  if (type.isUnionOrIntersection()) return type.types.some(recur);
  if (type.flags & ts.TypeFlags.TypeParameter) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint !== undefined && constraint !== type && recur(constraint);
  }
  if (!(type.flags & ts.TypeFlags.Object)) return false;
  if (type.getCallSignatures().length > 0) return true;
  if (checker.isArrayType(type) || checker.isTupleType(type))
    return checker.getTypeArguments(type as ts.TypeReference).some(recur);
  const symbol = type.symbol as ts.Symbol | undefined;
  if (
    type.isClass() ||
    (symbol && (symbol.flags & ts.SymbolFlags.Class || (isLibrary(symbol) && !isAnonymous(symbol))))
  )
    return false;
  return checker.getPropertiesOfType(type).some((property) => recur(checker.getTypeOfSymbol(property)));
}

/** Whether an expression is a function or may hold some; a literal such as `{}`, where something is wanted that may. */
export function mayHoldFunctions(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (holdsFunctions(checker.getTypeAtLocation(node), checker)) return true;
  const inner = ts.isExpression(node) ? unwrap(node) : node;
  if (!isLiteral(inner)) return false;
  const wanted = checker.getContextualType(inner);
  return wanted !== undefined && holdsFunctions(wanted, checker);
}

export function isLiteral(node: ts.Node): node is ts.ArrayLiteralExpression | ts.ObjectLiteralExpression {
  return ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);
}

function isAnonymous(symbol: ts.Symbol): boolean {
  return (symbol.flags & (ts.SymbolFlags.TypeLiteral | ts.SymbolFlags.ObjectLiteral)) !== 0;
}

/** The slots of something known, functions aside, in the order of its members. */
export function slotsOf(known: Known | Slot): readonly Slot[] {
  switch (known.kind) {
    case "slot":
      return [known];
    case "structure":
      return [...known.members.values()].flatMap(slotsOf);
    case "choice":
      return [known.selector, ...known.options.flatMap(slotsOf)];
    default:
      return [];
  }
}

/** The functions in something known. */
export function functionsIn(known: Known | Slot): readonly FunctionValue[] {
  switch (known.kind) {
    case "function":
      return [known];
    case "structure":
      return [...known.members.values()].flatMap(functionsIn);
    case "choice":
      return known.options.flatMap(functionsIn);
    default:
      return [];
  }
}
