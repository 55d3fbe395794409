/** What is composed of the convolution of images: one axis instead of two, and the transposed convolutions. */
import { primitive } from "../../primitive.ts";
import { expandDims, squeeze } from "../reshape.ts";
import type { Dimensions, Tensor } from "../tensor.ts";
import { conv2d, conv2dInput } from "./convolution.ts";
import {
  checkConvolution,
  rowOptions,
  transposedShapeOf,
  type ConvolutionOptions,
  type TransposedOptions,
} from "./convolution-shapes.ts";

/**
 * The convolution of [images, channels, length] with weights [filters, channels / groups, length]: that of images with
 * one row. Options and errors are those of `conv2d`.
 */
export function conv1d(x: Tensor, w: Tensor, options?: ConvolutionOptions): Tensor {
  return squeeze(conv2d(expandDims(x, 2), expandDims(w, 2), conv1dOptions(x.shape, w.shape, options)), 2);
}

/**
 * The transposed convolution of images [images, channels, height, width] with weights [channels, filters / groups,
 * height, width]: what a convolution with the same weights and options would map back to `x` in shape, and the adjoint
 * of that convolution. With padding "same", the result is `stride` times as large as `x`.
 */
export function convTranspose2d(x: Tensor, w: Tensor, options?: TransposedOptions): Tensor {
  return conv2dInput(x, w, convTranspose2dShape(x.shape, w.shape, options), options);
}

/** The transposed convolution of [images, channels, length] with weights [channels, filters / groups, length]. */
export function convTranspose1d(x: Tensor, w: Tensor, options?: TransposedOptions): Tensor {
  const image = conv2dInput(
    expandDims(x, 2),
    expandDims(w, 2),
    convTranspose1dShape(x.shape, w.shape, options),
    convTranspose1dOptions(options),
  );
  return squeeze(image, 2);
}

/** The options of `conv2d` for `conv1d`. */
export const conv1dOptions = primitive(
  (x: Dimensions, w: Dimensions, options: ConvolutionOptions = {}): ConvolutionOptions => {
    checkConvolution("conv1d", 1, x, w, options);
    return rowOptions(options);
  },
  { name: "conv1dOptions", vjp: [null, null, null], jvp: [null, null, null] },
);

/** The shape of the result of `convTranspose2d`. */
export const convTranspose2dShape = primitive(
  (x: Dimensions, w: Dimensions, options: TransposedOptions = {}): Dimensions =>
    transposedShapeOf("convTranspose2d", 2, x, w, options),
  { name: "convTranspose2dShape", vjp: [null, null, null], jvp: [null, null, null] },
);

/** The shape of the result of `convTranspose1d`, as an image of one row. */
export const convTranspose1dShape = primitive(
  (x: Dimensions, w: Dimensions, options: TransposedOptions = {}): Dimensions => {
    const [images, filters, length] = transposedShapeOf("convTranspose1d", 1, x, w, options);
    return [images, filters, 1, length];
  },
  { name: "convTranspose1dShape", vjp: [null, null, null], jvp: [null, null, null] },
);

/** The options of `conv2dInput` for `convTranspose1d`. */
export const convTranspose1dOptions = primitive(
  (options: TransposedOptions = {}): TransposedOptions => rowOptions(options),
  { name: "convTranspose1dOptions", vjp: [null], jvp: [null] },
);
