/** What the functions of the folder give, against plain loops and numbers computed by hand. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../runtime/random.ts";
import { ruleOf } from "../../../../runtime/primitive.ts";
import {
  argSort,
  cumsum,
  dropoutMask,
  embeddingLookup,
  gather,
  logSoftmax,
  norm,
  normDirection,
  oneHot,
  randomNormal,
  randomUniform,
  scatterAdd,
  scatterAlong,
  softmax,
  sort,
  takeAlong,
  topK,
} from "../../../../runtime/tensor/gather/index.ts";
import { Tensor, type DType } from "../../../../runtime/tensor/tensor.ts";
import { randomTensor } from "../check.ts";
import { alongIndices, indices, lines } from "./table.ts";

function tensor(values: readonly number[], shape: readonly number[] = [values.length], dtype: DType = "f64"): Tensor {
  return new Tensor(shape, dtype, dtype === "f32" ? Float32Array.from(values) : Float64Array.from(values));
}

/** Each line along an axis by itself, as an array. */
function linesOf(x: Tensor, axis: number): number[][] {
  const k = axis < 0 ? axis + x.shape.length : axis;
  const inner = x.shape.slice(k + 1).reduce((product, length) => product * length, 1);
  const found: number[][] = [];
  for (let start = 0; start < x.size; start++)
    if (Math.floor(start / inner) % x.shape[k] === 0)
      found.push(Array.from({ length: x.shape[k] }, (_, i) => x.data[start + i * inner]));
  return found;
}

describe.each(lines)("along shape %j, axis %j", (shape, axis) => {
  const x = randomTensor(shape);
  const rows = linesOf(x, axis);

  it("cumsum adds up", () => {
    const upTo = (row: number[], i: number, j: number): number => row.slice(i, j).reduce((sum, v) => sum + v, 0);
    const check = (y: Tensor, f: (row: number[], i: number) => number): void => {
      for (const [k, line] of linesOf(y, axis).entries())
        for (const [i, value] of line.entries()) expect(value).toBeCloseTo(f(rows[k], i), 12);
    };
    check(cumsum(x, axis), (row, i) => upTo(row, 0, i + 1));
    check(cumsum(x, axis, { exclusive: true }), (row, i) => upTo(row, 0, i));
    check(cumsum(x, axis, { reverse: true }), (row, i) => upTo(row, i, row.length));
    check(cumsum(x, axis, { reverse: true, exclusive: true }), (row, i) => upTo(row, i + 1, row.length));
  });

  it("softmax and its logarithm are shares of exponentials", () => {
    const [shares, logs] = [linesOf(softmax(x, axis), axis), linesOf(logSoftmax(x, axis), axis)];
    for (const [k, row] of rows.entries()) {
      const total = row.reduce((sum, v) => sum + Math.exp(v), 0);
      for (const [i, v] of row.entries()) {
        expect(shares[k][i]).toBeCloseTo(Math.exp(v) / total, 14);
        expect(logs[k][i]).toBeCloseTo(v - Math.log(total), 14);
      }
    }
  });

  it("sort puts in order", () => {
    expect(linesOf(sort(x, axis), axis)).toEqual(rows.map((row) => [...row].sort((a, b) => a - b)));
    expect(linesOf(sort(x, axis, true), axis)).toEqual(rows.map((row) => [...row].sort((a, b) => b - a)));
  });

  it("takeAlong reads and scatterAlong adds where the indices say", () => {
    const at = alongIndices(shape, axis, 6);
    const places = linesOf(at, axis);
    expect(linesOf(takeAlong(x, at, axis), axis)).toEqual(places.map((row, k) => row.map((i) => rows[k][i])));
    const updates = randomTensor(at.shape, 3);
    const sums = rows.map((row) => row.map(() => 0));
    linesOf(updates, axis).forEach((row, k) => row.forEach((v, j) => (sums[k][places[k][j]] += v)));
    const found = linesOf(scatterAlong(shape, at, updates, axis), axis);
    found.forEach((row, k) => row.forEach((v, i) => expect(v).toBeCloseTo(sums[k][i], 14)));
  });
});

describe("gather", () => {
  it("puts the indices in the place of the axis", () => {
    const x = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [2, 3, 2]);
    const y = gather(x, indices([2, 0, 0, 1], [2, 2]), 1);
    expect(y.shape).toEqual([2, 2, 2, 2]);
    expect([...y.data]).toEqual([4, 5, 0, 1, 0, 1, 2, 3, 10, 11, 6, 7, 6, 7, 8, 9]);
    expect(gather(x, indices([1], []), -1)).toMatchObject({ shape: [2, 3], dtype: "f64" });
    expect([...gather(x, indices([1], []), -1).data]).toEqual([1, 3, 5, 7, 9, 11]);
    const rows = embeddingLookup(tensor([0, 1, 2, 3, 4, 5], [3, 2], "f32"), indices([2, 0]));
    expect(rows).toMatchObject({ shape: [2, 2], dtype: "f32" });
    expect([...rows.data]).toEqual([4, 5, 0, 1]);
  });

  it("has an adjoint that adds, in double precision", () => {
    expect([...scatterAdd([3], indices([2, 0, 2]), tensor([1, 2, 4]), 0).data]).toEqual([2, 0, 5]);
    // In single precision 2²⁴ + 1 is 2²⁴.
    const updates = tensor([2 ** 24, 1, 1, 1, 1], [5], "f32");
    expect([...scatterAdd([1], indices([0, 0, 0, 0, 0]), updates, 0).data]).toEqual([2 ** 24 + 4]);
    expect([...scatterAlong([1], indices([0, 0, 0, 0, 0]), updates, 0).data]).toEqual([2 ** 24 + 4]);
  });

  it("oneHot marks the place of each id", () => {
    expect(oneHot(indices([2, 0]), 3).toJSON()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect([oneHot(indices([0]), 1).dtype, oneHot(indices([0]), 1, "f64").dtype]).toEqual(["f32", "f64"]);
  });
});

describe("order", () => {
  it("is stable, takes 0 and -0 as equal, and puts NaN last", () => {
    const x = tensor([2, NaN, 0, 2, -Infinity, -0, NaN, Infinity, 0]);
    expect([...argSort(x).data]).toEqual([4, 2, 5, 8, 0, 3, 7, 1, 6]);
    expect([...argSort(x, 0, true).data]).toEqual([7, 0, 3, 2, 5, 8, 4, 1, 6]);
    expect([...sort(tensor([NaN, 3, 1])).data]).toEqual([1, 3, NaN]);
    expect(argSort(tensor([1], [1], "f32")).dtype).toBe("f32");
  });

  it("agrees with a stable sort on many ties, for every length", () => {
    const random = createRandom(5);
    for (let length = 0; length < 70; length++) {
      const values = Array.from({ length }, () => random.integer(6));
      const expected = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
      expect([...argSort(tensor(values)).data]).toEqual(expected);
    }
  });

  it("topK has the largest first, and where they were", () => {
    const { values, indices: places } = topK(tensor([1, 5, 3, 7, 2, 7], [2, 3]), 2);
    expect(values.toJSON()).toEqual([
      [5, 3],
      [7, 7],
    ]);
    expect(places.toJSON()).toEqual([
      [1, 2],
      [0, 2],
    ]);
    expect(topK(tensor([1, 5, 3, 7], [2, 2]), 1, 0).values.toJSON()).toEqual([[3, 7]]);
    expect(topK(tensor([1, 2]), 0).values.shape).toEqual([0]);
  });
});

describe("softmax", () => {
  /** The maps of both functions at a point, for the adjoint 1, 2, 3 … */
  const adjoints = (f: typeof softmax, x: Tensor): number[] => {
    const dy = tensor(
      Array.from({ length: x.size }, (_, i) => i + 1),
      x.shape,
      x.dtype,
    );
    return [...(ruleOf(f)?.vjp[0]?.(dy, f(x), x) ?? dy).data];
  };

  it.each(["f64", "f32"] as const)("takes large scores, and -Infinity as a mask, %s", (dtype) => {
    const x = tensor([1e4, -Infinity, 1e4, -1e30], [4], dtype);
    expect([...softmax(x).data]).toEqual([0.5, 0, 0.5, 0]);
    // The mean adjoint is (1 + 3) / 2.
    expect(adjoints(softmax, x)).toEqual([-0.5, 0, 0.5, 0]);
    const logs = [...logSoftmax(x).data];
    expect(logs[0]).toBeCloseTo(-Math.LN2, 6);
    expect(logs[1]).toBe(-Infinity);
    // The sum of the adjoint is 10.
    for (const [i, d] of adjoints(logSoftmax, x).entries()) expect(d).toBeCloseTo([1 - 5, 2, 3 - 5, 4][i], 5);
  });

  it("is NaN on a line of nothing but -Infinity, and on that line only", () => {
    const x = tensor([-Infinity, -Infinity, 0, 0], [2, 2]);
    expect([...softmax(x).data]).toEqual([NaN, NaN, 0.5, 0.5]);
    expect([...logSoftmax(x).data]).toEqual([NaN, NaN, -Math.LN2, -Math.LN2]);
    expect([...softmax(tensor([NaN, 1])).data]).toEqual([NaN, NaN]);
    expect([...softmax(tensor([Infinity, 1])).data]).toEqual([NaN, NaN]);
  });

  it("keeps the digits of small logarithms", () => {
    expect(logSoftmax(tensor([0, -700])).data[1]).toBe(-700);
    expect(softmax(tensor([0, -700])).data[1]).toBeCloseTo(Math.exp(-700), 315);
  });
});

describe("norm", () => {
  const x = tensor([3, -4, 0, 12], [2, 2]);

  it("has three orders, over any axes", () => {
    expect([1, 2, Infinity].map((order) => norm(x, order).data[0])).toEqual([19, 13, 12]);
    expect([1, 2, Infinity].map((order) => norm(x, order, 1).toJSON())).toEqual([
      [7, 12],
      [5, 12],
      [4, 12],
    ]);
    expect(norm(x, 2, [0, 1], true)).toMatchObject({ shape: [1, 1] });
    expect(norm(x, 1, -2, true).toJSON()).toEqual([[3, 16]]);
    expect(norm(tensor([]), 2).data[0]).toBe(0);
    expect(norm(tensor([], [0, 2]), Infinity, 0).toJSON()).toEqual([0, 0]);
  });

  it("does not overflow or vanish on the way", () => {
    expect(norm(tensor([3e200, 4e200]), 2).data[0]).toBeCloseTo(5e200, -186);
    expect(norm(tensor([3e-320, 4e-320]), 2).data[0]).toBeCloseTo(5e-320, 323);
    expect(norm(tensor([3e30, 4e30], [2], "f32"), 2).data[0]).toBe(Math.fround(5e30));
    for (const share of normDirection(tensor([1.7e308, 1.7e308]), 2).data) expect(share).toBeCloseTo(Math.SQRT1_2, 14);
    expect([norm(tensor([1, -Infinity]), 2), norm(tensor([1, NaN]), Infinity)].map((y) => y.data[0])).toEqual([
      Infinity,
      NaN,
    ]);
  });

  it("has the agreed derivatives where it has none", () => {
    for (const order of [1, 2, Infinity]) expect([...normDirection(tensor([0, 0]), order).data]).toEqual([0, 0]);
    expect([...normDirection(tensor([3, -3, 1]), Infinity).data]).toEqual([0.5, -0.5, 0]);
    expect([...normDirection(tensor([3, 0, -1]), 1).data]).toEqual([1, 0, -1]);
  });
});

describe("random tensors", () => {
  it("are functions of the seed", () => {
    const mask = dropoutMask([1000], 0.25, 3, "f64");
    expect(dropoutMask([1000], 0.25, 3, "f64").data).toEqual(mask.data);
    expect(dropoutMask([1000], 0.25, 4, "f64").data).not.toEqual(mask.data);
    expect(new Set(mask.data)).toEqual(new Set([0, 1 / 0.75]));
    const dropped = mask.data.filter((m) => m === 0).length;
    // Five standard deviations of 1000 draws: 5 · √(1000 · 0.25 · 0.75) = 68
    expect(Math.abs(dropped - 250)).toBeLessThan(68);
    // Pinned: the same on every machine.
    expect([...dropoutMask([12], 0.5, 1).data]).toEqual([2, 2, 0, 0, 0, 2, 2, 0, 2, 2, 0, 2]);
    expect(new Set(dropoutMask([20], 0, 1).data)).toEqual(new Set([1]));
    expect(dropoutMask([4], 0.5, createRandom(1).state()).data).toEqual(dropoutMask([4], 0.5, 1).data);
  });

  it("are spread as they should be", () => {
    const mean = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
    const [u, n] = [randomUniform([50, 40], 1), randomNormal([50, 40], 1, "f64")];
    expect([u.dtype, n.dtype, u.shape]).toEqual(["f32", "f64", [50, 40]]);
    expect(Math.min(...u.data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u.data)).toBeLessThanOrEqual(1);
    // Five standard errors: 5 / √(12 · 2000), 5 / √2000, 5 · √(2 / 2000)
    expect(Math.abs(mean(u.data) - 0.5)).toBeLessThan(0.033);
    expect(Math.abs(mean(n.data))).toBeLessThan(0.112);
    expect(Math.abs(mean(n.data.map((v) => v * v)) - 1)).toBeLessThan(0.159);
  });
});

describe("a message names the operation, the place and the number", () => {
  const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
  it.each([
    [
      () => gather(x, indices([0, 3, 1, 1], [2, 2]), 1),
      "gather: indices[0, 1] is 3, not an integer of at least 0 and less than 3",
    ],
    [() => gather(x, indices([-1], []), 1), "gather: indices is -1, not an integer of at least 0 and less than 3"],
    [() => gather(x, indices([0]), 2), "gather: axis 2 of shape [2, 3] does not exist"],
    [() => takeAlong(x, indices([0.5, 1], [2, 1]), 1), "takeAlong: indices[0, 0] is 0.5, not an integer of at least 0"],
    [
      () => takeAlong(x, indices([0, 1]), 1),
      "takeAlong: shapes [2, 3] and [2] do not fit (they may differ along axis 1 only)",
    ],
    [
      () => embeddingLookup(x, indices([0, NaN])),
      "embeddingLookup: ids[1] is NaN, not an integer of at least 0 and less than 2",
    ],
    [() => oneHot(indices([4]), 4), "oneHot: ids[0] is 4, not an integer of at least 0 and less than 4"],
    [() => oneHot(indices([0]), -1), "oneHot: [1, -1] is not a shape"],
    [
      () => scatterAdd([2, 3], indices([0]), tensor([1, 2]), 1),
      "scatterAdd: updates of shape [2] do not fit (indices [1] along axis 1 of [2, 3] take [2, 1])",
    ],
    [() => scatterAdd([2], indices([2]), tensor([1]), 0), "scatterAdd: indices[0] is 2, not an integer"],
    [
      () => scatterAlong([2], indices([0]), tensor([1, 2]), 0),
      "scatterAlong: updates of shape [2] do not fit indices of shape [1]",
    ],
    [() => argSort(x, 5), "argSort: axis 5 of shape [2, 3] does not exist"],
    [() => topK(x, 4), "topK: k must be an integer of at least 0 and at most 3, the length of axis 1 of [2, 3], not 4"],
    [() => cumsum(x, -3), "cumsum: axis -3 of shape [2, 3] does not exist"],
    [() => softmax(tensor([1], [])), "softmax: axis -1 of shape [] does not exist"],
    [() => logSoftmax(x, 2), "logSoftmax: axis 2 of shape [2, 3] does not exist"],
    [() => norm(x, 3), "norm: the order must be 1, 2 or Infinity, not 3"],
    [() => norm(x, 2, [0, 0]), "norm: axis 0 of shape [2, 3] is named twice"],
    [() => dropoutMask([2], 1, 1), "dropoutMask: rate must be at least 0 and less than 1, not 1"],
    [() => randomNormal([1.5], 1), "randomNormal: [1.5] is not a shape"],
    [() => randomUniform([1], -1), "createRandom: the seed must be an integer of at least 0, not -1"],
  ])("%#: %s", (call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
