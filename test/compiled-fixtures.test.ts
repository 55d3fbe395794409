/**
 * Every fixture as a user compiles it: a module of its own asks for the derivatives, `compile()` writes them, and what
 * runs gives the numbers of the fixture runner. So requests, emission, imports and naming are covered too.
 */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compile, type Compilation } from "../src/compile.ts";
import { ts } from "../transforms/typescript.ts";
import type { Case } from "./helpers/case.ts";
import * as check from "./helpers/check-case.ts";
import { fixtureFile, fixtureNames, programOf, root, sourceOf, type Source } from "./helpers/fixtures.ts";
import { generate } from "./helpers/generated.ts";
import { difference, pattern } from "./helpers/values.ts";
import { runFiles } from "./src/run-files.ts";

type Callable = (...args: unknown[]) => unknown;

const only = process.env.FIXTURE;
const names = fixtureNames()
  .filter((name) => only === undefined || name.includes(only))
  .filter((name) => !existsSync(fixtureFile(name, "diagnostics.txt")));
const sources = new Map<string, Source>();
const texts = new Map<string, string>();
let compilation: Compilation;

beforeAll(async () => {
  const program = programOf(names.map((name) => fixtureFile(name)));
  for (const file of program.getSourceFiles()) if (!file.isDeclarationFile) texts.set(file.fileName, file.text);
  for (const name of names) {
    const source = sourceOf(program, fixtureFile(name));
    sources.set(name, source);
    texts.set(userFile(name), userModule(casesOf(source), source));
  }
  const host = {
    readFile: (file: string) => texts.get(file) ?? ts.sys.readFile(file),
    fileExists: (file: string) => texts.has(file) || ts.sys.fileExists(file),
    currentDirectory: root,
  };
  compilation = await compile(host, { roots: names.map(userFile) });
}, 120_000);

function casesOf({ exports }: Source): readonly Case[] {
  return (exports as { cases: readonly Case[] }).cases;
}

function userFile(name: string): string {
  return fixtureFile(name, "user.ts");
}

/** `grad` of numbers, `vjp` of everything else, `jvp` where there is no reverse mode. */
function macroOf(test: Case, source: Source): "grad" | "vjp" | "jvp" {
  if (test.exclude?.reverse) return "jvp";
  return check.subjectOf(source, test).isScalar ? "grad" : "vjp";
}

function userModule(cases: readonly Case[], source: Source): string {
  const functions = [...new Set(cases.map((item) => item.of))];
  const asked = cases.map((item, i) => {
    const options = item.wrt === undefined ? "" : `, { wrt: ${JSON.stringify(item.wrt)} }`;
    return `export const derivative${String(i)} = ${macroOf(item, source)}(${item.of}${options});`;
  });
  return [
    `import { grad, jvp, vjp } from "cotangent";`,
    `import { ${functions.join(", ")} } from "./input.ts";`,
    ...asked,
  ].join("\n");
}

/** What the user's derivative gives, and what the functions of the fixture runner give. */
async function bothOf(subject: check.Subject, derivative: Callable): Promise<[unknown, unknown]> {
  const { source, test, primal, seed } = subject;
  const generated = await generate(source, [check.wantedGradient(subject)], { passes: "all" });
  const macro = macroOf(test, source);
  if (macro === "jvp") {
    const tangents = check.gradientsByDifferences(subject).map((gradient, i) => pattern(gradient, i + 0.5));
    const given = typeof test.wrt === "object" ? tangents : tangents[0];
    const padding = new Array<undefined>(Math.max(0, primal.length - subject.args().length)).fill(undefined);
    const direct = check.exportOf(subject, generated, generated.names[0]);
    return [derivative(subject.args(), given), direct([...subject.args(), ...padding], given)];
  }
  const direct = check.callGradient(subject, generated, generated.names[0]);
  const result = derivative(...subject.args());
  const got = macro === "vjp" ? ((result as unknown[])[1] as Callable)(seed) : result;
  return [check.wrtOf(test).length > 1 ? got : [got], direct];
}

test.each(names)("%s", async (name) => {
  const source = sources.get(name);
  if (!source) throw new Error(`no fixture ${name}`);
  const folder = dirname(fixtureFile(name));
  expect(
    compilation.diagnostics.filter(({ file, severity }) => severity === "error" && file.startsWith(folder)),
  ).toEqual([]);
  const exports = runFiles(compilation, Object.fromEntries(texts), userFile(name));
  for (const [i, item] of casesOf(source).entries()) {
    const subject = check.subjectOf(source, item);
    const derivative = exports[`derivative${String(i)}`] as Callable;
    if (item.throws !== undefined && !item.exclude?.reverse) {
      expect(() => derivative(...subject.args())).toThrow(item.throws);
      continue;
    }
    const [got, want] = await bothOf(subject, derivative);
    expect(difference(got, want, 1e-12)).toBeUndefined();
  }
});

test("the modules are strictly typed", () => {
  const emitted = new Map([...texts, ...[...compilation.modules].map(([file, { code }]) => [file, code] as const)]);
  const program = programOf(names.map(userFile), emitted);
  const errors = ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  expect(errors).toEqual([]);
}, 120_000);
