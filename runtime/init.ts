/** First values of weights. */
import { requireInteger, requirePositive } from "./finite.ts";
import { fansOf, tensorOf, type TensorSpread, type TensorWeights } from "./init-tensor.ts";
import type { Random } from "./random.ts";
import { showShape, type Dimensions, type Tensor } from "./tensor/tensor.ts";

/**
 * The shape of weights in arrays: `[outputs, inputs]`, one row an output, or just the number of inputs where there is one
 * output. Tensors (`as: "tensor"`) are of any shape, and are not read so: see `Fans`.
 */
export type Shape = number | readonly [outputs: number, inputs: number];

/** What holds the numbers: plain arrays unless given, or one typed array, row after row. */
export interface As<A extends Kind> {
  readonly as?: A;
}

export type Kind = "array" | "f64" | "f32";

export interface Spread<A extends Kind> extends As<A> {
  /** How the values are spread; all have the same variance. `uniform` unless given. */
  readonly distribution?: "uniform" | "normal";
}

/** Weights of a shape, in what holds them. */
export type Weights<S extends Shape, A extends Kind> = A extends "f64"
  ? Float64Array
  : A extends "f32"
    ? Float32Array
    : S extends number
      ? number[]
      : number[][];

/** Nothing but 0. Throws a RangeError for a shape of other than positive integers; so do all functions here. */
export function zeros(shape: Dimensions, options: TensorWeights): Tensor;
export function zeros<S extends Shape, A extends Kind = "array">(shape: S, options?: As<A>): Weights<S, A>;
export function zeros(shape: Shape | Dimensions, options: As<Kind> | TensorWeights = {}): unknown {
  if (options.as === "tensor") return tensorOf(shape, options, () => 0);
  return filled(shape as Shape, options, () => 0);
}

/**
 * Random weights with variance `2 / (inputs + outputs)`: for layers with tanh or sigmoid. Source: X. Glorot and Y. Bengio,
 * "Understanding the difficulty of training deep feedforward neural networks", 2010, equation 16.
 */
export function glorot(random: Random, shape: Dimensions, options: TensorSpread): Tensor;
export function glorot<S extends Shape, A extends Kind = "array">(
  random: Random,
  shape: S,
  options?: Spread<A>,
): Weights<S, A>;
export function glorot(random: Random, shape: Shape | Dimensions, options: AnySpread = {}): unknown {
  return spread(random, shape, options, ({ inputs, outputs }) => 2 / (inputs + outputs));
}

/**
 * Random weights with variance `2 / inputs`: for layers with ReLU. Source: K. He et al., "Delving Deep into Rectifiers",
 * 2015, equation 10.
 */
export function he(random: Random, shape: Dimensions, options: TensorSpread): Tensor;
export function he<S extends Shape, A extends Kind = "array">(
  random: Random,
  shape: S,
  options?: Spread<A>,
): Weights<S, A>;
export function he(random: Random, shape: Shape | Dimensions, options: AnySpread = {}): unknown {
  return spread(random, shape, options, ({ inputs }) => 2 / inputs);
}

/**
 * Random weights with variance `1 / inputs`: sums of inputs keep their variance. Source: Y. LeCun et al., "Efficient
 * BackProp", 1998, section 4.6.
 */
export function lecun(random: Random, shape: Dimensions, options: TensorSpread): Tensor;
export function lecun<S extends Shape, A extends Kind = "array">(
  random: Random,
  shape: S,
  options?: Spread<A>,
): Weights<S, A>;
export function lecun(random: Random, shape: Shape | Dimensions, options: AnySpread = {}): unknown {
  return spread(random, shape, options, ({ inputs }) => 1 / inputs);
}

/**
 * A random matrix whose rows (or columns, if those are fewer) have length `gain` (1 unless given) and are at right
 * angles, each such matrix as likely as the others. Source: A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the
 * nonlinear dynamics of learning in deep linear neural networks", 2014; by the Gram–Schmidt method from a normal matrix.
 *
 * Throws a RangeError for a gain that is not positive.
 */
export function orthogonal(random: Random, shape: Dimensions, options: TensorWeights & Gain): Tensor;
export function orthogonal<A extends Kind = "array">(
  random: Random,
  shape: readonly [outputs: number, inputs: number],
  options?: As<A> & Gain,
): Weights<readonly [number, number], A>;
export function orthogonal(
  random: Random,
  shape: Dimensions,
  options: (As<Kind> | TensorWeights) & Gain = {},
): unknown {
  const { gain = 1 } = options;
  requirePositive("orthogonal", "gain", gain);
  for (const size of shape) requireInteger("weights", "a size", size, 1);
  // A tensor is a matrix of its first axis and all others.
  const [height, ...others] = shape;
  const width = others.reduce((product, size) => product * size, 1);
  const rows = orthonormal(random, Math.min(height, width), Math.max(height, width));
  const at = (row: number, column: number): number => gain * (height <= width ? rows[row][column] : rows[column][row]);
  if (options.as !== "tensor") return filled(shape as readonly [number, number], options, at);
  if (others.length === 0) throw new RangeError(`orthogonal: shape ${showShape(shape)} has fewer than two axes`);
  return tensorOf(shape, options, (i) => at(Math.floor(i / width), i % width));
}

function orthonormal(random: Random, count: number, length: number): number[][] {
  const rows: number[][] = [];
  while (rows.length < count) {
    let row = Array.from({ length }, () => random.normal());
    const before = norm(row);
    // Twice, since the first time leaves rounding errors that are large beside what is left of the row.
    for (const other of [...rows, ...rows]) {
      const share = row.reduce((sum, x, i) => sum + x * other[i], 0);
      row = row.map((x, i) => x - share * other[i]);
    }
    const after = norm(row);
    if (after > 1e-8 * before) rows.push(row.map((x) => x / after));
  }
  return rows;
}

function norm(row: readonly number[]): number {
  return Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
}

type AnySpread = Spread<Kind> | TensorSpread;

interface Gain {
  /** The length of the rows or columns. */
  readonly gain?: number;
}

function spread(
  random: Random,
  shape: Shape | Dimensions,
  options: AnySpread,
  varianceOf: (fans: { readonly inputs: number; readonly outputs: number }) => number,
): unknown {
  const draw = (fans: { readonly inputs: number; readonly outputs: number }): (() => number) => {
    const deviation = Math.sqrt(varianceOf(fans));
    // Uniform over [-a, a] has variance a² / 3.
    const limit = Math.sqrt(3) * deviation;
    return options.distribution === "normal" ? () => random.normal(0, deviation) : () => random.uniform(-limit, limit);
  };
  if (options.as === "tensor") return tensorOf(shape, options, draw(fansOf(shape, options)));
  const [outputs, inputs] = sizesOf(shape as Shape);
  return filled(shape as Shape, options, draw({ inputs, outputs }));
}

function filled<S extends Shape, A extends Kind>(
  shape: S,
  { as }: As<A>,
  at: (row: number, column: number) => number,
): Weights<S, A> {
  const [outputs, inputs] = sizesOf(shape);
  const rows = Array.from({ length: outputs }, (_r, row) =>
    Array.from({ length: inputs }, (_c, column) => at(row, column)),
  );
  if (as === "f64") return Float64Array.from(rows.flat()) as Weights<S, A>;
  if (as === "f32") return Float32Array.from(rows.flat()) as Weights<S, A>;
  return (typeof shape === "number" ? rows[0] : rows) as Weights<S, A>;
}

function sizesOf(shape: Shape): readonly [outputs: number, inputs: number] {
  const [outputs, inputs] = typeof shape === "number" ? [1, shape] : shape;
  for (const size of [outputs, inputs]) requireInteger("weights", "a size", size, 1);
  return [outputs, inputs];
}
