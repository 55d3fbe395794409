/**
 * Random programs through the whole compiler: reverse mode, forward mode and differences agree, with all passes, with
 * none and with random ones; or the program is refused at a place. `RANDOM_PROGRAMS` sets their number, `RANDOM_SEED`
 * where to begin.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DifferentiationError } from "../../transforms/diagnostics.ts";
import { last, rounds, type Passes } from "../../transforms/pipeline.ts";
import { newProgramCache } from "../../src/program.ts";
import type { Case } from "../helpers/case.ts";
import * as check from "../helpers/check-case.ts";
import { partial } from "../helpers/differences.ts";
import { programOf, root, sourceOf, type Source } from "../helpers/fixtures.ts";
import { generate } from "../helpers/generated.ts";
import { difference, numberPaths } from "../helpers/values.ts";
import { chooserOf } from "./chooser.ts";
import { randomProgram } from "./program.ts";

const programs = Number(process.env.RANDOM_PROGRAMS ?? 150);
const seed = Number(process.env.RANDOM_SEED ?? 20_260);
const cache = newProgramCache();
const file = `${root}/test/random/generated/input.ts`;
const passNames = [...new Set([...rounds, ...last].map((pass) => pass.name))];

const example: Case = {
  of: "f",
  wrt: [0, 1, 2],
  arguments: () => [[0.61, -0.37, 1.13], 0.83, [0.47, -0.91]],
};

type Outcome = "compared" | "refused" | "skipped";

/** Whether differences can be trusted: the program is smooth around the arguments and its numbers are moderate. */
function isSmooth(subject: check.Subject): boolean {
  if (!Number.isFinite(subject.value) || Math.abs(subject.value as number) > 1e6) return false;
  const f = subject.primal as (...args: unknown[]) => number;
  const args = subject.args();
  return args.every((argument, index) =>
    numberPaths(argument).every((path) => {
      const { value, doubt } = partial(f, args, index, path);
      const other = partial(f, args, index, path, 2.3e-4).value;
      const scale = Math.max(1, Math.abs(value), Math.abs(subject.value as number));
      return (
        Number.isFinite(value) &&
        Math.abs(value) < 1e6 &&
        doubt <= 1e-8 * scale &&
        Math.abs(value - other) <= 1e-7 * scale
      );
    }),
  );
}

async function checkProgram(text: string, entropy: readonly number[]): Promise<Outcome> {
  const source: Source = sourceOf(programOf([file], new Map([[file, text]]), cache), file);
  const subject = check.subjectOf(source, example);
  if (!isSmooth(subject)) return "skipped";
  const wanted = [check.wantedGradient(subject)];
  try {
    const choose = chooserOf([...entropy].reverse());
    const someOrder = Array.from({ length: 3 + choose.below(10) }, () => choose.pick(passNames));
    const [optimised, baseline, shuffled] = await Promise.all([
      generate(source, wanted, { passes: "all" }),
      generate(source, wanted, { passes: "none" }),
      generate(source, wanted, { passes: someOrder }),
    ]);
    const plain = check.callGradient(subject, baseline, baseline.names[0]);
    const errors = [
      ...check.checkDifferences(subject, plain, 1e-5).map((error) => `baseline: ${error}`),
      ...check.checkInterpreted(subject, baseline, baseline.keys[0], plain),
      difference(check.callGradient(subject, optimised, optimised.names[0]), plain, 1e-8),
      prefixed(
        `passes ${someOrder.join(", ")}: `,
        difference(check.callGradient(subject, shuffled, shuffled.names[0]), plain, 1e-8),
      ),
      ...(await check.checkForward(subject, plain, { passes: "all", tolerance: 1e-8 })),
      ...(entropy.length % 4 === 0 ? await checkTwice(subject) : []),
      ...(entropy.length % 4 === 2 ? await checkPullbacks(subject, plain, ["all", "none", someOrder]) : []),
    ].filter((error) => error !== undefined);
    if (errors.length > 0) throw new Error(errors.join("\n"));
    return "compared";
  } catch (error) {
    if (!(error instanceof DifferentiationError)) throw error;
    expect(error.diagnostics.every((diagnostic) => diagnostic.line > 0 && /^CT[2-4]/.test(diagnostic.code))).toBe(true);
    return "refused";
  }
}

/** Derivatives of derivatives, in the one number. */
function checkTwice(subject: check.Subject): Promise<string[]> {
  return check.checkSecondOrder({ ...subject, test: { ...subject.test, wrt: 1 } }, { passes: "all", tolerance: 1e-3 });
}

/** The pullback, called twice, gives the gradient. */
async function checkPullbacks(
  subject: check.Subject,
  gradients: readonly unknown[],
  each: readonly Passes[],
): Promise<readonly (string | undefined)[]> {
  const wanted = [{ of: example.of, request: check.vjpRequest(example) }];
  const pulled = await Promise.all(each.map((passes) => generate(subject.source, wanted, { passes })));
  return pulled.map((generated, i) => {
    const found = check.callVjp(subject, generated, generated.names[0]);
    return prefixed(`pullback, passes ${each[i].toString()}: `, difference(found, gradients, 1e-8));
  });
}

function prefixed(prefix: string, error: string | undefined): string | undefined {
  return error && prefix + error;
}

const entropyOf = fc.array(fc.nat(1_000_000), { minLength: 150, maxLength: 400 });

async function tellText(text: string, step: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await step();
  } catch (error) {
    throw new Error(`${String(error)}\n${text}`, { cause: error });
  }
}

test(`${String(programs)} random programs`, { timeout: 1_200_000 }, async () => {
  const outcomes = { compared: 0, refused: 0, skipped: 0 };
  await fc.assert(
    fc.asyncProperty(entropyOf, async (entropy) => {
      const text = randomProgram(entropy);
      outcomes[await tellText(text, () => checkProgram(text, entropy))]++;
    }),
    { numRuns: programs, seed, interruptAfterTimeLimit: 900_000 },
  );
  expect(outcomes.compared, JSON.stringify(outcomes)).toBeGreaterThanOrEqual(programs / 2);
});
