/**
 * Rosenblatt's perceptron: it finds a line between two groups of points if there is one, and never ends if there is none.
 *
 *     node --import cotangent/register examples/perceptron/main.ts [--show-grad]
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { valueAndGrad } from "cotangent";
import { createRandom, sgd } from "cotangent/nn";
import { printDerivative } from "../derivative.ts";
import { loss, type Line } from "./model.ts";

const { values: options } = parseArgs({
  options: { short: { type: "boolean", default: false }, "show-grad": { type: "boolean", default: false } },
});
if (options["show-grad"]) await printDerivative(new URL("model.ts", import.meta.url), "valueAndGrad", "loss");

const lossAndGradient = valueAndGrad(loss);
const optimizer = sgd({ rate: 1 });

/** Goes through the points again and again, and corrects the line after each that is on the wrong side. */
function learn(points: number[][], labels: number[], rounds: number): Learned {
  let line: Line = { weights: [0, 0], bias: 0 };
  const state = optimizer.init(line);
  const visited = new Map<string, number>();
  let mistakes = 0;
  for (let round = 1; round <= rounds; round++) {
    const before = mistakes;
    for (let n = 0; n < points.length; n++) {
      const [, gradient] = lossAndGradient(line, [points[n]], [labels[n]]);
      const next = optimizer.update(line, gradient, state)[0];
      if (JSON.stringify(next) !== JSON.stringify(line)) mistakes++;
      line = next;
    }
    if (mistakes === before) return { line, mistakes, rounds: round };
    const known = visited.get(JSON.stringify(line));
    if (known !== undefined) return { line, mistakes, rounds: round, cycle: round - known };
    visited.set(JSON.stringify(line), round);
  }
  return { line, mistakes, rounds };
}

interface Learned {
  readonly line: Line;
  readonly mistakes: number;
  readonly rounds: number;
  /** After how many rounds a line came back: it will for ever. */
  readonly cycle?: number;
}

// Points on both sides of a line of our own, none of them close to it.
const separator = { weights: [0.6, 0.8], bias: 0.1 };
const sideOf = (line: Line, [x, y]: readonly number[]): number => line.weights[0] * x + line.weights[1] * y + line.bias;
const random = createRandom(1);
const points = Array.from({ length: 1000 }, () => [random.uniform(-1, 1), random.uniform(-1, 1)])
  .filter((point) => Math.abs(sideOf(separator, point)) > 0.1)
  .slice(0, 200);
const labels = points.map((point) => Math.sign(sideOf(separator, point)));

const found = learn(points, labels, 1000);
const right = points.filter((point, n) => labels[n] * sideOf(found.line, point) > 0).length;
// Novikoff: at most (R / γ)² mistakes, R the longest point and γ the distance of the nearest one from a line through the
// origin; the bias makes each point (x, y, 1).
const radius = Math.max(...points.map(([x, y]) => Math.hypot(x, y, 1)));
const margin =
  Math.min(...points.map((point, n) => labels[n] * sideOf(separator, point))) /
  Math.hypot(...separator.weights, separator.bias);
const bound = (radius / margin) ** 2;
console.log(`${points.length} points that a line separates:`);
console.log(`  ${found.mistakes} mistakes in ${found.rounds} rounds, then none: ${right} points are on their side`);
console.log(
  `  Novikoff's bound: (R / γ)² = (${radius.toFixed(3)} / ${margin.toFixed(3)})² = ${bound.toFixed(1)} mistakes`,
);
assert(right === points.length, "all points are on their side");
assert(found.mistakes <= bound, "Novikoff's bound holds");

const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const exclusiveOr = learn(corners, [-1, 1, 1, -1], 1000);
console.log("\nExclusive or, which no line separates:");
console.log(
  `  it fails: after ${exclusiveOr.rounds} rounds and ${exclusiveOr.mistakes} mistakes the line is one that it had ` +
    `${exclusiveOr.cycle ?? 0} rounds before, so it goes in a cycle for ever`,
);
assert(exclusiveOr.cycle !== undefined, "exclusive or is never learned");
