import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dead } from "../../transforms/5-simplify/dead.ts";
import { propagate } from "../../transforms/5-simplify/propagate.ts";
import { recompute } from "../../transforms/5-simplify/recompute.ts";
import { retest } from "../../transforms/5-simplify/retest.ts";
import { same } from "../../transforms/5-simplify/same.ts";
import { coreOf, evaluate, gradientOf, print } from "./derived.ts";

const heat = readFileSync("/work/shared/golden/05-in-place.ts", "utf8").split("// ------")[0];
test("x", () => {
  const core = coreOf(heat);
  const base = gradientOf(core, "heat", [0, 1], undefined);
  const better = gradientOf(core, "heat", [0, 1], [recompute, retest, propagate, dead, same, propagate, dead, same, propagate, dead], true);
  console.log(print(better));
  const args = () => [Float64Array.from([1, 2, 4, 3]), 0.1, 3];
  console.log(evaluate(base, args()), evaluate(better, args()));
});
