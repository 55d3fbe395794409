/** What the primitives compute, against plain loops and exact numbers. */
import { describe, expect, it } from "vitest";
import * as t from "../../../runtime/tensor/index.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { randomTensor as random } from "./check.ts";
import { pairs, shapes, zeroOne } from "./table.ts";

const f64 = (values: t.TensorValues, shape?: readonly number[]): Tensor => t.tensor(values, { dtype: "f64", shape });

/** All places in a shape, in row-major order. */
function placesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (places, length) => places.flatMap((place) => Array.from({ length }, (_, i) => [...place, i])),
    [[]],
  );
}

/** The number at a place of a larger shape, as broadcasting finds it. */
function at(x: Tensor, place: readonly number[]): number {
  const own = place.slice(place.length - x.shape.length);
  return x.data[x.shape.reduce((index, length, axis) => index * length + (length === 1 ? 0 : own[axis]), 0)];
}

function made(shape: readonly number[], value: (place: number[]) => number): Tensor {
  return f64(placesOf(shape).map(value), shape);
}

function expectClose(a: Tensor, b: Tensor, digits = 12): void {
  expect([a.shape, a.dtype]).toEqual([b.shape, b.dtype]);
  a.data.forEach((value, i) => {
    if (Number.isFinite(b.data[i])) expect(value).toBeCloseTo(b.data[i], digits);
    else expect(value).toBe(b.data[i]);
  });
}

const binary: readonly [t.Binary, (a: number, b: number) => number][] = [
  [t.add, (a, b) => a + b],
  [t.sub, (a, b) => a - b],
  [t.mul, (a, b) => a * b],
  [t.div, (a, b) => a / b],
  [t.maximum, Math.max],
  [t.minimum, Math.min],
  [t.equal, (a, b) => Number(a === b)],
  [t.notEqual, (a, b) => Number(a !== b)],
  [t.less, (a, b) => Number(a < b)],
  [t.lessEqual, (a, b) => Number(a <= b)],
  [t.greater, (a, b) => Number(a > b)],
  [t.greaterEqual, (a, b) => Number(a >= b)],
];

const unary: readonly [t.Unary, (x: number) => number][] = [
  [t.neg, (x) => -x],
  [t.exp, Math.exp],
  [t.log, Math.log],
  [t.log1p, Math.log1p],
  [t.expm1, Math.expm1],
  [t.sqrt, Math.sqrt],
  [t.square, (x) => x * x],
  [t.abs, Math.abs],
  [t.sign, Math.sign],
  [t.sin, Math.sin],
  [t.cos, Math.cos],
  [t.tanh, Math.tanh],
  [t.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  [t.relu, (x) => (x < 0 ? 0 : x)],
  [t.softplus, (x) => Math.log(1 + Math.exp(x))],
  [(x) => t.pow(x, 3), (x) => x ** 3],
  [(x) => t.pow(x, 2), (x) => x * x],
  [(x) => t.pow(x, -1), (x) => 1 / x],
];

describe("functions, number by number", () => {
  it("of two operands, broadcast", () => {
    for (const [f, scalar] of binary)
      for (const [first, second] of pairs) {
        // Steps of a half, so that some are equal.
        const [a, b] = [random(first, 1), random(second, 2)].map((x) =>
          made(x.shape, (p) => Math.round(at(x, p) * 2) / 2),
        );
        const y = f(a, b);
        expect(y).toEqual(made(y.shape, (place) => scalar(at(a, place), at(b, place))));
        const sum = t.add(t.broadcastTo(a, y.shape), t.broadcastTo(b, y.shape));
        expect(sum.shape).toEqual(y.shape);
      }
  });

  it("of one operand", () => {
    for (const [f, scalar] of unary)
      for (const shape of shapes) {
        const x = made(shape, () => 0);
        x.data.forEach((_, i) => (x.data[i] = Math.sin(i + 1) * 3));
        expectClose(
          f(x),
          made(shape, (place) => scalar(at(x, place))),
        );
      }
    for (const [f, scalar] of unary) expect(t.item(f(0.3))).toBeCloseTo(scalar(0.3), 14);
  });

  it("where", () => {
    for (const [first, second] of pairs.slice(0, 6)) {
      const [c, a, b] = [zeroOne([2, 1]), random(first, 1), random(second, 2)];
      const y = t.where(c, a, b);
      expect(y).toEqual(made(y.shape, (place) => (at(c, place) ? at(a, place) : at(b, place))));
    }
  });

  it("erf to the last digits, odd, and 1 at the end", () => {
    const known = [
      [1e-20, 1.1283791670955125e-20],
      [0.03, 0.03384122234173543],
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [0.9, 0.7969082124228322],
      [1, 0.8427007929497149],
      [1.71, 0.9844070075448683],
      [2, 0.9953222650189527],
      [2.97, 0.9999733337512747],
      [3, 0.9999779095030014],
      [5, 0.9999999999984626],
    ];
    for (const [x, y] of known) {
      expect(t.item(t.erf(x)) / y).toBeCloseTo(1, 15);
      expect(t.item(t.erf(-x))).toBe(-t.item(t.erf(x)));
    }
    expect(t.erf(f64([0, Infinity, -Infinity, NaN, 6, 100])).data).toEqual(new Float64Array([0, 1, -1, NaN, 1, 1]));
  });

  it("stay finite and exact far out", () => {
    expect(t.softplus(f64([-1000, -40, 800])).data).toEqual(new Float64Array([0, Math.exp(-40), 800]));
    expect(t.sigmoid(f64([-800, 800])).data[1]).toBe(1);
    expect(t.logSumExp(f64([1000, 1000])).data[0]).toBeCloseTo(1000 + Math.LN2, 12);
    expect(t.logSumExp(f64([-Infinity, 0])).data[0]).toBe(0);
    expect(t.logSumExp(f64([-Infinity, -Infinity])).data[0]).toBe(-Infinity);
    expect(t.logSumExp(f64([])).data[0]).toBe(-Infinity);
  });

  it("pass NaN on", () => {
    const x = f64([1, NaN, -1]);
    for (const f of [t.maximum, t.minimum, t.add]) expect(f(x, 0).data[1]).toBeNaN();
    for (const f of [t.relu, t.abs, t.sign, t.softplus, t.erf, t.max, t.min, t.sum, t.mean, t.logSumExp])
      expect(f(x).data.some(Number.isNaN)).toBe(true);
    expect(t.argMax(x, 0).data[0]).toBe(1);
    expect(t.argMin(x, 0).data[0]).toBe(1);
  });
});

describe("reductions", () => {
  const axesOf = (shape: readonly number[]): number[][] =>
    Array.from({ length: 2 ** shape.length }, (_, bits) =>
      shape.map((_, axis) => axis).filter((axis) => (bits >> axis) & 1),
    );
  const one = (f: (values: number[]) => number) => f;
  const table: readonly [t.Reduction, (values: number[]) => number][] = [
    [t.sum, one((values) => values.reduce((a, b) => a + b, 0))],
    [t.mean, one((values) => values.reduce((a, b) => a + b, 0) / values.length)],
    [t.max, one((values) => Math.max(...values))],
    [t.min, one((values) => Math.min(...values))],
    [t.logSumExp, one((values) => Math.log(values.reduce((a, b) => a + Math.exp(b), 0)))],
    [
      t.variance,
      one((values) => {
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        return values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
      }),
    ],
  ];

  it("over any axes", () => {
    for (const shape of [...shapes, [3, 4, 2, 2], [2, 1, 0], [1, 1]])
      for (const axes of axesOf(shape)) {
        const x = random(shape);
        const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
        const left = shape.filter((_, axis) => !axes.includes(axis));
        const isEmpty = axes.some((axis) => shape[axis] === 0);
        for (const [f, plain] of table) {
          if (isEmpty && !left.includes(0) && (f === t.max || f === t.min)) continue;
          const expected = made(kept, (place) =>
            plain(
              placesOf(shape)
                .filter((other) => other.every((i, axis) => axes.includes(axis) || i === place[axis]))
                .map((other) => at(x, other)),
            ),
          );
          expectClose(f(x, axes, true), expected);
          expectClose(f(x, axes), t.reshape(expected, left));
        }
      }
  });

  it("over all axes leave none", () => {
    expect(
      t.sum(
        f64([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual(f64(10));
    expect(t.sum(t.tensor([1, 2])).dtype).toBe("f32");
  });

  it("with a correction", () => {
    expect(t.variance(f64([1, 2, 3, 4]), 0, false, 1).data[0]).toBeCloseTo(5 / 3, 14);
    expect(t.variance(f64([1]), 0, false, 1).data[0]).toBeNaN();
  });

  it("of a million numbers in single precision are right to the last digit", () => {
    const x = t.fill([1000, 1000], 0.1);
    expect(t.item(t.sum(x))).toBe(Math.fround(1e6 * Math.fround(0.1)));
    expect(t.item(t.mean(x))).toBe(Math.fround(0.1));
    expect(t.sum(x, 0).data[7]).toBe(Math.fround(1e3 * Math.fround(0.1)));
    const wide = t.fill([2 ** 20, 2], 0.1, "f64");
    expect(Math.abs(t.sum(wide, 0).data[1] - 0.1 * 2 ** 20)).toBeLessThan(1e-9);
    expect(Math.abs(t.item(t.sum(wide)) - 0.1 * 2 ** 21)).toBeLessThan(1e-9);
    expect(t.variance(t.add(t.cast(f64([1, 2, 3]), "f64"), 1e8)).data[0]).toBeCloseTo(2 / 3, 7);
  });

  it("argMax and argMin give the first of several", () => {
    const x = f64([
      [1, 3, 3],
      [0, -1, -1],
    ]);
    expect(t.argMax(x, 1)).toEqual(f64([1, 0]));
    expect(t.argMin(x, -1)).toEqual(f64([0, 1]));
    expect(t.argMax(x, 0)).toEqual(f64([0, 0, 0]));
    expect(t.argMax(f64([-Infinity, -Infinity]), 0)).toEqual(f64(0));
  });
});

describe("shapes", () => {
  it("transpose, swapAxes, flip", () => {
    for (const [shape, order] of [
      [
        [2, 3],
        [1, 0],
      ],
      [
        [2, 3, 4],
        [1, 2, 0],
      ],
      [
        [2, 3, 4, 2],
        [0, 2, 1, 3],
      ],
      [
        [70, 33],
        [1, 0],
      ],
      [
        [2, 40, 70],
        [0, 2, 1],
      ],
      [
        [2, 0, 3],
        [2, 0, 1],
      ],
      [
        [3, 100, 2],
        [1, 0, 2],
      ],
    ]) {
      const x = random(shape);
      const y = t.transpose(x, order);
      const source = (place: number[]): number[] => shape.map((_, axis) => place[order.indexOf(axis)]);
      expect(y).toEqual(
        made(
          order.map((axis) => shape[axis]),
          (place) => at(x, source(place)),
        ),
      );
      expect(t.untranspose(y, order)).toEqual(x);
    }
    const x = random([2, 3, 4]);
    expect(t.swapAxes(x, 0, -1)).toEqual(t.transpose(x));
    expect(t.flip(x, [0, 2])).toEqual(made([2, 3, 4], ([i, j, k]) => at(x, [1 - i, j, 3 - k])));
  });

  it("slice, pad, concat, stack, split, unstack", () => {
    const x = f64(
      Array.from({ length: 20 }, (_, i) => i),
      [4, 5],
    );
    expect(t.slice(x, [1, -3], [3, Infinity], [1, 2]).toJSON()).toEqual([
      [7, 9],
      [12, 14],
    ]);
    expect(t.slice(x, [-1], [100]).toJSON()).toEqual([[15, 16, 17, 18, 19]]);
    expect(t.slice(x, [3], [1]).shape).toEqual([0, 5]);
    expect(t.pad(f64([[1, 2]]), [1, 0], [0, 2], 9).toJSON()).toEqual([
      [9, 9, 9, 9],
      [1, 2, 9, 9],
    ]);
    const parts = t.split(x, [2, 0, 3], 1);
    expect(parts.map(({ shape }) => shape)).toEqual([
      [4, 2],
      [4, 0],
      [4, 3],
    ]);
    expect(t.concat(parts, -1)).toEqual(x);
    const rows = t.unstack(x, 0);
    expect(rows[2].toJSON()).toEqual([10, 11, 12, 13, 14]);
    for (const axis of [0, 1, -1]) expect(t.stack(t.unstack(x, axis), axis)).toEqual(x);
    expect(t.unstack(x, 1)[1]).toEqual(t.pick(x, 1, 1));
    expect(t.concat([t.fill([300, 70], 1, "f64"), t.fill([300, 2], 2, "f64")], 1).data[71]).toBe(2);
  });

  it("reshape, expandDims, squeeze share the numbers", () => {
    const x = random([2, 1, 3]);
    for (const y of [t.reshape(x, [3, -1]), t.expandDims(x, 1), t.squeeze(x)]) expect(y.data).toBe(x.data);
    expect([t.reshape(x, [-1]).shape, t.expandDims(x, -1).shape, t.squeeze(x, -2).shape]).toEqual([
      [6],
      [2, 1, 3, 1],
      [2, 3],
    ]);
    expect(t.reshape(f64([], [0, 3]), [-1, 3]).shape).toEqual([0, 3]);
  });
});

describe("creation and precision", () => {
  it("copies, and takes precision and shape from the values", () => {
    const numbers = new Float64Array([1, 2, 3, 4]);
    const x = t.tensor(numbers, { shape: [2, 2] });
    numbers[0] = 9;
    expect([x.dtype, x.toJSON()]).toEqual([
      "f64",
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect([t.tensor([[1], [2]]).dtype, t.tensor([[1], [2]]).shape]).toEqual(["f32", [2, 1]]);
    expect([t.tensor(3).shape, t.tensor([]).shape, t.tensor([[], []]).shape]).toEqual([[], [0], [2, 0]]);
    expect(t.tensor(new Uint8Array([1, 255])).toJSON()).toEqual([1, 255]);
    expect([t.arange(0, 3).toJSON(), t.arange(3, 0, -2).toJSON(), t.arange(1, 1).size]).toEqual([[0, 1, 2], [3, 1], 0]);
    expect(t.linspace(0, 1, 3).toJSON()).toEqual([0, 0.5, 1]);
    expect([t.zerosLike(x).toJSON(), t.onesLike(x).dtype]).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
      "f64",
    ]);
  });

  it("a number and a tensor without axes adopt the precision of the others", () => {
    const x = t.tensor([0.1, 0.2]);
    expect([t.mul(x, 0.1).dtype, t.mul(t.scalar(2), x).dtype, t.add(1, 2).dtype]).toEqual(["f32", "f32", "f64"]);
    expect(t.equal(x, 0.1).toJSON()).toEqual([1, 0]);
    expect(t.equal(x, t.scalar(0.1)).toJSON()).toEqual([1, 0]);
    expect(t.add(t.tensor(1), t.scalar(1)).dtype).toBe("f64");
    expect(t.add(t.tensor(1), 1).dtype).toBe("f32");
    expect(t.where(t.tensor([1, 0]), 1, 2).dtype).toBe("f32");
    expect(t.where(t.tensor([1, 0]), 1, t.scalar(2)).dtype).toBe("f64");
    expect(t.sumTo(x, t.scalar(1))).toEqual(f64(Math.fround(0.1) + Math.fround(0.2)));
  });
});
