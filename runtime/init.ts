/** First values of weights. */
import { requireInteger, requirePositive } from "./finite.ts";
import type { Random } from "./random.ts";

/**
 * The shape of weights: `[outputs, inputs]`, one row an output, or just the number of inputs where there is one output.
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
export function zeros<S extends Shape, A extends Kind = "array">(shape: S, options: As<A> = {}): Weights<S, A> {
  return filled(shape, options, () => 0);
}

/**
 * Random weights with variance `2 / (inputs + outputs)`: for layers with tanh or sigmoid. Source: X. Glorot and Y. Bengio,
 * "Understanding the difficulty of training deep feedforward neural networks", 2010, equation 16.
 */
export function glorot<S extends Shape, A extends Kind = "array">(
  random: Random,
  shape: S,
  options: Spread<A> = {},
): Weights<S, A> {
  const [outputs, inputs] = sizesOf(shape);
  return spread(random, shape, options, 2 / (inputs + outputs));
}

/**
 * Random weights with variance `2 / inputs`: for layers with ReLU. Source: K. He et al., "Delving Deep into Rectifiers",
 * 2015, equation 10.
 */
export function he<S extends Shape, A extends Kind = "array">(
  random: Random,
  shape: S,
  options: Spread<A> = {},
): Weights<S, A> {
  return spread(random, shape, options, 2 / sizesOf(shape)[1]);
}

/**
 * Random weights with variance `1 / inputs`: sums of inputs keep their variance. Source: Y. LeCun et al., "Efficient
 * BackProp", 1998, section 4.6.
 */
export function lecun<S extends Shape, A extends Kind = "array">(
  random: Random,
  shape: S,
  options: Spread<A> = {},
): Weights<S, A> {
  return spread(random, shape, options, 1 / sizesOf(shape)[1]);
}

/**
 * A random matrix whose rows (or columns, if those are fewer) have length `gain` (1 unless given) and are at right
 * angles, each such matrix as likely as the others. Source: A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the
 * nonlinear dynamics of learning in deep linear neural networks", 2014; by the Gram–Schmidt method from a normal matrix.
 *
 * Throws a RangeError for a gain that is not positive.
 */
export function orthogonal<A extends Kind = "array">(
  random: Random,
  shape: readonly [outputs: number, inputs: number],
  options: As<A> & { readonly gain?: number } = {},
): Weights<readonly [number, number], A> {
  const { gain = 1 } = options;
  requirePositive("orthogonal", "gain", gain);
  const [outputs, inputs] = sizesOf(shape);
  const wide = outputs <= inputs;
  const rows = orthonormal(random, Math.min(outputs, inputs), Math.max(outputs, inputs));
  return filled(shape, options, (row, column) => gain * (wide ? rows[row][column] : rows[column][row]));
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

function spread<S extends Shape, A extends Kind>(
  random: Random,
  shape: S,
  options: Spread<A>,
  variance: number,
): Weights<S, A> {
  const deviation = Math.sqrt(variance);
  // Uniform over [-a, a] has variance a² / 3.
  const limit = Math.sqrt(3) * deviation;
  return filled(shape, options, () =>
    options.distribution === "normal" ? random.normal(0, deviation) : random.uniform(-limit, limit),
  );
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
