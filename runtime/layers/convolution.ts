/** Convolutions with a bias for each filter. Pooling (`maxPool2d`, `averagePool2d`, `globalAveragePool` …) has no parameters: its functions are the layers. */
import type { Random } from "../random.ts";
import { add } from "../tensor/arithmetic.ts";
import { perChannel } from "../tensor/expect.ts";
import type { ConvolutionOptions, TransposedOptions } from "../tensor/linear/convolution-shapes.ts";
import { conv2d } from "../tensor/linear/convolution.ts";
import { conv1d, convTranspose1d, convTranspose2d } from "../tensor/linear/convolution-variants.ts";
import { reshape } from "../tensor/reshape.ts";
import { Tensor, type DType } from "../tensor/tensor.ts";
import { draw, type FirstWeights } from "./first.ts";

export interface ConvolutionParameters {
  /** `[filters, channels / groups, ...kernel]`, for transposed convolutions `[channels, filters / groups, ...kernel]`. */
  readonly weights: Tensor;
  /** `[filters]` */
  readonly bias: Tensor;
}

export interface ConvolutionSizes {
  readonly channels: number;
  readonly filters: number;
  /** The size of the window along each axis: `[3, 3]` for images, `[3]` for sequences. */
  readonly kernel: readonly number[];
  /** 1 unless given. */
  readonly groups?: number;
  /** "he" unless given. */
  readonly first?: FirstWeights;
  /** Single precision unless given. */
  readonly dtype?: DType;
}

/** First parameters of a convolution: random weights, and a bias of zeros. */
export function initConvolution(random: Random, sizes: ConvolutionSizes): ConvolutionParameters {
  const { channels, filters, kernel, groups = 1, first = "he", dtype = "f32" } = sizes;
  return {
    weights: draw(first, random, [filters, channels / groups, ...kernel], { dtype }),
    bias: new Tensor([filters], dtype),
  };
}

/** First parameters of a transposed convolution. */
export function initTransposedConvolution(random: Random, sizes: ConvolutionSizes): ConvolutionParameters {
  const { channels, filters, kernel, groups = 1, first = "he", dtype = "f32" } = sizes;
  const window = kernel.reduce((product, size) => product * size, 1);
  const fans = { fanIn: (channels / groups) * window, fanOut: (filters / groups) * window };
  return {
    weights: draw(first, random, [channels, filters / groups, ...kernel], { dtype, ...fans }),
    bias: new Tensor([filters], dtype),
  };
}

/** The convolution of `[batch, channels, length]`: `[batch, filters, length]`. See `conv1d`. */
export function convolution1d(parameters: ConvolutionParameters, x: Tensor, options?: ConvolutionOptions): Tensor {
  return biased(conv1d(x, parameters.weights, options), parameters.bias, "convolution1d");
}

/** The convolution of `[batch, channels, height, width]`: `[batch, filters, height, width]`. See `conv2d`. */
export function convolution2d(parameters: ConvolutionParameters, x: Tensor, options?: ConvolutionOptions): Tensor {
  return biased(conv2d(x, parameters.weights, options), parameters.bias, "convolution2d");
}

/** The transposed convolution of `[batch, channels, length]`. See `convTranspose1d`. */
export function transposedConvolution1d(
  parameters: ConvolutionParameters,
  x: Tensor,
  options?: TransposedOptions,
): Tensor {
  return biased(convTranspose1d(x, parameters.weights, options), parameters.bias, "transposedConvolution1d");
}

/** The transposed convolution of `[batch, channels, height, width]`, which makes images larger. See `convTranspose2d`. */
export function transposedConvolution2d(
  parameters: ConvolutionParameters,
  x: Tensor,
  options?: TransposedOptions,
): Tensor {
  return biased(convTranspose2d(x, parameters.weights, options), parameters.bias, "transposedConvolution2d");
}

/** Adds a number to each channel. */
export function biased(y: Tensor, bias: Tensor, operation: string): Tensor {
  return add(y, reshape(bias, perChannel(bias, y, operation)));
}
