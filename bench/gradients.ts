/**
 * How much longer a gradient takes than the function it is the gradient of, for the objectives of gradbench. Prints a
 * table in Markdown. `npm run bench` builds the package and runs it.
 */
import { readFileSync } from "node:fs";
import { grad } from "cotangent";
import { determinant } from "../test/fixtures/gradbench/det/input.ts";
import { logLikelihood, type Mixture } from "../test/fixtures/gradbench/gmm/input.ts";
import { leastSquares } from "../test/fixtures/gradbench/llsq/input.ts";
import { logSumExp } from "../test/fixtures/gradbench/lse/input.ts";
import { loss } from "../test/fixtures/gradbench/lstm/input.ts";
import { last } from "../test/fixtures/gradbench/ode/input.ts";

const rounds = 41;
/** The least time of one measurement, in milliseconds: shorter calls are repeated. */
const least = 10;

interface Entry<Input> {
  readonly size: string;
  readonly input: Input;
}

function load<Input>(file: string): Entry<Input> {
  const url = new URL(`../test/gradbench/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as Entry<Input>[])[0];
}

interface Run {
  readonly name: string;
  readonly size: string;
  readonly primal: () => unknown;
  readonly gradient: () => unknown;
}

function llsq(file: string): Run {
  const { size, input } = load<{ x: number[]; n: number }>(file);
  const gradient = grad(leastSquares);
  const { x, n } = input;
  return { name: "llsq", size, primal: () => leastSquares(x, n), gradient: () => gradient(x, n) };
}

function lse(file: string): Run {
  const { size, input } = load<{ x: number[] }>(file);
  const gradient = grad(logSumExp);
  return { name: "lse", size, primal: () => logSumExp(input.x), gradient: () => gradient(input.x) };
}

function ode(file: string): Run {
  const { size, input } = load<{ x: number[]; s: number }>(file);
  const gradient = grad(last);
  const { x, s } = input;
  return { name: "ode", size, primal: () => last(x, s), gradient: () => gradient(x, s) };
}

function det(file: string): Run {
  const { size, input } = load<{ A: number[]; ell: number }>(file);
  const gradient = grad(determinant);
  const { A, ell } = input;
  return { name: "det", size, primal: () => determinant(A, ell), gradient: () => gradient(A, ell) };
}

function gmm(file: string): Run {
  const { size, input } = load<Mixture & { x: number[][]; gamma: number; m: number }>(file);
  const gradient = grad(logLikelihood);
  const { alpha, mu, q, l, x, gamma, m } = input;
  const mixture = { alpha, mu, q, l };
  return {
    name: "gmm",
    size,
    primal: () => logLikelihood(mixture, x, gamma, m),
    gradient: () => gradient(mixture, x, gamma, m),
  };
}

function lstm(file: string): Run {
  const { size, input } = load<Record<"main_params" | "extra_params" | "state" | "sequence", number[][]>>(file);
  const gradient = grad(loss, { wrt: [0, 1] });
  const { main_params: main, extra_params: extra, state, sequence } = input;
  return {
    name: "lstm",
    size,
    primal: () => loss(main, extra, state, sequence),
    gradient: () => gradient(main, extra, state, sequence),
  };
}

/** Where results go, so that no call can be left out. */
let sink: unknown;

function time(fn: () => unknown, calls: number): number {
  const start = performance.now();
  for (let i = 0; i < calls; i++) sink = fn();
  return (performance.now() - start) / calls;
}

/** How many calls take at least `least` milliseconds; finding out also warms the function up. */
function callsFor(fn: () => unknown): number {
  let calls = 1;
  while (time(fn, calls) * calls < least) calls *= 2;
  return calls;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

interface Measured {
  readonly primal: number;
  readonly gradient: number;
  readonly ratio: number;
}

/** Medians over rounds that time the one, then the other. */
function measure({ primal, gradient }: Run): Measured {
  callsFor(primal);
  callsFor(gradient);
  const [primalCalls, gradientCalls] = [callsFor(primal), callsFor(gradient)];
  const times = { primal: [] as number[], gradient: [] as number[], ratio: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const a = time(primal, primalCalls);
    const b = time(gradient, gradientCalls);
    times.primal.push(a);
    times.gradient.push(b);
    times.ratio.push(b / a);
  }
  return { primal: median(times.primal), gradient: median(times.gradient), ratio: median(times.ratio) };
}

function duration(milliseconds: number): string {
  const microseconds = milliseconds * 1000;
  return microseconds < 1000 ? `${microseconds.toPrecision(3)} µs` : `${milliseconds.toPrecision(3)} ms`;
}

const runs = [
  llsq("llsq-n=16,m=4"),
  llsq("llsq-n=128,m=128"),
  lse("lse-n=10"),
  ode("ode-n=4,s=10"),
  ode("ode-n=20,s=10"),
  det("det-l=3"),
  det("det-l=6"),
  gmm("gmm-d=3,k=4,n=10,m=2,gamma=0.7"),
  gmm("gmm-d=2,k=5,n=1000"),
  lstm("lstm-l=2,c=16"),
  lstm("lstm-l=2,c=1024"),
];

console.log("| objective | size | function | gradient | gradient ÷ function |");
console.log("| --- | --- | --: | --: | --: |");
for (const run of runs) {
  const { primal, gradient, ratio } = measure(run);
  console.log(`| ${run.name} | ${run.size} | ${duration(primal)} | ${duration(gradient)} | ${ratio.toFixed(2)} |`);
}
if (sink === undefined) throw new Error("nothing was measured");
