import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { checkout, expected, node, numbersOf, projectOf, twoFiles, wrongFiles, type Run } from "./project.ts";

const hook = pathToFileURL(`${checkout}/dist/src/register.js`).href;

function run(folder: string, ...parameters: readonly string[]): Run {
  return node(folder, "--import", hook, ...parameters);
}

function expectNumbers(files: Readonly<Record<string, string>>, entry = "main.ts"): void {
  const numbers = numbersOf(run(projectOf(files), entry));
  expect(numbers).toHaveLength(expected.length);
  for (const [i, number] of numbers.entries()) expect(number).toBeCloseTo(expected[i], 12);
}

function importing(specifier: string): Record<string, string> {
  return { ...twoFiles, "main.ts": twoFiles["main.ts"].replace("./model.ts", specifier) };
}

test("runs a program of two modules", () => {
  expectNumbers(twoFiles);
});

test.each(["./model.js", "./model"])("finds model.ts behind %s", (specifier) => {
  expectNumbers(importing(specifier));
});

test("follows the paths of the tsconfig", () => {
  const options = { paths: { "@/*": ["./*"] }, module: "ESNext", moduleResolution: "Bundler" };
  expectNumbers({ ...importing("@/model.ts"), "tsconfig.json": JSON.stringify({ compilerOptions: options }) });
});

test("finds the requests of the tsconfig's files before the first module runs", () => {
  const late = "./slope" + ".ts";
  expectNumbers({
    "tsconfig.json": JSON.stringify({ include: ["*.ts"], compilerOptions: { module: "ESNext" } }),
    "model.ts": twoFiles["model.ts"],
    "slope.ts": `import { grad } from "cotangent";
import { loss } from "./model.ts";
export const slope = grad(loss);
`,
    "main.ts": `import { loss } from "./model.ts";
const name: string = ["./slope", "ts"].join(".");
const { slope } = (await import(name)) as typeof import("${late}");
console.log(JSON.stringify([slope(2, 1), loss(2, 1)]));
`,
  });
});

test("drops imports that are types only, without being told", () => {
  expectNumbers({
    "model.ts": `export interface Point { x: number; y: number }
export function loss({ x, y }: Point): number {
  return 3 * x * x * Math.sin(y);
}
`,
    "main.ts": `import { grad } from "cotangent";
import { loss, Point } from "./model.ts";
const point: Point = { x: 2, y: 1 };
console.log(JSON.stringify([grad(loss)(point).x, loss(point)]));
`,
  });
});

test("runs a program without derivatives", () => {
  const { status, stdout } = run(
    projectOf({ "main.ts": "const text: string = 'plain';\nconsole.log(text);\n" }),
    "main.ts",
  );
  expect([status, stdout]).toEqual([0, "plain\n"]);
});

test("prints what is wrong and where, and exits with code 1", () => {
  const { status, stdout, stderr } = run(projectOf(wrongFiles), "main.ts");
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain("model.ts:2:");
  expect(stderr).toContain("CT2017");
});

test("is not stopped by a wrong file of the tsconfig that the program does not import", () => {
  expectNumbers({
    ...twoFiles,
    "tsconfig.json": JSON.stringify({ include: ["**/*.ts"], compilerOptions: { module: "ESNext" } }),
    "other/wrong.ts": `import { grad } from "cotangent";
export const slope = grad((x: number) => Number(x.toFixed(2)));
`,
  });
});

test("loads scripts in TypeScript, modules by their name, and JSX", () => {
  const main = twoFiles["main.ts"];
  for (const name of ["main.cts", "main.mts"]) expectNumbers({ "model.ts": twoFiles["model.ts"], [name]: main }, name);
  expectNumbers(
    {
      "model.ts": twoFiles["model.ts"],
      "main.tsx": main.replace("console.log", "// @ts-expect-error\nconst view = <b>{value}</b>;\nconsole.log"),
      "node_modules/react/package.json": '{ "type": "module", "exports": { "./jsx-runtime": "./jsx.js" } }',
      "node_modules/react/jsx.js": "export const jsx = (type) => type;\n",
    },
    "main.tsx",
  );
});

test("compiles TypeScript in a package that calls itself CommonJS, and in an installed one", () => {
  expectNumbers({ ...twoFiles, "package.json": '{ "type": "commonjs" }' });
  expectNumbers({
    ...importing("dependency"),
    "node_modules/dependency/package.json": '{ "type": "module", "exports": "./model.ts" }',
    "node_modules/dependency/model.ts": twoFiles["model.ts"],
  });
});

test("writes derivatives into plain JavaScript with types in comments", () => {
  const { "model.ts": _typed, ...files } = importing("./model.js");
  expectNumbers({
    ...files,
    "model.js": `/** @param {number} x @param {number} y @returns {number} */
export function loss(x, y) {
  return 3 * x * x * Math.sin(y);
}
`,
  });
});

function expectRefused(files: Readonly<Record<string, string>>, entry: string, ...texts: readonly string[]): void {
  const { status, stderr } = run(projectOf(files), entry);
  expect(status).toBe(1);
  for (const text of texts) expect(stderr).toContain(text);
}

test("refuses a function of which there are only types, where it is asked for", () => {
  const dependency = {
    "node_modules/dependency/package.json":
      '{ "type": "module", "exports": { "types": "./index.d.ts", "default": "./index.js" } }',
    "node_modules/dependency/index.js": "export const loss = (x, y) => x * y;\n",
    "node_modules/dependency/index.d.ts": "export declare function loss(x: number, y: number): number;\n",
  };
  expectRefused({ ...importing("dependency"), ...dependency }, "main.ts", "CT2003", "main.ts:4:20 - error");
});

test("refuses a script with `require`", () => {
  const text = `const { grad } = require("cotangent");
/** @param {number} x @returns {number} */
function square(x) {
  return x * x;
}
console.log(grad(square)(2));
`;
  expectRefused({ "main.cjs": text }, "main.cjs", "CT1004", "main.cjs:6:13 - error");
});

test("refuses a request in a module that is imported by a name it cannot know, after the primal's", () => {
  expectRefused(
    {
      "model.ts": twoFiles["model.ts"],
      "slope.ts": `import { grad } from "cotangent";
import { loss } from "./model.ts";
export const slope = grad(loss);
`,
      "main.ts": `import { loss } from "./model.ts";
const name: string = ["./slope", "ts"].join(".");
const { slope } = await import(name);
console.log(slope(2, 1), loss(2, 1));
`,
    },
    "main.ts",
    "CT1005",
    "slope.ts:3:22 - error",
    "name it in the tsconfig",
  );
});
