import { expect, expectTypeOf, test } from "vitest";
import { addInto, cloneAliased, zerosLike } from "../../runtime/index.ts";

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

test("addInto adds nested numbers, place by place", () => {
  const target = { rows: [[1, 2], [3]], b: 1, w: new Float64Array([1, 1]) };
  const part = [10, 20];
  addInto(target, { rows: [part, [30]], b: 5, w: new Float64Array([2, 3]) });
  expect(target).toEqual({ rows: [[11, 22], [33]], b: 6, w: new Float64Array([3, 4]) });
});

test("addInto adds to an object as often as it is met", () => {
  const row = [1, 2];
  const part = [10, 20];
  addInto([row, row], [part, part]);
  expect(row).toEqual([21, 42]);
  addInto(
    [row, row],
    [
      [1, 0],
      [2, 0],
    ],
  );
  expect(row).toEqual([24, 42]);
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
