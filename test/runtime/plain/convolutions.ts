/** The convolution of images [images, channels, height, width] with weights [filters, channels / groups, height, width]. */
import { vjp } from "cotangent";
import { filledWith, type Plain } from "./plain.ts";
import { windowsOn, type PerAxis, type WindowOptions, type WindowSizes } from "./windows.ts";

export function conv2d(x: Plain, w: Plain, sizes: WindowSizes): Plain {
  const [images, channels, height, width] = x.shape;
  const [filters, own, tall, wide] = w.shape;
  const down = windowsOn(0, height, tall, sizes);
  const across = windowsOn(1, width, wide, sizes);
  const perGroup = filters / sizes.groups;
  const data: number[] = [];
  for (let image = 0; image < images; image++)
    for (let filter = 0; filter < filters; filter++) {
      const first = Math.floor(filter / perGroup) * own;
      for (let i = 0; i < down.count; i++)
        for (let j = 0; j < across.count; j++) {
          let sum = 0;
          for (let c = 0; c < own; c++)
            for (let p = 0; p < tall; p++)
              for (let q = 0; q < wide; q++) {
                const row = i * down.stride + p * down.dilation - down.before;
                const column = j * across.stride + q * across.dilation - across.before;
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                sum +=
                  x.data[((image * channels + first + c) * height + row) * width + column] *
                  w.data[((filter * own + c) * tall + p) * wide + q];
              }
          data.push(sum);
        }
    }
  return { shape: Int32Array.of(images, filters, down.count, across.count), data };
}

/** The adjoint of the images, by the compiler. */
export function conv2dInput(y: Plain, w: Plain, lengths: readonly number[], sizes: WindowSizes): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(conv2d)(filledWith(0, shape), w, sizes);
  return { shape, data: pull(y).data };
}

/** The adjoint of the weights, by the compiler. */
export function conv2dWeights(x: Plain, y: Plain, lengths: readonly number[], sizes: WindowSizes): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(conv2d, { wrt: 1 })(x, filledWith(0, shape), sizes);
  return { shape, data: pull(y).data };
}

interface Options extends WindowOptions {
  readonly outputPadding?: PerAxis;
}

/** The number of one axis, of 0 and 1. */
function onAxis(value: PerAxis, axis: number): number {
  return typeof value === "number" ? value : value[axis];
}

function inRow(down: number, value: PerAxis): number[] {
  return [down, onAxis(value, 0)];
}

/** Options for one axis as those for an image of one row. */
function rowOptions({ stride, dilation, outputPadding, padding, groups }: Options): Options {
  return {
    stride: inRow(1, stride ?? 1),
    dilation: inRow(1, dilation ?? 1),
    outputPadding: inRow(0, outputPadding ?? 0),
    padding: padding === undefined || padding === "valid" ? "valid" : padding === "same" ? "same" : inRow(0, padding),
    groups: groups ?? 1,
  };
}

export function conv1dOptions(_x: readonly number[], _w: readonly number[], options: Options = {}): Options {
  return rowOptions(options);
}

export function convTranspose1dOptions(options: Options = {}): Options {
  return rowOptions(options);
}

/** The input of which something of `length` is the result, along one axis. */
function inputLength(axis: number, length: number, window: number, options: Options): number {
  const [stride, dilation] = [onAxis(options.stride ?? 1, axis), onAxis(options.dilation ?? 1, axis)];
  if (options.padding === "same") return length * stride;
  const padding = options.padding === "valid" ? 0 : onAxis(options.padding ?? 0, axis);
  const more = onAxis(options.outputPadding ?? 0, axis);
  return (length - 1) * stride + dilation * (window - 1) + 1 + more - 2 * padding;
}

export function convTranspose2dShape(x: readonly number[], w: readonly number[], options: Options = {}): number[] {
  const lengths = [0, 1].map((axis) => inputLength(axis, x[axis + 2], w[axis + 2], options));
  return [x[0], w[1] * (options.groups ?? 1), ...lengths];
}

export function convTranspose1dShape(x: readonly number[], w: readonly number[], options: Options = {}): number[] {
  return [x[0], w[1] * (options.groups ?? 1), 1, inputLength(0, x[2], w[2], options)];
}
