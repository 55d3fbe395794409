/** Comparisons with definitions in plain loops, for the tests of this folder. */
import { expect } from "vitest";
import { Tensor, type DType } from "../../../../runtime/tensor/tensor.ts";

export const dtypes: readonly DType[] = ["f32", "f64"];

/** Every index of a shape, the last axis fastest. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, length) => all.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The place of an index in a tensor that may have fewer axes, or axes of length 1: broadcasting, from the last axis. */
export function placeOf(shape: readonly number[], index: readonly number[]): number {
  const skip = index.length - shape.length;
  return shape.reduce((place, length, axis) => place * length + (length === 1 ? 0 : index[skip + axis]), 0);
}

/** A result has the shape and the dtype expected, and its numbers up to rounding. */
export function expectTensor(actual: Tensor, shape: readonly number[], dtype: DType, numbers: ArrayLike<number>): void {
  expect([actual.shape, actual.dtype]).toEqual([shape, dtype]);
  const tolerance = dtype === "f32" ? 1e-5 : 1e-12;
  for (let i = 0; i < numbers.length; i++)
    if (!(Math.abs(actual.data[i] - numbers[i]) <= tolerance * Math.max(1, Math.abs(numbers[i]))))
      expect.fail(`element ${i} is ${actual.data[i]}, expected ${numbers[i]}`);
  expect(actual.data.length).toBe(numbers.length);
}
