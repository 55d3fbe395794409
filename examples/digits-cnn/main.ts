/**
 * Learns to read handwritten digits with a convolutional network.
 *
 *     node --import cotangent/register examples/digits-cnn/main.ts [--short] [--show-grad] [--out FOLDER]
 */
import assert from "node:assert/strict";
import { adam, cosineDecay, createRandom, fit, initConvolution, initDense } from "cotangent/nn";
import { progressBar, savePlot, saveTensors } from "cotangent/nn/node";
import { loadDigits } from "../digits.ts";
import { printDerivative } from "../derivative.ts";
import { percent, readCommandLine } from "../run.ts";
import { shifted } from "../shift.ts";
import { accuracy, loss, type Network } from "./model.ts";

const run = readCommandLine(import.meta.url);
if (run.showGrad) await printDerivative(new URL("model.ts", import.meta.url), "valueAndGrad", "loss");

// Nothing is chosen here any more, so all digits but those of the test are learned from.
const { seen, test } = loadDigits();
const training = run.short ? seen.split(0.3, 1)[0] : seen;
const random = createRandom(5);
const parameters: Network = {
  first: initConvolution(random, { channels: 1, filters: 16, kernel: [3, 3] }),
  second: initConvolution(random, { channels: 16, filters: 32, kernel: [3, 3] }),
  hidden: initDense(random, { inputs: 32 * 7 * 7, outputs: 64, first: "he" }),
  output: initDense(random, { inputs: 64, outputs: 10 }),
};
const steps = Math.ceil(training.length / 32);
const epochs = run.short ? 1 : 12;
const shifts = createRandom(6);

const begin = performance.now();
const result = await fit(loss, {
  parameters,
  optimizer: adam({ rate: cosineDecay({ rate: 2e-3, steps: epochs * steps }) }),
  // Each time an image is learned from, it stands elsewhere by up to a pixel.
  data: training
    .shuffle(7)
    .batch(32)
    .map(({ images, labels }) => ({ images: shifted(images, shifts), labels })),
  epochs,
  progress: progressBar(),
});
const seconds = (performance.now() - begin) / 1000;

// The test digits are looked at here only, once everything has been decided.
const { data: unseen } = await test.batch(test.length).loader(0)(0);
const right = accuracy(result.parameters, unseen);
console.log(`\nTest accuracy ${percent(right)} of ${test.length} digits, after ${seconds.toFixed(1)} s`);

await savePlot(run.file("curve.svg"), result.history);
await saveTensors(run.file("weights.safetensors"), result.parameters);
console.log(`Curve and weights are in ${run.file("")}`);
assert(right >= (run.short ? 0.7 : 0.98), "the digits are recognised");
