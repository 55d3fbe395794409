/** The gradbench objectives of the fixtures against the reference answers of that suite. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as check from "./helpers/check-case.ts";
import { fixtureFile, programOf, root, sourceOf } from "./helpers/fixtures.ts";
import { generate } from "./helpers/generated.ts";
import { numberPaths, at } from "./helpers/values.ts";

interface Entry {
  readonly eval: string;
  readonly size: string;
  readonly function: string;
  readonly input: Record<string, unknown>;
  readonly output: unknown;
}

interface Problem {
  readonly of: string;
  /** The function that is differentiated, where it is not `of`. */
  readonly gradientOf?: string;
  readonly wrt?: readonly number[];
  readonly arguments: (input: Record<string, unknown>) => unknown[];
  readonly gradient?: (gradients: readonly unknown[]) => unknown;
}

const flat = (value: unknown): number[] => numberPaths(value).map((path) => at(value, path) as number);

const problems: Readonly<Record<string, Problem>> = {
  llsq: { of: "leastSquares", arguments: ({ x, n }) => [x, n] },
  lse: { of: "logSumExp", arguments: ({ x }) => [x] },
  ode: { of: "solve", gradientOf: "last", arguments: ({ x, s }) => [x, s] },
  det: { of: "determinant", arguments: ({ A, ell }) => [A, ell] },
  gmm: {
    of: "logLikelihood",
    arguments: ({ alpha, mu, q, l, x, gamma, m }) => [{ alpha, mu, q, l }, x, gamma, m],
  },
  lstm: {
    of: "loss",
    wrt: [0, 1],
    arguments: (input) => [input.main_params, input.extra_params, input.state, input.sequence],
    gradient: flat,
  },
};

const folder = join(root, "test/gradbench");
const entries = readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Entry[]);
const program = programOf(Object.keys(problems).map((name) => fixtureFile(`gradbench/${name}`)));

describe.each(Object.entries(problems))("%s", (name, problem) => {
  const source = sourceOf(program, fixtureFile(`gradbench/${name}`));
  const own = entries.filter((entry) => entry.eval === name);

  test.each(own.filter((entry) => /primal|objective/.test(entry.function)))("value, $size", ({ input, output }) => {
    const primal = source.exports[problem.of] as (...args: unknown[]) => unknown;
    expect(relativeError(primal(...problem.arguments(input)), output)).toBeLessThan(1e-9);
  });

  test.each(own.filter((entry) => /gradient|jacobian/.test(entry.function)))(
    "gradient, $size",
    async ({ input, output }) => {
      const of = problem.gradientOf ?? problem.of;
      const subject = check.subjectOf(source, { of, wrt: problem.wrt, arguments: () => problem.arguments(input) });
      const generated = await generate(source, [check.wantedGradient(subject)]);
      const gradients = check.callGradient(subject, generated, generated.names[0]);
      const got = problem.gradient ? problem.gradient(gradients) : gradients[0];
      expect(relativeError(got, output)).toBeLessThan(1e-9);
    },
  );
});

/**
 * The largest relative error of an entry. One that is off by less than 1e-12 of the largest of its row counts as equal:
 * it is small by cancellation.
 */
function relativeError(got: unknown, want: unknown): number {
  let worst = 0;
  for (const path of numberPaths(want)) {
    const [a, b] = [at(got, path), at(want, path)] as [number, number];
    const row = path.length > 0 ? at(want, path.slice(0, -1)) : want;
    const scale = Array.isArray(row)
      ? row.reduce<number>((most, v) => (typeof v === "number" ? Math.max(most, Math.abs(v)) : most), 0)
      : 0;
    if (a === b || Math.abs(a - b) <= 1e-12 * scale) continue;
    worst = Math.max(worst, Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b)));
    if (Number.isNaN(a)) return NaN;
  }
  return numberPaths(got).length === numberPaths(want).length ? worst : Infinity;
}
