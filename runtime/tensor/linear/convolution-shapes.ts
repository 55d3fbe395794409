/** The shapes of a convolution, and what is wrong with those that do not fit. */
import { sameShape } from "../shapes.ts";
import { showShape, type Dimensions } from "../tensor.ts";
import type { Axes } from "./columns.ts";
import { misfit } from "./operands.ts";
import { inRow, perAxis, windowsOn, type PerAxis, type WindowAxis, type WindowOptions } from "./windows.ts";

/** Options of a convolution. */
export interface ConvolutionOptions extends WindowOptions {
  /** The channels and the filters are split into this many groups, which do not see each other: 1 unless given. */
  readonly groups?: number;
}

/** Options of a transposed convolution. */
export interface TransposedOptions extends ConvolutionOptions {
  /** How many elements are added at the end of each axis, less than its stride: a stride leaves it open how many there were. 0 unless given. */
  readonly outputPadding?: PerAxis;
}

/** All sizes of a convolution of two axes. */
export interface Convolution {
  readonly images: number;
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  readonly axes: Axes;
}

function groupsOf(name: string, options: ConvolutionOptions): number {
  const [groups] = perAxis(name, "groups", [options.groups ?? 1], 1, 1);
  return groups;
}

function checkRanks(name: string, axes: number, x: Dimensions, w: Dimensions): void {
  const expected = axes === 1 ? "[images, channels, length] and" : "[images, channels, height, width] and";
  if (x.length !== axes + 2 || w.length !== axes + 2) throw misfit(name, x, w, `${expected} weights of as many axes`);
}

/** The windows of a convolution of `axes` axes. Throws a RangeError where the shapes do not fit. */
export function checkConvolution(
  name: string,
  axes: 1 | 2,
  x: Dimensions,
  w: Dimensions,
  options: ConvolutionOptions,
): readonly WindowAxis[] {
  checkRanks(name, axes, x, w);
  const groups = groupsOf(name, options);
  if (x[1] !== w[1] * groups)
    throw misfit(name, x, w, `${x[1]} channels against ${groups === 1 ? "" : `${groups} groups of `}${w[1]}`);
  if (w[0] % groups !== 0) throw misfit(name, x, w, `${w[0]} filters in ${groups} groups`);
  return windowsOn(name, x.slice(2), w.slice(2), options);
}

/** The sizes of the convolution of an input with weights. */
export function convolutionOf(
  name: string,
  x: Dimensions,
  w: Dimensions,
  options: ConvolutionOptions = {},
): Convolution {
  const [down, across] = checkConvolution(name, 2, x, w, options);
  return { images: x[0], channels: x[1], filters: w[0], groups: groupsOf(name, options), axes: [down, across] };
}

/** The shape of the result of a convolution. */
export function resultShape({ images, filters, axes }: Convolution): Dimensions {
  return [images, filters, axes[0].output, axes[1].output];
}

/** Throws a RangeError unless `y` is the shape of the result for inputs and weights of the shapes given. */
export function checkResult(name: string, convolution: Convolution, y: Dimensions, x: Dimensions, w: Dimensions): void {
  const expected = resultShape(convolution);
  if (!sameShape(expected, y))
    throw misfit(name, x, w, `their convolution has shape ${showShape(expected)}, not ${showShape(y)}`);
}

/** The shape of the result of a transposed convolution of `axes` axes: the input of which `x` would be the convolution. */
export function transposedShapeOf(
  name: string,
  axes: 1 | 2,
  x: Dimensions,
  w: Dimensions,
  options: TransposedOptions,
): Dimensions {
  checkRanks(name, axes, x, w);
  if (x[1] !== w[0]) throw misfit(name, x, w, `${x[1]} channels against weights for ${w[0]}`);
  const { padding = "valid" } = options;
  const stride = perAxis(name, "stride", options.stride ?? 1, axes, 1);
  const dilation = perAxis(name, "dilation", options.dilation ?? 1, axes, 1);
  const before = perAxis(name, "padding", typeof padding === "string" ? 0 : padding, axes, 0);
  const more = perAxis(name, "outputPadding", options.outputPadding ?? 0, axes, 0);
  const lengths = stride.map((step, i) => {
    const most = padding === "same" ? 0 : step - 1;
    if (more[i] > most) throw new RangeError(`${name}: outputPadding is ${more[i]}, expected at most ${most} here`);
    if (padding === "same") return x[i + 2] * step;
    return (x[i + 2] - 1) * step + dilation[i] * (w[i + 2] - 1) + 1 + more[i] - 2 * before[i];
  });
  const shape = [x[0], w[1] * groupsOf(name, options), ...lengths];
  if (lengths.some((length) => length < 0)) throw misfit(name, x, w, `for a result of shape ${showShape(shape)}`);
  checkConvolution(name, axes, shape, w, options);
  return shape;
}

/** Options for one axis as those for an image of one row. */
export function rowOptions(options: TransposedOptions): TransposedOptions {
  const { stride = 1, dilation = 1, outputPadding = 0, padding = "valid", groups = 1 } = options;
  return {
    stride: inRow(1, stride),
    dilation: inRow(1, dilation),
    outputPadding: inRow(0, outputPadding),
    padding: typeof padding === "string" ? padding : inRow(0, padding),
    groups,
  };
}
