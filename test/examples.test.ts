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

test("vite: the page shows a function and its derivative in a browser", { timeout: 120_000 }, () => {
  const output = run("examples/vite/check.ts");
  expect(output).toContain("The page is built");
  const skipped = /^SKIPPED.*$/m.exec(output);
  if (skipped) console.log(skipped[0]);
  else expect(output).toContain("in a real browser");
});

function run(...program: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", "cotangent/register", ...program], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status, `${program.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}
