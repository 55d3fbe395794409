/** The ordered lists of passes, and what runs them. Everything a derivative goes through after its reversal is here. */
import { effectsOf } from "./3-analyze/effects.ts";
import { activity } from "./3-analyze/activity.ts";
import { everythingActive, type Activity } from "./4-differentiate/activity-context.ts";
import type { Optimize } from "./4-differentiate/derive-reverse.ts";
import { isolate } from "./4-differentiate/isolate.ts";
import { adopt } from "./5-simplify/adopt.ts";
import { assemble } from "./5-simplify/assemble.ts";
import { ascend } from "./5-simplify/ascend.ts";
import { counters } from "./5-simplify/counters.ts";
import { dead } from "./5-simplify/dead.ts";
import { express } from "./5-simplify/express.ts";
import { fold } from "./5-simplify/fold.ts";
import { mergeFunctions } from "./5-simplify/mergeFunctions.ts";
import { mergeTapes } from "./5-simplify/mergeTapes.ts";
import type { Pass, PassContext } from "./5-simplify/pass.ts";
import { place } from "./5-simplify/place.ts";
import { propagate } from "./5-simplify/propagate.ts";
import { recompute } from "./5-simplify/recompute.ts";
import { renest } from "./5-simplify/renest.ts";
import { retest } from "./5-simplify/retest.ts";
import { same } from "./5-simplify/same.ts";
import { settle } from "./5-simplify/settle.ts";
import { shareTapes } from "./5-simplify/shareTapes.ts";
import { sink, sinkInPullback } from "./5-simplify/sink.ts";
import { substitute } from "./5-simplify/substitute.ts";
import { tail } from "./5-simplify/tail.ts";
import type { FunctionIR, Program } from "./ir/ir.ts";
import { printFunction } from "./ir/print.ts";

export { derive, type Derived, type DeriveOptions, type Mode, type Request } from "./derive.ts";

/** These repeat, in this order, until nothing changes; then the derivative can still be differentiated again. */
export const rounds: readonly Pass[] = [recompute, retest, settle, fold, propagate, dead, substitute, same];

/** These run once, at the end: they decide where tapes live and how the text is nested. */
export const last: readonly Pass[] = [
  express,
  mergeTapes,
  place,
  counters,
  fold,
  propagate,
  dead,
  adopt,
  sink,
  ascend,
  renest,
  sink,
  substitute,
  fold,
  assemble,
  tail,
];

/** These run once on all functions that are written together, after the others. */
export const whole: readonly WholePass[] = [shareTapes, mergeFunctions];

type WholePass = (functions: readonly FunctionIR[]) => readonly FunctionIR[];

const maximumRounds = 6;

/** All passes, none (the baseline, which uses no analysis at all), or these in this order. */
export type Passes = "all" | "none" | readonly string[];

export interface PassTrace {
  readonly pass: string;
  readonly function: string;
  readonly text: string;
}

/** Which variables carry derivatives: found by the analysis, or, for the baseline, all that can. */
export function activityFor(
  passes: Passes | undefined,
  program: Program,
  entry: string,
  wrt: readonly number[],
): Activity {
  const isOn = passes === undefined || passes === "all" || (passes !== "none" && passes.includes(activity.name));
  return isOn ? activity(program, entry, wrt) : everythingActive;
}

/** Runs the repeating passes; undefined for the baseline. */
export function optimizeWith(passes: Passes | undefined, trace: PassTrace[] | undefined): Optimize | undefined {
  if (passes === "none") return undefined;
  return (fn, program) => {
    const context: PassContext = { program, effects: effectsOf(program) };
    trace?.push({ pass: "reverse", function: fn.name, text: printFunction(fn) });
    if (passes !== undefined && passes !== "all") return run(fn, named(rounds, passes), context, trace);
    const repeated = rounds.map(unlessSettled);
    let current = fn;
    for (let round = 0; round < maximumRounds; round++) {
      const before = current;
      current = run(before, repeated, context, trace);
      if (current === before || printFunction(current) === printFunction(before)) break;
    }
    return current;
  };
}

/** The same pass, which does not look again at the very function that it has left as it was. */
function unlessSettled(pass: Pass): Pass {
  let settled: FunctionIR | undefined;
  const once: Pass = (fn, context) => {
    if (fn === settled) return fn;
    const made = pass(fn, context);
    if (made === fn) settled = fn;
    return made;
  };
  return Object.defineProperty(once, "name", { value: pass.name });
}

/** Runs the last passes, after which a derivative can only be written. */
export function finish(
  fn: FunctionIR,
  program: Program,
  passes: Passes | undefined,
  trace: PassTrace[] | undefined,
): FunctionIR {
  if (passes === "none" || !fn.derivation) return fn;
  const chosen = isAll(passes) ? last : named(last, passes);
  return run(fn, chosen, { program, effects: effectsOf(program) }, trace);
}

/**
 * Runs the passes over whole modules on all functions that are written, each of which is finished; then what a pullback
 * shares is made its own. `program` has what they call.
 */
export function finishTogether(
  functions: readonly FunctionIR[],
  program: ReadonlyMap<string, FunctionIR>,
  passes: Passes | undefined,
): readonly FunctionIR[] {
  const chosen = isAll(passes) ? whole : named(whole, passes === "none" ? [] : passes);
  const together = chosen.reduce((current, pass) => pass(current), functions);
  const all = { functions: new Map([...program, ...together.map((fn) => [fn.key, fn] as const)]) };
  const context: PassContext = { program: all, effects: effectsOf(all) };
  const after = isAll(passes) ? [isolate, dead, sinkInPullback] : [isolate];
  return together.map((fn) => (fn.derivation?.mode === "vjp" ? run(fn, after, context, undefined) : fn));
}

function isAll(passes: Passes | undefined): passes is "all" | undefined {
  return passes === undefined || passes === "all";
}

function named<P extends { readonly name: string }>(list: readonly P[], names: readonly string[]): readonly P[] {
  return names.flatMap((name) => list.filter((pass) => pass.name === name));
}

function run(
  fn: FunctionIR,
  passes: readonly Pass[],
  context: PassContext,
  trace: PassTrace[] | undefined,
): FunctionIR {
  let current = fn;
  let text = trace && printFunction(fn);
  for (const pass of passes) {
    current = pass(current, context);
    const next = trace && printFunction(current);
    if (trace && next !== undefined && next !== text) trace.push({ pass: pass.name, function: fn.name, text: next });
    text = next;
  }
  return current;
}
