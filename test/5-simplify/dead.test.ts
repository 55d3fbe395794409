import { expect, test } from "vitest";
import { effectsOf } from "../../transforms/3-analyze/effects.ts";
import { printFunction } from "../../transforms/ir/print.ts";
import { dead } from "../../transforms/5-simplify/dead.ts";
import { propagate } from "../../transforms/5-simplify/propagate.ts";
import { heatBaseline } from "./heat.ts";

test("heat", () => {
  const program = { functions: new Map() };
  const context = { program, effects: effectsOf(program) };
  let fn = heatBaseline();
  fn = dead(propagate(fn, context), context);
  console.log(printFunction(fn));
  const again = dead(propagate(fn, context), context);
  console.log(printFunction(again));
  expect(1).toBe(1);
});
