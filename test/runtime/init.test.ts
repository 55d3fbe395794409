/** First weights: shapes, kinds, variances, and right angles. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { createRandom, glorot, he, lecun, orthogonal, zeros } from "../../runtime/nn.ts";
import type { Tensor } from "../../runtime/tensor/tensor.ts";

describe("shapes and kinds", () => {
  it("zeros", () => {
    expect(zeros(3)).toEqual([0, 0, 0]);
    expect(zeros([2, 3])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(zeros([2, 3], { as: "f64" })).toEqual(new Float64Array(6));
    expect(zeros(3, { as: "f32" })).toEqual(new Float32Array(3));
  });

  it("random weights are the same numbers in every kind, row after row", () => {
    const rows = he(createRandom(1), [3, 2]);
    expectTypeOf(rows).toEqualTypeOf<number[][]>();
    expectTypeOf(he(createRandom(1), 3)).toEqualTypeOf<number[]>();
    expectTypeOf(glorot(createRandom(1), [3, 2], { as: "f32" })).toEqualTypeOf<Float32Array>();
    expectTypeOf(orthogonal(createRandom(1), [2, 2], { as: "f64" })).toEqualTypeOf<Float64Array>();
    expect(he(createRandom(1), [3, 2], { as: "f64" })).toEqual(Float64Array.from(rows.flat()));
    expect(he(createRandom(1), [3, 2], { as: "f32" })).toEqual(Float32Array.from(rows.flat()));
    expect(he(createRandom(1), [1, 4])).toEqual([he(createRandom(1), 4)]);
  });
});

describe.each([
  ["glorot", glorot, 2 / (300 + 100)],
  ["he", he, 2 / 100],
  ["lecun", lecun, 1 / 100],
] as const)("%s", (_name, init, variance) => {
  it.each(["uniform", "normal"] as const)("has its variance, %s", (distribution) => {
    const weights = init(createRandom(1), [300, 100], { distribution, as: "f64" });
    const squares = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    // Five standard errors of the mean of n squares, whose own relative deviation is at most √2.
    expect(Math.abs(squares / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / weights.length));
    const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / weights.length));
    const largest = weights.reduce((size, w) => Math.max(size, Math.abs(w)), 0);
    if (distribution === "uniform") expect(largest).toBeLessThanOrEqual(Math.sqrt(3 * variance));
    else expect(largest).toBeGreaterThan(Math.sqrt(3 * variance));
  });
});

describe("orthogonal", () => {
  it.each([
    [3, 5],
    [5, 3],
    [40, 40],
    [1, 1],
  ] as const)("%d × %d: rows or columns at right angles", (outputs, inputs) => {
    const rows = orthogonal(createRandom(1), [outputs, inputs], { gain: 2 });
    expect([rows.length, rows[0].length]).toEqual([outputs, inputs]);
    const lines = outputs <= inputs ? rows : rows[0].map((_, column) => rows.map((row) => row[column]));
    for (const [i, a] of lines.entries())
      for (const [j, b] of lines.entries())
        expect(a.reduce((sum, x, k) => sum + x * b[k], 0)).toBeCloseTo(i === j ? 4 : 0, 12);
  });

  it("turns a square either way", () => {
    const random = createRandom(1);
    const signs = Array.from({ length: 100 }, () => orthogonal(random, [1, 1])[0][0] > 0);
    expect(new Set(signs).size).toBe(2);
  });
});

describe("tensors", () => {
  const spreadOf = ({ data }: Tensor): number =>
    Math.sqrt(Array.from(data).reduce((s, w) => s + w * w, 0) / data.length);

  it("are of any shape and either precision, and a plain array stays what it was", () => {
    const w = zeros([2, 3, 4], { as: "tensor" });
    expectTypeOf(w).toEqualTypeOf<Tensor>();
    expect(w).toMatchObject({ shape: [2, 3, 4], dtype: "f32", size: 24 });
    expect([zeros([], { as: "tensor" }).shape, zeros([5], { as: "tensor", dtype: "f64" }).dtype]).toEqual([[], "f64"]);
    expectTypeOf(zeros([2, 3])).toEqualTypeOf<number[][]>();
    const drawn = he(createRandom(1), [2, 3], { as: "tensor", fanIn: 3, dtype: "f64" });
    expect(drawn.data).toEqual(he(createRandom(1), [2, 3], { as: "f64" }));
  });

  it.each([
    // Dense weights are [inputs, outputs], those of convolutions [outputs, inputs / groups, height, width].
    [he, [400, 50], {}, 2 / 400],
    [lecun, [400, 50], {}, 1 / 400],
    [glorot, [400, 50], {}, 2 / 450],
    [he, [64, 16, 3, 3], {}, 2 / (16 * 9)],
    [glorot, [64, 16, 3, 3], {}, 2 / ((16 + 64) * 9)],
    [glorot, [64, 16, 5], {}, 2 / ((16 + 64) * 5)],
    [he, [10000], {}, 2 / 10000],
    [glorot, [64, 16, 3, 3], { fanOut: 16 * 9 }, 2 / (2 * 16 * 9)],
    [he, [400, 50], { fanIn: 50 }, 2 / 50],
  ] as const)("%o of shape %j with %j has variance %d", (init, shape, fans, variance) => {
    for (const distribution of ["uniform", "normal"] as const) {
      const w = init(createRandom(1), shape, { as: "tensor", distribution, ...fans });
      expect(w.shape).toEqual(shape);
      // Five standard errors of a deviation of n numbers.
      expect(Math.abs(spreadOf(w) / Math.sqrt(variance) - 1)).toBeLessThan(5 / Math.sqrt(2 * w.size));
    }
  });

  it.each([[[3, 5]], [[5, 3]], [[4, 2, 3, 1]]])("orthogonal %j: the first axis against all others", (shape) => {
    const w = orthogonal(createRandom(1), shape, { as: "tensor", dtype: "f64" });
    const [height, width] = [shape[0], w.size / shape[0]];
    const at = (i: number, k: number): number => w.data[height <= width ? i * width + k : k * width + i];
    const [lines, length] = [Math.min(height, width), Math.max(height, width)];
    for (let i = 0; i < lines; i++)
      for (let j = 0; j < lines; j++) {
        let product = 0;
        for (let k = 0; k < length; k++) product += at(i, k) * at(j, k);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
      }
  });

  it("refuses what makes no sense", () => {
    expect(() => zeros([2, 0], { as: "tensor" })).toThrow("a size must be an integer of at least 1, not 0");
    expect(() => he(createRandom(1), [2, 2], { as: "tensor", fanIn: 0 })).toThrow("fanIn must be greater than 0");
    expect(() => orthogonal(createRandom(1), [3], { as: "tensor" })).toThrow("shape [3] has fewer than two axes");
  });
});

it("refuses shapes that make no sense", () => {
  expect(() => zeros(0)).toThrow("a size must be an integer of at least 1, not 0");
  expect(() => he(createRandom(1), [2, 1.5])).toThrow("a size must be an integer of at least 1, not 1.5");
  expect(() => orthogonal(createRandom(1), [2, 2], { gain: 0 })).toThrow("gain must be greater than 0");
});
