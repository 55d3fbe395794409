/**
 * How long a training step takes beside TensorFlow.js on WebAssembly, and how fast matrices are multiplied, there and by
 * jax-js: in one process, in turn. Prints tables in Markdown. `npm run bench:nn` runs it.
 */
import { valueAndGrad, vjp } from "cotangent";
import {
  adam,
  createRandom,
  initConvolution,
  initDense,
  initEmbedding,
  initLstm,
  matmul,
  randomUniform,
  tensor,
  zerosLike,
} from "cotangent/nn";
import { loss as cnnLoss } from "../examples/digits-cnn/model.ts";
import { loss as mlpLoss } from "../examples/digits-mlp/model.ts";
import { read, silence } from "../examples/moby-dick/model.ts";
import { startJax, startTensorFlow, type Peer } from "./peers.ts";

const rounds = 11;
const random = createRandom(1);
const optimizer = adam({ rate: 1e-3 });

/** A function that makes one step of training each time it is called. */
function training<P>(parameters: P, step: (parameters: P) => Parameters<typeof optimizer.update<P>>[1]): () => void {
  let state = optimizer.init(parameters);
  return () => {
    [parameters, state] = optimizer.update(parameters, step(parameters), state);
  };
}

function mlp(): () => void {
  const images = randomUniform([64, 1, 28, 28], 1);
  const labels = tensor(Array.from({ length: 64 }, (_, i) => i % 10));
  const differentiated = valueAndGrad(mlpLoss);
  const network = {
    first: initDense(random, { inputs: 784, outputs: 128, first: "he" }),
    second: initDense(random, { inputs: 128, outputs: 64, first: "he" }),
    output: initDense(random, { inputs: 64, outputs: 10 }),
  };
  return training(network, (now) => differentiated(now, { images, labels })[1]);
}

function cnn(): () => void {
  const images = randomUniform([32, 1, 28, 28], 1);
  const labels = tensor(Array.from({ length: 32 }, (_, i) => i % 10));
  const differentiated = valueAndGrad(cnnLoss);
  const step = { step: 0, epoch: 0, seed: 0, training: false };
  const network = {
    first: initConvolution(random, { channels: 1, filters: 8, kernel: [3, 3] }),
    second: initConvolution(random, { channels: 8, filters: 16, kernel: [3, 3] }),
    hidden: initDense(random, { inputs: 16 * 7 * 7, outputs: 64, first: "he" }),
    output: initDense(random, { inputs: 64, outputs: 10 }),
  };
  return training(network, (now) => differentiated(now, { images, labels }, step)[1]);
}

function lstm(): () => void {
  const text = tensor(Array.from({ length: 16 }, (_, i) => Array.from({ length: 32 }, (__, t) => (7 * i + t) % 89)));
  const differentiated = vjp(read, { wrt: 0 });
  const memory = silence(16, 64);
  const network = {
    characters: initEmbedding(random, { count: 89, features: 32 }),
    memory: initLstm(random, { inputs: 32, units: 64 }),
    output: initDense(random, { inputs: 64, outputs: 89 }),
  };
  return training(network, (now) => {
    const [{ hidden, cell }, pullback] = differentiated(now, text, text, memory);
    return pullback({ loss: 1, hidden: zerosLike(hidden), cell: zerosLike(cell) });
  });
}

function product(size: number): () => void {
  const [a, b] = [randomUniform([size, size], 1), randomUniform([size, size], 2)];
  return () => {
    matmul(a, b);
  };
}

type Run = () => void | Promise<void>;

/** The medians of all, in milliseconds, each measured in each round. */
async function alternate(runs: readonly (Run | undefined)[]): Promise<(number | undefined)[]> {
  const taken = runs.map((): number[] => []);
  for (let round = -2; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      if (!run) continue;
      const begin = performance.now();
      let times = 0;
      do {
        await run();
        times++;
      } while (performance.now() - begin < 50);
      if (round >= 0) taken[i].push((performance.now() - begin) / times);
    }
  }
  return taken.map((values) => values.sort((a, b) => a - b).at(values.length / 2));
}

const tensorFlow: Peer = await startTensorFlow();
const jax: Peer = await startJax();

console.log("| training step, in ms | Cotangent | TensorFlow.js |\n| --- | ---: | ---: |");
const steps = [
  { name: "MLP 784-128-64-10, batch 64", ours: mlp(), peer: tensorFlow.mlp },
  { name: "CNN, 8 and 16 filters 3 × 3, batch 32", ours: cnn(), peer: tensorFlow.cnn },
  { name: "LSTM, 64 units, 32 steps, batch 16", ours: lstm(), peer: tensorFlow.lstm },
];
for (const { name, ours, peer } of steps) {
  const times = await alternate([ours, peer]);
  console.log(`| ${name} | ${times.map((time) => time?.toFixed(2) ?? "–").join(" | ")} |`);
}

console.log("\n| matrix product, in GFLOP/s | Cotangent | TensorFlow.js | jax-js |\n| --- | ---: | ---: | ---: |");
for (const size of [256, 512]) {
  const times = await alternate([product(size), tensorFlow.product?.(size), jax.product?.(size)]);
  const rates = times.map((time) => (time === undefined ? "–" : ((2 * size ** 3) / time / 1e6).toFixed(1)));
  console.log(`| f32, ${size}³ | ${rates.join(" | ")} |`);
}
process.exit(0);
