/** Layers against the same in plain loops over arrays of numbers: the compiler differentiates both, and the gradients agree. */
import { expect, test } from "vitest";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { compile } from "../../../src/compile.ts";
import { runModule } from "../../helpers/module.ts";
import { random } from "./case.ts";

const text = `import { grad } from "cotangent";
import { dense, item, layerNorm, lstm, pick, relu, scaledDotProductAttention, sparseCategoricalCrossEntropy, square, sum } from "cotangent/nn";
import type { DenseParameters, NormParameters, RecurrentParameters, Tensor } from "cotangent/nn";

export interface Net { cells: RecurrentParameters; output: DenseParameters }
export function tensors(net: Net, x: Tensor, labels: Tensor): number {
  return sparseCategoricalCrossEntropy(dense(net.output, relu(lstm(net.cells, x).hidden)), labels);
}

interface Plain {
  cells: { weights: number[][]; recurrent: number[][]; bias: number[] };
  output: { weights: number[][]; bias: number[] };
}
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
function affine(x: number[], weights: number[][], k: number): number {
  let total = 0;
  for (let j = 0; j < x.length; j++) total += x[j] * weights[j][k];
  return total;
}
export function loops(net: Plain, x: number[][][], labels: number[]): number {
  const units = net.cells.recurrent.length;
  let loss = 0;
  for (let n = 0; n < x.length; n++) {
    let hidden = new Array<number>(units).fill(0);
    let cell = new Array<number>(units).fill(0);
    for (let t = 0; t < x[n].length; t++) {
      const gates: number[] = [];
      for (let k = 0; k < 4 * units; k++)
        gates.push(affine(x[n][t], net.cells.weights, k) + affine(hidden, net.cells.recurrent, k) + net.cells.bias[k]);
      const nextHidden: number[] = [];
      const nextCell: number[] = [];
      for (let k = 0; k < units; k++) {
        const c = sigmoid(gates[units + k]) * cell[k] + sigmoid(gates[k]) * Math.tanh(gates[2 * units + k]);
        nextCell.push(c);
        nextHidden.push(sigmoid(gates[3 * units + k]) * Math.tanh(c));
      }
      hidden = nextHidden;
      cell = nextCell;
    }
    const positive: number[] = [];
    for (let k = 0; k < units; k++) positive.push(Math.max(0, hidden[k]));
    let total = 0;
    let wanted = 0;
    for (let k = 0; k < net.output.bias.length; k++) {
      const score = affine(positive, net.output.weights, k) + net.output.bias[k];
      total += Math.exp(score);
      if (k === labels[n]) wanted = score;
    }
    loss += Math.log(total) - wanted;
  }
  return loss / x.length;
}

export interface Attention { q: Tensor; k: Tensor; v: Tensor; norm: NormParameters }
export function attentionOfTensors({ q, k, v, norm }: Attention): number {
  return item(sum(square(layerNorm(norm, scaledDotProductAttention(q, k, v)))));
}
interface PlainAttention { q: number[][]; k: number[][]; v: number[][]; norm: { scale: number[]; shift: number[] } }
export function attentionOfLoops({ q, k, v, norm }: PlainAttention): number {
  let result = 0;
  for (let i = 0; i < q.length; i++) {
    let total = 0;
    const weights: number[] = [];
    for (let j = 0; j < k.length; j++) {
      let score = 0;
      for (let c = 0; c < q[i].length; c++) score += q[i][c] * k[j][c];
      weights.push(Math.exp(score / Math.sqrt(q[i].length)));
      total += weights[j];
    }
    const width = v[0].length;
    const seen: number[] = [];
    let mean = 0;
    for (let c = 0; c < width; c++) {
      seen.push(affine(weights, v, c) / total);
      mean += seen[c] / width;
    }
    let variance = 0;
    for (let c = 0; c < width; c++) variance += (seen[c] - mean) ** 2 / width;
    for (let c = 0; c < width; c++)
      result += (((seen[c] - mean) / Math.sqrt(variance + 1e-5)) * norm.scale[c] + norm.shift[c]) ** 2;
  }
  return result;
}

export const gradients = [grad(tensors), grad(loops), grad(attentionOfTensors), grad(attentionOfLoops)];
`;

/** The same value with all tensors as nested arrays. */
function plain(value: unknown): unknown {
  if (value instanceof Tensor) return value.toJSON();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return Object.values(value as object).flatMap(numbersOf);
}

function expectSame(found: unknown, expected: unknown): void {
  const [a, b] = [numbersOf(plain(found)), numbersOf(expected)];
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => expect(x).toBeCloseTo(b[i], 12));
}

test("gradients of tensors and of plain loops", { timeout: 60_000 }, async () => {
  const { modules, diagnostics } = await compile({ "/main.ts": text });
  expect(diagnostics).toEqual([]);
  const exports = runModule(modules.get("/main.ts")?.code ?? "", "/main.ts");
  const [ofTensors, ofLoops, ofTensorAttention, ofLoopAttention] = exports.gradients as ((
    ...args: unknown[]
  ) => unknown)[];
  const net = {
    cells: { weights: random([2, 12], 1), recurrent: random([3, 12], 2), bias: random([12], 3) },
    output: { weights: random([3, 4], 4), bias: random([4], 5) },
  };
  const [x, labels] = [random([3, 5, 2], 6), [2, 0, 3]];
  const inert = new Tensor([3], "f64", new Float64Array(labels));
  expectSame(ofTensors(net, x, inert), ofLoops(plain(net), plain(x), labels));

  const attention = {
    q: random([3, 4], 7),
    k: random([5, 4], 8),
    v: random([5, 3], 9),
    norm: { scale: random([3], 10), shift: random([3], 11) },
  };
  expectSame(ofTensorAttention(attention), ofLoopAttention(plain(attention)));
});
