/**
 * Fits the SIR model to an outbreak of influenza in a boarding school, with the generated gradient.
 *
 *     node --import cotangent/register examples/epidemic/main.ts [--short] [--out PICTURE.svg]
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { valueAndGrad } from "cotangent";
import { minimize } from "cotangent/nn";
import { printDerivative } from "../derivative.ts";
import { startProgress } from "../progress.ts";
import { IN_BED } from "./data.ts";
import { loss, simulate } from "./model.ts";
import { draw } from "./picture.ts";

const { values: options } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    out: { type: "string", default: fileURLToPath(new URL("epidemic.svg", import.meta.url)) },
  },
});
const stepsPerDay = options.short ? 4 : 100;
const maxIterations = 60;

const lossAndGradient = valueAndGrad(loss, { wrt: [0, 1] });

await printDerivative(new URL("model.ts", import.meta.url), "valueAndGrad", "loss", "{ wrt: [0, 1] }");

console.log("Fitting beta and gamma to 14 days of data");
const progress = startProgress(maxIterations);
const fit = minimize(([beta, gamma]) => lossAndGradient(beta, gamma, IN_BED, stepsPerDay), [1, 0.5], {
  maxIterations,
  onStep: ({ iteration, value, params: [beta, gamma] }) => {
    progress.update(iteration, `loss ${value.toFixed(3)}  beta ${beta.toFixed(4)}  gamma ${gamma.toFixed(4)}`);
  },
});
progress.finish();

const [beta, gamma] = fit.params;
const r0 = beta / gamma;
console.log(`\nbeta  = ${beta.toFixed(4)} a day\ngamma = ${gamma.toFixed(4)} a day\nR0    = ${r0.toFixed(4)}`);

checkGradient(beta + 0.1, gamma - 0.05);
assert(Math.abs(beta - 1.7) < 0.005, "beta is about 1.70 a day");
assert(Math.abs(gamma - 0.447) < 0.001, "gamma is about 0.447 a day");
assert(Math.abs(r0 - 3.8) < 0.01, "R0 is about 3.80");

// Ten points a day make the curve smooth: a tenth of a day is a "day" of the model with a tenth of the rates.
const curve = Array.from(simulate(beta / 10, gamma / 10, 10 * (IN_BED.length - 1) + 1, 10), (inBed, index) => ({
  day: 1 + index / 10,
  inBed,
}));
const observed = IN_BED.map((inBed, index) => ({ day: index + 1, inBed }));
writeFileSync(options.out, await draw(observed, curve, `Influenza in a boarding school, 1978: R0 = ${r0.toFixed(2)}`));
console.log(`Data and fit are drawn in ${options.out}`);

/** Compares the generated gradient with central differences. */
function checkGradient(beta: number, gamma: number): void {
  const [, [dBeta, dGamma]] = lossAndGradient(beta, gamma, IN_BED, stepsPerDay);
  const step = 1e-5;
  const at = (b: number, g: number) => loss(b, g, IN_BED, stepsPerDay);
  const differences = [
    (at(beta + step, gamma) - at(beta - step, gamma)) / (2 * step),
    (at(beta, gamma + step) - at(beta, gamma - step)) / (2 * step),
  ];
  const error = Math.max(Math.abs(dBeta / differences[0] - 1), Math.abs(dGamma / differences[1] - 1));
  console.log(`The gradient differs from central differences by ${error.toExponential(1)} of its size`);
  assert(error < 1e-6, "the generated gradient agrees with central differences");
}
