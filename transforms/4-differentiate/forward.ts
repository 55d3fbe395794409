import {
  constant,
  isAllocation,
  isReference,
  read,
  shadowType,
  typeOf,
  variable,
  zeroLike,
  zeros,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { declaredBy, statementsIn } from "../ir/visit.ts";
import { bodyAndReturn } from "./reverse.ts";
import { forwardCustom } from "./forward-custom.ts";
import { fieldType } from "./reverse-allocation.ts";
import { shadowVariable, type SplitSignature } from "./reversal.ts";
import { tangent } from "./tangent.ts";

/** How the tangent of a call is computed. */
export type TangentRule =
  | { readonly kind: "plain" }
  | { readonly kind: "custom"; readonly maps: readonly (string | null)[] }
  | { readonly kind: "tangent"; readonly key: string; readonly signature: SplitSignature };

export interface ForwardContext {
  readonly isActive: (variable: ir.Variable) => boolean;
  readonly functionOf: (key: string) => ir.FunctionIR;
  readonly calleeRule: (call: ir.Call) => TangentRule;
  /** Whether everything that a function returns is new. */
  readonly allocates: (key: string) => boolean;
}

/** The state of one function: the tangent of each active variable. Where there is none the tangent is zero. */
export interface Forward extends ForwardContext {
  readonly tangents: Map<ir.Variable, ir.Variable>;
}

export interface ForwardRequest {
  /** Parameters whose tangents are parameters of the result; the other active ones begin at zero. */
  readonly wrt: readonly number[];
  readonly value: boolean;
}

export interface ForwardDerivative {
  readonly parameters: readonly ir.Variable[];
  readonly results: readonly ir.Type[];
  readonly body: ir.Block;
}

export function tangentName(name: string): string {
  return `${name}Dot`;
}

/** Forward mode: every statement is preceded by the one that computes its tangent. The function is in core form. */
export function forward(fn: ir.FunctionIR, context: ForwardContext, request: ForwardRequest): ForwardDerivative {
  const state: Forward = { ...context, tangents: new Map() };
  const { statements, result } = bodyAndReturn(fn);
  const assigned = assignedIn(statements);
  fn.parameters.forEach((parameter, i) => {
    // A number that stays as it was given, without a tangent, has none: a zero never meets an infinite or NaN partial.
    if (request.wrt.includes(i) || isReference(parameter.type) || assigned.has(parameter))
      declareTangent(state, parameter);
  });
  for (const s of statementsIn(statements)) for (const declared of declaredBy(s)) declareTangent(state, declared);
  const given = request.wrt.flatMap((i) => {
    const parameter = fn.parameters[i];
    return state.tangents.get(parameter) ?? unusedTangent(parameter) ?? [];
  });
  const absent = fn.parameters.flatMap((parameter, i): ir.Block => {
    const dot = request.wrt.includes(i) ? undefined : state.tangents.get(parameter);
    return dot ? [{ kind: "let", variable: dot, value: zeros(read(parameter), dot.type), derived: true }] : [];
  });
  const body = statements.flatMap((s) => forwardStatement(state, s));
  const before: ir.Statement[] = [];
  const dots = result.values.flatMap((value, i) =>
    shadowType(fn.results[i]) ? [tangentOrZero(state, value, before)] : [],
  );
  return {
    parameters: [...fn.parameters, ...given],
    results: [...(request.value ? fn.results : []), ...fn.results.flatMap((type) => shadowType(type) ?? [])],
    body: [
      ...absent,
      ...body,
      ...before,
      { ...result, values: [...(request.value ? result.values : []), ...dots], derived: true },
    ],
  };
}

function assignedIn(block: ir.Block): ReadonlySet<ir.Variable> {
  const assigned = new Set<ir.Variable>();
  for (const s of statementsIn(block)) {
    if ((s.kind === "set" || s.kind === "restore") && s.target.kind === "read") assigned.add(s.target.variable);
  }
  return assigned;
}

function declareTangent(state: Forward, v: ir.Variable): void {
  if (state.isActive(v)) state.tangents.set(v, shadowVariable(v, tangentName(v.name)));
}

function unusedTangent(parameter: ir.Variable): ir.Variable | undefined {
  return shadowType(parameter.type) && shadowVariable(parameter, tangentName(parameter.name));
}

/** The tangent as an operand; a zero for a reference is a new object. */
function tangentOrZero(
  state: Forward,
  value: ir.Expression,
  before: ir.Statement[],
  origin?: ir.Origin,
  result?: ir.Variable,
): ir.Expression {
  const dot = tangent(state, value, result);
  if (dot) return dot;
  const type = shadowType(typeOf(value));
  if (!type || !isReference(type)) return zeroLike(value);
  const fresh = variable("zero", type, "shadow");
  before.push({ kind: "let", variable: fresh, value: zeros(value, type), origin, derived: true });
  return read(fresh);
}

function forwardBlock(state: Forward, block: ir.Block): ir.Block {
  return block.flatMap((s) => forwardStatement(state, s));
}

function forwardStatement(state: Forward, s: ir.Statement): ir.Block {
  const { origin } = s;
  const before: ir.Statement[] = [];
  const derived = (statement: ir.Statement): ir.Statement => ({ ...statement, origin, derived: true });
  switch (s.kind) {
    case "let": {
      const dot = state.tangents.get(s.variable);
      if (!dot) return [s];
      const value =
        s.value &&
        (isAllocation(s.value)
          ? tangentOfAllocation(state, s.value, s.variable, dot, before)
          : tangentOrZero(state, s.value, before, origin, s.variable));
      return [s, ...before, derived({ kind: "let", variable: dot, value })];
    }
    case "set": {
      const place = tangent(state, s.target) as ir.Place | undefined;
      if (!place) return [s];
      const value = tangentOrZero(state, s.value, before, origin);
      return [...before, derived({ kind: "set", target: place, value }), s];
    }
    case "if":
      return [{ ...s, then: forwardBlock(state, s.then), else: forwardBlock(state, s.else) }];
    case "for":
    case "while":
      return [{ ...s, body: forwardBlock(state, s.body) }];
    case "call":
      return forwardCall(state, s);
    case "append": {
      const dots = tangent(state, s.array);
      if (!dots) return [s];
      const value = tangentOrZero(state, s.value, before, origin);
      // The tangent first: its value may ask for the length.
      return [...before, derived({ kind: "append", array: dots, value }), s];
    }
    case "remove": {
      const dots = tangent(state, s.array);
      return dots
        ? [s, derived({ kind: "remove", array: dots, result: s.result && state.tangents.get(s.result) })]
        : [s];
    }
    case "save": {
      const tape = state.tangents.get(s.tape);
      if (!tape) return [s];
      const value = tangentOrZero(state, s.value, before, origin);
      return [...before, s, derived({ kind: "save", tape, value })];
    }
    case "restore": {
      const tape = state.tangents.get(s.tape);
      const target = tangent(state, s.target) as ir.Place | undefined;
      if (!target) return [s];
      if (tape) return [s, derived({ kind: "restore", tape, target, declares: s.declares })];
      const zero = zeroLike(s.target);
      return [
        s,
        derived(
          s.declares && target.kind === "read"
            ? { kind: "let", variable: target.variable, value: zero }
            : { kind: "set", target, value: zero },
        ),
      ];
    }
    case "effect": {
      const dot = s.result && state.tangents.get(s.result);
      return dot
        ? [s, derived({ kind: "let", variable: dot, value: zeros(read(dot.shadowOf ?? dot), dot.type) })]
        : [s];
    }
    case "throw":
    case "note":
      return [s];
    case "addInto":
    case "return":
    case "scope":
    case "exit":
      throw new Error(`a ${s.kind} statement is not in core form`);
  }
}

function tangentOfAllocation(
  state: Forward,
  value: ir.Allocation,
  made: ir.Variable,
  dot: ir.Variable,
  before: ir.Statement[],
): ir.Expression {
  const type = dot.type;
  const part = (operand: ir.Expression, of: ir.Type | undefined): ir.Expression =>
    !of || of.kind === "nothing" ? constant(undefined) : tangentOrZero(state, operand, before);
  switch (value.kind) {
    case "newArray":
      return type.kind === "array" && !isReference(type.element)
        ? { kind: "newArray", type, length: value.length }
        : zeros(read(made), type);
    case "arrayLiteral":
      if (type.kind !== "array" && type.kind !== "tuple") break;
      return {
        kind: "arrayLiteral",
        type,
        elements: value.elements.map((operand, i) =>
          part(operand, type.kind === "array" ? type.element : type.elements[i]),
        ),
      };
    case "recordLiteral": {
      if (type.kind !== "record") break;
      const kept = value.fields.filter(({ name }) => type.fields.some((other) => other.name === name));
      return {
        kind: "recordLiteral",
        type,
        fields: kept.map(({ name, value: of }) => ({ name, value: part(of, fieldType(type, name)) })),
      };
    }
    case "copy": {
      const source = tangent(state, value.source);
      return source && type.kind === "array" ? { ...value, type, source } : zeros(read(made), type);
    }
    case "newTape":
      return { kind: "newTape", type: type as ir.TapeType };
    case "zeros":
      break;
  }
  return zeros(read(made), type);
}

function forwardCall(state: Forward, call: ir.Call): ir.Block {
  const { origin } = call;
  const rule = state.calleeRule(call);
  const dots = call.results.map((result) => state.tangents.get(result));
  if (rule.kind === "plain") {
    return [
      call,
      ...dots.flatMap((dot, i): ir.Block =>
        dot
          ? [{ kind: "let", variable: dot, value: zeros(read(call.results[i]), dot.type), origin, derived: true }]
          : [],
      ),
    ];
  }
  if (rule.kind === "custom") return forwardCustom(state, call, rule.maps);
  const before: ir.Statement[] = [];
  const given = call.arguments.flatMap((argument, i) =>
    rule.signature.parameters[i] ? [tangentOrZero(state, argument, before, origin)] : [],
  );
  const results = call.results.flatMap((result, i) => {
    if (!shadowType(result.type)) return [];
    return [dots[i] ?? variable("unused", shadowType(result.type) ?? result.type, "shadow")];
  });
  return [
    ...before,
    { ...call, callee: rule.key, arguments: [...call.arguments, ...given], results: [...call.results, ...results] },
  ];
}
