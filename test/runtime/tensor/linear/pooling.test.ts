/** Pooling against its definition, and its rules against differences. */
import { describe, expect, test } from "vitest";
import {
  averagePool1d,
  averagePool2d,
  averagePool2dInput,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  maxPool2d,
  maxPool2dInput,
  maxPool2dTangent,
  type Pool,
} from "../../../../runtime/tensor/linear/index.ts";
import { Tensor } from "../../../../runtime/tensor/tensor.ts";
import { checkRule, randomTensor } from "../check.ts";
import { pools as cases } from "./cases.ts";
import { dtypes, expectTensor, indicesOf } from "./table.ts";

type Shape = readonly number[];

/** What `reduce` makes of the elements of each window. */
function define(x: Tensor, pool: Pool, y: Shape, reduce: (values: number[]) => number): number[] {
  const options = typeof pool === "number" || "length" in pool ? { window: pool } : pool;
  const { window, stride = window, padding = 0, dilation = 1 } = options;
  const at = (value: number | readonly number[], axis: number): number =>
    typeof value === "number" ? value : value[axis];
  return indicesOf(y).map(([n, c, ...corner]) => {
    const axes = corner.map((index, axis) => {
      const [size, step, apart, length] = [at(window, axis), at(stride, axis), at(dilation, axis), x.shape[axis + 2]];
      const missing = Math.max(0, (y[axis + 2] - 1) * step + apart * (size - 1) + 1 - length);
      const before = typeof padding === "string" ? Math.floor(missing / 2) : at(padding, axis);
      return Array.from({ length: size }, (_, j) => index * step + j * apart - before).filter(
        (place) => place >= 0 && place < length,
      );
    });
    const plane = n * x.shape[1] + c;
    return reduce(
      axes[0].flatMap((row) => axes[1].map((column) => x.data[(plane * x.shape[2] + row) * x.shape[3] + column])),
    );
  });
}

const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(dtypes)("pooling of %s", (dtype) => {
  test.each(cases)("%j by %j", (shape, pool, y) => {
    const x = randomTensor(shape, 3, dtype);
    expectTensor(
      maxPool2d(x, pool),
      y,
      dtype,
      define(x, pool, y, (values) => Math.max(...values)),
    );
    expectTensor(averagePool2d(x, pool), y, dtype, define(x, pool, y, meanOf));
  });

  test("over all elements of a channel", () => {
    const x = randomTensor([2, 3, 4, 5], 3, dtype);
    expectTensor(
      globalMaxPool(x),
      [2, 3],
      dtype,
      define(x, [4, 5], [2, 3, 1, 1], (values) => Math.max(...values)),
    );
    expectTensor(globalAveragePool(x), [2, 3], dtype, define(x, [4, 5], [2, 3, 1, 1], meanOf));
    const line = randomTensor([2, 3, 20], 3, dtype);
    expectTensor(globalAveragePool(line), [2, 3], dtype, globalAveragePool(x).data);
  });
});

test.each<[Shape, Pool, Pool]>([
  [[2, 3, 9], 2, [1, 2]],
  [[2, 3, 9], [3], [1, 3]],
  [
    [2, 3, 9],
    { window: 3, stride: 2, padding: 1, dilation: [2] },
    { window: [1, 3], stride: [1, 2], padding: [0, 1], dilation: [1, 2] },
  ],
  [[2, 3, 9], { window: 4, padding: "same" }, { window: [1, 4], padding: "same" }],
])("one axis: %j by %j", (shape, pool, wide) => {
  const x = randomTensor(shape, 1);
  const image = new Tensor([shape[0], shape[1], 1, shape[2]], "f64", x.data);
  const [most, mean] = [maxPool2d(image, wide), averagePool2d(image, wide)];
  expectTensor(maxPool1d(x, pool), [2, 3, most.shape[3]], "f64", most.data);
  expectTensor(averagePool1d(x, pool), [2, 3, mean.shape[3]], "f64", mean.data);
});

test.each(cases)("rules: %j by %j", (shape, pool, y) => {
  const [x, dx, dy] = [randomTensor(shape, 3), randomTensor(shape, 4), randomTensor(y, 5)];
  checkRule(maxPool2d, [x, pool]);
  checkRule(maxPool2dInput, [dy, x, pool]);
  checkRule(maxPool2dTangent, [dx, x, pool]);
  checkRule(averagePool2d, [x, pool]);
  checkRule(averagePool2dInput, [dy, shape, pool]);
});

describe("what ties for the maximum has equal shares", () => {
  const of = (...values: number[]): Tensor => new Tensor([1, 1, 1, values.length], "f64", new Float64Array(values));

  test.each([
    [
      [1, 3, 3, 2],
      [0, 3, 3, 0],
    ],
    [
      [0, -0, -1, -0],
      [2, 2, 0, 2],
    ],
    [
      [-Infinity, -Infinity, -Infinity, -Infinity],
      [1.5, 1.5, 1.5, 1.5],
    ],
    [
      [1, NaN, 3, NaN],
      [0, 3, 0, 3],
    ],
  ])("%j", (values, shares) => {
    const x = of(...values);
    expect([...maxPool2dInput(of(6), x, [1, 4]).data]).toEqual(shares);
    const dx = of(1, 3, 6, 7);
    const [mean] = maxPool2dTangent(dx, x, [1, 4]).data;
    const weighted = shares.reduce((sum, share, i) => sum + (share / 6) * dx.data[i], 0);
    expect(mean).toBeCloseTo(weighted, 12);
  });

  test("NaN is the maximum of its window only", () => {
    expect([...maxPool2d(of(1, NaN, 3, 2), [1, 2]).data]).toEqual([NaN, 3]);
  });
});

describe("errors", () => {
  const x = randomTensor([2, 3, 4, 5]);
  test.each([
    [
      () => maxPool2d(randomTensor([3, 4, 5]), 2),
      "maxPool2d: shape [3, 4, 5] does not fit ([images, channels, height, width] is expected)",
    ],
    [() => maxPool1d(x, 2), "maxPool1d: shape [2, 3, 4, 5] does not fit ([images, channels, length] is expected)"],
    [
      () => averagePool1d(randomTensor([1, 1, 3]), 4),
      "averagePool1d: a window that spans 4 does not fit an input of 3",
    ],
    [() => averagePool2d(x, 0), "averagePool2d: window is 0, expected an integer that is at least 1"],
    [
      () => averagePool2d(x, { window: 2, stride: 0 }),
      "averagePool2d: stride is 0, expected an integer that is at least 1",
    ],
    [() => maxPool2d(x, { window: 2, padding: 2 }), "maxPool2d: window 0 of 4 lies in the padding"],
    [() => maxPool2dInput(x, x, 2), "maxPool2dInput: shape [2, 3, 4, 5] does not fit ([2, 3, 2, 2] is expected)"],
    [
      () => maxPool2dTangent(randomTensor([2, 3, 4, 4]), x, 2),
      "maxPool2dTangent: shape [2, 3, 4, 4] does not fit ([2, 3, 4, 5] is expected)",
    ],
    [
      () => averagePool2dInput(x, x.shape, 2),
      "averagePool2dInput: shape [2, 3, 4, 5] does not fit ([2, 3, 2, 2] is expected)",
    ],
    [
      () => globalMaxPool(randomTensor([2, 3])),
      "global pooling: shape [2, 3] does not fit ([images, channels, …] is expected)",
    ],
  ])("%#", (call, message) => {
    expect(call).toThrow(new RangeError(message));
  });
});
