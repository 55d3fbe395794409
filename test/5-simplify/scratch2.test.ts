import { test } from "vitest";
import { dead } from "../../transforms/5-simplify/dead.ts";
import { normalize } from "../../transforms/2-normalize/normalize.ts";
import { freshen } from "../../transforms/2-normalize/freshen.ts";
import { coreOf, evaluate, gradientOf, print } from "./derived.ts";
import type { Gradient } from "./derived.ts";
const again = (g: Gradient, passes: any, wrt: number[], act = false) => gradientOf(new Map([...g.program.functions].map(([k, f]) => [k, normalize(freshen(f))])), g.key.split("#")[1], wrt, passes, act);
test("x", () => {
  const core = coreOf(`export function power(x: number, n: number): number {
  if (n <= 0) return 1;
  return x * power(x, n - 1);
}
`);
  const one = gradientOf(core, "power", [0], [dead]);
  console.log(print(one));
  const two = again(one, [dead], [0]);
  console.log("======\n" + print(two));
  console.log(evaluate(two, [0.9, 5]));
});
