import {
  argMax,
  convolution2d,
  dense,
  dropout,
  equal,
  flattenFeatures,
  item,
  maxPool2d,
  mean,
  relu,
  sparseCategoricalCrossEntropy,
  type ConvolutionParameters,
  type DenseParameters,
  type Step,
  type Tensor,
} from "cotangent/nn";
import type { Digits } from "../digits.ts";

/** Two convolutions, each followed by pooling, 64 hidden units, and a score for each of the ten digits. */
export interface Network {
  readonly first: ConvolutionParameters;
  readonly second: ConvolutionParameters;
  readonly hidden: DenseParameters;
  readonly output: DenseParameters;
}

/** What the hidden units find in the images, `[n, 1, 28, 28]`: a row for each. */
export function features(network: Network, images: Tensor): Tensor {
  const first = maxPool2d(relu(convolution2d(network.first, images, { padding: "same" })), 2);
  const second = maxPool2d(relu(convolution2d(network.second, first, { padding: "same" })), 2);
  return relu(dense(network.hidden, flattenFeatures(second)));
}

/** The mean cross-entropy. In training, a fifth of the hidden units are left out, others in each step. */
export function loss(network: Network, digits: Digits, step: Step): number {
  const found = dropout(features(network, digits.images), step.training ? 0.2 : 0, step.seed);
  return sparseCategoricalCrossEntropy(dense(network.output, found), digits.labels);
}

/** The share of images that are recognised. */
export function accuracy(network: Network, digits: Digits): number {
  const scores = dense(network.output, features(network, digits.images));
  return item(mean(equal(argMax(scores, 1), digits.labels)));
}
