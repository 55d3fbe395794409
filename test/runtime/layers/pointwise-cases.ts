/** The activations, losses and penalties. */
import { numbers, random, type LayerCase } from "./case.ts";

/** Numbers of both signs and many sizes, none at a corner. */
const points = numbers([2, 4], [-31, -2.3, -0.9, -0.05, 0.03, 0.4, 1.9, 29]);
const probe = random([2, 4], 5);

function activation(name: string, value: (x: number) => number): LayerCase {
  return {
    of: [name],
    parameters: "x: Tensor, probe: Tensor",
    result: `item(sum(mul(${name}(x), probe)))`,
    arguments: [points, probe],
    value: () => points.data.reduce((sum, x, i) => sum + value(x) * probe.data[i], 0),
  };
}

function withNumber(name: string, second: number, value: (x: number, second: number) => number): LayerCase {
  return {
    of: [name],
    as: "WithNumber",
    parameters: "x: Tensor, second: number, probe: Tensor",
    result: `item(sum(mul(${name}(x, second), probe)))`,
    arguments: [points, second, probe],
    wrt: [0, 1],
    value: () => points.data.reduce((sum, x, i) => sum + value(x, second) * probe.data[i], 0),
  };
}

const selu = (x: number): number => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));

export const activations: readonly LayerCase[] = [
  activation("identity", (x) => x),
  activation("binaryStep", (x) => (x >= 0 ? 1 : 0)),
  activation("sigmoid", (x) => 1 / (1 + Math.exp(-x))),
  activation("tanh", Math.tanh),
  activation("relu", (x) => Math.max(0, x)),
  activation("arctan", Math.atan),
  activation("softsign", (x) => x / (1 + Math.abs(x))),
  activation("isru", (x) => x / Math.sqrt(1 + x * x)),
  withNumber("isru", 0.7, (x, alpha) => x / Math.sqrt(1 + alpha * x * x)),
  activation("leakyRelu", (x) => (x > 0 ? x : 0.01 * x)),
  withNumber("leakyRelu", 0.3, (x, slope) => (x > 0 ? x : slope * x)),
  {
    of: ["prelu"],
    parameters: "slopes: Tensor, x: Tensor, probe: Tensor",
    result: "item(sum(mul(prelu(x, slopes), probe)))",
    arguments: [random([4], 6), points, probe],
    wrt: [0, 1],
  },
  activation("elu", (x) => (x > 0 ? x : Math.expm1(x))),
  withNumber("elu", 1.3, (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x))),
  activation("selu", selu),
  activation("softplus", (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, x)),
  { ...activation("gelu", () => 0), value: undefined },
  activation("silu", (x) => x / (1 + Math.exp(-x))),
  {
    of: ["softmax"],
    parameters: "x: Tensor, probe: Tensor",
    result: "item(sum(mul(softmax(x), probe)))",
    arguments: [random([2, 4], 7, 3), probe],
  },
];

const scores = random([3, 4], 8, 2);
const wanted = random([3, 4], 9, 2);
const probabilities = numbers([3, 4], [0.1, 0.2, 0.3, 0.4, 0.7, 0.1, 0.1, 0.1, 0.25, 0.25, 0.4, 0.1]);
const labels = numbers([3], [2, 0, 3]);
const signs = numbers([3, 4], [1, -1, 1, 1, -1, -1, 1, -1, 1, -1, -1, 1]);

/** The logarithms of the softmax of one row of scores, by definition. */
function logSoftmax(row: ArrayLike<number>): number[] {
  const numbersOf = Array.from(row);
  const total = Math.log(numbersOf.reduce((sum, z) => sum + Math.exp(z), 0));
  return numbersOf.map((z) => z - total);
}

function loss(
  name: string,
  targets: unknown,
  value: (prediction: number, target: number) => number,
  wrt: readonly number[] = [0, 1],
): LayerCase {
  const other = targets as { data: Float64Array };
  return {
    of: [name],
    parameters: "predictions: Tensor, targets: Tensor",
    result: `${name}(predictions, targets)`,
    arguments: [scores, targets],
    wrt,
    value: () => scores.data.reduce((sum, z, i) => sum + value(z, other.data[i]), 0) / scores.size,
  };
}

/** The mean over the rows of what `value` gives for the logarithms of the probabilities of a row. */
function byRows(value: (logs: readonly number[], row: number) => number): number {
  let sum = 0;
  for (let row = 0; row < 3; row++) sum += value(logSoftmax(scores.data.subarray(4 * row, 4 * row + 4)), row);
  return sum / 3;
}

export const losses: readonly LayerCase[] = [
  loss("meanSquaredError", wanted, (p, t) => (p - t) ** 2),
  loss("meanAbsoluteError", wanted, (p, t) => Math.abs(p - t)),
  { ...loss("sumOfSquares", wanted, (p, t) => 2 * (p - t) ** 2) },
  loss("huber", wanted, (p, t) => (Math.abs(p - t) <= 1 ? 0.5 * (p - t) ** 2 : Math.abs(p - t) - 0.5)),
  {
    of: ["huber"],
    as: "WithDelta",
    parameters: "predictions: Tensor, targets: Tensor, delta: number",
    result: "huber(predictions, targets, delta)",
    arguments: [scores, wanted, 1.4],
    wrt: [0, 2],
  },
  loss("binaryCrossEntropy", probabilities, (z, t) => {
    const p = 1 / (1 + Math.exp(-z));
    return -t * Math.log(p) - (1 - t) * Math.log(1 - p);
  }),
  {
    of: ["categoricalCrossEntropy", "smoothLabels"],
    parameters: "logits: Tensor, targets: Tensor, smoothing: number",
    result: "categoricalCrossEntropy(logits, targets, smoothing)",
    arguments: [scores, probabilities, 0.1],
    wrt: [0, 1, 2],
    value: () =>
      byRows((logs, row) => -logs.reduce((sum, log, k) => sum + (0.9 * probabilities.data[4 * row + k] + 0.025) * log, 0)),
  },
  {
    of: ["categoricalCrossEntropy"],
    as: "Plain",
    parameters: "logits: Tensor, targets: Tensor",
    result: "categoricalCrossEntropy(logits, targets)",
    arguments: [scores, probabilities],
    value: () => byRows((logs, row) => -logs.reduce((sum, log, k) => sum + probabilities.data[4 * row + k] * log, 0)),
  },
  {
    of: ["sparseCategoricalCrossEntropy"],
    parameters: "logits: Tensor, labels: Tensor",
    result: "sparseCategoricalCrossEntropy(logits, labels)",
    arguments: [scores, labels],
    value: () => byRows((logs, row) => -logs[labels.data[row]]),
  },
  loss("hinge", signs, (s, t) => Math.max(0, 1 - t * s)),
  loss("squaredHinge", signs, (s, t) => Math.max(0, 1 - t * s) ** 2),
  {
    of: ["klDivergence"],
    parameters: "logits: Tensor, targets: Tensor",
    result: "klDivergence(logits, targets)",
    arguments: [scores, probabilities],
    wrt: [0, 1],
    value: () =>
      byRows((logs, row) =>
        logs.reduce((sum, log, k) => {
          const t = probabilities.data[4 * row + k];
          return sum + t * (Math.log(t) - log);
        }, 0),
      ),
  },
  {
    of: ["l1Penalty", "l2Penalty"],
    parameters: "weights: Tensor, bias: Tensor",
    result: "l1Penalty([weights, bias]) + 0.3 * l2Penalty([weights])",
    arguments: [random([2, 3], 10), random([3], 11)],
    wrt: [0, 1],
  },
];
