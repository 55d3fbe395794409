/**
 * Exclusive or: two hidden units learn what no single line can separate.
 *
 *     node --import cotangent/register examples/xor/main.ts [--short] [--show-grad] [--out FOLDER]
 */
import assert from "node:assert/strict";
import { valueAndGrad } from "cotangent";
import { createRandom, glorot, sgd, tensor, zeros } from "cotangent/nn";
import { savePlot, saveTensors } from "cotangent/nn/node";
import { printDerivative } from "../derivative.ts";
import { readCommandLine } from "../run.ts";
import { answer, loss, rectifiedAnswer, rectifiedLoss, type Network } from "./model.ts";

const run = readCommandLine(import.meta.url);
if (run.showGrad) await printDerivative(new URL("model.ts", import.meta.url), "valueAndGrad", "loss");

const rows = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const inputs = tensor(rows);
const targets = tensor([[0], [1], [1], [0]]);

const as = "tensor";
const random = createRandom(2);
let network: Network = {
  hidden: glorot(random, [2, 2], { as }),
  hiddenBias: zeros([2], { as }),
  output: glorot(random, [2, 1], { as }),
  outputBias: zeros([1], { as }),
};
const lossAndGradient = valueAndGrad(loss);
const optimizer = sgd({ rate: 1 });
let state = optimizer.init(network);
const records = [];
for (let step = 1; step <= 2000; step++) {
  const [value, gradient] = lossAndGradient(network, inputs, targets);
  [network, state] = optimizer.update(network, gradient, state);
  if (step % 20 === 0) records.push({ epoch: step, step, loss: value, metrics: {}, rate: 1, seconds: 0 });
  if (step % 400 === 0) console.log(`step ${String(step).padStart(4)}: loss ${value.toFixed(5)}`);
}

const answers = answer(network, inputs).data;
console.log("\nLearned:");
rows.forEach(([a, b], n) => {
  console.log(`  ${a} xor ${b} = ${targets.data[n]}: ${answers[n].toFixed(3)}`);
});
const right = rows.filter((_, n) => Math.round(answers[n]) === targets.data[n]).length;
console.log(`${right} of 4 are right`);
assert(right === 4, "all four are right");

// I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", 2016, section 6.1
const known: Network = {
  hidden: tensor([
    [1, 1],
    [1, 1],
  ]),
  hiddenBias: tensor([0, -1]),
  output: tensor([[1], [-2]]),
  outputBias: tensor([0]),
};
const [value, gradient] = valueAndGrad(rectifiedLoss)(known, inputs, targets);
console.log(`\nThe solution on paper, with W = [[1, 1], [1, 1]], c = [0, -1], w = [1, -2] and rectified units:`);
console.log(`  answers ${[...rectifiedAnswer(known, inputs).data].join(" ")}, loss ${value}`);
assert(value === 0, "it is exact");
const slopes = [gradient.hidden, gradient.hiddenBias, gradient.output, gradient.outputBias];
assert(
  slopes.every(({ data }) => data.every((slope) => slope === 0)),
  "and its gradient is zero",
);

await savePlot(run.file("curve.svg"), { steps: { loss: [], norm: [], rate: [] }, epochs: records, validations: [] });
await saveTensors(run.file("weights.safetensors"), network);
console.log(`Curve and weights are in ${run.file("")}`);
