/** A run that is killed again and again ends bit for bit like one that is not. */
import { buildSync } from "esbuild";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../../runtime/random.ts";

const folder = mkdtempSync(join(tmpdir(), "cotangent-kill-"));
const program = join(folder, "child.mjs");

beforeAll(() => {
  const entryPoints = [join(import.meta.dirname, "child.ts")];
  buildSync({ entryPoints, outfile: program, bundle: true, platform: "node", format: "esm", logLevel: "error" });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the run, and kills it `delay` milliseconds after its first step; which steps it has made. */
async function runAndKill(store: string, result: string, delay: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [program, store, result], { stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  const errors: string[] = [];
  child.stderr.on("data", (data: Buffer) => errors.push(data.toString()));
  child.stdout.on("data", (data: Buffer) => {
    if (output.push(data.toString()) === 1) setTimeout(() => child.kill("SIGKILL"), delay).unref();
  });
  await new Promise((resolve) => child.on("close", resolve));
  expect(errors.join("")).toBe("");
  return output.join("").trim().split("\n").map(Number);
}

test("a run that is killed twenty times", { timeout: 120_000 }, async () => {
  const expected = join(folder, "expected.json");
  const { status, stderr } = spawnSync(process.execPath, [program, join(folder, "whole"), expected]);
  expect(status, stderr.toString()).toBe(0);
  const result = join(folder, "result.json");
  const random = createRandom(5);
  let last = 0;
  for (let kills = 0; kills < 20; kills++) {
    const steps = await runAndKill(join(folder, "killed"), result, random.uniform(0, 40));
    // A step is told of when it has been saved; the next one may have been saved, too.
    expect([1, 2]).toContain(steps[0] - last);
    last = steps[steps.length - 1];
    expect(existsSync(result)).toBe(false);
  }
  await runAndKill(join(folder, "killed"), result, 60_000);
  expect(readFileSync(result, "utf8")).toBe(readFileSync(expected, "utf8"));
});
