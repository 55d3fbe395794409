import { copyOf, element, field, isReference, read, shadowType, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { substitute } from "../ir/visit.ts";

/** How the derivative of a call is computed. */
export type CalleeRule =
  /** Nothing that depends on the active variables goes in or comes out. */
  | { readonly kind: "plain" }
  | { readonly kind: "custom"; readonly maps: readonly (string | null)[] }
  | { readonly kind: "split"; readonly forward: string; readonly backward: string; readonly signature: SplitSignature };

/** Which places of a callee carry a derivative. */
export interface SplitSignature {
  readonly parameters: readonly boolean[];
  readonly results: readonly boolean[];
}

/**
 * Numbers the statements that are reversed. Where it is given, a note `before 7` stands in front of statement 7 in the
 * forward pass and a note `undone 7` behind its reversal, so that tests can compare the two stores.
 */
export interface Marks {
  next: number;
}

/** What is known of the program while one function of it is reversed. */
export interface ReversalContext {
  /** Whether a variable carries a derivative, or refers to memory that does. */
  readonly isActive: (variable: ir.Variable) => boolean;
  readonly functionOf: (key: string) => ir.FunctionIR;
  readonly calleeRule: (call: ir.Call) => CalleeRule;
  readonly marks?: Marks | undefined;
}

/**
 * The state of the reversal of one function.
 *
 * The forward pass keeps the primal's variables. The backward pass reads the same ones at the top of a joint function;
 * locals of nested blocks are declared there again, under variables of their own: `mirrored` says which.
 */
export interface Reversal extends ReversalContext {
  readonly mirrored: Map<ir.Variable, ir.Variable>;
  /** The shadow that travels with a reference in the forward pass. */
  readonly shadows: Map<ir.Variable, ir.Variable>;
  /** The adjoint of a number; it exists in the backward pass only. */
  readonly adjoints: Map<ir.Variable, ir.Variable>;
  /** Tapes of the function's own save sites, in order. */
  readonly tapes: ir.Variable[];
}

/** The declarations of one block. */
export interface Frame {
  /** Whether the block is left before its backward pass begins, so that its locals must be saved. */
  readonly nested: boolean;
  readonly locals: ir.Variable[];
  readonly adjoints: ir.Variable[];
}

export function newReversal(context: ReversalContext): Reversal {
  return { ...context, mirrored: new Map(), shadows: new Map(), adjoints: new Map(), tapes: [] };
}

export function newFrame(nested: boolean): Frame {
  return { nested, locals: [], adjoints: [] };
}

/** `dHidden` for `hidden`, `dx` for `x`. */
export function adjointName(name: string): string {
  if (/^[a-z]\d*$/.test(name)) return `d${name}`;
  return `d${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The shadow variable of a variable, of the type of its shadow. */
export function shadowVariable(of: ir.Variable, name = adjointName(of.name)): ir.Variable {
  const type = shadowType(of.type);
  if (!type) throw new Error(`${of.name} has no shadow`);
  return variable(name, type, "shadow", { shadowOf: of });
}

/** Makes a variable known as a local of the frame, with its shadow or adjoint if it carries a derivative. */
export function declare(
  reversal: Reversal,
  frame: Frame,
  local: ir.Variable,
  isActive = reversal.isActive(local),
): void {
  frame.locals.push(local);
  if (frame.nested) reversal.mirrored.set(local, copyOf(local));
  if (!isActive) return;
  const shadow = shadowVariable(local);
  if (isReference(local.type)) {
    reversal.shadows.set(local, shadow);
    frame.locals.push(shadow);
    if (frame.nested) reversal.mirrored.set(shadow, copyOf(shadow));
  } else {
    reversal.adjoints.set(local, shadow);
    frame.adjoints.push(shadow);
  }
}

/** A tape for one save site. */
export function newTape(reversal: Reversal, name: string, element: ir.Type): ir.Variable {
  const tape = variable(`${name}Tape`, { kind: "tape", element }, "tape");
  reversal.tapes.push(tape);
  return tape;
}

/** A forward expression as the backward pass evaluates it. */
export function mirror<E extends ir.Expression>(reversal: Reversal, expression: E): E {
  return substitute(expression, (v) => {
    const other = reversal.mirrored.get(v);
    return other && read(other);
  }) as E;
}

/** The forward pass's expression for the shadow of a reference; undefined where it has none. */
export function shadowOf(reversal: Reversal, expression: ir.Expression): ir.Expression | undefined {
  switch (expression.kind) {
    case "read": {
      const shadow = reversal.shadows.get(expression.variable);
      return shadow && read(shadow);
    }
    case "element": {
      const array = shadowOf(reversal, expression.array);
      return array && shadowType(typeOf(expression)) && element(array, expression.index);
    }
    case "field": {
      const record = shadowOf(reversal, expression.record);
      return record && shadowType(typeOf(expression)) && field(record, expression.name);
    }
    default:
      return undefined;
  }
}

/** Where the backward pass collects the adjoint of a number; undefined where the number carries no derivative. */
export function adjointPlace(reversal: Reversal, expression: ir.Expression): ir.Place | undefined {
  if (expression.kind === "read") {
    const adjoint = reversal.adjoints.get(expression.variable);
    return adjoint && read(adjoint);
  }
  const shadow = shadowOf(reversal, expression);
  return shadow && (mirror(reversal, shadow) as ir.Place);
}
