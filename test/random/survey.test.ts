import fc from "fast-check";
import { test } from "vitest";
import { writeFileSync } from "node:fs";
import { checkProgram, entropyOf } from "./random.test.ts";
import { randomProgram } from "./program.ts";
test("survey", { timeout: 1_200_000 }, async () => {
  const n = Number(process.env.N ?? 30);
  const all = fc.sample(entropyOf, { numRuns: n, seed: Number(process.env.S ?? 1) });
  const counts: Record<string, number> = {};
  const out: { m: string; t: string }[] = [];
  for (const e of all) {
    const t = randomProgram(e);
    try { const o = await checkProgram(t, e); counts[o] = (counts[o] ?? 0) + 1; }
    catch (error) { const m = String((error as Error).stack).split("\n").filter((l) => !/node_modules/.test(l)).slice(0, 6).join("\n"); out.push({ m, t }); }
  }
  out.sort((a, b) => a.t.length - b.t.length);
  writeFileSync("/tmp/fx/survey.txt", JSON.stringify(counts) + ` failed ${out.length} of ${n}\n` + out.map((o) => "=====\n" + o.m + "\n" + o.t).join("\n"));
});
