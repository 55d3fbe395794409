/** First weights as tensors: what their shapes mean, and filling them. */
import { requireInteger, requirePositive } from "./finite.ts";
import { newData, sizeOf, Tensor, type Dimensions, type DType } from "./tensor/tensor.ts";

/** Weights as a tensor of any shape. */
export interface TensorWeights {
  readonly as: "tensor";
  /** Single precision unless given. */
  readonly dtype?: DType;
}

/**
 * From how many numbers an output is made, and into how many outputs a number goes. Unless given, they follow from the
 * shape: `[inputs, outputs]` for two axes, as `matmul(x, w)` takes it (so a row is an input, other than in arrays);
 * `[outputs, inputs / groups, ...kernel]` for more, as convolutions take it; and the number of inputs of one output for one axis.
 */
export interface Fans {
  readonly fanIn?: number;
  readonly fanOut?: number;
}

export interface TensorSpread extends TensorWeights, Fans {
  /** How the values are spread; all have the same variance. `uniform` unless given. */
  readonly distribution?: "uniform" | "normal";
}

/** The fans of a tensor of weights. Throws a RangeError where one is given that is not positive. */
export function fansOf(
  shape: number | Dimensions,
  { fanIn, fanOut }: Fans,
): { readonly inputs: number; readonly outputs: number } {
  const [inputs, outputs] = defaultFans(typeof shape === "number" ? [shape] : shape);
  if (fanIn !== undefined) requirePositive("weights", "fanIn", fanIn);
  if (fanOut !== undefined) requirePositive("weights", "fanOut", fanOut);
  return { inputs: fanIn ?? inputs, outputs: fanOut ?? outputs };
}

function defaultFans(shape: Dimensions): readonly [inputs: number, outputs: number] {
  if (shape.length < 2) return [shape[0] ?? 1, 1];
  if (shape.length === 2) return [shape[0], shape[1]];
  const kernel = sizeOf(shape.slice(2));
  return [shape[1] * kernel, shape[0] * kernel];
}

/** A tensor of what `at` gives for each place of its data, one after the other. Throws a RangeError for a shape of other than positive integers. */
export function tensorOf(
  shape: number | Dimensions,
  { dtype = "f32" }: TensorWeights,
  at: (i: number) => number,
): Tensor {
  const sizes = typeof shape === "number" ? [shape] : [...shape];
  for (const size of sizes) requireInteger("weights", "a size", size, 1);
  const data = newData(dtype, sizeOf(sizes));
  for (let i = 0; i < data.length; i++) data[i] = at(i);
  return new Tensor(sizes, dtype, data);
}
