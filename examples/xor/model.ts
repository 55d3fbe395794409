import { add, item, matmul, mean, relu, sigmoid, square, sub, tanh, type Tensor } from "cotangent/nn";

/** Two inputs, two hidden units, one output; a row of `inputs` is an example. */
export interface Network {
  readonly hidden: Tensor;
  readonly hiddenBias: Tensor;
  readonly output: Tensor;
  readonly outputBias: Tensor;
}

/** From 0 to 1 for each example. */
export function answer(network: Network, inputs: Tensor): Tensor {
  const hidden = tanh(add(matmul(inputs, network.hidden), network.hiddenBias));
  return sigmoid(add(matmul(hidden, network.output), network.outputBias));
}

/** The mean square of the error. */
export function loss(network: Network, inputs: Tensor, targets: Tensor): number {
  return item(mean(square(sub(answer(network, inputs), targets))));
}

/** The same network with rectified hidden units, and an output without a sigmoid. */
export function rectifiedAnswer(network: Network, inputs: Tensor): Tensor {
  const hidden = relu(add(matmul(inputs, network.hidden), network.hiddenBias));
  return add(matmul(hidden, network.output), network.outputBias);
}

/** Its mean squared error. */
export function rectifiedLoss(network: Network, inputs: Tensor, targets: Tensor): number {
  return item(mean(square(sub(rectifiedAnswer(network, inputs), targets))));
}
