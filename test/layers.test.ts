/** Every activation, loss and layer, compiled as a user's program is: its values, its derivatives of both orders, both precisions. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import * as activationsModule from "../runtime/activations.ts";
import * as layersModule from "../runtime/layers/index.ts";
import * as lossesModule from "../runtime/losses.ts";
import * as regularizeModule from "../runtime/regularize.ts";
import * as nn from "../runtime/nn.ts";
import type { Exports } from "./helpers/module.ts";
import { nameOf } from "./runtime/layers/case.ts";
import { checkCase, checkSingle, compileAll } from "./runtime/layers/check.ts";
import { layerCases } from "./runtime/layers/layer-cases.ts";
import { activations, losses } from "./runtime/layers/pointwise-cases.ts";

const cases = [...activations, ...losses, ...layerCases];
const compiled = new Map<string, ReadonlyMap<string, () => Exports>>();

beforeAll(async () => {
  const sources = ["activations.ts", "losses.ts", "regularize.ts", "layers/index.ts", "nn.ts"];
  const types = sources.flatMap((name) =>
    [...readFileSync(new URL(`../runtime/${name}`, import.meta.url), "utf8").matchAll(/\btype (\w+)/g)].map(([, type]) => type),
  );
  const known = new Set([...Object.keys(nn), ...types, "Tensor"]);
  for (const passes of ["all", "none"] as const) compiled.set(passes, await compileAll(cases, known, passes));
}, 120_000);

function moduleOf(passes: "all" | "none", name: string): Exports {
  const make = compiled.get(passes)?.get(name);
  if (!make) throw new Error(`${name} was not compiled`);
  return make();
}

test("everything exported is in the table", () => {
  const tested = new Set(cases.flatMap(({ of }) => of));
  const exported = [activationsModule, lossesModule, layersModule, regularizeModule].flatMap((all) => Object.keys(all));
  const basic = ["axesBesideChannels", "flatShape", "headShape", "labelsOf", "paddingMask", "perChannel", "rowsOf", "shapedAs"];
  expect(exported.filter((name) => !tested.has(name) && !basic.includes(name))).toEqual([]);
  expect([...exported, ...basic].filter((name) => !(name in nn))).toEqual([]);
});

for (const one of cases) {
  describe(nameOf(one), () => {
    test("derivatives", () => {
      checkCase(one, moduleOf("all", nameOf(one)), moduleOf("none", nameOf(one)));
    });
    test("single precision", () => {
      checkSingle(one, moduleOf("all", nameOf(one)));
    });
    const { value } = one;
    if (value)
      test("value", () => {
        const f = moduleOf("all", nameOf(one)).f as (...args: unknown[]) => number;
        expect(f(...one.arguments)).toBeCloseTo((value as (...args: unknown[]) => number)(...one.arguments), 11);
      });
  });
}
