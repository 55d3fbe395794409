/**
 * Learns to foresee the next character of "Moby-Dick" with a long short-term memory (LSTM), and writes some text itself.
 *
 *     node --import cotangent/register examples/moby-dick/main.ts [--short] [--show-grad] [--out FOLDER]
 */
import assert from "node:assert/strict";
import { vjp } from "cotangent";
import { adam, clipNorm, cosineDecay, createRandom, initDense, initEmbedding, initLstm, zerosLike } from "cotangent/nn";
import { savePlot, saveTensors } from "cotangent/nn/node";
import { printDerivative } from "../derivative.ts";
import { startProgress } from "../progress.ts";
import { readCommandLine } from "../run.ts";
import { read, silence, type Network } from "./model.ts";
import { loadNovel, pieces } from "./text.ts";
import { write } from "./write.ts";

const run = readCommandLine(import.meta.url);
if (run.showGrad) await printDerivative(new URL("model.ts", import.meta.url), "vjp", "read", "{ wrt: 0 }");

const { alphabet, codes } = loadNovel();
const seen = codes.subarray(0, Math.floor(0.9 * codes.length));
const unseen = codes.subarray(seen.length, run.short ? seen.length + 8000 : undefined);
const [streams, length, units] = [16, 32, 64];
const epochs = 1;
const steps = run.short ? 60 : epochs * Math.floor((seen.length - 1) / streams / length);
console.log(`${alphabet.length} different characters: ${seen.length} to learn from, ${unseen.length} for the test`);

const random = createRandom(8);
let network: Network = {
  characters: initEmbedding(random, { count: alphabet.length, features: 32 }),
  memory: initLstm(random, { inputs: 32, units }),
  output: initDense(random, { inputs: units, outputs: alphabet.length }),
};
const readAndPullback = vjp(read, { wrt: 0 });
const optimizer = adam({ rate: cosineDecay({ rate: 5e-3, steps }) });
let state = optimizer.init(network);

const records = [];
const progress = startProgress(steps, 200);
const begin = performance.now();
let step = 0;
for (let epoch = 0; epoch < epochs && step < steps; epoch++) {
  let memory = silence(streams, units);
  let recent = 0;
  for (const { text, next } of pieces(seen, streams, length)) {
    const [{ loss, hidden, cell }, pullback] = readAndPullback(network, text, next, memory);
    // The memory goes on from piece to piece, the derivative does not: backpropagation through time, truncated.
    const gradient = pullback({ loss: 1, hidden: zerosLike(hidden), cell: zerosLike(cell) });
    [network, state] = optimizer.update(network, clipNorm(gradient, 1), state);
    memory = { hidden, cell };
    recent += loss;
    if (++step % 20 === 0) {
      progress.update(step, `${(recent / 20).toFixed(3)} nats per character`);
      records.push({ epoch, step, loss: recent / 20, metrics: {}, rate: null, seconds: 0 });
      recent = 0;
    }
    if (step === steps) break;
  }
}
progress.finish();
const seconds = (performance.now() - begin) / 1000;

let [sum, count] = [0, 0];
let memory = silence(1, units);
for (const { text, next } of pieces(unseen, 1, 500)) {
  const { loss, hidden, cell } = read(network, text, next, memory);
  memory = { hidden, cell };
  sum += loss;
  count++;
}
const test = sum / count;
console.log(`\nOn the unseen last tenth: ${test.toFixed(3)} nats per character, after ${seconds.toFixed(0)} s`);
console.log("(Who knows how often each character follows each other one needs 2.42.)");

console.log(`\n${write(network, alphabet, "Call me ", run.short ? 60 : 600, createRandom(9))}\n`);

await savePlot(run.file("curve.svg"), { steps: { loss: [], norm: [], rate: [] }, epochs: records, validations: [] });
await saveTensors(run.file("weights.safetensors"), network);
console.log(`Curve and weights are in ${run.file("")}`);
assert(test <= (run.short ? 3.5 : 2.1), "the text is foreseen");
