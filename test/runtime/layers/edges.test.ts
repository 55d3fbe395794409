/** What is special about single layers: extreme numbers, masks, messages, first parameters. */
import { describe, expect, test } from "vitest";
import * as nn from "../../../runtime/nn.ts";
import { compile } from "../../../src/compile.ts";
import { runModule } from "../../helpers/module.ts";
import { cast, numbers, random } from "./case.ts";

const { createRandom, Tensor } = nn;

/** Two derivatives of an activation at a point, by compiled programs. */
async function derivatives(names: readonly string[]): Promise<(name: string, x: number) => [number, number, number]> {
  const functions = names.flatMap((name) => [
    `export function ${name}At(x: Tensor): number { return item(sum(${name}(x))); }`,
    `export const ${name}Slope = grad(${name}At);`,
    `export const ${name}Curve = hvp(${name}At);`,
  ]);
  const text = `import { grad, hvp } from "cotangent";
import { item, sum, ${names.join(", ")}, type Tensor } from "cotangent/nn";
${functions.join("\n")}`;
  const { modules, diagnostics } = await compile({ "/main.ts": text });
  expect(diagnostics).toEqual([]);
  const exports = runModule(modules.get("/main.ts")?.code ?? "", "/main.ts") as Record<
    string,
    (...args: unknown[]) => nn.Tensor & number
  >;
  const one = numbers([1], [1]);
  return (name, x) => [
    exports[`${name}At`](numbers([1], [x])),
    exports[`${name}Slope`](numbers([1], [x])).data[0],
    exports[`${name}Curve`](numbers([1], [x]), one).data[0],
  ];
}

test("activations at 0 and far out, with both derivatives", { timeout: 60_000 }, async () => {
  const names = ["arctan", "softsign", "isru", "leakyRelu", "elu", "selu", "gelu", "silu", "softplus", "relu"] as const;
  const at = await derivatives(names);
  const near = (name: string, x: number, expected: readonly [number, number, number]): void => {
    at(name, x).forEach((found, order) => {
      const wanted = expected[order];
      const message = `${name}, derivative ${String(order)} at ${String(x)}: ${String(found)}`;
      expect(Math.abs(found - wanted) <= 1e-13 * Math.abs(wanted), message).toBe(true);
    });
  };
  near("arctan", 0, [0, 1, 0]);
  near("arctan", 1e200, [Math.PI / 2, 0, 0]);
  near("softsign", 0, [0, 1, 0]);
  near("softsign", 1e8, [1e8 / (1 + 1e8), (1 + 1e8) ** -2, -2 * (1 + 1e8) ** -3]);
  near("isru", 0, [0, 1, 0]);
  near("isru", -1e5, [-1e5 / Math.sqrt(1 + 1e10), (1 + 1e10) ** -1.5, 3e5 * (1 + 1e10) ** -2.5]);
  near("isru", 1e200, [1, 0, 0]);
  near("relu", 0, [0, 0, 0]);
  near("leakyRelu", 0, [0, 0.01, 0]);
  near("elu", 0, [0, 1, 1]);
  near("elu", -1000, [-1, 0, 0]);
  near("elu", 1000, [1000, 1, 0]);
  near("selu", 2, [2 * 1.0507009873554805, 1.0507009873554805, 0]);
  near("gelu", 0, [0, 0.5, Math.sqrt(2 / Math.PI)]);
  // The standard normal distribution at -8, and 8 times its density there.
  const [tail, density] = [6.220960574271784e-16, 5.0522710835368927e-15];
  near("gelu", -8, [-8 * tail, tail - 8 * density, (2 - 64) * density]);
  near("gelu", 1e160, [1e160, 1, 0]);
  near("gelu", -1e160, [0, 0, 0]);
  near("silu", 0, [0, 0.5, 0.5]);
  near("silu", -1e4, [0, 0, 0]);
  near("softplus", 1000, [1000, 1, 0]);
  near("softplus", -50, [Math.exp(-50), Math.exp(-50), Math.exp(-50)]);
});

describe("losses", () => {
  test("far out", () => {
    const far = numbers([2, 2], [1000, -1000, -1000, 1000]);
    expect(nn.binaryCrossEntropy(far, numbers([2, 2], [1, 0, 0, 1]))).toBe(0);
    expect(nn.binaryCrossEntropy(far, numbers([2, 2], [0, 1, 1, 0]))).toBe(1000);
    expect(nn.sparseCategoricalCrossEntropy(far, numbers([2], [0, 1]))).toBeCloseTo(0, 14);
    expect(nn.categoricalCrossEntropy(far, numbers([2, 2], [0, 1, 1, 0]))).toBe(2000);
    const small = nn.binaryCrossEntropy(numbers([1], [40]), numbers([1], [1]));
    expect(small / Math.exp(-40)).toBeCloseTo(1, 12);
    expect(nn.klDivergence(numbers([1, 3], [5, 5, -900]), numbers([1, 3], [0.5, 0.5, 0]))).toBeCloseTo(0, 14);
    expect(nn.klDivergence(numbers([1, 2], [0, 0]), numbers([1, 2], [1, 0]))).toBeCloseTo(Math.LN2, 14);
  });

  test("refuse to broadcast, in their own name", () => {
    const names = [
      "meanSquaredError",
      "meanAbsoluteError",
      "sumOfSquares",
      "huber",
      "binaryCrossEntropy",
      "hinge",
    ] as const;
    for (const name of [...names, "squaredHinge", "categoricalCrossEntropy", "klDivergence"] as const)
      expect(() => nn[name](random([3, 1], 1), random([3], 1))).toThrow(
        `${name}: shapes [3, 1] and [3] do not fit (they must be the same)`,
      );
    expect(() => nn.sparseCategoricalCrossEntropy(random([3, 2], 1), numbers([3, 1], [0, 1, 0]))).toThrow(
      "sparseCategoricalCrossEntropy: shapes [3, 2] and [3, 1] do not fit (labels lack the last axis of the scores only)",
    );
  });
});

describe("layers", () => {
  test("a query that sees nothing gets zeros", () => {
    const [q, k, v] = [random([1, 2, 3], 1), random([1, 2, 3], 2), random([1, 2, 3], 3)];
    const y = nn.scaledDotProductAttention(q, k, v, numbers([2, 2], [0, 0, 1, 1]));
    expect([...y.data.slice(0, 3)]).toEqual([0, 0, 0]);
    expect([...y.data.slice(3)].every((x) => x !== 0)).toBe(true);
  });

  test("what comes later does not change what attention makes before", () => {
    const parameters = nn.initAttention(createRandom(1), { features: 4, dtype: "f64" });
    const x = random([1, 3, 4], 5);
    const other = numbers([1, 3, 4], [...x.data.slice(0, 8), 9, 9, 9, 9]);
    const [a, b] = [x, other].map((each) => nn.multiHeadAttention(parameters, 2, each, each, true).data.slice(0, 8));
    expect(a).toEqual(b);
  });

  test("dropout keeps the mean, and rate 0 everything", () => {
    const x = new Tensor([10000], "f64", new Float64Array(10000).fill(1));
    expect(nn.item(nn.mean(nn.dropout(x, 0.3, 1)))).toBeCloseTo(1, 1);
    expect(nn.dropout(x, 0, 1).data).toEqual(x.data);
  });

  test("spectral norm makes the largest singular value 1", () => {
    const weights = random([5, 3, 2], 1);
    const vectors = nn.initSpectral(createRandom(2), weights, 200);
    const normal = nn.spectralNorm(weights, vectors);
    const again = nn.initSpectral(createRandom(3), normal, 200);
    expect([...nn.spectralNorm(normal, again).data][0]).toBeCloseTo(normal.data[0], 8);
  });

  test("statistics approach those of the batches", () => {
    const x = random([50, 2, 3], 1);
    let statistics = nn.initStatistics(2, "f64");
    for (let i = 0; i < 200; i++) statistics = nn.updateStatistics(statistics, x);
    expect(statistics.mean.data[1]).toBeCloseTo(nn.mean(x, [0, 2]).data[1], 8);
    expect(statistics.variance.data[1]).toBeCloseTo(nn.variance(x, [0, 2], false, 1).data[1], 8);
  });

  test("places are told apart by sines and cosines", () => {
    const code = nn.positionalEncoding(3, 4, "f64");
    expect([...code.data.slice(0, 4)]).toEqual([0, 1, 0, 1]);
    expect([...code.data.slice(8)]).toEqual([Math.sin(2), Math.cos(2), Math.sin(0.02), Math.cos(0.02)]);
  });

  test("first parameters are single unless told otherwise, and the same for one seed", () => {
    const make = (): unknown => [
      nn.initDense(createRandom(1), { inputs: 3, outputs: 2 }),
      nn.initLstm(createRandom(1), { inputs: 3, units: 2 }),
      nn.initGru(createRandom(1), { inputs: 3, units: 2 }),
      nn.initDecoderBlock(createRandom(1), { features: 4 }),
      nn.initConvolution(createRandom(1), { channels: 2, filters: 4, kernel: [3, 3], groups: 2 }),
      nn.initEmbedding(createRandom(1), { count: 3, features: 2 }),
    ];
    expect(make()).toEqual(cast(make(), "f32"));
    expect([...nn.initLstm(createRandom(1), { inputs: 3, units: 2 }).bias.data]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  });

  test("messages", () => {
    const random1 = createRandom(1);
    const normal = nn.initNorm(3);
    expect(() => nn.batchNorm(normal, cast(random([2, 4], 1), "f32") as nn.Tensor)).toThrow(
      "batchNorm: shapes [2, 4] and [3] do not fit ([batch, channels, …] and [channels])",
    );
    const attention = nn.initAttention(random1, { features: 4, dtype: "f64" });
    const x = random([1, 3, 4], 5);
    expect(() => nn.multiHeadAttention(attention, 3, x, x)).toThrow(
      "multiHeadAttention: 3 heads cannot share 4 features",
    );
    expect(() => nn.multiHeadAttention(attention, 2, x, x, false, numbers([2, 3], [1, 1, 1, 1, 1, 1]))).toThrow(
      "multiHeadAttention: shapes [1, 3, 4] and [2, 3] do not fit ([batch, places, features] and [batch, places])",
    );
  });
});
