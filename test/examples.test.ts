/** The examples, shortened, each started by the command that its first lines give. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built } from "./helpers/built.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "cotangent-examples-"));

beforeAll(built, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("epidemic: fits the outbreak and draws it", { timeout: 120_000 }, () => {
  const picture = join(folder, "epidemic.svg");
  const output = run("examples/epidemic/main.ts", "--short", "--out", picture);
  expect(output).toContain("export function loss_valueAndGrad");
  const losses = [...output.matchAll(/loss (\d+\.\d+)/g)].map(([, value]) => Number(value));
  expect(losses.length).toBeGreaterThan(5);
  expect(losses).toEqual([...losses].sort((a, b) => b - a));
  expect(output).toMatch(/beta {2}= 1\.(70|699)/);
  expect(output).toMatch(/gamma = 0\.44[67]/);
  expect(output).toMatch(/R0 {4}= 3\.80/);
  expect(readFileSync(picture, "utf8")).toMatch(/^<svg[\s\S]*R0 = 3\.80[\s\S]*<\/svg>$/);
});

test("iris: recognises more than 95 % of the flowers", { timeout: 120_000 }, () => {
  const output = run("examples/iris/main.ts", "--short");
  expect(output).toContain("export function loss_valueAndGrad");
  const accuracy = Number(/training accuracy (\d+\.\d) %/.exec(output)?.[1]);
  expect(accuracy).toBeGreaterThan(95);
});

test("perceptron: learns what a line separates, and never exclusive or", { timeout: 120_000 }, () => {
  const output = run("examples/perceptron/main.ts");
  expect(output).toMatch(/then none: 200 points are on their side/);
  expect(output).toContain("it goes in a cycle for ever");
});

test("xor: all four are learned", { timeout: 120_000 }, () => {
  expect(network("xor")).toContain("4 of 4 are right");
});

test("backpropagation: the numbers of the walk-through, twice", { timeout: 120_000 }, () => {
  const output = run("examples/backpropagation/main.ts");
  expect(output.match(/error before: 0\.298371109/g)).toHaveLength(2);
  expect(output.match(/w5 = .* = 0\.35891648/g)).toHaveLength(2);
  expect(output.match(/error after: {2}0\.29102777/g)).toHaveLength(2);
});

test("digits: a multi-layer perceptron and a convolutional network learn to read", { timeout: 240_000 }, () => {
  expect(network("digits-mlp")).toMatch(/Test accuracy (8[89]|9\d)\./);
  expect(network("digits-cnn")).toMatch(/Test accuracy [789]\d\./);
});

test("moby-dick: foresees characters", { timeout: 240_000 }, () => {
  const output = network("moby-dick");
  expect(output).toMatch(/unseen last tenth: [23]\.\d+ nats/);
  expect(output).toContain("Call me ");
});

test("vite: the page shows a function and its derivative in a browser", { timeout: 120_000 }, () => {
  const output = run("examples/vite/check.ts");
  expect(output).toContain("The page is built");
  const skipped = /^SKIPPED.*$/m.exec(output);
  if (skipped) console.log(skipped[0]);
  else expect(output).toContain("in a real browser");
});

/** Runs a program that trains a network, shortened, and looks at what it leaves. */
function network(name: string): string {
  const out = join(folder, name);
  const output = run(`examples/${name}/main.ts`, "--short", "--show-grad", "--out", out);
  expect(output).toMatch(/export function \w+_(valueAndGrad|vjp)\(/);
  expect(readFileSync(join(out, "curve.svg"), "utf8")).toMatch(/^<svg[\s\S]*<\/svg>/);
  expect(readFileSync(join(out, "weights.safetensors")).length).toBeGreaterThan(100);
  return output;
}

function run(...program: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", "cotangent/register", ...program], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status, `${program.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}
