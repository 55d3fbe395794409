/** Tensors of random numbers, as functions of a seed: the same seed gives the same tensor. They carry no derivative. */
import { requireWithin } from "../../finite.ts";
import { primitive } from "../../primitive.ts";
import { createRandom, type Random, type RandomState } from "../../random.ts";
import { requireShape } from "../shapes.ts";
import { newData, sizeOf, Tensor, type Dimensions, type DType } from "../tensor.ts";

/** An integer of at least 0, or where a generator stands: `random.split().state()`. */
export type Seed = number | RandomState;

/**
 * What to multiply by to drop each number with probability `rate`: 0 there, and `1 / (1 - rate)` elsewhere, so that the
 * mean stays. The same on every machine. Source: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks
 * from Overfitting", 2014, section 10, scaled in training.
 *
 * Throws a RangeError unless `rate` is at least 0 and less than 1; for the seed see `createRandom`.
 */
export const dropoutMask: (shape: Dimensions, rate: number, seed: Seed, dtype?: DType) => Tensor = primitive(
  (shape: Dimensions, rate: number, seed: Seed, dtype: DType = "f32"): Tensor => {
    requireWithin("dropoutMask", "rate", rate, 0, 1);
    const kept = 1 / (1 - rate);
    return drawn("dropoutMask", shape, seed, dtype, (random) => (random.uniform() < rate ? 0 : kept));
  },
  { name: "dropoutMask", vjp: [null, null, null, null], jvp: [null, null, null, null] },
);

/** Numbers of the uniform distribution from 0 up to 1, in single precision (where 1 may come by rounding) unless told otherwise. The same on every machine. */
export const randomUniform: (shape: Dimensions, seed: Seed, dtype?: DType) => Tensor = primitive(
  (shape: Dimensions, seed: Seed, dtype: DType = "f32"): Tensor =>
    drawn("randomUniform", shape, seed, dtype, (random) => random.uniform()),
  { name: "randomUniform", vjp: [null, null, null], jvp: [null, null, null] },
);

/**
 * Numbers of the normal distribution with mean 0 and deviation 1, in single precision unless told otherwise. The same on
 * every machine up to the last bits of `Math.log` and `Math.cos`.
 */
export const randomNormal: (shape: Dimensions, seed: Seed, dtype?: DType) => Tensor = primitive(
  (shape: Dimensions, seed: Seed, dtype: DType = "f32"): Tensor =>
    drawn("randomNormal", shape, seed, dtype, (random) => random.normal()),
  { name: "randomNormal", vjp: [null, null, null], jvp: [null, null, null] },
);

function drawn(
  operation: string,
  shape: Dimensions,
  seed: Seed,
  dtype: DType,
  draw: (random: Random) => number,
): Tensor {
  requireShape(operation, shape);
  const random = createRandom(seed);
  const data = newData(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = draw(random);
  return new Tensor([...shape], dtype, data);
}
