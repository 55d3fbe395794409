/** The maps where functions have no derivative, or an infinite one. */
import { expect, it } from "vitest";
import { ruleOf } from "../../../runtime/primitive.ts";
import * as t from "../../../runtime/tensor/index.ts";
import type { Tensor } from "../../../runtime/tensor/tensor.ts";

const f64 = (values: t.TensorValues): Tensor => t.tensor(values, { dtype: "f64" });

/** The adjoint of argument `i` of a function called with `args`, for a result with adjoint 1 (or `dy`). */
function adjoint(f: unknown, i: number, args: readonly unknown[], dy?: Tensor): unknown {
  const call = f as (...all: unknown[]) => Tensor;
  const y = call(...args);
  const pull = ruleOf(call)?.vjp[i] as unknown as (...all: unknown[]) => Tensor | number;
  const result = pull(dy ?? t.onesLike(y), y, ...args);
  return typeof result === "number" ? result : result.toJSON();
}

it("relu and abs have 0 at 0", () => {
  expect(adjoint(t.relu, 0, [f64([-1, 0, -0, 2])])).toEqual([0, 0, 0, 1]);
  expect(adjoint(t.abs, 0, [f64([-1, 0, 2])])).toEqual([-1, 0, 1]);
});

it("those that tie share", () => {
  const [a, b] = [f64([1, 2, 3]), f64([1, 3, 2])];
  expect(adjoint(t.maximum, 0, [a, b])).toEqual([0.5, 0, 1]);
  expect(adjoint(t.maximum, 1, [a, b])).toEqual([0.5, 1, 0]);
  expect(adjoint(t.minimum, 0, [a, b])).toEqual([0.5, 1, 0]);
  expect(adjoint(t.minimum, 1, [a, b])).toEqual([0.5, 0, 1]);
  expect(
    adjoint(t.max, 0, [
      f64([
        [3, 1, 3],
        [1, 1, 1],
        [0, 5, 2],
      ]),
      1,
    ]),
  ).toEqual([
    [0.5, 0, 0.5],
    [1 / 3, 1 / 3, 1 / 3],
    [0, 1, 0],
  ]);
  expect(adjoint(t.min, 0, [f64([1, 1, 2])])).toEqual([0.5, 0.5, 0]);
});

it("what is not chosen gets 0, whatever it and the adjoint are", () => {
  const dy = f64([Infinity, NaN, 1]);
  expect(adjoint(t.where, 1, [f64([0, 0, 1]), f64([NaN, 1, 2]), 0], dy)).toEqual([0, 0, 1]);
  expect(adjoint(t.relu, 0, [f64([-1, -2, 3])], dy)).toEqual([0, 0, 1]);
  expect(adjoint(t.maximum, 0, [f64([-1, -2, 3]), 0], dy)).toEqual([0, 0, 1]);
  expect(adjoint(t.maximum, 0, [f64([NaN, 1]), f64([0, NaN])])).toEqual([1, 0]);
  expect(adjoint(t.minimum, 0, [f64([NaN, 1]), f64([0, NaN])])).toEqual([1, 0]);
});

it("powers of 0 have the derivatives of polynomials", () => {
  const zero = f64([0]);
  expect([3, 2, 1, 0].map((p) => adjoint(t.pow, 0, [zero, p]))).toEqual([[0], [0], [1], [0]]);
  expect(adjoint(t.monomial, 0, [zero, 1, 2, 0])).toEqual([2]);
  expect(adjoint(t.monomial, 0, [zero, 0, 2, 0])).toEqual([0]);
  expect(adjoint(t.pow, 1, [zero, 2])).toBe(0);
  expect(adjoint(t.pow, 0, [f64([-2]), 3])).toEqual([12]);
});

it("of mixed precision: each gets its own", () => {
  const [x, w] = [t.tensor([1, 2]), t.scalar(0.1)];
  const y = t.mul(x, w);
  const rule = ruleOf(t.mul);
  const [dx, dw] = [0, 1].map((i) => (rule?.vjp[i] as unknown as (...all: Tensor[]) => Tensor)(y, y, x, w));
  expect([dx.dtype, dx.shape, dw.dtype, dw.shape]).toEqual(["f32", [2], "f64", []]);
});

it("clip puts numbers back into a range, and NaN stays", () => {
  expect(t.clip(f64([-2, 0.5, 3, NaN]), -1, 1).data).toEqual(new Float64Array([-1, 0.5, 1, NaN]));
  expect(t.clip(f64([-2, 3]), f64([0, 1]), 2).toJSON()).toEqual([0, 2]);
});
