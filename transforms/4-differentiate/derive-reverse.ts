import { isReference, typeOf } from "../ir/build.ts";
import { statementsIn } from "../ir/visit.ts";
import type * as ir from "../ir/ir.ts";
import { effectsOf, type Effects } from "../3-analyze/effects.ts";
import { copyWrittenParameters } from "../2-normalize/copyWrittenParameters.ts";
import { liftConditionals } from "../2-normalize/liftConditionals.ts";
import { carriesDerivative, signatureOf, type Activity } from "./activity-context.ts";
import type { CalleeRule, Marks, ReversalContext } from "./reversal.ts";
import { reverseHalves, reverseJoint, type JointRequest } from "./reverse.ts";
import { needlessTapes, withoutTapes } from "./needless-restores.ts";
import { tidyHalves } from "./tidy-halves.ts";
import { cut, declaration, threadTapes, withoutTapeArguments, withTapeArguments, type Halves } from "./split.ts";

/** Improves a body; the identity for the baseline. Called once for the entry and for each callee's two halves together. */
export type Optimize = (fn: ir.FunctionIR, program: ir.Program) => ir.FunctionIR;

export interface ReverseRequest extends JointRequest {
  readonly name: string;
  readonly mode: "gradient" | "valueAndGradient" | "pullback" | "vjp";
  readonly marks?: Marks;
}

interface Callee {
  readonly fn: ir.FunctionIR;
  readonly names: Pick<CalleeSplit, "forward" | "backward">;
}
type CalleeSplit = Extract<CalleeRule, { kind: "split" }>;

export interface Derivatives {
  readonly entry: string;
  readonly functions: ReadonlyMap<string, ir.FunctionIR>;
}

/**
 * Reverse mode of a function and of all it calls: a joint derivative of the entry, a forward and a backward function of
 * each callee. `core` holds every function that can be reached, in core form; `taken` are the keys of the program.
 */
export function deriveReverse(
  core: ReadonlyMap<string, ir.FunctionIR>,
  entry: string,
  request: ReverseRequest,
  activity: Activity,
  optimize: Optimize | undefined,
  taken: { has(key: string): boolean },
): Derivatives {
  const program = { functions: core };
  const callees = new Map<string, Callee>();
  const effects = optimize ? effectsOf(program) : undefined;
  const context = { ...reversalContext(core, activity, effects, callees, taken), marks: request.marks };
  const fn = functionOf(core, entry);
  const joint = jointFunction(fn, context, request, program);
  const halves = new Map<string, ir.FunctionIR>();
  for (const key of growing(callees)) halves.set(key, halvesFunction(functionOf(core, key), context, activity));
  const raw = assemble(joint, halves, callees);
  if (!optimize) return { entry: joint.key, functions: raw.functions };

  const parts = { joint, halves };
  const better = improve(parts, raw, core, optimize);
  const first = assemble(better.joint, better.halves, callees);
  const backward = new Set([...callees.values()].map(({ names }) => names.backward));
  const withCore = ({ functions }: Assembled): ReadonlyMap<string, ir.FunctionIR> => new Map([...core, ...functions]);
  const needless = needlessTapes(withCore(first), joint.key, backward);
  const second = needless.tapes.size > 0 && assembleAgain(better, needless.tapes, core, optimize, callees);
  const { functions } = second && needless.holdsFor(withCore(second)) ? second : first;
  const halvesOf = [...callees.values()].map(({ fn: primal, names }) => ({ primal, ...names }));
  return { entry: joint.key, functions: tidyHalves(functions, joint.key, halvesOf) };
}

interface Parts {
  readonly joint: ir.FunctionIR;
  readonly halves: ReadonlyMap<string, ir.FunctionIR>;
}
type Assembled = ReturnType<typeof assemble>;

function assembleAgain(
  parts: Parts,
  needless: ReadonlySet<ir.Variable>,
  core: ReadonlyMap<string, ir.FunctionIR>,
  optimize: Optimize,
  callees: ReadonlyMap<string, Callee>,
): Assembled {
  const lean = (fn: ir.FunctionIR): ir.FunctionIR => withoutTapes(fn, needless);
  const joint = lean(parts.joint);
  const halves = new Map([...parts.halves].map(([key, body]) => [key, lean(body)]));
  const assembled = assemble(joint, halves, callees);
  const better = improve({ joint, halves }, assembled, core, optimize);
  return assemble(better.joint, better.halves, callees);
}

/** The joint derivative and the halves, each simplified, where `assembled` is what they call. */
function improve(
  { joint, halves }: Parts,
  assembled: Assembled,
  core: ReadonlyMap<string, ir.FunctionIR>,
  optimize: Optimize,
): Parts {
  const all = { functions: new Map([...core, ...assembled.functions]) };
  const improved = (body: ir.FunctionIR): ir.FunctionIR => {
    const used = withTapeArguments(body.body, assembled.threaded);
    const tapes = new Set([...assembled.threaded.values()].flat());
    for (const s of body.body) if (s.kind === "let") tapes.delete(s.variable);
    const whole = optimize({ ...body, body: [...[...tapes].map(declaration), ...used] }, all);
    const ownLets = whole.body.filter((s) => !(s.kind === "let" && tapes.has(s.variable)));
    return { ...whole, body: withoutTapeArguments(ownLets, assembled.threaded) };
  };
  return { joint: improved(joint), halves: new Map([...halves].map(([key, body]) => [key, improved(body)])) };
}

function functionOf(core: ReadonlyMap<string, ir.FunctionIR>, key: string): ir.FunctionIR {
  const fn = core.get(key);
  if (!fn) throw new Error(`no function ${key}`);
  return fn;
}

/** The keys of a map that grows while they are visited. */
function* growing(map: ReadonlyMap<string, unknown>): Generator<string> {
  for (const key of map.keys()) yield key;
}

function assemble(
  joint: ir.FunctionIR,
  halves: ReadonlyMap<string, ir.FunctionIR>,
  callees: ReadonlyMap<string, Callee>,
) {
  const functions = new Map<string, ir.FunctionIR>([[joint.key, joint]]);
  for (const [key, body] of halves) {
    const callee = callees.get(key);
    if (!callee) throw new Error(`no callee ${key}`);
    const { forward, backward } = cutCallee(body, callee);
    functions.set(forward.key, forward).set(backward.key, backward);
  }
  return threadTapes(functions, joint.key);
}

function cutCallee(body: ir.FunctionIR, { fn, names }: Callee): Halves {
  const seeds = body.parameters.findIndex((p, i) => i >= fn.parameters.length && p.shadowOf === undefined);
  const forwardParameters = seeds < 0 ? body.parameters : body.parameters.slice(0, seeds);
  const shared = { file: fn.file, origin: fn.origin };
  const derivation = { of: fn.key, wrt: body.derivation?.wrt ?? [] };
  return cut(
    body,
    {
      ...shared,
      key: names.forward,
      name: wishFor(names.forward, fn, "forward"),
      parameters: forwardParameters,
      results: fn.results,
      derivation: { ...derivation, mode: "forward" },
    },
    {
      ...shared,
      key: names.backward,
      name: wishFor(names.backward, fn, "backward"),
      parameters: body.parameters,
      derivation: { ...derivation, mode: "backward", resultLabels: body.derivation?.resultLabels },
    },
  );
}

/** The wish for the name of a function derived from a callee: `predict_forward`, numbered as its key is. */
export function wishFor(key: string, fn: ir.FunctionIR, suffix: string): string {
  return `${fn.name}_${suffix}${key.slice(`${fn.key}_${suffix}`.length)}`;
}

function jointFunction(
  fn: ir.FunctionIR,
  context: ReversalContext,
  request: ReverseRequest,
  program: ir.Program,
): ir.FunctionIR {
  const asked = onlyAsked(fn, context, request.wrt);
  const reversed = reverseJoint(fn, asked, request);
  const { results, resultLabels } = reversed;
  // The arguments hold what they held when the value leaves, long before the backward pass restores what was written.
  const { parameters, body } = request.recorded
    ? copyWrittenParameters({ ...fn, body: reversed.body }, effectsOf(program)(fn.key), program)
    : { ...fn, body: reversed.body };
  const wrt = request.wrt.map((i) => fn.parameters[i].name);
  return liftConditionals({
    key: `${fn.file}#${request.name}`,
    name: request.name,
    file: fn.file,
    origin: fn.origin,
    parameters: [...parameters, ...reversed.parameters.slice(fn.parameters.length)],
    results,
    body,
    derivation: { of: fn.key, mode: request.mode, wrt, resultLabels },
  });
}

/**
 * A number that nobody asks the gradient of, and that stays as it was given, carries no derivative: so a partial with
 * respect to it that is infinite or NaN is never computed.
 */
function onlyAsked(fn: ir.FunctionIR, context: ReversalContext, wrt: readonly number[]): ReversalContext {
  const assigned = new Set<ir.Variable>();
  for (const s of statementsIn(fn.body)) {
    if ((s.kind === "set" || s.kind === "restore") && s.target.kind === "read") assigned.add(s.target.variable);
  }
  const inert = new Set(fn.parameters.filter((p, i) => !wrt.includes(i) && !isReference(p.type) && !assigned.has(p)));
  return { ...context, isActive: (variable) => !inert.has(variable) && context.isActive(variable) };
}

function halvesFunction(fn: ir.FunctionIR, context: ReversalContext, activity: Activity): ir.FunctionIR {
  const signature = signatureOf(fn, activity);
  const { parameters, results, resultLabels, body } = reverseHalves(fn, context, signature);
  const wrt = fn.parameters.filter((_, i) => signature.parameters[i]).map((parameter) => parameter.name);
  const derivation = { of: fn.key, mode: "backward", wrt, resultLabels } as const;
  const { file, origin } = fn;
  return liftConditionals({
    key: `${fn.key} halves`,
    name: `${fn.name}_halves`,
    file,
    origin,
    parameters,
    results,
    body,
    derivation,
  });
}

function reversalContext(
  core: ReadonlyMap<string, ir.FunctionIR>,
  activity: Activity,
  effects: Effects | undefined,
  callees: Map<string, Callee>,
  taken: { has(key: string): boolean },
): ReversalContext {
  const splitOf = (fn: ir.FunctionIR): CalleeSplit => {
    const known = callees.get(fn.key);
    const names = known?.names ?? {
      forward: freeKey(`${fn.key}_forward`, taken),
      backward: freeKey(`${fn.key}_backward`, taken),
    };
    if (!known) callees.set(fn.key, { fn, names });
    return { kind: "split", ...names, signature: signatureOf(fn, activity) };
  };
  return {
    isActive: (variable) => activity.isActive(variable),
    functionOf: (key) => functionOf(core, key),
    calleeRule: (call) => {
      const fn = functionOf(core, call.callee);
      const carries = carriesDerivative(activity, call);
      if (fn.custom) return carries && fn.custom.vjp ? { kind: "custom", maps: fn.custom.vjp } : { kind: "plain" };
      const touches = effects ? effects(fn.key).writes.size > 0 : call.arguments.some((a) => isReference(typeOf(a)));
      return carries || touches ? splitOf(fn) : { kind: "plain" };
    },
  };
}

/** The key, with a number if the program has it already. */
export function freeKey(key: string, taken: { has(key: string): boolean }): string {
  if (!taken.has(key)) return key;
  for (let i = 2; ; i++) if (!taken.has(`${key}${i}`)) return `${key}${i}`;
}
