/** Networks as people write them: gradients and tangents against differences, and against each other. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tensor, type Tensor } from "../runtime/nn.ts";
import { compile } from "../src/compile.ts";
import * as cotangent from "../src/index.ts";
import { gradientError } from "./helpers/differences.ts";
import { clone, difference, inner, pattern } from "./helpers/values.ts";
import { runFiles } from "./src/run-files.ts";

type Callable = (...args: unknown[]) => unknown;

let made = 0;

/** A tensor unlike all others. */
function t(...shape: number[]): Tensor {
  made++;
  const size = shape.reduce((product, length) => product * length, 1);
  const numbers = Array.from({ length: size }, (_, i) => Math.cos(1.9 * i + made * 0.77) * 0.8);
  return tensor(Float64Array.from(numbers), { shape });
}

const net = (inputs: number, outputs: number): unknown => ({ w: t(inputs, outputs), b: t(outputs) });

/** For each network its arguments, and which of them are differentiated. */
const cases: Readonly<Record<string, readonly [wrt: readonly number[], args: readonly unknown[]]>> = {
  siamese: [
    [0, 1, 2],
    [[t(3, 2), t(2, 2)], t(3, 3), t(3, 3), [1, 0, 0]],
  ],
  penalty: [[0], [{ w: t(2, 3), v: t(3, 1) }, t(2, 2), t(2, 2), 0.3]],
  truncated: [[0], [{ wx: t(2, 4), wh: t(2, 4), b: t(4) }, [t(1, 2), t(1, 2), t(1, 2), t(1, 2), t(1, 2)], 2]],
  mixture: [
    [0, 1, 2],
    [{ hidden: t(1, 3), pi: t(3, 2), mu: t(3, 2), sigma: t(3, 2) }, t(3, 1), t(3, 1)],
  ],
  pinn: [
    [0, 1, 2],
    [{ w1: t(1, 3), b1: t(3), w2: t(3, 1) }, [0.3, 0.8], 1.7],
  ],
  maml: [
    [0, 1, 2, 3],
    [net(2, 2), [t(3, 2), t(3, 2)], [t(3, 2), t(3, 2)], 0.3],
  ],
  lstm: [
    [0, 1, 2],
    [{ i: net(4, 2), f: net(4, 2), o: net(4, 2), g: net(4, 2) }, t(3, 2), 0.7],
  ],
  graph: [
    [0, 1],
    [[t(2, 2), t(2, 2)], t(3, 2), tensor([0, 1, 2, 2]), tensor([1, 2, 0, 1])],
  ],
  learned: [
    [0, 1, 2],
    [{ a: t(1, 2), b: t(1, 2) }, t(1, 2), t(2, 2), 3],
  ],
};

/** What the first run stops is what later runs see: so differences do not see what `stopGradient` hides. */
const kept: unknown[] = [];
let [next, isFirst] = [0, true];
function stopGradient(x: unknown): unknown {
  if (isFirst) kept.push(x);
  return kept[next++];
}

test("networks as people write them", { timeout: 120_000 }, async () => {
  const files = { "/networks.ts": readFileSync(new URL("projects/networks/networks.ts", import.meta.url), "utf8") };
  const compilation = await compile(files);
  expect(compilation.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const module = runFiles(compilation, files, "/networks.ts", { ...cotangent, stopGradient });
  const [gradients, tangents] = [module.gradients, module.tangents] as Readonly<Record<string, Callable>>[];
  for (const [name, [wrt, args]] of Object.entries(cases)) {
    const f = (...given: unknown[]): number => {
      next = 0;
      return (module[name] as (...all: unknown[]) => number)(...given);
    };
    [kept.length, isFirst] = [0, true];
    const value = f(...clone(args));
    isFirst = false;
    const before = clone(args);
    const gradient = gradients[name](...args) as unknown[];
    const v = gradient.map((part, i) => pattern(part, i + 0.4));
    const errors = [
      ...wrt.map((index, i) => gradientError(f, args, index, gradient[i], 1e-6)),
      difference(tangents[name](args, v), [value, inner(gradient, v)], 1e-9),
      difference(args, before, 0),
    ];
    expect(
      errors.filter((error) => error !== undefined),
      name,
    ).toEqual([]);
  }
});
