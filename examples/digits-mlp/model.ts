import {
  argMax,
  dense,
  dropout,
  equal,
  flattenFeatures,
  item,
  mean,
  relu,
  sparseCategoricalCrossEntropy,
  type DenseParameters,
  type Step,
  type Tensor,
} from "cotangent/nn";
import type { Digits } from "../digits.ts";

/** 784 pixels, 128 and 64 hidden units, and a score for each of the ten digits. */
export interface Network {
  readonly first: DenseParameters;
  readonly second: DenseParameters;
  readonly output: DenseParameters;
}

/** The scores of the ten digits, a row for each image. */
export function scores(network: Network, images: Tensor): Tensor {
  const first = relu(dense(network.first, flattenFeatures(images)));
  const second = relu(dense(network.second, first));
  return dense(network.output, second);
}

/** The mean cross-entropy. */
export function loss(network: Network, digits: Digits): number {
  return sparseCategoricalCrossEntropy(scores(network, digits.images), digits.labels);
}

/** The same, with a fifth of the hidden units left out, others in each step. */
export function lossWithDropout(network: Network, digits: Digits, step: Step): number {
  const rate = step.training ? 0.2 : 0;
  const first = dropout(relu(dense(network.first, flattenFeatures(digits.images))), rate, 2 * step.seed);
  const second = dropout(relu(dense(network.second, first)), rate, 2 * step.seed + 1);
  return sparseCategoricalCrossEntropy(dense(network.output, second), digits.labels);
}

/** The share of images that are recognised. */
export function accuracy(network: Network, digits: Digits): number {
  return item(mean(equal(argMax(scores(network, digits.images), 1), digits.labels)));
}
