/** Rules that functions bring along: every call that carries a derivative needs one for the mode it is differentiated in. */
import { classesOf } from "../3-analyze/classes.ts";
import { effectsOf } from "../3-analyze/effects.ts";
import { normalize } from "../2-normalize/normalize.ts";
import { badCustomRule, customModeMissing, inertParameter } from "../diagnostics/catalog.ts";
import { DifferentiationError } from "../diagnostics/diagnostic.ts";
import { holdsTensor, isReference, shadowType, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import { carriesDerivative, reachable, type Activity } from "./activity-context.ts";
import { dependsOnActive } from "./adjoint.ts";

export type RuleMode = "vjp" | "jvp";

/** A map of the rule of `fn` with respect to its parameter `i`, which is for `mode`. */
export interface RuleMap {
  readonly key: string;
  readonly fn: ir.FunctionIR;
  readonly mode: RuleMode;
  readonly i: number;
}

/** The map for the other mode: the transpose in its seed, null for a map that is zero. Undefined where none can be seen. */
export type Transpose = (map: RuleMap) => string | null | undefined;

export interface RuleRequest {
  readonly entry: string;
  readonly mode: RuleMode;
  readonly activity: Activity;
  /** What certainly depends on what is differentiated, also where the baseline takes everything for active. */
  readonly exact: Activity;
}

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/**
 * Gives each function with a rule, as far as it is called with what carries a derivative, the maps for `mode`. Maps that are
 * made are in `program`; with what they call they are added to `core`.
 */
export function completeRules(
  core: Map<string, ir.FunctionIR>,
  program: Functions,
  { entry, mode, activity, exact }: RuleRequest,
  transpose: Transpose,
): void {
  for (const [key, { call, active }] of callsWithRules(core, entry, activity)) {
    const fn = core.get(key);
    if (!fn?.custom) continue;
    assertOwnResult(core, fn, entry, call);
    if (fn.primitive) assertConstants(fn, callsOf(core, entry, key), exact);
    const missing = (i?: number): never => {
      throw new DifferentiationError([
        customModeMissing(call.origin ?? fn.origin, fn.name, mode, i === undefined ? undefined : fn.parameters[i].name),
      ]);
    };
    const maps = fn.custom[mode] ?? transposed(fn, mode, active, transpose, missing);
    for (const map of maps) if (map !== null) addReachable(core, program, map);
    maps.forEach((map, i) => map !== null && active.has(i) && assertLeavesArguments(core, fn, map, i));
    core.set(key, { ...fn, custom: { ...fn.custom, [mode]: maps } });
  }
}

function transposed(
  fn: ir.FunctionIR,
  mode: RuleMode,
  active: ReadonlySet<number>,
  transpose: Transpose,
  missing: (i?: number) => never,
): readonly (string | null)[] {
  const other = mode === "vjp" ? "jvp" : "vjp";
  const maps = fn.custom?.[other] ?? missing();
  return maps.map((key, i) =>
    key !== null && active.has(i) ? orElse(transpose({ key, fn, mode: other, i }), () => missing(i)) : null,
  );
}

function orElse<T>(value: T | undefined, other: () => never): T {
  return value === undefined ? other() : value;
}

interface CallsOfRule {
  /** The first of the calls. */
  readonly call: ir.Call;
  /** The parameters that get something active in any of them. */
  readonly active: Set<number>;
}

/** The active calls of functions with rules, from what `entry` calls, those functions aside. */
function callsWithRules(core: Functions, entry: string, activity: Activity): ReadonlyMap<string, CallsOfRule> {
  const found = new Map<string, CallsOfRule>();
  const visited = new Set([entry]);
  for (const key of visited) {
    for (const s of statementsIn(core.get(key)?.body ?? [])) {
      if (s.kind !== "call") continue;
      if (!core.get(s.callee)?.custom) visited.add(s.callee);
      else if (carriesDerivative(activity, s)) {
        const calls = found.get(s.callee) ?? { call: s, active: new Set() };
        found.set(s.callee, calls);
        s.arguments.forEach((argument, i) => dependsOnActive(activity, argument) && calls.active.add(i));
      }
    }
  }
  return found;
}

function* callsOf(core: Functions, entry: string, key: string): Generator<ir.Call> {
  for (const caller of reachable(core, entry))
    for (const s of statementsIn(core.get(caller)?.body ?? [])) if (s.kind === "call" && s.callee === key) yield s;
}

/**
 * A number that a primitive has no map for must be a constant. Where it takes a tensor (or either), the rule says that the
 * derivative is zero.
 */
function assertConstants(fn: ir.FunctionIR, calls: Iterable<ir.Call>, exact: Activity): void {
  for (const call of calls) {
    call.arguments.forEach((argument, i) => {
      const { name, type } = fn.parameters[i];
      const isNumeric = shadowType(typeOf(argument)) !== undefined && ![typeOf(argument), type].some(holdsTensor);
      if (fn.custom?.vjp?.[i] !== null || !isNumeric || !dependsOnActive(exact, argument)) return;
      throw new DifferentiationError([
        inertParameter(call.origin ?? fn.origin, fn.name, name, call.origin?.text ?? fn.name),
      ]);
    });
  }
}

function addReachable(core: Map<string, ir.FunctionIR>, program: Functions, entry: string): void {
  for (const key of reachable(program, entry)) {
    const fn = program.get(key);
    if (fn && !core.has(key)) core.set(key, fn.primitive ? fn : normalize(fn, program));
  }
}

/** The result has a shadow of its own, so what is written through it must not be memory of an argument. */
function assertOwnResult(core: Functions, fn: ir.FunctionIR, entry: string, call: ir.Call): void {
  const program = { functions: core };
  const [result] = call.results;
  if (!isReference(result.type) || effectsOf(program)(fn.key).allocatesResult) return;
  const classes = classesOf(program, [entry]);
  if ([...classes.reachable(classes.classOf(result))].every((memory) => memory.written.size === 0)) return;
  const problem = "its result may be an argument, or hold one, and is written";
  throw new DifferentiationError([
    badCustomRule(call.origin ?? fn.origin, fn.name, problem, "let it return a copy: `x.slice()`"),
  ]);
}

/** A map is given the adjoints themselves, and the memory of the primal. */
function assertLeavesArguments(core: Functions, fn: ir.FunctionIR, map: string, i: number): void {
  if (effectsOf({ functions: core })(map).writes.size === 0) return;
  const problem = `the map with respect to \`${fn.parameters[i].name}\` writes into its arguments`;
  const at = core.get(map)?.origin ?? fn.origin;
  throw new DifferentiationError([badCustomRule(at, fn.name, problem, "let it work on a copy: `dy.slice()`")]);
}
