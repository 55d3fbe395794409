/** Small models with derivatives written by hand. */
import { dataset, type Dataset } from "../../../runtime/data/dataset.ts";
import { primitive } from "../../../runtime/primitive.ts";
import { createRandom } from "../../../runtime/random.ts";
import { newData, Tensor } from "../../../runtime/tensor/tensor.ts";
import { differentiable } from "../../../runtime/train/differentiable.ts";
import type { Step } from "../../../runtime/train/options.ts";

/** A line through points: `w · x + b`. */
export interface Line {
  readonly name: string;
  readonly w: Float64Array;
  readonly b: number;
}

export interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export const firstLine: Line = { name: "line", w: new Float64Array([0]), b: 0 };

/** Points near the line 2x - 1. */
export function points(count: number): Dataset<{ x: number; y: number }> {
  const random = createRandom(11);
  const records = Array.from({ length: count }, () => {
    const x = random.uniform(-1, 1);
    return { x, y: 2 * x - 1 + random.normal(0, 0.05) };
  });
  return dataset(records);
}

export function squaredError({ w, b }: Line, { x, y }: Points): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (w[0] * x[i] + b - y[i]) ** 2;
  return sum / x.length;
}

export const lineLoss = differentiable(
  (line: Line, batch: Points, _step: Step): number => squaredError(line, batch),
  (line: Line, { x, y }: Points) => {
    const gradient = { w: new Float64Array(1), b: 0 };
    for (let i = 0; i < x.length; i++) {
      const error = (2 * (line.w[0] * x[i] + line.b - y[i])) / x.length;
      gradient.w[0] += error * x[i];
      gradient.b += error;
    }
    return [squaredError(line, { x, y }), gradient];
  },
);

/** A loss with noise from the seed of the step: what is drawn must be the same after a resumption. */
export const noisyLoss = differentiable(
  (line: Line, batch: Points, _step: Step): number => squaredError(line, batch),
  (line: Line, { x, y }: Points, { seed }: Step) => {
    const noise = createRandom(seed).normal(0, 0.1);
    const shifted = y.map((value) => value + noise);
    const gradient = { w: new Float64Array(1), b: 0 };
    for (let i = 0; i < x.length; i++) {
      const error = (2 * (line.w[0] * x[i] + line.b - shifted[i])) / x.length;
      gradient.w[0] += error * x[i];
      gradient.b += error;
    }
    return [squaredError(line, { x, y: shifted }), gradient];
  },
);

export function vector(numbers: readonly number[], dtype: "f32" | "f64" = "f64"): Tensor {
  const data = newData(dtype, numbers.length);
  data.set(numbers);
  return new Tensor([numbers.length], dtype, data);
}

const inert = { vjp: [null], jvp: [null] } as const;

export const log = primitive(function log(x: Tensor): Tensor {
  return vector(Array.from(x.data, Math.log), x.dtype);
}, inert);

/** The mean of `-log(w)`: not finite as soon as a step has made a number negative. */
export const logLoss = differentiable(
  (parameters: { layers: readonly { w: Tensor }[] }, batch: readonly number[], _step: Step): number =>
    logValue(parameters.layers[0].w, batch),
  ({ layers: [{ w }] }, batch) => [
    logValue(w, batch),
    {
      layers: [
        {
          w: vector(
            Array.from(w.data, (x) => (x > 0 ? 1 : 0) / x / (x > 0 ? 1 : 0)),
            w.dtype,
          ),
        },
      ],
    },
  ],
);

function logValue(w: Tensor, batch: readonly number[]): number {
  return Array.from(log(w).data).reduce((sum, value) => sum + value, 0) * batch.length;
}
