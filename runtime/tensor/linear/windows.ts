/** Where windows lie on their input: what convolution and pooling have in common. */
import { showShape, type Dimensions } from "../tensor.ts";

/** One number for all axes, or one for each. */
export type PerAxis = number | readonly number[];

/** How a window moves over its input. */
export interface WindowOptions {
  /** How far the window moves: 1 unless given for convolutions, the size of the window for pooling. */
  readonly stride?: PerAxis;
  /**
   * How much the input is padded at both ends. "valid" (the default): not at all. "same": so that there are
   * ⌈input / stride⌉ windows, with the odd element at the end, as TensorFlow has it.
   */
  readonly padding?: "same" | "valid" | PerAxis;
  /** The distance between neighbours in the window: 1 unless given. */
  readonly dilation?: PerAxis;
}

/** Along one axis: the sizes, and where the windows lie. Window `i` has its element `j` at `i * stride + j * dilation - before`. */
export interface WindowAxis {
  readonly input: number;
  readonly window: number;
  readonly output: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

/** One number for each axis. Throws a RangeError unless they are integers that are at least `least`. */
export function perAxis(name: string, option: string, value: PerAxis, axes: number, least: number): readonly number[] {
  const values = typeof value === "number" ? new Array<number>(axes).fill(value) : value;
  if (values.length !== axes) throw new RangeError(`${name}: ${option} has ${values.length} numbers for ${axes} axes`);
  for (const one of values)
    if (!Number.isInteger(one) || one < least)
      throw new RangeError(`${name}: ${option} is ${one}, expected an integer that is at least ${least}`);
  return values;
}

/** A number for the only axis as that for the second axis of an image of one row. */
export function inRow(down: number, value: PerAxis): readonly [number, number] {
  return [down, typeof value === "number" ? value : value[0]];
}

/** The windows on each axis of an input. */
export function windowsOn(
  name: string,
  input: Dimensions,
  window: Dimensions,
  options: WindowOptions,
  usualStride: PerAxis = 1,
): readonly WindowAxis[] {
  const axes = input.length;
  const stride = perAxis(name, "stride", options.stride ?? usualStride, axes, 1);
  const dilation = perAxis(name, "dilation", options.dilation ?? 1, axes, 1);
  const padding = options.padding ?? "valid";
  if (typeof padding === "string" && padding !== "same" && padding !== "valid")
    throw new RangeError(`${name}: padding is "${String(padding)}", expected "same", "valid" or numbers`);
  const before = perAxis(name, "padding", typeof padding === "string" ? 0 : padding, axes, 0);
  return input.map((length, i) => {
    if (window[i] < 1) throw new RangeError(`${name}: the window ${showShape(window)} is empty`);
    const axis = { input: length, window: window[i], stride: stride[i], dilation: dilation[i] };
    return padding === "same" ? same(axis) : padded(name, axis, before[i]);
  });
}

type Moves = Omit<WindowAxis, "output" | "before">;

/** How many elements a window spans. */
function spanOf({ window, dilation }: Moves): number {
  return dilation * (window - 1) + 1;
}

function same(axis: Moves): WindowAxis {
  const output = Math.ceil(axis.input / axis.stride);
  const missing = Math.max(0, (output - 1) * axis.stride + spanOf(axis) - axis.input);
  return { ...axis, output, before: Math.floor(missing / 2) };
}

function padded(name: string, axis: Moves, before: number): WindowAxis {
  const [length, span] = [axis.input + 2 * before, spanOf(axis)];
  if (span > length) throw new RangeError(`${name}: a window that spans ${span} does not fit an input of ${length}`);
  return { ...axis, output: Math.floor((length - span) / axis.stride) + 1, before };
}

/** The windows from `first` to before `end` have their element `j` inside the input. */
export function windowsInside(axis: WindowAxis, j: number): readonly [first: number, end: number] {
  const { input, output, stride } = axis;
  const at = j * axis.dilation - axis.before;
  const first = Math.min(output, Math.max(0, Math.ceil(-at / stride)));
  return [first, Math.max(first, Math.min(output, Math.ceil((input - at) / stride)))];
}
