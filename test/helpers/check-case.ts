/** What every fixture and every random program is checked for. */
import { Tensor } from "../../runtime/tensor/tensor.ts";
import type { Case } from "./case.ts";
import { checkInvariants } from "./invariants.ts";
import { gradientError, partial, slope } from "./differences.ts";
import { deriveFrom, readExport, type Source } from "./fixtures.ts";
import { generate, runGenerated, type Generated, type GenerateOptions, type Wanted } from "./generated.ts";
import { copyAll, difference, inner, moved, numberPaths, pattern, at, close, clone } from "./values.ts";
import { interpret } from "../../transforms/ir/interpret.ts";
import type { Mode, Request } from "../../transforms/derive.ts";
import * as runtime from "../../runtime/index.ts";
import * as nn from "../../runtime/nn.ts";
import { runModule } from "./module.ts";

type Callable = (...args: unknown[]) => unknown;

export interface CheckOptions extends GenerateOptions {
  readonly tolerance?: number;
}

export function wrtOf(test: Case): readonly number[] {
  return typeof test.wrt === "number" ? [test.wrt] : (test.wrt ?? [0]);
}

/** The request for the gradient of a function with a number as its result, for the value and pullback of another. */
export function gradientRequest(test: Case, isScalar: boolean): Request {
  return isScalar ? requestFor(test, "grad") : vjpRequest(test);
}

/** The request for the value and the pullback. */
export function vjpRequest(test: Case): Request {
  return { ...requestFor(test, "vjp"), recorded: true };
}

function requestFor(test: Case, mode: Mode): Request {
  const wrt = test.wrt === undefined ? undefined : wrtOf(test);
  return { mode, wrt, wrtIsTuple: typeof test.wrt === "object" };
}

/** A case of a module, and what its primal gives. */
export interface Subject {
  readonly source: Source;
  readonly test: Case;
  readonly primal: Callable;
  readonly args: () => unknown[];
  readonly value: unknown;
  readonly isScalar: boolean;
  /** The adjoint of the result. */
  readonly seed: unknown;
}

export function subjectOf(source: Source, test: Case): Subject {
  const primal = source.exports[test.of] as Callable;
  const value = primal(...copyAll(test.arguments()));
  const isScalar = typeof value === "number";
  return { source, test, primal, args: test.arguments, value, isScalar, seed: isScalar ? 1 : pattern(value, 0.3) };
}

/** The scalar function whose gradient the seed gives. */
export function scalarOf({ primal, isScalar, seed }: Subject): (...args: unknown[]) => number {
  return (...args) => (isScalar ? (primal(...args) as number) : inner(seed, primal(...args)));
}

export function wantedGradient(subject: Subject): Wanted {
  const { test } = subject;
  if (test.exclude?.reverse)
    return { of: test.of, request: { mode: "jvp", wrt: wrtOf(test), wrtIsTuple: typeof test.wrt === "object" } };
  return { of: test.of, request: gradientRequest(test, subject.isScalar) };
}

/** Arguments as the derivative takes them: absent ones as undefined, then the seed. */
function padded(subject: Subject, generated: Generated, args: readonly unknown[], more: readonly unknown[]): unknown[] {
  const key = [...generated.program.values()].find((fn) => fn.name === subject.test.of && !fn.derivation);
  return paddedTo(key?.parameters.length ?? args.length, args, more);
}

function paddedTo(count: number, args: readonly unknown[], more: readonly unknown[]): unknown[] {
  return [...args, ...new Array<undefined>(Math.max(0, count - args.length)).fill(undefined), ...more];
}

export function exportOf(subject: Subject, generated: Generated, name: string): Callable {
  return runGenerated(subject.source, generated)[name] as Callable;
}

/** Calls a generated gradient: one entry for every `wrt`. Fails if it changes its arguments. */
export function callGradient(subject: Subject, generated: Generated, name: string, args = subject.args()): unknown[] {
  if (!subject.isScalar) return callVjp(subject, generated, name, args);
  const fn = exportOf(subject, generated, name);
  const before = clone(args);
  const gradient = fn(...padded(subject, generated, args, []));
  expectUnchanged(args, before);
  return entries(subject, gradient);
}

/**
 * Calls a generated `vjp` and its pullback twice: one entry for every `wrt`. Fails if it changes its arguments, gives
 * another value than the primal, or if the two results differ though arguments, value and gradient were spoiled between.
 */
export function callVjp(subject: Subject, generated: Generated, name: string, args = subject.args()): unknown[] {
  const fn = runGenerated(subject.source, generated)[name] as Callable;
  const before = clone(args);
  const [value, pullback] = fn(...padded(subject, generated, args, [])) as [unknown, Callable];
  expectUnchanged(args, before);
  const wanted = subject.primal(...clone(args));
  const wrong = subject.test.exclude?.differences ? undefined : difference(value, wanted, 0);
  if (wrong) throw new Error(`the value of the vjp: ${wrong}`);
  const first = pullback(clone(subject.seed));
  const kept = clone(first);
  expectUnchanged(args, before);
  spoil([args, value, first]);
  const again = difference(pullback(subject.seed), kept, 0);
  if (again) throw new Error(`the pullback called again: ${again}`);
  return entries(subject, kept);
}

function expectUnchanged(args: readonly unknown[], before: readonly unknown[]): void {
  const changed = args.map((argument, i) => difference(argument, before[i], 0)).find((text) => text !== undefined);
  if (changed) throw new Error(`the derivative changed an argument: ${changed}`);
}

function entries(subject: Subject, gradient: unknown): unknown[] {
  return wrtOf(subject.test).length > 1 ? (gradient as unknown[]) : [gradient];
}

/** Overwrites every number that can be reached, and shortens arrays. */
function spoil(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Tensor) return; // tensors are never written
  for (const [name, part] of Object.entries(value)) {
    spoil(part);
    if (typeof part === "number") (value as Record<string, number>)[name] = NaN;
  }
  if (Array.isArray(value)) value.length = Math.floor(value.length / 2);
}

export function checkDifferences(subject: Subject, gradients: readonly unknown[], tolerance = 1e-6): string[] {
  const f = scalarOf(subject);
  return wrtOf(subject.test).flatMap((index, k) => {
    const error = gradientError(f, subject.args(), index, gradients[k], tolerance);
    return error ? [`gradient ${String(index)} ${error}`] : [];
  });
}

/** The gradients by differences, in the shape of the arguments; where there is no reverse mode to compare with. */
export function gradientsByDifferences(subject: Subject): unknown[] {
  const f = scalarOf(subject);
  return wrtOf(subject.test).map((index) => {
    const argument = subject.args()[index];
    if (typeof argument === "number") return partial(f, subject.args(), index, []).value;
    const gradient = clone(argument);
    for (const path of numberPaths(gradient)) {
      const holder = at(gradient, path.slice(0, -1)) as Record<string | number, number>;
      holder[path[path.length - 1]] = partial(f, subject.args(), index, path).value;
    }
    return gradient;
  });
}

/** ⟨ȳ, J·v⟩ = ⟨Jᵀ·ȳ, v⟩. */
export async function checkForward(
  subject: Subject,
  gradients: readonly unknown[],
  options: CheckOptions = {},
): Promise<string[]> {
  const { test, source, value } = subject;
  const wrt = wrtOf(test);
  const wrtIsTuple = typeof test.wrt === "object";
  const generated = await generate(source, [{ of: test.of, request: { mode: "jvp", wrt, wrtIsTuple } }], options);
  const jvp = runGenerated(source, generated)[generated.names[0]] as Callable;
  const tangents = gradients.map((gradient, i) => pattern(gradient, i + 0.5));
  const args = subject.args();
  const before = clone(args);
  const result = jvp(padded(subject, generated, args, []), wrtIsTuple ? tangents : tangents[0]) as [unknown, unknown];
  const errors: string[] = [];
  if (difference(args, before, 0)) errors.push("forward mode changed an argument");
  const wrongValue = difference(result[0], value, 1e-12);
  if (wrongValue) errors.push(`forward mode: value ${wrongValue}`);
  const left = subject.isScalar ? (result[1] as number) : inner(subject.seed, result[1]);
  const right = gradients.reduce<number>((sum, gradient, i) => sum + inner(gradient, tangents[i]), 0);
  const scale = Math.max(
    1,
    ...gradients.flatMap((gradient) => numberPaths(gradient).map((path) => Math.abs(at(gradient, path) as number))),
  );
  if (!close(left, right, (options.tolerance ?? 1e-9) * scale))
    errors.push(`forward ${String(left)}, reverse ${String(right)}`);
  return errors;
}

/** H·v of forward over reverse and of reverse over reverse, against differences of the gradient. */
export async function checkSecondOrder(subject: Subject, options: CheckOptions = {}): Promise<string[]> {
  if (!subject.isScalar) return [];
  const errors: string[] = [];
  for (const index of wrtOf(subject.test)) {
    const test = { ...subject.test, wrt: index };
    errors.push(...(await secondOrder({ ...subject, test }, index, options)));
  }
  return errors;
}

async function secondOrder(subject: Subject, index: number, options: CheckOptions): Promise<string[]> {
  const { source, test } = subject;
  const wrt = index === 0 ? undefined : [index];
  const request: Request = { mode: "grad", wrt, wrtIsTuple: false };
  const first = await generate(source, [{ of: test.of, request }], options);
  const gradientOf = (args: unknown[]): unknown => callGradient(subject, first, first.names[0], args)[0];
  const gradient = gradientOf(subject.args());
  const v = pattern(gradient, 0.7);
  const want = directional(subject, index, gradientOf, gradient, v);

  const errors: string[] = [];
  const compare = (got: unknown, mode: string): void => {
    const wrong = difference(got, want, options.tolerance ?? 1e-5);
    if (wrong) errors.push(`${mode} ${wrong}`);
  };
  const forward = await generate(
    source,
    [{ of: test.of, request: { mode: "hvp", wrt: [index], wrtIsTuple: false } }],
    options,
  );
  const hvp = runGenerated(source, forward)[forward.names[0]] as Callable;
  compare(hvp(...padded(subject, forward, subject.args(), [v])), "forward over reverse");

  const isNumber = typeof gradient === "number";
  const then: Request = { mode: isNumber ? "grad" : "vjp", wrt: [index], wrtIsTuple: false };
  const reverse = await generate(source, [{ of: test.of, request, then }], options);
  const twice = runGenerated(source, reverse)[reverse.names[0]] as Callable;
  const result = twice(...padded(subject, reverse, subject.args(), isNumber ? [] : [v]));
  compare(isNumber ? (result as number) * (v as number) : result, "reverse over reverse");
  return errors;
}

/** The derivative of the gradient along `v`, by differences. */
function directional(
  subject: Subject,
  index: number,
  gradientOf: (args: unknown[]) => unknown,
  gradient: unknown,
  v: unknown,
): unknown {
  const along = (t: number): unknown => {
    const args = subject.args().map((argument) => clone(argument));
    for (const path of numberPaths(v)) args[index] = moved(args[index], path, t * (at(v, path) as number));
    return gradientOf(args);
  };
  if (typeof gradient === "number") return slope((t) => along(t) as number, 0).value;
  const want = clone(gradient);
  for (const path of numberPaths(want)) {
    const holder = at(want, path.slice(0, -1)) as Record<string | number, number>;
    holder[path[path.length - 1]] = slope((t) => at(along(t), path) as number, 0).value;
  }
  return want;
}

/** Every derivative of a case that `throws` does, in both modes and in second order, and makes no argument longer. */
export async function checkThrows(subject: Subject, options: CheckOptions = {}): Promise<string[]> {
  const { source, test } = subject;
  const reverse = gradientRequest(test, subject.isScalar);
  const wrt = wrtOf(test);
  const wrtIsTuple = typeof test.wrt === "object";
  const requests: readonly Request[] = [
    reverse,
    vjpRequest(test),
    { mode: "jvp", wrt, wrtIsTuple },
    ...(subject.isScalar ? [{ mode: "hvp", wrt: [wrt[0]], wrtIsTuple: false } as const] : []),
  ];
  const errors: string[] = [];
  for (const request of requests) {
    const generated = await generate(source, [{ of: test.of, request }], options);
    const fn = runGenerated(source, generated)[generated.names[0]] as Callable;
    const args = subject.args();
    const directions = wrt.map((i) => pattern(args[i], 0.4));
    const error =
      request.mode === "jvp"
        ? thrownBy(fn, [padded(subject, generated, args, []), wrtIsTuple ? directions : directions[0]])
        : thrownBy(fn, padded(subject, generated, args, request === reverse ? [subject.seed] : [directions[0]]));
    if (!error?.includes(test.throws ?? "")) errors.push(`${request.mode} threw ${error ?? "nothing"}`);
    if (numberPaths(args).length !== numberPaths(subject.args()).length)
      errors.push(`${request.mode} made an argument longer`);
  }
  return errors;
}

function thrownBy(fn: Callable, args: readonly unknown[]): string | undefined {
  try {
    fn(...args);
  } catch (error) {
    return String(error);
  }
  return undefined;
}

/**
 * Runs the baseline, derived anew with marks, in the interpreter: the same numbers as the generated text, every invariant
 * holds, and its effects are those of the primal.
 */
export function checkInterpreted(
  subject: Subject,
  gradients: readonly unknown[],
  mutate: NonNullable<GenerateOptions["mutate"]> = (fn) => fn,
): string[] {
  const { source, test } = subject;
  const read = readExport(source, test.of);
  const { mode, wrt, wrtIsTuple } = wantedGradient(subject).request;
  const request: Request = { mode, wrt, wrtIsTuple }; // not recorded: a function that returns a function is not interpreted
  const { key, program } = deriveFrom(read, request, { passes: "none", marks: true });
  for (const [name, fn] of program) if (fn.derivation) program.set(name, mutate(fn));
  // Parameters that are only read are independent variables, also where the caller passes one object for two.
  const given = (): unknown[] =>
    test.exclude?.forward ? subject.args() : subject.args().map((argument) => clone(argument));
  const count = read.functions.get(read.key)?.parameters.length ?? 0;
  const global = globalsOf(source);
  const primal = checkInvariants();
  interpret({ functions: read.functions }, read.key, given(), { observe: primal.observe, global });
  const checker = checkInvariants();
  const args = paddedTo(count, given(), subject.isScalar ? [] : [subject.seed]);
  const errors: string[] = [];
  try {
    const results = interpret({ functions: program }, key, args, { observe: checker.observe, global });
    for (const [i, gradient] of gradients.entries()) {
      const wrong = difference(results[i], gradient, 1e-9);
      if (wrong) errors.push(`interpreted: gradient ${String(i)} ${wrong}`);
    }
  } catch (error) {
    errors.push(`interpreted: ${String(error)}`);
  }
  const [wanted, got] = [primal.effects(), checker.effects()].map((effects) => effects.join("; "));
  if (wanted !== got) errors.push(`effects: ${got}; of the primal: ${wanted}`);
  return [...errors, ...checker.violations().slice(0, 3)];
}

function globalsOf(source: Source): (name: string) => unknown {
  const globals = runModule(
    `${source.text}\nexport const lookUp = (name: string): unknown => eval(name);`,
    source.file,
  );
  const inModule = (name: string): unknown =>
    name in globals ? globals[name] : (globals.lookUp as (name: string) => unknown)(name);
  return (name) => {
    const [, from, own] = /^@(runtime|primitive)\.(\w+)$/.exec(name) ?? [];
    return from === undefined ? inModule(name) : (from === "runtime" ? runtime : nn)[own as never];
  };
}
