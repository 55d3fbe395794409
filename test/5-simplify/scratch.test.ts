import { readdirSync, readFileSync, existsSync } from "node:fs";
import { test } from "vitest";
import { dead } from "../../transforms/5-simplify/dead.ts";
import { propagate } from "../../transforms/5-simplify/propagate.ts";
import { recompute } from "../../transforms/5-simplify/recompute.ts";
import { retest } from "../../transforms/5-simplify/retest.ts";
import { same } from "../../transforms/5-simplify/same.ts";
import { fold } from "../../transforms/5-simplify/fold.ts";
import { substitute } from "../../transforms/5-simplify/substitute.ts";
import type { Pass } from "../../transforms/5-simplify/pass.ts";
import { normalize } from "../../transforms/2-normalize/normalize.ts";
import { freshen } from "../../transforms/2-normalize/freshen.ts";
import type { Gradient } from "./derived.ts";
import { coreOf, evaluate, gradientOf, print } from "./derived.ts";

const mine: Pass[] = [recompute, retest, propagate, dead, same];
const all: Pass[] = process.env.ALL ? [...mine, fold, substitute] : mine;
let seed = Number(process.env.SEED ?? 1);
const random = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648);

function close(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a)) || (a === 0 && b === 0) || (Number.isNaN(a) && Number.isNaN(b));
  if (a && b && typeof a === "object" && typeof b === "object") {
    const k = Object.keys(a), l = Object.keys(b);
    return k.length === l.length && k.every((x) => close((a as any)[x], (b as any)[x]));
  }
  return Object.is(a, b);
}

const again = (g: Gradient, passes: Pass[] | undefined, wrt: number[], act = false) => gradientOf(new Map([...g.program.functions].map(([k, f]) => [k, normalize(freshen(f))])), g.key.split("#")[1], wrt, passes, act);
test("fixtures", async () => {
  const only = process.env.ONLY;
  let ok = 0;
  for (const area of readdirSync("test/fixtures")) for (const name of readdirSync(`test/fixtures/${area}`)) {
    const path = `test/fixtures/${area}/${name}/input.ts`;
    if (!existsSync(path) || (only && !path.includes(only))) continue;
    let cases; let core;
    try { ({ cases } = await import(process.cwd() + "/" + path)); core = coreOf(readFileSync(path, "utf8").replace(/import type.*\n/, "").replace(/export const cases[\s\S]*/, "")); } catch (e) { console.log("READ", path, String((e as Error).message).slice(0, 100)); continue; }
    for (const c of cases) {
      const wrt = c.wrt === undefined ? [0] : Array.isArray(c.wrt) ? c.wrt : [c.wrt];
      let base, want;
      try { base = gradientOf(core, c.of, wrt, undefined); if (process.env.SECOND) { if (base.program.functions.get(base.key)!.results.some((t) => t.kind !== "real") || wrt.length !== 1) continue; base = again(base, undefined, wrt); } want = evaluate(base, c.arguments()); } catch (e) { console.log("BASE", path, c.of, String((e as Error).message).slice(0, 100)); continue; }
      const count = Number(process.env.COUNT ?? 6);
      for (let k = 0; k < count; k++) {
        const passes = process.env.PASSES !== undefined ? process.env.PASSES.split(" ").filter(Boolean).map((n) => all.find((p) => p.name === n)!) : k === 0 ? [recompute, retest, propagate, dead, same, propagate, dead] : Array.from({ length: 1 + Math.floor(random() * 8) }, () => all[Math.floor(random() * all.length)]);
        const useActivity = k === 0 || random() < 0.5;
        try {
          let better = gradientOf(core, c.of, wrt, passes, useActivity);
          if (process.env.SECOND) better = again(better, passes, wrt, useActivity);
          if (only && (k === 0 || process.env.PASSES) && process.env.SHOW) console.log(print(process.env.SHOW === "base" ? base : better));
          const args = c.arguments();
          const got = evaluate(better, args);
          if (!close(got, want) || !close(args, c.arguments())) console.log("WRONG", path, c.of, passes.map((p) => p.name).join(" "), useActivity, JSON.stringify(got), JSON.stringify(want));
          else ok++;
        } catch (e) { console.log("CRASH", path, c.of, passes.map((p) => p.name).join(" "), useActivity, String((e as Error).stack).slice(0, 300)); }
      }
    }
  }
  console.log("ok", ok);
}, 600000);
