/** Walking trees: which values are leaves, what passes through, and what the messages say. */
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Gradient } from "../../src/index.ts";
import { flatten, mapNumbers, restore, unflatten, type GradientOf } from "../../runtime/nn.ts";
import { tensor } from "../../runtime/tensor/index.ts";
import { Tensor } from "../../runtime/tensor/tensor.ts";

const params = {
  name: "model",
  steps: new Int32Array([3, 4]),
  trained: false,
  note: undefined,
  at: [0.5, "x", 2] as [number, string, number],
  layers: [
    { w: [1, 2], b: 3 },
    { w: [4, 5, 6], b: 7 },
  ],
  wide: new Float64Array([8, 9]),
  narrow: new Float32Array([10]),
  none: [] as number[],
};
const numbers = [0.5, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe("a tree", () => {
  it("holds its numbers in the order of its places, and is made again from them", () => {
    expect(flatten(params)).toEqual(numbers);
    expect(unflatten(params, numbers)).toEqual(params);
    expect(flatten(5)).toEqual([5]);
    expect(unflatten([[1], [2, 3]], [4, 5, 6])).toEqual([[4], [5, 6]]);
  });

  it("passes inert parts through, and shares no numbers with its copy", () => {
    const copy = mapNumbers((x) => -x, params);
    expectTypeOf(copy).toEqualTypeOf<typeof params>();
    expect(flatten(copy)).toEqual(numbers.map((x) => -x));
    expect(copy.steps).toBe(params.steps);
    expect({ ...copy, at: 0, layers: 0, wide: 0, narrow: 0 }).toEqual({
      ...params,
      at: 0,
      layers: 0,
      wide: 0,
      narrow: 0,
    });
    expect(copy.narrow).toBeInstanceOf(Float32Array);
  });

  it("goes together with trees of the same shape: arrays of any kind, inert fields left out", () => {
    const gradient = { wide: [1, 2], at: [1, undefined, 1], kind: "tag" };
    const sum = mapNumbers((a, b) => a + b, { wide: params.wide, at: params.at, steps: params.steps }, gradient);
    expect(sum).toEqual({ wide: new Float64Array([9, 11]), at: [1.5, "x", 3], steps: params.steps });
  });

  it("comes back from JSON bit for bit, with its typed arrays", () => {
    const odd = mapNumbers((x) => Math.sin(x) * 1e-300 ** (x % 2), params);
    const { note: _, ...parsed } = JSON.parse(JSON.stringify(odd)) as typeof params;
    expect(restore(params, parsed)).toEqual(odd);
    const long = Float64Array.from({ length: 12 }, (_e, i) => i / 3);
    expect(restore([new Float64Array(12)], JSON.parse(JSON.stringify([long])))).toEqual([long]);
  });
});

describe("tensors", () => {
  const tree = { w: tensor([[1, 2, 3]]), b: tensor(4, { dtype: "f64" }), none: tensor([], { shape: [2, 0] }) };

  it("hold numbers like arrays, and keep shape and precision", () => {
    expect(flatten(tree)).toEqual([1, 2, 3, 4]);
    const copy = unflatten(tree, [5, 0.1, 7, 0.1]);
    expectTypeOf(copy).toEqualTypeOf<typeof tree>();
    expect(copy.w).toMatchObject({ shape: [1, 3], dtype: "f32" });
    expect([...copy.w.data, ...copy.b.data]).toEqual([5, Math.fround(0.1), 7, 0.1]);
    const sum = mapNumbers((a, b) => a + b, tree, { w: [[1, 1, 1]].map((row) => tensor([row]))[0], b: 1 });
    expect(flatten(sum)).toEqual([2, 3, 4, 5]);
    expect(sum.w).toBeInstanceOf(Tensor);
  });

  it("come back from JSON bit for bit", () => {
    const odd = mapNumbers((x) => Math.sin(x) * 1e-30, tree);
    const back = restore(tree, JSON.parse(JSON.stringify(odd)));
    expect([back.w.data, back.b.data, back.none.shape]).toEqual([odd.w.data, odd.b.data, [2, 0]]);
    expect([back.w.dtype, back.b.dtype]).toEqual(["f32", "f64"]);
    const lost: unknown = JSON.parse(JSON.stringify({ ...tree, w: tensor([[1, NaN, 3]]) }));
    expect(() => restore(tree, lost)).toThrow(
      "like.w: a Tensor of length 1 × 3 against an array of length 1 in parsed",
    );
  });

  it("must match in shape, and stand in one place only", () => {
    const plus = (other: unknown) => () => mapNumbers((a, b) => a + b, { w: tree.w }, { w: other });
    expect(plus(tensor([1, 2, 3]))).toThrow("tree 1.w: a Tensor of length 1 × 3 against one of length 3 in tree 2");
    expect(plus([1, 2, 3])).toThrow("tree 1.w: a Tensor of length 1 × 3 against a number[] of length 3 in tree 2");
    expect(plus(undefined)).toThrow("tree 2.w is missing");
    expect(() => flatten({ a: tree.w, b: tree.w })).toThrow("tree.a and tree.b share their numbers");
  });

  it("have tensors for a gradient", () => {
    expectTypeOf<GradientOf<{ w: Tensor; name: string }>>().toEqualTypeOf<{ readonly w: Tensor }>();
  });
});

describe("a message names the place", () => {
  const refuse =
    (one: unknown, other: unknown): (() => unknown) =>
    () =>
      mapNumbers((a, b) => a + b, one, other);

  it.each([
    [{ w: [1, 2, 3] }, { w: [1, 2, 3, 4] }, "tree 1.w: a number[] of length 3 against one of length 4 in tree 2"],
    [[1, "x"], [1], "tree 1: an array of length 2 against a number[] of length 1 in tree 2"],
    [{ w: 1 }, { w: [1] }, "tree 1.w: a number against a number[] of length 1 in tree 2"],
    [{ w: new Float32Array(2) }, { w: [1] }, "tree 1.w: a Float32Array of length 2 against a number[] of length 1"],
    [{ a: [{ w: [1] }] }, { a: [{}] }, "tree 2.a[0].w is missing"],
    [{ a: { w: 1 } }, {}, "tree 2.a.w is missing"],
    [{ a: 1 }, { a: 1, b: [2] }, "tree 2.b is not in tree 1"],
    [{ a: { b: 1 } }, { a: 1 }, "tree 1.a: a record against a number in tree 2"],
    [{ a: 1 }, { a: "1" }, "tree 1.a: a number against a string in tree 2"],
    [{ a: 1 }, { a: null }, "tree 1.a: a number against null in tree 2"],
    [{ a: new Map([[1, 2]]) }, {}, "tree 1.a is an instance of Map: only plain records can be walked"],
  ])("%j with %j", (one, other, message) => {
    expect(refuse(one, other)).toThrow(TypeError);
    expect(refuse(one, other)).toThrow(message);
  });

  it("where one object stands in two places, unless it holds no numbers", () => {
    const w = [1, 2];
    const tag = { name: "shared", none: [] };
    expect(() => flatten({ a: w, b: { c: w } })).toThrow(
      "tree.a and tree.b.c share their numbers: give them one place, and use that twice",
    );
    const around: { w: number; self?: unknown } = { w: 1 };
    around.self = around;
    expect(() => flatten(around)).toThrow("tree and tree.self share their numbers");
    expect(flatten([tag, tag, 1])).toEqual([1]);
    const memory = new Float64Array([1, 2, 3, 4]);
    expect(flatten([memory.subarray(0, 2), memory.subarray(2)])).toEqual([1, 2, 3, 4]);
    expect(() => flatten([memory.subarray(0, 3), memory.subarray(2)])).toThrow(
      "tree[0] and tree[1] share their numbers",
    );
  });

  it("where JSON has lost a number", () => {
    const parsed: unknown = JSON.parse(JSON.stringify({ w: [1, NaN] }));
    expect(() => restore({ w: [1, 2] }, parsed)).toThrow("like.w: a number[] of length 2 against an array of length 2");
    expect(() => unflatten([1, 2], [1])).toThrow("1 numbers for a tree of 2");
  });
});

it("every gradient of the compiler is a gradient for the optimizers", () => {
  interface Model {
    readonly kind: "linear";
    readonly layers: readonly { readonly w: Float32Array; readonly name: string }[];
    readonly bias?: number;
    readonly at: readonly [number, string];
    readonly about: { readonly name: string };
  }
  type Either = { kind: "a"; x: number } | { kind: "b"; ys: number[] };
  expectTypeOf<Gradient<Model>>().toExtend<GradientOf<Model>>();
  expectTypeOf<Gradient<Either>>().toExtend<GradientOf<Either>>();
  expectTypeOf<Gradient<[number, number[][]]>>().toExtend<GradientOf<[number, number[][]]>>();
  expectTypeOf<GradientOf<number>>().toEqualTypeOf<number>();
  expectTypeOf<{ layers: { w: number[] }[] }>().not.toExtend<GradientOf<Model>>();
});
