/** Any passes in any order compute what the baseline computes, and leave the arguments as they were. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { dead } from "../../transforms/5-simplify/dead.ts";
import { fold } from "../../transforms/5-simplify/fold.ts";
import type { Pass } from "../../transforms/5-simplify/pass.ts";
import { propagate } from "../../transforms/5-simplify/propagate.ts";
import { recompute } from "../../transforms/5-simplify/recompute.ts";
import { retest } from "../../transforms/5-simplify/retest.ts";
import { same } from "../../transforms/5-simplify/same.ts";
import { substitute } from "../../transforms/5-simplify/substitute.ts";
import type { Case } from "../helpers/case.ts";
import { coreOf, differentiateAgain, evaluate, gradientOf } from "./derived.ts";

const passes: readonly Pass[] = [recompute, retest, propagate, dead, same, fold, substitute];
const fixtures = resolve("test/fixtures");
const areas = ["aliases", "arithmetic", "gradbench", "loops", "memory", "points"];
const calls = readdirSync(join(fixtures, "calls"))
  .filter((name) => name !== "function-arguments")
  .map((name) => join("calls", name));
const folders = [
  ...areas.flatMap((area) => readdirSync(join(fixtures, area)).map((name) => join(area, name))),
  ...calls,
];

/** Those whose second derivatives are taken too. */
const repeated = new Set([
  "calls/scalar",
  "calls/recursion-scalar",
  "calls/mutual-recursion",
  "loops/while",
  "memory/push-pop",
]);

describe.each(folders)("%s", async (folder) => {
  const path = join(fixtures, folder, "input.ts");
  const { cases } = (await import(pathToFileURL(path).href)) as { readonly cases: readonly Case[] };
  const text = readFileSync(path, "utf8")
    .replace(/import type.*\n/, "")
    .replace(/export const cases[\s\S]*/, "");

  test("any order of passes", () => {
    const random = randomFrom(folder.length);
    const core = coreOf(text);
    for (const { of, wrt = 0, arguments: newArguments } of cases) {
      const parameters = typeof wrt === "number" ? [wrt] : wrt;
      const baseline = gradientOf(core, of, parameters, undefined);
      const expected = evaluate(baseline, newArguments());
      for (const active of [true, false]) {
        const order = randomOrder(random);
        const given = newArguments();
        const found = evaluate(gradientOf(core, of, parameters, order, active), given);
        expect(agree(found, expected), `${of} after ${order.map((pass) => pass.name).join(", ")}`).toBe(true);
        expect(given).toEqual(newArguments());
      }
    }
  });

  if (repeated.has(folder))
    test("twice", () => {
      const random = randomFrom(folder.length);
      const core = coreOf(text);
      for (const { of, wrt = 0, arguments: newArguments } of cases) {
        const first = gradientOf(core, of, [0], undefined);
        if (wrt !== 0 || first.program.functions.get(first.key)?.results[0].kind !== "real") continue;
        const expected = evaluate(differentiateAgain(first, undefined), newArguments());
        for (let i = 0; i < 4; i++) {
          const order = randomOrder(random);
          const found = evaluate(differentiateAgain(gradientOf(core, of, [0], order), order), newArguments());
          expect(agree(found, expected), `${of} after ${order.map((pass) => pass.name).join(", ")}`).toBe(true);
        }
      }
    });
});

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

function randomOrder(random: () => number): readonly Pass[] {
  return Array.from({ length: 1 + Math.floor(random() * 9) }, () => passes[Math.floor(random() * passes.length)]);
}

/** Equal up to the rounding of adjoint sums. */
function agree(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b));
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return Object.is(a, b);
  const [entries, others] = [Object.entries(a), new Map(Object.entries(b))];
  return entries.length === others.size && entries.every(([key, value]) => agree(value, others.get(key)));
}
