import {
  add,
  constant,
  forwardResults,
  isReference,
  read,
  real,
  shadowType,
  typeOf,
  variable,
  zeroLike,
  zeros,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import { adjoint } from "./adjoint.ts";
import { joinAliases, shadowsOfParameters, type Aliasing } from "./parameter-shadows.ts";
import { reverseBlock } from "./reverse-block.ts";
import { rounded, roundedType, type Rounded } from "./rounded.ts";
import {
  adjointName,
  mirror,
  newFrame,
  newReversal,
  newTape,
  shadowOf,
  shadowVariable,
  type Reversal,
  type ReversalContext,
  type SplitSignature,
} from "./reversal.ts";

/** What a joint derivative takes as the adjoint of the result, and what it returns. */
export interface JointRequest {
  /** Indices of the parameters to return gradients of. */
  readonly wrt: readonly number[];
  /** 1 for a gradient, or a further parameter for a pullback. */
  readonly seed: "one" | "parameter";
  /** Whether the value is returned before the gradients. */
  readonly value: boolean;
  /** Whether the gradients are one result, a tuple. */
  readonly tuple: boolean;
  /** Whether the value leaves the function before the backward pass begins, as that of a `vjp` does. */
  readonly recorded?: true;
  readonly aliasing: Aliasing;
}

export interface Reverse {
  readonly parameters: readonly ir.Variable[];
  readonly results: readonly ir.Type[];
  readonly resultLabels: readonly string[];
  readonly body: ir.Block;
}

export const forwardPass = "Forward pass";
export const backwardPass = "Backward pass";

/** The joint derivative of a function: one body with the forward and the backward pass. The function is in core form. */
export function reverseJoint(fn: ir.FunctionIR, context: ReversalContext, request: JointRequest): Reverse {
  const reversal = newReversal(context);
  const shadows = shadowsOfParameters(reversal, fn);
  const { statements, result } = bodyAndReturn(fn);
  const reversed = reverseBlock(reversal, statements, newFrame(false));
  const { origin } = result;
  const [value] = result.values;
  const kept = variable("value", typeOf(value));
  const seed = request.seed === "parameter" ? seedParameter(value, request) : undefined;
  const declarations = joinAliases(shadows.references, request.aliasing, fn);
  const returned = request.wrt.map((i) => returnedGradient(fn.parameters[i], shadows.all.get(fn.parameters[i])));
  const { before: gathering, values: gradients } = gather(returned, request.tuple);
  return {
    parameters: seed ? [...fn.parameters, seed] : fn.parameters,
    results: [...(request.value ? [kept.type] : []), ...gradients.map(numberOrReference)],
    resultLabels: [...(request.value ? ["value"] : []), ...labels(fn, request)],
    body: [
      ...declareTapes(reversal.tapes),
      ...declarations,
      note(forwardPass),
      ...reversed.forward,
      ...(request.value ? [{ kind: "let", variable: kept, value, origin } as const] : []),
      ...(request.recorded ? [{ kind: "effect", text: forwardResults, operands: [value], origin } as const] : []),
      note(backwardPass),
      ...shadows.numbers,
      ...seeded(reversal, reversed.backward, value, seed ? read(seed) : constant(1), origin),
      ...gathering,
      {
        kind: "return",
        values: [...(request.value ? [read(kept)] : []), ...gradients],
        origin,
        derived: true,
      },
    ],
  };
}

/**
 * The two halves of the derivative of a callee, in one body so that they can be simplified together: everything that the
 * backward half needs goes over tapes. `split` cuts it in two.
 */
export function reverseHalves(fn: ir.FunctionIR, context: ReversalContext, signature: SplitSignature): Reverse {
  const reversal = newReversal(context);
  const shadows = shadowsOfParameters(reversal, fn);
  const { statements, result } = bodyAndReturn(fn);
  const reversed = reverseBlock(reversal, statements, newFrame(true));
  const kept = saveAssignedParameters(reversal, fn, statements);
  const active = result.values.filter((_, i) => signature.results[i]);
  const references = active.filter((value) => isReference(typeOf(value)));
  const numbers = active.filter((value) => !isReference(typeOf(value)));
  const seeds = numbers.map((value) =>
    variable(
      value.kind === "read" ? adjointName(value.variable.name) : "dResult",
      shadowType(typeOf(value)) ?? real,
      "shadow",
    ),
  );
  const { origin } = result;
  const gradients = fn.parameters.flatMap((parameter) => {
    const shadow = reversal.adjoints.get(parameter);
    return shadow ? [{ parameter, shadow }] : [];
  });
  const before: ir.Statement[] = [];
  const shadowResults = references.map((value) => {
    const shadow = shadowOf(reversal, value);
    if (shadow) return shadow;
    const type = shadowType(typeOf(value)) ?? typeOf(value);
    const fresh = variable("fresh", type, "shadow");
    before.push({ kind: "let", variable: fresh, value: zeros(value, type), origin, derived: true });
    return read(fresh);
  });
  const [restored, rest] = splitDeclarations(reversed.backward);
  return {
    parameters: [
      ...fn.parameters,
      ...shadows.references.flatMap((s) => (s.kind === "let" ? [s.variable] : [])),
      ...seeds,
    ],
    results: gradients.map(({ shadow }) => shadow.type),
    resultLabels: gradients.map(({ shadow }) => shadow.name),
    body: [
      ...declareTapes(reversal.tapes),
      note(forwardPass),
      ...reversed.forward,
      ...kept.forward,
      ...before,
      { kind: "effect", text: forwardResults, operands: [...result.values, ...shadowResults], origin },
      note(backwardPass),
      ...shadows.numbers,
      ...kept.backward,
      ...restored,
      ...numbers.flatMap((value, i) => adjoint(reversal, value, read(seeds[i]), origin)),
      ...rest,
      { kind: "return", values: gradients.map(shaped), origin, derived: true },
    ],
  };
}

function note(text: string): ir.Statement {
  return { kind: "note", text };
}

function declareTapes(tapes: readonly ir.Variable[]): ir.Block {
  return tapes.map((tape) => ({
    kind: "let",
    variable: tape,
    value: { kind: "newTape", type: tape.type as ir.TapeType },
    derived: true,
  }));
}

export function bodyAndReturn(fn: ir.FunctionIR): { readonly statements: ir.Block; readonly result: ir.Return } {
  const result = fn.body.at(-1);
  if (result?.kind !== "return") throw new Error(`${fn.key} does not end in a return`);
  return { statements: fn.body.slice(0, -1), result };
}

function seedParameter(value: ir.Expression, { recorded }: JointRequest): ir.Variable {
  const name = value.kind === "read" ? adjointName(value.variable.name) : "dResult";
  const type = typeOf(value);
  // Users pass what has the kind of a gradient; derivatives that call it pass a shadow.
  return variable(name, (recorded ? roundedType(type) : shadowType(type)) ?? real, "parameter");
}

/** The backward pass begins with the adjoint of the returned value, after the adjoints of the locals are declared. */
function seeded(
  reversal: Reversal,
  backward: ir.Block,
  value: ir.Expression,
  seed: ir.Expression,
  origin?: ir.Origin,
): ir.Block {
  const [declarations, rest] = splitDeclarations(backward);
  const shadow = isReference(typeOf(value)) ? shadowOf(reversal, value) : undefined;
  const start: ir.Block = shadow
    ? [{ kind: "addInto", target: mirror(reversal, shadow), source: seed, origin, derived: true }]
    : adjoint(reversal, value, seed, origin);
  return [...declarations, ...start, ...rest];
}

/** Restores and adjoints of a block's locals stand at the start of its backward pass. */
function splitDeclarations(backward: ir.Block): readonly [ir.Block, ir.Block] {
  const end = backward.findIndex(
    (s) =>
      !(s.kind === "restore" && s.declares) &&
      !(s.kind === "let" && s.value?.kind === "newTape") &&
      !(s.kind === "let" && s.variable.role === "shadow" && s.value?.kind === "constant"),
  );
  return end < 0 ? [backward, []] : [backward.slice(0, end), backward.slice(end)];
}

function saveAssignedParameters(
  reversal: Reversal,
  fn: ir.FunctionIR,
  statements: ir.Block,
): { forward: ir.Block; backward: ir.Block } {
  const assigned = new Set<ir.Variable>();
  for (const s of statementsIn(statements)) {
    if ((s.kind === "set" || s.kind === "restore") && s.target.kind === "read") assigned.add(s.target.variable);
  }
  const forward: ir.Statement[] = [];
  const backward: ir.Statement[] = [];
  for (const parameter of fn.parameters) {
    if (!assigned.has(parameter)) continue;
    const shadow = reversal.shadows.get(parameter);
    for (const kept of shadow ? [parameter, shadow] : [parameter]) {
      const tape = newTape(reversal, kept.name, kept.type);
      forward.push({ kind: "save", tape, value: read(kept), derived: true });
      backward.push({ kind: "restore", tape, target: read(kept), declares: false, derived: true });
    }
  }
  return { forward, backward };
}

/** A gradient that is the constant 0 is a number like any other. */
function numberOrReference(gradient: ir.Expression): ir.Type {
  const type = typeOf(gradient);
  return type.kind === "index" ? real : type;
}

function labels(fn: ir.FunctionIR, { wrt, tuple }: JointRequest): readonly string[] {
  return tuple ? ["gradients"] : wrt.map((i) => adjointName(fn.parameters[i].name));
}

function gather(
  returned: readonly Rounded[],
  tuple: boolean,
): { readonly before: ir.Block; readonly values: readonly ir.Expression[] } {
  const before = returned.flatMap((gradient) => gradient.before);
  const values = returned.map((gradient) => gradient.value);
  if (!tuple) return { before, values };
  const type: ir.TupleType = { kind: "tuple", elements: values.map(typeOf) };
  const gradients = variable("gradients", type);
  return {
    before: [
      ...before,
      { kind: "let", variable: gradients, value: { kind: "arrayLiteral", type, elements: values }, derived: true },
    ],
    values: [read(gradients)],
  };
}

/** The adjoint of a parameter; a tensor that nothing was added to is zeros in the shape of the parameter. */
function shaped({ parameter, shadow }: { parameter: ir.Variable; shadow: ir.Variable }): ir.Expression {
  return shadow.type.kind === "tensor" ? add(zeroLike(read(parameter)), read(shadow)) : read(shadow);
}

/** The gradient of a parameter; zeros where nothing depends on it. */
function returnedGradient(parameter: ir.Variable, shadow: ir.Variable | undefined): Rounded {
  const type = shadowType(parameter.type);
  if (!type) throw new Error(`${parameter.name} has no gradient`);
  if (shadow) return rounded(parameter.type, shaped({ parameter, shadow }), shadow.name);
  if (!isReference(type)) return { before: [], value: zeroLike(read(parameter)) };
  const zero = shadowVariable(parameter);
  const { before, value } = rounded(parameter.type, read(zero), zero.name);
  return {
    before: [{ kind: "let", variable: zero, value: zeros(read(parameter), type), derived: true }, ...before],
    value,
  };
}
