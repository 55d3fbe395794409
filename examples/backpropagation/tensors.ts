import { add, matmul, sigmoid, sumOfSquares, type Tensor } from "cotangent/nn";

/** The same network with tensors: a column of weights for each unit. */
export interface Network {
  readonly hidden: Tensor;
  readonly output: Tensor;
}

/** Half the sum of the squared errors. */
export function error(network: Network, inputs: Tensor, biases: readonly number[], targets: Tensor): number {
  const hidden = sigmoid(add(matmul(inputs, network.hidden), biases[0]));
  return sumOfSquares(sigmoid(add(matmul(hidden, network.output), biases[1])), targets);
}
