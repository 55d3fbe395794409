/**
 * Takes every fixture: compiles it, type-checks what was generated, compares it with `output.ts` beside it, runs it and
 * checks the numbers. `UPDATE=1` writes the outputs anew.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DifferentiationError } from "../transforms/diagnostics.ts";
import type { Case } from "./helpers/case.ts";
import * as check from "./helpers/check-case.ts";
import { diagnosticsText, fixtureFile, fixtureNames, programOf, sourceOf, type Source } from "./helpers/fixtures.ts";
import { formatted, generate, type Generated, type Wanted } from "./helpers/generated.ts";
import { isSingle, twinCases, twinOf } from "./helpers/twin.ts";
import { difference } from "./helpers/values.ts";
import { ts } from "../transforms/typescript.ts";

const update = process.env.UPDATE === "1" && process.env.CI === undefined;
const only = process.env.FIXTURE;
const names = fixtureNames().filter((name) => only === undefined || name.includes(only));
const sources = new Map<string, Source>();
const outputs = new Map<string, string>();
const vjps = new Map<string, string>();
let differing = 0;

beforeAll(() => {
  const program = programOf(names.map((name) => fixtureFile(name)));
  for (const name of names) sources.set(name, sourceOf(program, fixtureFile(name)));
}, 120_000);

function source(name: string): Source {
  const found = sources.get(name);
  if (!found) throw new Error(`no fixture ${name}`);
  return found;
}

function subjectsOf(name: string): check.Subject[] {
  const { cases } = source(name).exports as { cases: readonly Case[] };
  return cases.map((item) => check.subjectOf(source(name), item));
}

/** The derivatives of a fixture that its `output.ts` shows: each once, in the order of the cases. */
function gradientsOf(name: string, passes: "all" | "none"): Promise<Generated> {
  return eachOnce(name, subjectsOf(name).map(check.wantedGradient), passes);
}

/** Each derivative once; names and keys in the order of what is wanted. */
async function eachOnce(name: string, wanted: readonly Wanted[], passes: "all" | "none"): Promise<Generated> {
  const distinct = wanted.filter(
    (item, i) => wanted.findIndex((other) => JSON.stringify(other) === JSON.stringify(item)) === i,
  );
  const generated = await generate(source(name), distinct, { passes });
  const indexOf = (item: unknown): number =>
    distinct.findIndex((other) => JSON.stringify(other) === JSON.stringify(item));
  const each = wanted.map(indexOf);
  return { ...generated, names: each.map((i) => generated.names[i]), keys: each.map((i) => generated.keys[i]) };
}

/** The gradients of the twin, which are confirmed by differences, are those of the program itself up to its rounding. */
async function checkTwin(name: string): Promise<void> {
  const optimised = await gradientsOf(name, "all");
  const twin = twinOf(source(name));
  const errors: (string | undefined)[] = [];
  for (const [i, test] of twinCases(twin).entries()) {
    if (test.exclude?.reverse) continue;
    const subject = check.subjectOf(twin, test);
    const generated = await generate(twin, [check.wantedGradient(subject)], { passes: "all" });
    const wide = check.callGradient(subject, generated, generated.names[0]);
    const own = check.callGradient(subjectsOf(name)[i], optimised, optimised.names[i]);
    if (!test.exclude?.differences) errors.push(...check.checkDifferences(subject, wide));
    errors.push(...own.map((gradient, k) => difference(gradient, wide[k], 1e-6)));
  }
  expectNone(errors);
}

const refused = names.filter((name) => existsSync(fixtureFile(name, "diagnostics.txt")));
const accepted = names.filter((name) => !refused.includes(name));

describe.each(accepted)("%s", (name) => {
  test("output", async () => {
    const generated = await formatted(await gradientsOf(name, "all"));
    outputs.set(fixtureFile(name, "output.ts"), generated.module);
    const file = fixtureFile(name, "output.ts");
    if (update) writeFileSync(file, generated.module);
    expect(generated.module).toBe(existsSync(file) ? readFileSync(file, "utf8") : "no output.ts: run with UPDATE=1");
  });

  test("numbers, optimised and baseline", async () => {
    const optimised = await gradientsOf(name, "all");
    const baseline = await gradientsOf(name, "none");
    if (optimised.text !== baseline.text) differing++;
    const errors = subjectsOf(name).flatMap((subject, i) => {
      if (subject.test.exclude?.reverse || subject.test.throws !== undefined) return [];
      const gradients = check.callGradient(subject, optimised, optimised.names[i]);
      const plain = check.callGradient(subject, baseline, baseline.names[i]);
      return [
        ...(subject.test.expect ?? []).map((want, k) => difference(gradients[k], want, 1e-9)),
        ...gradients.map((gradient, k) => prefixed("baseline", difference(plain[k], gradient, 1e-9))),
        ...(subject.test.exclude?.differences ? [] : check.checkDifferences(subject, gradients)),
        ...check.checkInterpreted(subject, plain),
      ].map((error) => prefixed(`case ${String(i)}`, error));
    });
    expectNone(errors);
  });

  const text = readFileSync(fixtureFile(name), "utf8");
  const precision = isSingle(text) ? 1e-6 : 1e-9;
  test.runIf(isSingle(text))("against its double-precision twin", () => checkTwin(name));

  test.each(["all", "none"] as const)("forward against reverse, passes: %s", async (passes) => {
    const generated = await gradientsOf(name, passes);
    const errors: string[] = [];
    for (const [i, subject] of subjectsOf(name).entries()) {
      if (subject.test.throws !== undefined) errors.push(...(await check.checkThrows(subject, { passes })));
      if (subject.test.exclude?.forward || subject.test.throws !== undefined) continue;
      const { reverse } = subject.test.exclude ?? {};
      const gradients = reverse
        ? check.gradientsByDifferences(subject)
        : check.callGradient(subject, generated, generated.names[i]);
      errors.push(...(await check.checkForward(subject, gradients, { passes, tolerance: reverse ? 1e-7 : precision })));
    }
    expectNone(errors);
  });

  test.each(["all", "none"] as const)("value and pullback, passes: %s", async (passes) => {
    const subjects = subjectsOf(name).filter(
      ({ test: { exclude, throws } }) => !exclude?.reverse && throws === undefined,
    );
    const gradients = await eachOnce(name, subjects.map(check.wantedGradient), passes);
    const wanted = subjects.map(({ test: item }) => ({ of: item.of, request: check.vjpRequest(item) }));
    const pulled = await eachOnce(name, wanted, passes);
    if (passes === "all") vjps.set(fixtureFile(name, "vjp.ts"), (await formatted(pulled)).module);
    const errors = subjects.flatMap((subject, i) => {
      const pull = check.callVjp(subject, pulled, pulled.names[i]);
      if (subject.test.exclude?.differences === "random numbers") return [];
      return check
        .callGradient(subject, gradients, gradients.names[i])
        .map((gradient, k) => prefixed(`case ${String(i)}`, difference(pull[k], gradient, 1e-9)));
    });
    expectNone(errors);
  });

  test.each(["all", "none"] as const)("second order, passes: %s", async (passes) => {
    const errors: string[] = [];
    for (const subject of subjectsOf(name)) {
      const { secondOrder, forward, reverse } = subject.test.exclude ?? {};
      if (secondOrder || forward || reverse || subject.test.throws !== undefined) continue;
      errors.push(...(await check.checkSecondOrder(subject, { passes })));
    }
    expectNone(errors);
  });
});

describe.each(refused)("%s", (name) => {
  test("diagnostics", async () => {
    const { cases } = source(name).exports as { cases: readonly Case[] };
    const wanted = cases.map((item) => ({ of: item.of, request: check.gradientRequest(item, true) }));
    const error = await generate(source(name), wanted).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof DifferentiationError)) throw error instanceof Error ? error : new Error("was not refused");
    const text = diagnosticsText(error.diagnostics, name);
    const file = fixtureFile(name, "diagnostics.txt");
    if (update) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});

test("all outputs are strictly typed", () => {
  const texts = new Map([...outputs, ...vjps]);
  const program = programOf([...texts.keys()], texts);
  const errors = ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    const { line } = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0) ?? { line: 0 };
    return `${diagnostic.file?.fileName ?? ""}:${String(line + 1)} ${text}`;
  });
  expectNone(errors);
}, 120_000);

afterAll(() => {
  if (only === undefined && differing < accepted.length / 2) {
    throw new Error(`only ${String(differing)} of ${String(accepted.length)} outputs differ from their baseline`);
  }
});

function prefixed(prefix: string, error: string | undefined): string | undefined {
  return error === undefined ? undefined : `${prefix}: ${error}`;
}

function expectNone(errors: readonly (string | undefined)[]): void {
  const found = errors.filter((error) => error !== undefined);
  if (found.length > 0) throw new Error(found.join("\n"));
}
