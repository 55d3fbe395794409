/**
 * Learns to read handwritten digits with a multi-layer perceptron, with and without dropout.
 *
 *     node --import cotangent/register examples/digits-mlp/main.ts [--short] [--show-grad] [--out FOLDER]
 */
import assert from "node:assert/strict";
import { adam, createRandom, fit, initDense } from "cotangent/nn";
import { progressBar, savePlot, saveTensors } from "cotangent/nn/node";
import { loadDigits } from "../digits.ts";
import { printDerivative } from "../derivative.ts";
import { percent, readCommandLine } from "../run.ts";
import { shifted } from "../shift.ts";
import { accuracy, loss, lossWithDropout, type Network } from "./model.ts";

const run = readCommandLine(import.meta.url);
if (run.showGrad) await printDerivative(new URL("model.ts", import.meta.url), "valueAndGrad", "loss");

const { training, validation, test } = loadDigits();
const random = createRandom(3);
const parameters: Network = {
  first: initDense(random, { inputs: 784, outputs: 128, first: "he" }),
  second: initDense(random, { inputs: 128, outputs: 64, first: "he" }),
  output: initDense(random, { inputs: 64, outputs: 10 }),
};
const shifts = createRandom(6);
const options = {
  parameters,
  optimizer: adam({ rate: 1e-3 }),
  // Each time an image is learned from, it stands elsewhere by up to a pixel.
  data: training
    .shuffle(4)
    .batch(64)
    .map(({ images, labels }) => ({ images: shifted(images, shifts), labels })),
  epochs: run.short ? 2 : 15,
  validation: { data: validation.batch(400), metrics: { accuracy } },
};

const begin = performance.now();
console.log("Without dropout");
const without = await fit(loss, { ...options, progress: progressBar() });
console.log("With dropout");
const dropped = await fit(lossWithDropout, { ...options, progress: progressBar() });
const seconds = (performance.now() - begin) / 1000;

const rated = [
  { name: "without dropout", ...without },
  { name: "with dropout", ...dropped },
].map((result) => ({ ...result, right: result.history.validations.at(-1)?.metrics.accuracy ?? 0 }));
for (const { name, right, history } of rated) {
  const learned = history.epochs.at(-1)?.loss ?? 0;
  console.log(`${name}: training loss ${learned.toFixed(4)}, ${percent(right)} of 800 other digits are recognised`);
}
const best = rated.reduce((a, b) => (b.right > a.right ? b : a));

// The test digits are looked at here only, once everything has been decided.
const { data: unseen } = await test.batch(test.length).loader(0)(0);
const right = accuracy(best.parameters, unseen);
console.log(`\nTest accuracy ${percent(right)} of ${test.length} digits (${best.name}), after ${seconds.toFixed(1)} s`);

await savePlot(run.file("curve.svg"), best.history);
await saveTensors(run.file("weights.safetensors"), best.parameters);
console.log(`Curve and weights are in ${run.file("")}`);
assert(right >= (run.short ? 0.88 : 0.95), "the digits are recognised");
