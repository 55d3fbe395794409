/** Layers whose outputs are weighted sums of all inputs. */
import type { Random } from "../random.ts";
import { add } from "../tensor/arithmetic.ts";
import { flatShape } from "../tensor/expect.ts";
import { matmul } from "../tensor/linear/matmul.ts";
import { reshape } from "../tensor/reshape.ts";
import { Tensor, type DType } from "../tensor/tensor.ts";
import { draw, type FirstWeights } from "./first.ts";

export interface DenseParameters {
  /** `[inputs, outputs]` */
  readonly weights: Tensor;
  /** `[outputs]` */
  readonly bias: Tensor;
}

export interface DenseSizes {
  readonly inputs: number;
  readonly outputs: number;
  /** "glorot" unless given. */
  readonly first?: FirstWeights;
  /** Single precision unless given. */
  readonly dtype?: DType;
}

/** First parameters of a dense layer: random weights, and a bias of zeros. */
export function initDense(random: Random, { inputs, outputs, first = "glorot", dtype }: DenseSizes): DenseParameters {
  return {
    weights: draw(first, random, [inputs, outputs], { dtype }),
    bias: new Tensor([outputs], dtype ?? "f32"),
  };
}

/** `x · weights + bias`, for `x` of shape `[…, inputs]`: `[…, outputs]`. Throws a RangeError where the shapes do not fit. */
export function dense(parameters: DenseParameters, x: Tensor): Tensor {
  return add(matmul(x, parameters.weights), parameters.bias);
}

/** A batch with all axes but the first made one: what stands between convolutions and a dense layer. */
export function flattenFeatures(x: Tensor): Tensor {
  return reshape(x, flatShape(x));
}

/**
 * `x + block(x)`, where the block keeps the shape: `residual((h) => dense(parameters, h), x)`. Source: K. He et al., "Deep
 * Residual Learning for Image Recognition", 2016.
 */
export function residual(block: (x: Tensor) => Tensor, x: Tensor): Tensor {
  return add(x, block(x));
}
