/** Matrix products against their definition, and their rules against differences. */
import { describe, expect, test } from "vitest";
import { matmul, matmulTo, matmulTransposedA, matmulTransposedB } from "../../../../runtime/tensor/linear/index.ts";
import { sizeOf, type Tensor } from "../../../../runtime/tensor/tensor.ts";
import { checkRule, randomTensor } from "../check.ts";
import { products, sums } from "./cases.ts";
import { dtypes, expectTensor, indicesOf, placeOf } from "./table.ts";

type Shape = readonly number[];
const full = (shape: Shape, vector: "row" | "column"): Shape =>
  shape.length !== 1 ? shape : vector === "row" ? [1, shape[0]] : [shape[0], 1];

/** One of a, b, c from the others, by the sum of their products over all indices. */
function define(wanted: "a" | "b" | "c", shapes: readonly [Shape, Shape, Shape], x: Tensor, y: Tensor): Float64Array {
  const [a, b] = [full(shapes[0], "row"), full(shapes[1], "column")];
  const [[m, k], n] = [a.slice(-2), b[b.length - 1]];
  const batchC = shapes[2].slice(0, shapes[2].length - +(shapes[0].length > 1) - +(shapes[1].length > 1));
  const batches = [a.slice(0, -2), b.slice(0, -2), batchC];
  const rank = Math.max(...batches.map(({ length }) => length));
  const lengths = Array.from({ length: rank }, (_, axis) =>
    batches.reduce((length, batch) => {
      const own = batch[axis - rank + batch.length] ?? 1;
      return own === 1 ? length : own;
    }, 1),
  );
  const data = { a: [0, 0], b: [0, 0], c: [0, 0] } as Record<string, ArrayLike<number>>;
  const out = new Float64Array(sizeOf(shapes["abc".indexOf(wanted)]));
  const others = ["a", "b", "c"].filter((name) => name !== wanted);
  // The order of the operands is that of their product: c · bᵀ, but aᵀ · c.
  if (wanted === "a") others.reverse();
  [data[others[0]], data[others[1]]] = [x.data, y.data];
  for (const batch of indicesOf(lengths)) {
    const [atA, atB, atC] = batches.map((shape) => placeOf(shape, batch));
    for (const [i, j, p] of indicesOf([m, n, k])) {
      const places = { a: (atA * m + i) * k + p, b: (atB * k + p) * n + j, c: (atC * m + i) * n + j };
      const at = (name: string): number => data[name][places[name as "a"]];
      out[places[wanted]] += at(others[0]) * at(others[1]);
    }
  }
  return out;
}

describe.each(dtypes)("products of %s", (dtype) => {
  test.each(products)("%j · %j", (...shapes) => {
    const [a, b] = [randomTensor(shapes[0], 1, dtype), randomTensor(shapes[1], 2, dtype)];
    expectTensor(matmul(a, b), shapes[2], dtype, define("c", shapes, a, b));
  });

  test.each([...products, ...sums])("all ways round %j · %j = %j", (...shapes) => {
    const [a, b, c] = shapes.map((shape, i) => randomTensor(shape, i, dtype));
    expectTensor(matmulTo(a, b, shapes[2]), shapes[2], dtype, define("c", shapes, a, b));
    expectTensor(matmulTransposedA(a, c, shapes[1]), shapes[1], dtype, define("b", shapes, a, c));
    expectTensor(matmulTransposedB(c, b, shapes[0]), shapes[0], dtype, define("a", shapes, c, b));
  });

  test("without a shape, batches are broadcast", () => {
    const [a, c] = [randomTensor([5, 1, 2, 3], 1, dtype), randomTensor([4, 2, 6], 2, dtype)];
    const b = define("b", [a.shape, [5, 4, 3, 6], c.shape], a, c);
    expectTensor(matmulTransposedA(a, c), [5, 4, 3, 6], dtype, b);
    const [q, keys] = [randomTensor([5, 1, 2, 3], 1, dtype), randomTensor([4, 6, 3], 2, dtype)];
    expectTensor(
      matmulTransposedB(q, keys),
      [5, 4, 2, 6],
      dtype,
      define("a", [[5, 4, 2, 6], keys.shape, q.shape], q, keys),
    );
  });

  test("sizes that fill tiles and blocks, and long vectors", () => {
    for (const shapes of [
      [
        [64, 300],
        [300, 40],
        [64, 40],
      ],
      [
        [3, 20, 33],
        [3, 33, 17],
        [3, 20, 17],
      ],
      [[1000], [1000, 9], [9]],
      [[7, 1001], [1001], [7]],
    ] as const) {
      const [a, b] = [randomTensor(shapes[0], 1, dtype), randomTensor(shapes[1], 2, dtype)];
      expectTensor(matmul(a, b), shapes[2], dtype, define("c", shapes, a, b));
    }
  });
});

describe("rules", () => {
  test.each(products)("matmul %j · %j", (...shapes) => {
    const [a, b, c] = shapes.map((shape, i) => randomTensor(shape, i));
    checkRule(matmul, [a, b]);
    checkRule(matmulTo, [a, b, c.shape]);
    checkRule(matmulTransposedA, [a, c, b.shape]);
    checkRule(matmulTransposedB, [c, b, a.shape]);
    if (a.shape.length < 2 || b.shape.length < 2) return;
    checkRule(matmulTransposedA, [a, c]);
    checkRule(matmulTransposedB, [c, b]);
  });

  test.each(sums)("sums over batches: %j · %j = %j", (...shapes) => {
    const [a, b, c] = shapes.map((shape, i) => randomTensor(shape, i));
    checkRule(matmulTo, [a, b, c.shape]);
    checkRule(matmulTransposedA, [a, c, b.shape]);
    checkRule(matmulTransposedB, [c, b, a.shape]);
  });
});

describe("errors", () => {
  const of = (...shape: number[]): Tensor => randomTensor(shape);
  test.each([
    [() => matmul(of(2, 3), of(4, 5)), "matmul: shapes [2, 3] and [4, 5] do not fit (3 columns against 4 rows)"],
    [() => matmul(of(3), of(4)), "matmul: shapes [3] and [4] do not fit (3 columns against 4 rows)"],
    [() => matmul(of(), of(4)), "matmul: shapes [] and [4] do not fit (a number is no matrix)"],
    [() => matmul(of(2, 2, 3), of(5, 3, 2)), "matmul: shapes [2, 2, 3] and [5, 3, 2] do not fit (batches [2] and [5])"],
    [
      () => matmulTransposedA(of(3), of(3, 2)),
      "matmulTransposedA: shapes [3] and [3, 2] do not fit (each needs two axes or more)",
    ],
    [
      () => matmulTransposedA(of(4, 3), of(3, 2)),
      "matmulTransposedA: shapes [4, 3] and [3, 2] do not fit (4 rows against 3)",
    ],
    [
      () => matmulTransposedB(of(4, 3), of(3, 2)),
      "matmulTransposedB: shapes [4, 3] and [3, 2] do not fit (3 columns against 2)",
    ],
    [
      () => matmulTransposedB(of(2, 4, 3), of(3, 2, 3)),
      "matmulTransposedB: shapes [2, 4, 3] and [3, 2, 3] do not fit (batches [2] and [3])",
    ],
    [
      () => matmulTransposedB(of(4, 3), of(2, 3), [4, 3]),
      "matmulTransposedB: shapes [4, 3] and [2, 3] do not fit (for a result of shape [4, 3])",
    ],
    [
      () => matmulTo(of(2, 4, 3), of(3, 2), [3, 4, 2]),
      "matmulTo: shapes [2, 4, 3] and [3, 2] do not fit (for a result of shape [3, 4, 2])",
    ],
  ])("%#", (call, message) => {
    expect(call).toThrow(new RangeError(message));
  });

  test("dtypes that differ", () => {
    const message = "matmul: operands are f64 and f32: use cast first";
    expect(() => matmul(randomTensor([2, 2]), randomTensor([2, 2], 1, "f32"))).toThrow(new Error(message));
  });
});
