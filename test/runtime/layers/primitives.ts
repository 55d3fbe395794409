/** The primitives that layers, activations and losses bring besides, with arguments for which their rules are checked. */
import { randomTensor } from "../tensor/check.ts";
import { above } from "../tensor/table.ts";

const shapes = [[], [0], [1], [5], [2, 3], [3, 1, 2]];
const pointwise = (low = -1): unknown[][] => [...shapes.map((shape) => [above(low, randomTensor(shape))]), [low + 0.7]];
const images = randomTensor([2, 3, 4, 4]);

export const table: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  arctan: pointwise(),
  softsign: pointwise(),
  slopeSine: pointwise(),
  slopeCosine: pointwise(),
  normalCdf: pointwise(),
  xLogX: pointwise(0.2),
  positionalEncoding: [[3, 4, "f64"]],
  axesBesideChannels: [[images, "batchNorm"]],
  causalMask: [[2, 3]],
  flatShape: [[images]],
  headShape: [[randomTensor([2, 3, 4]), 2]],
  labelsOf: [[randomTensor([2]), randomTensor([2, 3]), "loss"]],
  paddingMask: [[randomTensor([2, 3]), randomTensor([2, 3, 4])]],
  perChannel: [[randomTensor([3]), images, "conv2d"]],
  rowsOf: [[randomTensor([2, 3])]],
  shapedAs: shapes.map((shape) => [randomTensor(shape), randomTensor(shape, 2), "loss"]),
};
