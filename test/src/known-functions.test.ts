/** Functions in records and arrays, in programs of several files. */
import { expect, it } from "vitest";
import { compile as compileWith, newProgramCache, type Compilation } from "../../src/compile.ts";
import { runFiles } from "./run-files.ts";

const cache = newProgramCache();
const compile = (files: Readonly<Record<string, string>>): Promise<Compilation> => compileWith(files, { cache });

const table = `export const table = { square: (x: number): number => x * x, gain: 3 };\n`;
const model = `import { grad } from "cotangent";
import { table } from "./table.ts";
export function f(x: number): number {
  return table.gain * table.square(x);
}
export const df = grad(f);
`;

/** The codes and hints of a program. */
async function refusals(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { diagnostics } = await compile(files);
  return diagnostics.map(({ code, hint }) => `${code} ${hint ?? ""}`);
}

it("follows a table of another file", async () => {
  const files = { "/table.ts": table, "/model.ts": model };
  const compilation = await compile(files);
  expect(compilation.diagnostics).toEqual([]);
  const { df } = runFiles(compilation, files, "/model.ts") as { df: (x: number) => number };
  expect(df(2)).toBe(12);
});

it.each([
  ["assigns it", `import { table } from "./table.ts";\ntable.square = Math.sin;\n`],
  ["assigns it under another name", `import { table as other } from "./table.ts";\nother["gain"] = 2;\n`],
  ["assigns it through a module", `import * as all from "./table.ts";\nall.table.square = Math.sin;\n`],
  [
    "hands it to a function that does",
    `import { table } from "./table.ts";\nconst reset = (t: { gain: number }) => {\n  t.gain++;\n};\nreset(table);\n`,
  ],
  ["keeps it", `import { table } from "./table.ts";\nexport const all: unknown[] = [];\nall.push(table);\n`],
  ["copies into it", `import { table } from "./table.ts";\nObject.assign(table, { gain: 2 });\n`],
])("refuses a table where a third file %s", async (_, third) => {
  const found = await refusals({ "/table.ts": table, "/model.ts": model, "/third.ts": third });
  expect(found[0]).toMatch(/^CT2013 it may be changed at third\.ts:/);
});

it.each([
  ["reads it", `import { table } from "./table.ts";\nconsole.log(table, Object.keys(table), table.square(2));\n`],
  [
    "hands it to a function that reads it",
    `import { table } from "./table.ts";\nconst twice = (t: { gain: number }) => t.gain * 2;\ntwice(table);\n`,
  ],
  ["has another of that name", `const table = { square: 1 };\ntable.square = 2;\n`],
])("takes a table where a third file %s", async (_, third) => {
  expect(await refusals({ "/table.ts": table, "/model.ts": model, "/third.ts": third })).toEqual([]);
});

it("tells functions of one name in two files apart", async () => {
  const files = {
    "/a.ts": `export function g(x: number): number {\n  return x * x;\n}\n`,
    "/b.ts": `export function g(x: number): number {\n  return x + x;\n}\n`,
    "/main.ts": `import { grad } from "cotangent";
import { g } from "./a.ts";
import { g as other } from "./b.ts";
const twice = (f: (x: number) => number, x: number): number => f(f(x));
const all = (fs: readonly ((x: number) => number)[], x: number): number => fs.reduce((y, f) => f(y), x);
export function h(x: number): number {
  return twice(g, x) + twice(other, x) + all([g, other], x) + all([other, g], x);
}
export const dh = grad(h);
`,
  };
  const compilation = await compile(files);
  expect(compilation.diagnostics).toEqual([]);
  const { dh } = runFiles(compilation, files, "/main.ts") as { dh: (x: number) => number };
  expect(dh(3)).toBe(4 * 27 + 4 + 4 * 3 + 8 * 3);
});

it("throws outside of an array as the function does", async () => {
  const text = `import { grad } from "cotangent";
const fs = [Math.sin, (x: number): number => x * x];
export const f = (x: number, at: number): number => fs[at](x);
export const df = grad(f);
`;
  const compilation = await compile({ "/model.ts": text });
  const { f, df } = runFiles(compilation, { "/model.ts": text }, "/model.ts") as Record<
    string,
    (x: number, at: number) => number
  >;
  expect(df(3, 1)).toBe(6);
  for (const at of [2, -1, 0.5, NaN]) {
    expect(() => f(3, at)).toThrow(TypeError);
    expect(() => df(3, at)).toThrow(TypeError);
  }
});
