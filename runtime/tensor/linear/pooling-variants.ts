/** Pooling over one axis instead of two, and over all there is. */
import { primitive } from "../../primitive.ts";
import { max, mean } from "../reductions.ts";
import { expandDims, squeeze } from "../reshape.ts";
import { showShape, type Dimensions, type Tensor } from "../tensor.ts";
import { averagePool2d, maxPool2d } from "./pooling.ts";
import { checkPool, poolOptions, type Pool, type PoolOptions } from "./pooling-windows.ts";
import { inRow } from "./windows.ts";

/** The maximum of each window of [images, channels, length]: `maxPool2d` with one axis. */
export function maxPool1d(x: Tensor, pool: Pool): Tensor {
  return squeeze(maxPool2d(expandDims(x, 2), maxPool1dOptions(x.shape, pool)), 2);
}

/** The mean of each window of [images, channels, length]: `averagePool2d` with one axis. */
export function averagePool1d(x: Tensor, pool: Pool): Tensor {
  return squeeze(averagePool2d(expandDims(x, 2), averagePool1dOptions(x.shape, pool)), 2);
}

/** The maximum of each channel of each image: [images, channels, …] gives [images, channels]. Ties have equal shares. */
export function globalMaxPool(x: Tensor): Tensor {
  return max(x, channelAxes(x.shape));
}

/** The mean of each channel of each image: [images, channels, …] gives [images, channels]. */
export function globalAveragePool(x: Tensor): Tensor {
  return mean(x, channelAxes(x.shape));
}

/** The axes within a channel. */
export const channelAxes = primitive(
  (shape: Dimensions): Dimensions => {
    if (shape.length < 3)
      throw new RangeError(
        `global pooling: shape ${showShape(shape)} does not fit ([images, channels, …] is expected)`,
      );
    return shape.slice(2).map((_, i) => i + 2);
  },
  { name: "channelAxes", vjp: [null], jvp: [null] },
);

/** The options of `maxPool2d` for `maxPool1d`. */
export const maxPool1dOptions = primitive(
  (shape: Dimensions, pool: Pool): PoolOptions => rowPool("maxPool1d", shape, pool),
  { name: "maxPool1dOptions", vjp: [null, null], jvp: [null, null] },
);

/** The options of `averagePool2d` for `averagePool1d`. */
export const averagePool1dOptions = primitive(
  (shape: Dimensions, pool: Pool): PoolOptions => rowPool("averagePool1d", shape, pool),
  { name: "averagePool1dOptions", vjp: [null, null], jvp: [null, null] },
);

function rowPool(name: string, shape: Dimensions, pool: Pool): PoolOptions {
  checkPool(name, 1, shape, pool);
  const { window, stride = window, padding = "valid", dilation = 1 } = poolOptions(pool);
  return {
    window: inRow(1, window),
    stride: inRow(1, stride),
    padding: typeof padding === "string" ? padding : inRow(0, padding),
    dilation: inRow(1, dilation),
  };
}
