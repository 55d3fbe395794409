/** The network with plain numbers: two inputs, two hidden units, two outputs, and a bias for each layer. */

/** `w1` to `w8`: of the hidden units (a pair each), then of the outputs. */
export type Weights = [number, number, number, number, number, number, number, number];

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Half the sum of the squared errors. */
export function error(w: Weights, inputs: number[], biases: number[], targets: number[]): number {
  const h1 = sigmoid(w[0] * inputs[0] + w[1] * inputs[1] + biases[0]);
  const h2 = sigmoid(w[2] * inputs[0] + w[3] * inputs[1] + biases[0]);
  const o1 = sigmoid(w[4] * h1 + w[5] * h2 + biases[1]);
  const o2 = sigmoid(w[6] * h1 + w[7] * h2 + biases[1]);
  return 0.5 * (targets[0] - o1) ** 2 + 0.5 * (targets[1] - o2) ** 2;
}
