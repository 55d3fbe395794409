/**
 * How fast the kernels multiply matrices, in GFLOP/s, copies and packing included, for each implementation that this
 * host can run. Prints a table in Markdown. `npm run bench:kernels` runs it.
 */
import { createKernels } from "../runtime/kernels/load.ts";
import type { Floats, Kernels } from "../runtime/kernels/kernels.ts";
import { plainKernels } from "../runtime/kernels/plain.ts";

const rounds = 15;
/** The least time of one measurement, in milliseconds: shorter calls are repeated. */
const least = 20;

function filled<F extends Floats>(array: F): F {
  return array.map((_, i) => Math.sin(i)) as F;
}

function milliseconds(run: () => void, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return (performance.now() - start) / times;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const implementations: readonly Kernels[] = [plainKernels, createKernels()];

function measure(size: number, make: (length: number) => Floats): string[] {
  const [a, b, out] = [filled(make(size * size)), filled(make(size * size)), make(size * size)];
  const runs = implementations.map((kernels) => {
    const run = () => kernels.matmul(a, b, out, { m: size, n: size, k: size });
    milliseconds(run, 2);
    return { run, times: Math.ceil(least / milliseconds(run, 2)), taken: [] as number[] };
  });
  for (let round = 0; round < rounds; round++)
    for (const { run, times, taken } of runs) taken.push(milliseconds(run, times));
  return runs.map(({ taken }) => ((2 * size ** 3) / median(taken) / 1e6).toFixed(1));
}

console.log(`| matrix product | ${implementations.map(({ name }) => name).join(" | ")} |`);
console.log(`| --- |${" ---: |".repeat(implementations.length)}`);
for (const size of [64, 256, 512]) {
  console.log(`| f32, ${size}³ | ${measure(size, (length) => new Float32Array(length)).join(" | ")} |`);
  console.log(`| f64, ${size}³ | ${measure(size, (length) => new Float64Array(length)).join(" | ")} |`);
}
