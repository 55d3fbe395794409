import { effectsOf } from "./3-analyze/effects.ts";
import { parametersMayAlias } from "./3-analyze/classes.ts";
import { reachable } from "./4-differentiate/activity-context.ts";
import { deriveForward } from "./4-differentiate/derive-forward.ts";
import { deriveReverse, type Derivatives } from "./4-differentiate/derive-reverse.ts";
import type { Aliasing } from "./4-differentiate/parameter-shadows.ts";
import { notYet } from "./diagnostics/catalog.ts";
import { DifferentiationError, type Diagnostic } from "./diagnostics/diagnostic.ts";
import { holdsMaybe, isFlat, isReference, read, sameType, shadowType, variable } from "./ir/build.ts";
import type * as ir from "./ir/ir.ts";
import { freshen } from "./2-normalize/freshen.ts";
import { guardStores } from "./2-normalize/guardStores.ts";
import { normalize } from "./2-normalize/normalize.ts";
import { derivativeName } from "./derivative-names.ts";
import { wrapJacobian, wrapHessian } from "./4-differentiate/rows.ts";
import { copyWrittenParameters } from "./2-normalize/copyWrittenParameters.ts";
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
}

export interface DeriveOptions {
  /** "all", "none" (the baseline), or the names of the passes to run, in that order. */
  readonly passes?: Passes;
  readonly trace?: boolean;
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

/** The functions of a program by key; deriving adds to it. */
export type Functions = Map<string, ir.FunctionIR>;

/**
 * Derives a function of the program. The derivative is added to the program in a form that can be differentiated
 * again, and returned in the form that is written.
 * Throws a DifferentiationError where the program cannot be differentiated.
 */
export function derive(program: Functions, key: string, request: Request, options: DeriveOptions = {}): Derived {
  const after: PassTrace[] = [];
  const derived = deriveKey(program, key, request, options, options.trace ? after : undefined);
  const made = reachable(program, derived).flatMap((name) => {
    const fn = program.get(name);
    return fn && (fn.derivation || fn.synthetic) ? [fn] : [];
  });
  const functions = made.map((fn) =>
    finish(fn, { functions: program }, options.passes, options.trace ? after : undefined),
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
      return reverse(
        program,
        fn,
        {
          name: freeName(program, fn, derivativeName(fn, request, "pullback")),
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
      return hvp(program, fn, name, wrt, options, trace);
    case "jacobian":
      return rowsOf(
        program,
        wrapJacobian(program, fn, name, wrt[0], request, (inner) => deriveKey(program, key, inner, options, trace)),
      );
    case "hessian":
      if (isReference(fn.parameters[wrt[0]].type)) {
        return rowsOf(
          program,
          wrapHessian(program, fn, name, wrt[0], (inner) => deriveKey(program, key, inner, options, trace)),
        );
      }
      return secondGradient(program, fn, name, request, options, trace);
  }
}

/** The wish, or the wish with a number where a function of the user has that name. */
function freeName(program: Functions, { file }: ir.FunctionIR, wish: string): string {
  const isUsers = (name: string): boolean => {
    const known = program.get(`${file}#${name}`);
    return known !== undefined && !known.derivation;
  };
  let name = wish;
  for (let i = 2; isUsers(name); i++) name = `${wish}${i}`;
  return name;
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

/** The functions an entry reaches, each in core form with variables of its own, and with its stores looked after. */
function coreOf(program: Functions, entry: string): Functions {
  const core = new Map(
    reachable(program, entry).flatMap((key) => {
      const fn = program.get(key);
      return fn ? [[key, normalize(fn)] as const] : [];
    }),
  );
  return guardStores(core, entry);
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
  const optimize = optimizeWith(options.passes, trace);
  return addAll(program, deriveReverse(core, fn.key, { ...request, aliasing }, activity, optimize, program));
}

function isOneFlatType([first, ...others]: readonly ir.Type[]): boolean {
  return isFlat(first) && others.every((type) => sameType(type, first));
}

/** Which parameters may share objects that the function writes. This decides what is computed, not how fast. */
function aliasingOf(core: Functions, entry: ir.FunctionIR): Aliasing {
  const program = { functions: core };
  const { writes } = effectsOf(program)(entry.key);
  const differentiable = entry.parameters.filter(
    (p) => isReference(p.type) && p.type.kind !== "tape" && shadowType(p.type),
  );
  const groups: number[][] = [];
  for (const parameter of differentiable) {
    const i = entry.parameters.indexOf(parameter);
    const group = groups.find((members) =>
      members.some((j) => parametersMayAlias(program, entry.key, entry.parameters[j], parameter)),
    );
    if (group) group.push(i);
    else groups.push([i]);
  }
  const shared = differentiable
    .map((p) => entry.parameters.indexOf(p))
    .filter((i) => writes.has(i) && !isFlat(entry.parameters[i].type));
  // The shadows of such parameters are made at run time from the values, which do not show an absent number.
  const together = [
    ...groups.filter((group) => group.length > 1 && !isOneFlatType(group.map((j) => entry.parameters[j].type))).flat(),
    ...shared,
  ];
  const unclear = together.map((j) => entry.parameters[j]).find((parameter) => holdsMaybe(parameter.type));
  if (unclear) {
    const what = `\`${entry.name}\`, which writes into \`${unclear.name}\`, where numbers may be absent and objects shared,`;
    throw new DifferentiationError([notYet(entry.origin, what, "give every number a value, or work on a copy")]);
  }
  return { groups, shared: new Set(shared) };
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

/** Forward over reverse: the tangent of the gradient along `v`. */
function hvp(
  program: Functions,
  fn: ir.FunctionIR,
  name: string,
  wrt: readonly number[],
  options: DeriveOptions,
  trace: Trace,
): string {
  const gradient = deriveKey(program, fn.key, { mode: "grad", wrt, wrtIsTuple: false }, options, trace);
  const core = coreOf(program, gradient);
  const activity = activityFor(options.passes, { functions: core }, gradient, wrt);
  const request = { name, mode: "hvp", wrt, value: false } as const;
  const key = addAll(
    program,
    deriveForward(core, gradient, request, activity, optimizeWith(options.passes, trace), program),
  );
  const made = program.get(key);
  if (!made?.derivation) throw new Error(`no function ${key}`);
  program.set(key, { ...made, derivation: { ...made.derivation, of: fn.key } });
  return key;
}
