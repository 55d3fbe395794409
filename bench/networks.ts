/**
 * How long a training step takes, and how fast matrices are multiplied, beside TensorFlow.js and jax-js on WebAssembly: in
 * one process, in turn. Prints tables in Markdown. `npm run bench:nn` runs it.
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
import { startJax } from "./jax.ts";
import { checked, classes, text, type Network, type Step } from "./peers.ts";
import { startTensorFlow } from "./tensorflow.ts";

const rounds = 15;
/** The least times, in milliseconds, that a run is repeated for before anything is measured, and in each round. */
const warmUp = 1000;
const least = 100;
const random = createRandom(1);
const optimizer = adam({ rate: 1e-3 });

/** Training from some parameters on; `step` gives the loss there and its gradient. */
function training<P>(
  parameters: P,
  step: (parameters: P) => readonly [number, Parameters<typeof optimizer.update<P>>[1]],
): Step {
  let state = optimizer.init(parameters);
  return () => {
    const [loss, gradient] = step(parameters);
    [parameters, state] = optimizer.update(parameters, gradient, state);
    return loss;
  };
}

function mlp(): Step {
  const images = randomUniform([64, 1, 28, 28], 1);
  const labels = tensor(classes(64, 10));
  const differentiated = valueAndGrad(mlpLoss);
  const network = {
    first: initDense(random, { inputs: 784, outputs: 128, first: "he" }),
    second: initDense(random, { inputs: 128, outputs: 64, first: "he" }),
    output: initDense(random, { inputs: 64, outputs: 10 }),
  };
  return training(network, (now) => differentiated(now, { images, labels }));
}

function cnn(): Step {
  const images = randomUniform([32, 1, 28, 28], 1);
  const labels = tensor(classes(32, 10));
  const differentiated = valueAndGrad(cnnLoss);
  const step = { step: 0, epoch: 0, seed: 0, training: false };
  const network = {
    first: initConvolution(random, { channels: 1, filters: 8, kernel: [3, 3] }),
    second: initConvolution(random, { channels: 8, filters: 16, kernel: [3, 3] }),
    hidden: initDense(random, { inputs: 16 * 7 * 7, outputs: 64, first: "he" }),
    output: initDense(random, { inputs: 64, outputs: 10 }),
  };
  return training(network, (now) => differentiated(now, { images, labels }, step));
}

function lstm(): Step {
  const characters = tensor(text);
  const differentiated = vjp(read, { wrt: 0 });
  const memory = silence(16, 64);
  const network = {
    characters: initEmbedding(random, { count: 89, features: 32 }),
    memory: initLstm(random, { inputs: 32, units: 64 }),
    output: initDense(random, { inputs: 64, outputs: 89 }),
  };
  return training(network, (now) => {
    const [{ loss, hidden, cell }, pullback] = differentiated(now, characters, characters, memory);
    return [loss, pullback({ loss: 1, hidden: zerosLike(hidden), cell: zerosLike(cell) })];
  });
}

function product(size: number): () => void {
  const [a, b] = [randomUniform([size, size], 1), randomUniform([size, size], 2)];
  return () => {
    matmul(a, b);
  };
}

type Run = () => unknown;

/** Milliseconds that a run takes, repeated for so long. */
async function timed(run: Run, duration: number): Promise<number> {
  const begin = performance.now();
  let times = 0;
  do {
    await run();
    times++;
  } while (performance.now() - begin < duration);
  return (performance.now() - begin) / times;
}

/** The medians of all, in milliseconds, each measured in each round. */
async function alternate(runs: readonly (Run | undefined)[]): Promise<(number | undefined)[]> {
  const taken = runs.map((): number[] => []);
  for (const run of runs) if (run) await timed(run, warmUp);
  for (let round = 0; round < rounds; round++)
    for (const [i, run] of runs.entries()) if (run) taken[i].push(await timed(run, least));
  return taken.map((values) => values.sort((a, b) => a - b).at(values.length / 2));
}

/** A row of a table: a cell for each library, and how much faster we are than the faster peer. */
function row(name: string, times: readonly (number | undefined)[], cell: (time: number) => string): string {
  const [ours = NaN, ...theirs] = times;
  const best = Math.min(...theirs.filter((time) => time !== undefined));
  const cells = times.map((time) => (time === undefined ? "–" : cell(time)));
  return `| ${[name, ...cells, (best / ours).toFixed(2)].join(" | ")} |`;
}

const peers = [await startTensorFlow(), await startJax()];

function head(title: string): string {
  const columns = [title, "Cotangent", ...peers.map(({ name }) => name), "times as fast as the faster peer"];
  return `| ${columns.join(" | ")} |\n| --- |${" ---: |".repeat(columns.length - 1)}`;
}

const steps: { name: string; network: Network; ours: Step }[] = [
  { name: "MLP 784-128-64-10, batch 64", network: "mlp", ours: mlp() },
  { name: "CNN, 8 and 16 filters 3 × 3, batch 32", network: "cnn", ours: cnn() },
  { name: "LSTM, 64 units, 32 steps, batch 16", network: "lstm", ours: lstm() },
];
const notes: string[] = [];

console.log(head("training step, in ms"));
for (const { name, network, ours } of steps) {
  const own = await checked(ours);
  if (typeof own === "string") throw new Error(`${name}: ${own}`);
  const theirs = peers.map((peer) => {
    const step = peer.training[network];
    if (typeof step !== "string") return step;
    notes.push(`–: ${peer.name} cannot train the ${network.toUpperCase()}: ${step}`);
    return undefined;
  });
  console.log(row(name, await alternate([own, ...theirs]), (time) => time.toFixed(2)));
}
if (notes.length > 0) console.log(`\n${notes.join("\n")}`);

console.log(`\n${head("matrix product, in GFLOP/s")}`);
for (const size of [256, 512]) {
  const times = await alternate([product(size), ...peers.map((peer) => peer.product(size))]);
  console.log(row(`f32, ${size}³`, times, (time) => ((2 * size ** 3) / time / 1e6).toFixed(1)));
}
process.exit(0);
