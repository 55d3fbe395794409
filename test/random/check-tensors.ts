/** What random programs of tensors are checked for: many at a time, since one TypeScript program serves them all. */
import * as cotangent from "../../src/index.ts";
import { compileProgram, type Compilation } from "../../src/compile.ts";
import { newProgramCache } from "../../src/program.ts";
import { last, rounds, whole } from "../../transforms/pipeline.ts";
import { ts } from "../../transforms/typescript.ts";
import { gradientError, partial } from "../helpers/differences.ts";
import { programOf } from "../helpers/fixtures.ts";
import { at, clone, difference, inner, moved, numberPaths, pattern } from "../helpers/values.ts";
import { runFiles } from "../src/run-files.ts";
import { chooserOf } from "./chooser.ts";
import type { Outcome } from "./check-program.ts";
import { Tensor } from "../../runtime/nn.ts";

/** A program whose `f` has four parameters, all differentiated. */
export interface TensorProgram {
  readonly seed: number;
  readonly text: string;
  readonly arguments: () => unknown[];
}

type Callable = (...args: unknown[]) => unknown;
type Module = Readonly<Record<string, Callable>>;

/** Programs with more text than this are not differentiated twice, which would take long. */
const longest = 2300;
const passNames = [...new Set([...rounds, ...last, ...whole].map((pass) => pass.name))];
const cache = newProgramCache();
const fileOf = ({ seed }: TensorProgram): string => `/random/p${String(seed)}.ts`;

/** Why a program failed, or what became of it. */
export type Result = Outcome | Error;

/** Compiles all programs with all passes, with none and, if there is time, with random ones, and checks each. */
export async function checkTensorPrograms(
  programs: readonly TensorProgram[],
  thorough: boolean,
): Promise<readonly Result[]> {
  const files = Object.fromEntries(programs.map((program) => [fileOf(program), program.text + requests(program)]));
  const program = programOf(Object.keys(files), new Map(Object.entries(files)), cache);
  const ways = ["all", "none", ...(thorough ? [randomOrder(programs[0].seed)] : [])] as const;
  const compiled: Compilation[] = [];
  for (const passes of ways) compiled.push(await compileProgram(program, { passes }));
  return programs.map((each) => {
    try {
      const file = fileOf(each);
      assertValid(program, file);
      if (compiled.some((compilation) => isRefused(compilation, file))) return "refused";
      const front = replayingStops();
      const modules = compiled.map((compilation) => runFiles(compilation, files, file, front.exports) as Module);
      const f = scalarOf(each, modules[0].f, front.restart);
      if (!isSmooth(f, each.arguments)) return "skipped";
      const errors = errorsOf(each, modules, f);
      return errors.length === 0 ? "compared" : new Error(errors.join("\n"));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  });
}

function requests({ seed, text }: TensorProgram): string {
  const wrt = "{ wrt: [0, 1, 2, 3] }";
  const [, parameters] = /export function f\(([^)]*)\)/.exec(text) ?? [];
  const isNumber = isNumberIn(text);
  const second = `
export const forwardOverReverse = hvp(f, ${wrt});
export function gradients(${parameters}) {
  return grad(f, ${wrt})(x, y, z, k);
}
export const reverseOverReverse = vjp(gradients, ${wrt});`;
  return `
import { jvp, vjp } from "cotangent";
export const tangent = jvp(f, ${wrt});
export const pullback = vjp(f, ${wrt});
${isNumber ? `export const gradient = valueAndGrad(f, ${wrt});` : ""}
${isNumber && seed % 4 === 0 && text.length < longest ? second : ""}
`;
}

function isNumberIn(text: string): boolean {
  return /export function f\([^)]*\): number/.test(text);
}

function randomOrder(seed: number): string[] {
  const choose = chooserOf(seed + 1);
  return Array.from({ length: 3 + choose.below(10) }, () => choose.pick(passNames));
}

function assertValid(program: ts.Program, file: string): void {
  const [error] = program.getSemanticDiagnostics(program.getSourceFile(file));
  if (error) throw new Error(`not valid TypeScript: ${ts.flattenDiagnosticMessageText(error.messageText, "\n")}`);
}

/** A refusal has a code for what the language does not have, and a place. */
function isRefused({ diagnostics }: Compilation, file: string): boolean {
  const own = diagnostics.filter((diagnostic) => diagnostic.file === file && diagnostic.severity === "error");
  const odd = own.find(({ line, code }) => line === 0 || !/^CT[2-4]/.test(code));
  if (odd) throw new Error(`${odd.code} ${odd.message}`);
  return own.length > 0;
}

/**
 * `stopGradient` for differences: what the first run stops is what all later runs see, until it is started again. Every
 * run is announced.
 */
function replayingStops(): {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly restart: (first: boolean) => void;
} {
  let kept: unknown[] = [];
  let [next, isFirst] = [0, true];
  const stopGradient = <T>(x: T): T => {
    if (isFirst) kept.push(x);
    return kept[next++] as T;
  };
  return {
    exports: { ...cotangent, stopGradient },
    restart: (first) => {
      if (first) kept = [];
      [next, isFirst] = [0, first];
    },
  };
}

type Scalar = (...args: unknown[]) => number;

/** The function as a number: that of another result weighs its parts. */
function scalarOf(program: TensorProgram, f: Callable, restart: (first: boolean) => void): Scalar {
  restart(true);
  const seed = seedFor(f(...program.arguments()));
  return (...args) => {
    restart(false);
    return inner(seed, f(...args));
  };
}

function seedFor(value: unknown): unknown {
  return typeof value === "number" ? 1 : pattern(value, 0.3);
}

/** Whether differences can be trusted: no kink and no jump near the arguments, and numbers of moderate size. */
function isSmooth(f: Scalar, args: () => unknown[]): boolean {
  const size = Math.abs(f(...args()));
  if (!(size < 1e6)) return false;
  return args().every((argument, i) =>
    numberPaths(argument).every((path) => {
      const { value, doubt } = partial(f, args(), i, path);
      const scale = Math.max(1, Math.abs(value), size);
      const other = partial(f, args(), i, path, 2.3e-4).value;
      const along = (step: number): number => f(...args().map((a, j) => (j === i ? moved(a, path, step) : a)));
      const bend = (step: number): number => Math.abs(along(step) + along(-step) - 2 * along(0)) / step;
      const isBent = bend(1e-5) > 1e-7 * scale && bend(1e-5) > 0.3 * bend(1e-4);
      return Math.abs(value) < 1e5 && doubt <= 1e-8 * scale && Math.abs(value - other) <= 1e-7 * scale && !isBent;
    }),
  );
}

function errorsOf(program: TensorProgram, modules: readonly Module[], f: Scalar): string[] {
  const args = program.arguments;
  const isNumber = isNumberIn(program.text);
  const [first] = modules;
  const [value, pull] = first.pullback(...args()) as [unknown, Callable];
  const seed = seedFor(value);
  const gradient = pull(clone(seed)) as unknown[];
  const errors = gradient.flatMap((part, i) => gradientError(f, args(), i, part, 1e-5) ?? []);
  const same = (what: string, got: unknown, want: unknown, tolerance = 1e-8): void => {
    const wrong = difference(got, want, tolerance) ?? shapeDifference(got, want);
    if (wrong !== undefined) errors.push(`${what}: ${wrong}`);
  };
  same("shape", shapesOf(gradient), shapesOf(args()));
  same("pullback again", pull(seed), gradient, 0);
  const v = args().map((argument, i) => pattern(argument, i + 0.5));
  const wantedSlope = inner(v, gradient);
  for (const [i, module] of modules.entries()) {
    const way = ["all", "none", "order"][i];
    const given = args();
    const [again, back] = module.pullback(...given) as [unknown, Callable];
    same(`${way}: value`, again, value, 1e-12);
    same(`${way}: pullback`, back(seed), gradient);
    const [plain, slope] = module.tangent(given, v) as [unknown, unknown];
    same(`${way}: value of the tangent`, plain, value, 1e-12);
    same(`${way}: tangent`, inner(seed, slope), wantedSlope);
    if (isNumber) same(`${way}: valueAndGrad`, module.gradient(...given), [value, gradient]);
    same(`${way}: arguments`, given, args(), 0);
  }
  if (isNumber && "reverseOverReverse" in first) errors.push(...secondOrder(program, modules, v));
  return errors;
}

/** Derivatives of the gradient; those by differences do not see what is stopped. */
function secondOrder(program: TensorProgram, modules: readonly Module[], v: readonly unknown[]): string[] {
  const args = program.arguments;
  const errors: string[] = [];
  const change = modules[0].forwardOverReverse(...args(), v);
  const same = (what: string, got: unknown, want: unknown, tolerance: number): void => {
    const wrong = difference(got, want, tolerance);
    if (wrong !== undefined) errors.push(`${what}: ${wrong}`);
  };
  if (!program.text.includes("stopGradient(")) {
    const gradientAt = (step: number): unknown[] => modules[0].gradients(...along(args(), v, step)) as unknown[];
    same("second order", change, quotient(gradientAt), 1e-4);
  }
  for (const [i, module] of modules.entries()) {
    const [, pull] = module.reverseOverReverse(...args()) as [unknown, Callable];
    same(`reverse over reverse ${String(i)}`, pull(v), change, 1e-7);
    same(`forward over reverse ${String(i)}`, module.forwardOverReverse(...args(), v), change, 1e-8);
  }
  return errors;
}

function along(args: readonly unknown[], v: readonly unknown[], step: number): unknown[] {
  return combined(args, v, (a, b) => a + step * b);
}

function combined(a: readonly unknown[], b: unknown, of: (a: number, b: number) => number): unknown[] {
  const made = clone([...a]);
  for (const path of numberPaths(made)) {
    const holder = at(made, path.slice(0, -1)) as Record<string | number, number>;
    holder[path[path.length - 1]] = of(at(a, path) as number, at(b, path) as number);
  }
  return made;
}

/** The derivative at 0, by differences of fourth order. */
function quotient(f: (step: number) => unknown[]): unknown {
  const h = 2e-4;
  const near = combined(f(h), f(-h), (a, b) => (a - b) / (2 * h));
  const far = combined(f(2 * h), f(-2 * h), (a, b) => (a - b) / (4 * h));
  return combined(near, far, (a, b) => (4 * a - b) / 3);
}

function shapeDifference(got: unknown, want: unknown): string | undefined {
  const [a, b] = [got, want].map((value) => JSON.stringify(shapesOf(value)));
  return a === b ? undefined : `${a} instead of ${b}`;
}

/** Where there are tensors, and of which shapes. */
function shapesOf(value: unknown): unknown {
  if (value instanceof Tensor) return [...value.shape, value.dtype];
  if (Array.isArray(value)) return value.map(shapesOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, shapesOf(part)]),
  );
}
