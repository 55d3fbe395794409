/** Spectral normalization: weights divided by their largest singular value. */
import type { Random } from "../random.ts";
import { div } from "../tensor/arithmetic.ts";
import { matmul } from "../tensor/linear/matmul.ts";
import { reshape } from "../tensor/reshape.ts";
import { newData, Tensor } from "../tensor/tensor.ts";
import { rowsOf } from "../tensor/expect.ts";

/** Estimates of the singular vectors of the largest singular value. They are no parameters: keep them beside those. */
export interface SingularVectors {
  /** As long as the first axis of the weights. */
  readonly left: Tensor;
  /** As long as all other axes together. */
  readonly right: Tensor;
}

/** Singular vectors of weights after `steps` steps of power iteration from random ones. */
export function initSpectral(random: Random, weights: Tensor, steps: number = 10): SingularVectors {
  const [rows, columns] = rowsOf(weights);
  const draw = (length: number): Tensor => {
    const data = newData(weights.dtype, length);
    for (let i = 0; i < length; i++) data[i] = random.normal();
    return unit(new Tensor([length], weights.dtype, data));
  };
  return updateSpectral({ left: draw(rows), right: draw(columns) }, weights, steps);
}

/** `steps` more steps of power iteration: one for each training step is enough, since the weights change slowly. It is called beside the loss. */
export function updateSpectral(vectors: SingularVectors, weights: Tensor, steps: number = 1): SingularVectors {
  const matrix = reshape(weights, rowsOf(weights));
  let { left, right } = vectors;
  for (let i = 0; i < steps; i++) {
    right = unit(matmul(left, matrix));
    left = unit(matmul(matrix, right));
  }
  return { left, right };
}

/**
 * Weights divided by their largest singular value, `left · W · right` for its singular vectors, where `W` has the first axis
 * as its rows. The vectors are constants: their error is of second order in the value.
 *
 * Source: T. Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018.
 */
export function spectralNorm(weights: Tensor, vectors: SingularVectors): Tensor {
  const matrix = reshape(weights, rowsOf(weights));
  return div(weights, matmul(matmul(vectors.left, matrix), vectors.right));
}

/** A vector divided by its length; zeros stay zeros. */
function unit(vector: Tensor): Tensor {
  const length = Math.hypot(...vector.data);
  const data = newData(vector.dtype, vector.size);
  for (let i = 0; i < data.length; i++) data[i] = length === 0 ? 0 : vector.data[i] / length;
  return new Tensor(vector.shape, vector.dtype, data);
}
