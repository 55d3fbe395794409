import { activity as analyzedActivity, type Activity } from "./3-analyze/activity.ts";
import { effectsOf, reachableFunctions } from "./3-analyze/effects.ts";
import { completeRules, type RuleRequest } from "./4-differentiate/complete-rules.ts";
import { deriveForward } from "./4-differentiate/derive-forward.ts";
import { deriveReverse, type Derivatives } from "./4-differentiate/derive-reverse.ts";
import { aliasingOf, coreOf, freeName, type Functions } from "./core-program.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { isReference, read, variable } from "./ir/build.ts";
import type * as ir from "./ir/ir.ts";
import { freshen } from "./2-normalize/freshen.ts";
import { derivativeName } from "./derivative-names.ts";
import { wrapHessian, wrapJacobian, writtenJacobians } from "./4-differentiate/recorded-rows.ts";
import { holdsPullback } from "./4-differentiate/repeatable.ts";
import { assertNoTensor, type Inner } from "./4-differentiate/rows.ts";
import { copyWrittenParameters } from "./2-normalize/copyWrittenParameters.ts";
import { transpose } from "./transpose.ts";
import { unreturnedResults, zeroGradients } from "./warnings.ts";
import { activityFor, finish, optimizeWith, type PassTrace, type Passes } from "./pipeline.ts";

export type Mode = "grad" | "valueAndGrad" | "vjp" | "jvp" | "jacobian" | "hessian" | "hvp";

/** One call of `grad` or its relatives. */
export interface Request {
  readonly mode: Mode;
  /** Indices of the parameters; undefined = the default of the mode. */
  readonly wrt: readonly number[] | undefined;
  /** Whether `wrt` was written as a tuple, so that the result is one too. */
  readonly wrtIsTuple: boolean;
  /** For `jacobian`: by columns in forward mode. */
  readonly forward?: boolean;
  /**
   * For `vjp`: the function as users call it, which runs once and returns its pullback. It cannot be differentiated
   * again; without this it is the pullback alone, `(…arguments, cotangent) => gradient`, which can be.
   */
  readonly recorded?: true;
}

export interface DeriveOptions {
  /** "all", "none" (the baseline), or the names of the passes to run, in that order. */
  readonly passes?: Passes;
  readonly trace?: boolean;
  /** Brackets every statement and its reversal with notes that tests pair: see `Marks`. Only for the baseline. */
  readonly marks?: boolean;
}

export interface Derived {
  readonly key: string;
  /** The derivative and the functions made for it, finished, in the order in which they are to be read. */
  readonly functions: readonly ir.FunctionIR[];
  /** The program after each pass, if a trace was asked for. */
  readonly after: readonly PassTrace[];
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Derives a function of the program. The derivative is added to the program in a form that can be differentiated
 * again, and returned in the form that is written.
 * Throws a DifferentiationError where the program cannot be differentiated.
 */
export function derive(program: Functions, key: string, request: Request, options: DeriveOptions = {}): Derived {
  const after: PassTrace[] = [];
  const trace = options.trace ? after : undefined;
  const derived = deriveKey(program, key, request, options, trace);
  const jacobians = writtenJacobians(program, derived, (of, inner) => deriveKey(program, of, inner, options, trace));
  const written = new Map([...program, ...jacobians]);
  const made = [...reachableFunctions({ functions: written }, [derived])].flatMap((name) => {
    const fn = written.get(name);
    return fn && (fn.derivation || fn.synthetic) ? [fn] : [];
  });
  const functions = made.map((fn) =>
    holdsPullback(written, fn) ? fn : finish(fn, { functions: program }, options.passes, trace),
  );
  const diagnostics = [...zeroGradients(program, key, derived), ...unreturnedResults(program, key, coreOf)];
  return { key: derived, functions, after, diagnostics };
}

type Trace = PassTrace[] | undefined;

/** A function with a rule of its own, as a function that calls it: then the rule is used for the entry too. */
function callOf(program: Functions, fn: ir.FunctionIR): ir.FunctionIR {
  if (!fn.custom) return fn;
  const { name, file, resultAnnotation } = fn;
  const key = `${fn.key}()`;
  const parameters = fn.parameters.map((parameter) => ({ ...parameter }));
  const results = fn.results.map((type) => variable("y", type));
  const { origin } = fn;
  const call: ir.Statement = { kind: "call", callee: fn.key, arguments: parameters.map(read), results, origin };
  const body: ir.Block = [call, { kind: "return", values: results.map(read), origin }];
  const caller: ir.FunctionIR = {
    key,
    name,
    file,
    parameters,
    results: fn.results,
    ...(resultAnnotation !== undefined && { resultAnnotation }),
    body,
    origin,
  };
  program.set(key, caller);
  return caller;
}

function deriveKey(program: Functions, key: string, request: Request, options: DeriveOptions, trace: Trace): string {
  const found = program.get(key);
  if (!found) throw new Error(`no function ${key}`);
  const fn = callOf(program, found);
  const name = freeName(program, fn, derivativeName(fn, request));
  const known = `${fn.file}#${name}`;
  if (program.has(known)) return known;
  const tuple = request.wrtIsTuple && (request.mode === "valueAndGrad" || request.wrt?.length === 1);
  const wrt = request.wrt ?? (request.mode === "jvp" ? differentiable(fn) : [0]);
  const inner: Inner = (wanted, of = key) => deriveKey(program, of, wanted, options, trace);
  switch (request.mode) {
    case "grad":
      return reverse(program, fn, { name, mode: "gradient", wrt, tuple, value: false, seed: "one" }, options, trace);
    case "valueAndGrad":
      return reverse(
        program,
        fn,
        { name, mode: "valueAndGradient", wrt, tuple, value: true, seed: "one" },
        options,
        trace,
      );
    case "vjp":
      if (request.recorded) {
        const recorded = { mode: "vjp", wrt, tuple, value: false, seed: "parameter", recorded: true } as const;
        return reverse(program, fn, { name, ...recorded }, options, trace);
      }
      return reverse(
        program,
        fn,
        {
          name,
          mode: "pullback",
          wrt,
          tuple,
          value: false,
          seed: "parameter",
        },
        options,
        trace,
      );
    case "jvp":
      return jvp(program, fn, name, wrt, request, options, trace);
    case "hvp":
      return hvp(program, fn, name, { ...request, wrt }, options, trace);
    case "jacobian":
      assertNoTensor(fn, wrt[0], "jacobian");
      return rowsOf(
        program,
        wrapJacobian(program, { fn, name, mode: "jacobian", wrt: wrt[0] }, request.forward === true, inner),
      );
    case "hessian":
      assertNoTensor(fn, wrt[0], "hessian");
      if (isReference(fn.parameters[wrt[0]].type)) {
        return rowsOf(program, wrapHessian(program, { fn, name, mode: "hessian", wrt: wrt[0] }, inner));
      }
      return secondGradient(program, fn, name, request, options, trace);
  }
}

/** The parameters of which numbers can be derived. */
function differentiable(fn: ir.FunctionIR): readonly number[] {
  return fn.parameters.map((_, i) => i);
}

function rowsOf(program: Functions, made: ir.FunctionIR): string {
  program.set(made.key, made);
  return made.key;
}

function secondGradient(
  program: Functions,
  fn: ir.FunctionIR,
  name: string,
  request: Request,
  options: DeriveOptions,
  trace: Trace,
): string {
  const first = deriveKey(program, fn.key, { ...request, mode: "grad", wrtIsTuple: false }, options, trace);
  const gradient = program.get(first);
  if (!gradient) throw new Error(`no function ${first}`);
  return reverse(
    program,
    gradient,
    { name, mode: "gradient", wrt: request.wrt ?? [0], tuple: false, value: false, seed: "one" },
    options,
    trace,
  );
}

type ReverseWith = Omit<Parameters<typeof deriveReverse>[2], "aliasing">;

function reverse(
  program: Functions,
  fn: ir.FunctionIR,
  request: ReverseWith,
  options: DeriveOptions,
  trace: Trace,
): string {
  const core = coreOf(program, fn.key);
  const aliasing = aliasingOf(core, core.get(fn.key) ?? fn);
  const activity = activityFor(options.passes, { functions: core }, fn.key, request.wrt);
  const exact = exactActivity(core, fn.key, request.wrt);
  completed(program, core, { entry: fn.key, mode: "vjp", activity, exact }, options, trace);
  const optimize = optimizeWith(options.passes, trace);
  const asked = { ...request, aliasing, ...(options.marks && { marks: { next: 0 } }) };
  return addAll(program, deriveReverse(core, fn.key, asked, activity, optimize, program));
}

/** The analysis, whatever passes are on: it decides what is refused. */
function exactActivity(core: Functions, entry: string, wrt: readonly number[]): Activity {
  return analyzedActivity({ functions: core }, entry, wrt);
}

/** Makes the maps for a mode that rules leave out, as far as they are needed. */
function completed(
  program: Functions,
  core: Functions,
  request: RuleRequest,
  { passes }: DeriveOptions,
  trace: Trace,
): void {
  completeRules(core, program, request, (map) => transpose(program, map, passes, trace));
}

function addAll(program: Functions, derivatives: Derivatives): string {
  for (const [key, fn] of derivatives.functions) program.set(key, freshen(fn));
  return derivatives.entry;
}

function jvp(
  program: Functions,
  fn: ir.FunctionIR,
  name: string,
  wrt: readonly number[],
  request: Request,
  options: DeriveOptions,
  trace: Trace,
): string {
  const core = coreOf(program, fn.key);
  const entry = core.get(fn.key) ?? fn;
  core.set(fn.key, copyWrittenParameters(entry, effectsOf({ functions: core })(fn.key), { functions: core }));
  const activity = activityFor(options.passes, { functions: core }, fn.key, wrt);
  const exact = exactActivity(core, fn.key, wrt);
  completed(program, core, { entry: fn.key, mode: "jvp", activity, exact }, options, trace);
  const optimize = optimizeWith(options.passes, trace);
  const key = addAll(
    program,
    deriveForward(core, fn.key, { name, mode: "jvp", wrt, value: true }, activity, optimize, program),
  );
  const made = program.get(key);
  if (!made?.derivation) throw new Error(`no function ${key}`);
  const count = fn.parameters.length;
  const tangents = request.wrt && !request.wrtIsTuple ? [] : [{ from: count, to: made.parameters.length }];
  program.set(key, {
    ...made,
    derivation: {
      ...made.derivation,
      groups: [{ from: 0, to: count }, ...tangents],
      resultLabels: ["value", "tangent"],
    },
  });
  return key;
}

/** Forward over reverse: the tangent of the gradient along `v`, which is a tuple where `wrt` is. */
function hvp(
  program: Functions,
  fn: ir.FunctionIR,
  name: string,
  { wrt, wrtIsTuple }: Request & { readonly wrt: readonly number[] },
  options: DeriveOptions,
  trace: Trace,
): string {
  const gradient = deriveKey(program, fn.key, { mode: "grad", wrt, wrtIsTuple }, options, trace);
  const core = coreOf(program, gradient);
  const activity = activityFor(options.passes, { functions: core }, gradient, wrt);
  const exact = exactActivity(core, gradient, wrt);
  completed(program, core, { entry: gradient, mode: "jvp", activity, exact }, options, trace);
  const request = { name, mode: "hvp", wrt, value: false } as const;
  const key = addAll(
    program,
    deriveForward(core, gradient, request, activity, optimizeWith(options.passes, trace), program),
  );
  const made = program.get(key);
  if (!made?.derivation) throw new Error(`no function ${key}`);
  const count = fn.parameters.length;
  const groups = wrtIsTuple ? [{ from: count, to: count + wrt.length }] : [];
  program.set(key, { ...made, derivation: { ...made.derivation, of: fn.key, groups } });
  return key;
}
