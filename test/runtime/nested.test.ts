import { expect, expectTypeOf, test } from "vitest";
import { addEach, addInto, cloneAliased, zerosLike } from "../../runtime/index.ts";

test("zerosLike leaves out inert places and keeps aliasing", () => {
  const row = [1, 2];
  const zeros = zerosLike([row, row, { name: "a", w: new Float32Array(2), k: 3 }] as [
    number[],
    number[],
    { name: string; w: Float32Array; k: number },
  ]);
  expectTypeOf(zeros).toEqualTypeOf<[number[], number[], { w: Float64Array; k: number }]>();
  expect(zeros).toEqual([[0, 0], [0, 0], { w: new Float64Array(2), k: 0 }]);
  expect(zeros[0]).toBe(zeros[1]);
});

test("zerosLike of readonly and inert parts", () => {
  const value: { readonly rows: readonly (readonly number[])[]; readonly at: [number, string] } = {
    rows: [[1], []],
    at: [1, "x"],
  };
  const zeros = zerosLike(value);
  expectTypeOf(zeros).toEqualTypeOf<{ rows: number[][]; at: [number, undefined] }>();
  expect(zeros).toEqual({ rows: [[0], []], at: [0, undefined] });
});

test("addInto adds nested numbers, each pair of objects once", () => {
  const row = [1, 2];
  const target = { rows: [row, row], b: 1, w: new Float64Array([1, 1]) };
  const part = [10, 20];
  addInto(target, { rows: [part, part], b: 5, w: new Float64Array([2, 3]) });
  expect(target).toEqual({
    rows: [
      [11, 22],
      [11, 22],
    ],
    b: 6,
    w: new Float64Array([3, 4]),
  });
  const sum = [[0], [0]];
  addInto(sum, [[1], [2]]);
  expect(sum).toEqual([[1], [2]]);
});

test("addEach adds what stands at two places twice", () => {
  const row = [0, 1];
  const weights = new Float64Array([2, 3]);
  const target = { rows: [row, row], sum: 4, name: "a" };
  addEach(target, { rows: [weights, weights], sum: 5 });
  expect(target).toEqual({
    rows: [
      [4, 7],
      [4, 7],
    ],
    sum: 9,
    name: "a",
  });
});

test("addInto from an index on", () => {
  const target = [1, 1, 1];
  addInto(target, [5, 6], 1);
  expect(target).toEqual([1, 6, 7]);
  const rows = [[1], [2]];
  addInto(rows, [[3]], 1);
  expect(rows).toEqual([[1], [5]]);
});

test("cloneAliased copies deeply and keeps aliasing", () => {
  const x = new Float64Array([1, 2]);
  const [a, b] = cloneAliased([x, { x, list: [x] }] as const);
  expect(a).toEqual(x);
  expect(a).not.toBe(x);
  expect(b.x).toBe(a);
  expect(b.list[0]).toBe(a);
});
