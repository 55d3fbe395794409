/** What every random program is checked for. */
import { DifferentiationError } from "../../transforms/diagnostics.ts";
import { last, rounds, whole, type Passes } from "../../transforms/pipeline.ts";
import { newProgramCache } from "../../src/program.ts";
import { ts } from "../../transforms/typescript.ts";
import type { Case } from "../helpers/case.ts";
import * as check from "../helpers/check-case.ts";
import { gradientError, partial } from "../helpers/differences.ts";
import { programOf, root, sourceOf, type Source } from "../helpers/fixtures.ts";
import { generate, type Generated } from "../helpers/generated.ts";
import { runModule } from "../helpers/module.ts";
import { twinText } from "../helpers/twin.ts";
import { difference, numberPaths, at } from "../helpers/values.ts";
import { chooserOf } from "./chooser.ts";
import type { RandomProgram } from "./program.ts";

const cache = newProgramCache();
const file = `${root}/test/random/generated/input.ts`;
const passNames = [...new Set([...rounds, ...last, ...whole].map((pass) => pass.name))];
const wrt = [0, 1, 2, 3];

/** Skipped programs are not smooth at their arguments, or not moderate. */
export type Outcome = "compared" | "refused" | "skipped";

type Scalar = (...args: unknown[]) => number;

interface Tolerances {
  readonly differences: number;
  readonly modes: number;
}

/** A program in single precision rounds its steps; it is compared with its double-precision twin. */
const tolerancesOf = (program: RandomProgram): Tolerances =>
  program.typed === "Float32Array" ? { differences: 2e-3, modes: 2e-5 } : { differences: 1e-5, modes: 1e-8 };

/** Throws where the compiler is wrong about the program, or the program is not valid TypeScript. */
export async function checkProgram(program: RandomProgram, seed: number): Promise<Outcome> {
  const source = sourceOf(programOf([file], new Map([[file, program.text]]), cache), file);
  assertValid(source);
  const example: Case = { of: "f", wrt, arguments: () => program.arguments(program.typed) };
  const subject = subjectOf(source, example);
  if (!isModerate(subject.value)) return "skipped";
  const twin = twinOf(program, subject);
  const args = (): unknown[] => program.arguments("Float64Array");
  if (!isSmooth(twin, args)) return "skipped";
  try {
    const errors = await errorsOf(subject, twin, args, seed, tolerancesOf(program));
    if (errors.length > 0) throw new Error(errors.join("\n"));
    return "compared";
  } catch (error) {
    if (!(error instanceof DifferentiationError)) throw error;
    const located = error.diagnostics.every(({ line, code }) => line > 0 && /^CT[2-4]/.test(code));
    if (!located) throw error;
    return "refused";
  }
}

/** The case with the value of its primal. A program that fails itself fails in a way of its own. */
function subjectOf(source: Source, example: Case): check.Subject {
  try {
    return check.subjectOf(source, example);
  } catch (error) {
    throw new Error(`the program itself fails: ${String(error)}`, { cause: error });
  }
}

function assertValid({ program }: Source): void {
  const errors = program.getSemanticDiagnostics(program.getSourceFile(file));
  if (errors.length === 0) return;
  const texts = errors.map((error) => ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  throw new Error(`not valid TypeScript: ${texts.join("\n")}`);
}

/** The same function in double precision, as a number. */
function twinOf({ text }: RandomProgram, subject: check.Subject): Scalar {
  const primal = runModule(twinText(text), file).f as check.Subject["primal"];
  return check.scalarOf({ ...subject, primal });
}

function isModerate(value: unknown): boolean {
  return numberPaths(value).every((path) => Math.abs(at(value, path) as number) < 1e6);
}

/** Whether differences can be trusted: the function is smooth around the arguments and its numbers are moderate. */
function isSmooth(f: Scalar, args: () => unknown[]): boolean {
  const size = Math.abs(f(...args()));
  if (!(size < 1e6)) return false;
  return args().every((argument, i) =>
    numberPaths(argument).every((path) => {
      const { value, doubt } = partial(f, args(), i, path);
      const other = partial(f, args(), i, path, 2.3e-4).value;
      const scale = Math.max(1, Math.abs(value), size);
      return Math.abs(value) < 1e6 && doubt <= 1e-8 * scale && Math.abs(value - other) <= 1e-7 * scale;
    }),
  );
}

async function errorsOf(
  subject: check.Subject,
  twin: Scalar,
  args: () => unknown[],
  seed: number,
  tolerances: Tolerances,
): Promise<string[]> {
  const { source } = subject;
  const wanted = [check.wantedGradient(subject)];
  const someOrder = randomOrder(seed);
  const [baseline, optimised, shuffled] = [
    await generate(source, wanted, { passes: "none" }),
    await generate(source, wanted, { passes: "all" }),
    await generate(source, wanted, { passes: someOrder }),
  ];
  const plain = gradients(subject, baseline);
  const same = (name: string, generated: Generated): string | undefined => {
    const wrong = difference(gradients(subject, generated), plain, tolerances.modes);
    return wrong && `${name}: ${wrong}`;
  };
  const errors = [
    ...wrt.map((i) => prefixed("baseline: ", gradientError(twin, args(), i, plain[i], tolerances.differences))),
    ...check.checkInterpreted(subject, plain),
    same("all passes", optimised),
    same(`passes ${someOrder.join(", ")}`, shuffled),
    ...(await check.checkForward(subject, plain, { passes: "all", tolerance: tolerances.modes })),
    ...(await secondOrder(subject, seed, tolerances)),
    ...(seed % 4 === 2 ? await pullbacks(subject, plain, ["all", "none", someOrder], tolerances) : []),
  ];
  return errors.filter((error) => error !== undefined);
}

function gradients(subject: check.Subject, generated: Generated): unknown[] {
  return check.callGradient(subject, generated, generated.names[0]);
}

function randomOrder(seed: number): string[] {
  const choose = chooserOf(seed + 1);
  return Array.from({ length: 3 + choose.below(10) }, () => choose.pick(passNames));
}

/** Derivatives of derivatives, for some programs, in the one number or in an array. */
function secondOrder(subject: check.Subject, seed: number, tolerances: Tolerances): Promise<string[]> {
  if (seed % 4 !== 0 || tolerances.differences > 1e-4) return Promise.resolve([]);
  const test = { ...subject.test, wrt: seed % 8 === 0 ? 1 : 0 };
  return check.checkSecondOrder({ ...subject, test }, { passes: seed % 3 === 0 ? "none" : "all", tolerance: 1e-3 });
}

/** The pullback, called twice, gives the gradient. */
async function pullbacks(
  subject: check.Subject,
  plain: readonly unknown[],
  each: readonly Passes[],
  tolerances: Tolerances,
): Promise<readonly (string | undefined)[]> {
  const wanted = [{ of: subject.test.of, request: check.vjpRequest(subject.test) }];
  const errors: (string | undefined)[] = [];
  for (const passes of each) {
    const generated = await generate(subject.source, wanted, { passes });
    const found = check.callVjp(subject, generated, generated.names[0]);
    errors.push(prefixed(`pullback, passes ${passes.toString()}: `, difference(found, plain, tolerances.modes)));
  }
  return errors;
}

function prefixed(prefix: string, error: string | undefined): string | undefined {
  return error && prefix + error;
}
