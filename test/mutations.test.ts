/** That each check of the fixture runner can fail: derivatives are spoiled, and the check must say so. */
import { expect, test } from "vitest";
import type * as ir from "../transforms/ir/ir.ts";
import { rewrite } from "../transforms/ir/visit.ts";
import { ts } from "../transforms/typescript.ts";
import type { Case } from "./helpers/case.ts";
import * as check from "./helpers/check-case.ts";
import { fixtureFile, programOf, sourceOf } from "./helpers/fixtures.ts";
import { generate, type Generated, type GenerateOptions } from "./helpers/generated.ts";
import { difference } from "./helpers/values.ts";

const file = fixtureFile("memory/in-place-parameter");
const source = sourceOf(programOf([file]), file);
const [example] = (source.exports as { cases: Case[] }).cases;
const subject = check.subjectOf(source, example);

type Mutate = NonNullable<GenerateOptions["mutate"]>;

/** Changes the statements that `map` has an answer for. */
function changing(map: (statement: ir.Statement) => readonly ir.Statement[] | undefined): Mutate {
  return (fn) => ({ ...fn, body: rewrite(fn.body, (statement) => map(statement) ?? [statement]) });
}

const isSum = (statement: ir.Statement): statement is ir.SetPlace & { readonly value: ir.Binary } =>
  statement.kind === "set" &&
  statement.derived === true &&
  statement.value.kind === "binary" &&
  statement.value.operator === "+";

const wrongSign = changing((statement) =>
  isSum(statement) ? [{ ...statement, value: { ...statement.value, operator: "-" } }] : undefined,
);
const lostTerm = changing((statement) => (isSum(statement) ? [] : undefined));
const lostRestore = changing((statement) =>
  statement.kind === "restore" && statement.target.kind === "element" ? [] : undefined,
);

function gradientOf(mutate?: Mutate): Promise<Generated> {
  return generate(source, [check.wantedGradient(subject)], { passes: "none", mutate });
}

function call(generated: Generated): unknown[] {
  return check.callGradient(subject, generated, generated.names[0]);
}

test("the unspoiled derivative passes", async () => {
  const generated = await gradientOf();
  expect(check.checkDifferences(subject, call(generated))).toEqual([]);
  expect(check.checkInterpreted(subject, call(generated))).toEqual([]);
  expect(await check.checkForward(subject, call(generated))).toEqual([]);
  expect(await check.checkSecondOrder(subject)).toEqual([]);
});

test.each([
  ["a wrong sign", wrongSign],
  ["a lost term", lostTerm],
])("%s shows against differences, the unspoiled one, and forward mode", async (_, mutate) => {
  const spoiled = call(await gradientOf(mutate));
  const right = call(await gradientOf());
  expect(check.checkDifferences(subject, spoiled)).not.toEqual([]);
  expect(difference(spoiled[0], right[0], 1e-9)).toBeDefined();
  expect(await check.checkForward(subject, spoiled)).not.toEqual([]);
});

test("a wrong sign shows in forward mode and in second order", async () => {
  const right = call(await gradientOf());
  expect(await check.checkForward(subject, right, { passes: "none", mutate: wrongSign })).not.toEqual([]);
  expect(await check.checkSecondOrder(subject, { passes: "none", mutate: wrongSign })).not.toEqual([]);
});

test("a lost restore shows in the arguments", async () => {
  const spoiled = await gradientOf(lostRestore);
  expect(() => call(spoiled)).toThrow("changed an argument");
});

test("a text of a wrong type does not pass the type-check", async () => {
  const generated = await gradientOf();
  const output = fixtureFile("memory/in-place-parameter", "output.ts");
  const errorsOf = (text: string): number =>
    ts.getPreEmitDiagnostics(programOf([output], new Map([[output, text]]))).length;
  expect(errorsOf(generated.module)).toBe(0);
  expect(errorsOf(generated.module.replace(/(_grad\(x: )number\[\]/, "$1string[]"))).toBeGreaterThan(0);
});

test("the baseline and the optimised text differ", async () => {
  const optimised = await generate(source, [check.wantedGradient(subject)], { passes: "all" });
  expect(optimised.text).not.toBe((await gradientOf()).text);
});
