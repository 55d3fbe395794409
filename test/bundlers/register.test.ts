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
