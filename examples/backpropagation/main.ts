/**
 * One step of backpropagation through a network of two inputs, two hidden units and two outputs, number by number.
 *
 *     node --import cotangent/register examples/backpropagation/main.ts [--show-grad]
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { valueAndGrad } from "cotangent";
import { tensor, transpose, type Tensor } from "cotangent/nn";
import { printDerivative } from "../derivative.ts";
import { error, type Weights } from "./plain.ts";
import { error as tensorError, type Network } from "./tensors.ts";

const { values: options } = parseArgs({
  options: { short: { type: "boolean", default: false }, "show-grad": { type: "boolean", default: false } },
});
if (options["show-grad"]) {
  await printDerivative(new URL("plain.ts", import.meta.url), "valueAndGrad", "error");
  await printDerivative(new URL("tensors.ts", import.meta.url), "valueAndGrad", "error");
}

// The numbers of M. Mazur, "A Step by Step Backpropagation Example", 2015.
const weights: Weights = [0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55];
const inputs = [0.05, 0.1];
const biases = [0.35, 0.6];
const targets = [0.01, 0.99];
const rate = 0.5;

const expected = {
  before: 0.298371109,
  after: 0.29102777,
  weights: [0.14978072, 0.19956143, 0.24975114, 0.29950229, 0.35891648, 0.40866619, 0.51130127, 0.56137012],
};

console.log("With plain numbers");
const [before, gradient] = valueAndGrad(error)(weights, inputs, biases, targets);
const stepped = weights.map((w, i) => w - rate * gradient[i]) as Weights;
const after = error(stepped, inputs, biases, targets);
report(before, weights, gradient, stepped, after);

console.log("\nWith tensors, in double precision");
const dtype = "f64";
const columns = ([a, b, c, d]: readonly number[]): Tensor => transpose(tensor([[a, b], [c, d]], { dtype })); // prettier-ignore
const network: Network = { hidden: columns(weights.slice(0, 4)), output: columns(weights.slice(4)) };
const [row, goal] = [tensor([inputs], { dtype }), tensor([targets], { dtype })];
const [tensorBefore, slopes] = valueAndGrad(tensorError)(network, row, biases, goal);
const numbers = ({ hidden, output }: Network): number[] => [hidden, output].flatMap((w) => [...transpose(w).data]);
const flatGradient = numbers(slopes);
const flatStepped = numbers(network).map((w, i) => w - rate * flatGradient[i]);
const next: Network = { hidden: columns(flatStepped.slice(0, 4)), output: columns(flatStepped.slice(4)) };
report(tensorBefore, numbers(network), flatGradient, flatStepped, tensorError(next, row, biases, goal));

function report(
  first: number,
  old: readonly number[],
  slope: readonly number[],
  made: readonly number[],
  last: number,
): void {
  console.log(`  error before: ${first.toFixed(9)}`);
  old.forEach((w, i) => {
    const step = `${w.toFixed(2)} - ${rate} · ${slope[i].toFixed(8).padStart(11)}`;
    console.log(`  w${i + 1} = ${step} = ${made[i].toFixed(8)}`);
  });
  console.log(`  error after:  ${last.toFixed(8)}`);
  assert.equal(first.toFixed(9), expected.before.toFixed(9), "the error before");
  assert.deepEqual(
    made.map((w) => w.toFixed(8)),
    expected.weights.map((w) => w.toFixed(8)),
    "the new weights",
  );
  assert.equal(last.toFixed(8), expected.after.toFixed(8), "the error after");
}
