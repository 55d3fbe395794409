/** First parameters. */
import { glorot, he, lecun, orthogonal } from "../init.ts";
import type { Fans, TensorWeights } from "../init-tensor.ts";
import type { Random } from "../random.ts";
import { newData, sizeOf, Tensor, type Dimensions, type DType } from "../tensor/tensor.ts";

/** How first weights are drawn: `he` for layers with ReLU, `glorot` for tanh and sigmoid. */
export type FirstWeights = "glorot" | "he" | "lecun" | "orthogonal";

/** Random weights. */
export function draw(
  first: FirstWeights,
  random: Random,
  shape: Dimensions,
  options: Omit<TensorWeights, "as"> & Fans,
): Tensor {
  const all = { ...options, as: "tensor" } as const;
  switch (first) {
    case "glorot":
      return glorot(random, shape, all);
    case "he":
      return he(random, shape, all);
    case "lecun":
      return lecun(random, shape, all);
    case "orthogonal":
      return orthogonal(random, shape, all);
  }
}

/** Ones. */
export function onesOf(shape: Dimensions, dtype: DType): Tensor {
  return new Tensor(shape, dtype, newData(dtype, sizeOf(shape)).fill(1));
}
