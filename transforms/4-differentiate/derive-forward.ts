import type * as ir from "../ir/ir.ts";
import { liftConditionals } from "../2-normalize/liftConditionals.ts";
import { effectsOf } from "../3-analyze/effects.ts";
import { carriesDerivative, signatureOf, type Activity } from "./activity-context.ts";
import { freeKey, wishFor, type Derivatives, type Optimize } from "./derive-reverse.ts";
import { forward, tangentName, type ForwardContext, type ForwardRequest } from "./forward.ts";

export interface ForwardModeRequest extends ForwardRequest {
  readonly name: string;
  readonly mode: "jvp" | "hvp";
}

/** Forward mode of a function and of all it calls; see `deriveReverse` for the parameters. */
export function deriveForward(
  core: ReadonlyMap<string, ir.FunctionIR>,
  entry: string,
  request: ForwardModeRequest,
  activity: Activity,
  optimize: Optimize | undefined,
  taken: { has(key: string): boolean },
): Derivatives {
  const names = new Map<string, string>();
  const context = forwardContext(core, activity, names, taken);
  const functions = new Map<string, ir.FunctionIR>();
  const fn = core.get(entry);
  if (!fn) throw new Error(`no function ${entry}`);
  const joint = entryFunction(fn, context, request);
  functions.set(joint.key, joint);
  for (const [of, key] of names) {
    const callee = core.get(of);
    if (callee) functions.set(key, calleeFunction(callee, key, context, activity));
  }
  if (!optimize) return { entry: joint.key, functions };
  const all = { functions: new Map([...core, ...functions]) };
  return { entry: joint.key, functions: new Map([...functions].map(([key, body]) => [key, optimize(body, all)])) };
}

function entryFunction(fn: ir.FunctionIR, context: ForwardContext, request: ForwardModeRequest): ir.FunctionIR {
  const { parameters, results, body } = forward(fn, context, request);
  const made: ir.FunctionIR = {
    key: `${fn.file}#${request.name}`,
    name: request.name,
    file: fn.file,
    origin: fn.origin,
    parameters,
    results,
    body,
    derivation: { of: fn.key, mode: request.mode, wrt: request.wrt.map((i) => fn.parameters[i].name) },
  };
  return liftConditionals(made);
}

function calleeFunction(fn: ir.FunctionIR, key: string, context: ForwardContext, activity: Activity): ir.FunctionIR {
  const wrt = fn.parameters.flatMap((parameter, i) => (activity.isActive(parameter) ? [i] : []));
  const { parameters, results, body } = forward(fn, context, { wrt, value: true });
  const derivation = {
    of: fn.key,
    mode: "tangent",
    wrt: wrt.map((i) => fn.parameters[i]).flatMap(({ name, type }) => (type.kind === "tape" ? [] : [name])),
    resultLabels: results.map((_, i) => (i < fn.results.length ? "value" : tangentName("value"))),
  } as const;
  return liftConditionals({
    key,
    name: wishFor(key, fn, "tangent"),
    file: fn.file,
    origin: fn.origin,
    parameters,
    results,
    body,
    derivation,
  });
}

function forwardContext(
  core: ReadonlyMap<string, ir.FunctionIR>,
  activity: Activity,
  names: Map<string, string>,
  taken: { has(key: string): boolean },
): ForwardContext {
  const functionOf = (key: string): ir.FunctionIR => {
    const fn = core.get(key);
    if (!fn) throw new Error(`no function ${key}`);
    return fn;
  };
  const effects = effectsOf({ functions: core });
  return {
    isActive: (variable) => activity.isActive(variable),
    functionOf,
    allocates: (key) => effects(key).allocatesResult,
    calleeRule: (call) => {
      const fn = functionOf(call.callee);
      if (!carriesDerivative(activity, call)) return { kind: "plain" };
      if (fn.custom) return { kind: "custom", maps: fn.custom.jvp ?? [] };
      const key = names.get(fn.key) ?? freeKey(`${fn.key}_tangent`, taken);
      names.set(fn.key, key);
      return { kind: "tangent", key, signature: signatureOf(fn, activity) };
    },
  };
}
