/** Sums of adjoints: of zeros, of what is missing, and of tensors. */
import { describe, expect, it } from "vitest";
import { plus, zero, zerosOf } from "../../../runtime/tensor/adjoint.ts";
import { tensor } from "../../../runtime/tensor/index.ts";

const x = tensor([1, 2]);

describe("zerosOf", () => {
  it("has the shape and precision of a tensor, and takes no memory before it is looked at", () => {
    const zeros = zerosOf(x);
    expect([zeros.shape, zeros.dtype, zeros.isUntouched]).toEqual([[2], "f32", true]);
    expect([...zeros.data]).toEqual([0, 0]);
    expect(zerosOf(zero)).toBe(zero);
  });

  it("gives nothing for what is missing", () => {
    expect([zerosOf(undefined), zerosOf(null)]).toEqual([undefined, undefined]);
  });
});

describe("plus", () => {
  it("adds tensors, and leaves out zeros", () => {
    expect([...plus(x, x).data]).toEqual([2, 4]);
    for (const none of [zero, zerosOf(x)]) expect([plus(none, x), plus(x, none)]).toEqual([x, x]);
  });

  it("keeps what is missing missing, until there is something", () => {
    for (const missing of [undefined, null]) {
      expect(plus(missing, zero)).toBe(undefined);
      expect(plus(zero, missing)).toBe(undefined);
      expect(plus(missing, missing)).toBe(missing);
      expect(plus(missing, x)).toBe(x);
    }
  });

  it("refuses adjoints that differ in shape or precision", () => {
    expect(() => plus(x, tensor([1, 2, 3]))).toThrow("the adjoints of one value are f32 [2] and f32 [3]");
    expect(() => plus(x, tensor([1, 2], { dtype: "f64" }))).toThrow("f32 [2] and f64 [2]");
  });
});
