/** One row of the table: a program that uses a layer, an activation or a loss, and its arguments. */
import { Tensor, type DType } from "../../../runtime/tensor/tensor.ts";
import { randomTensor } from "../tensor/check.ts";

export interface LayerCase {
  /** What it tests: names of exports. The first one names the case, with `as` behind it. */
  readonly of: readonly string[];
  readonly as?: string;
  /** The parameters of `f` as they are declared: `parameters: DenseParameters, x: Tensor`. */
  readonly parameters: string;
  /** What `f` returns: a number. */
  readonly result: string;
  /** In double precision. */
  readonly arguments: readonly unknown[];
  /** Which parameters to differentiate for: the first unless given. */
  readonly wrt?: readonly number[];
  /** The value by a definition in plain loops. */
  readonly value?: (...parameters: never[]) => number;
}

export function nameOf({ of, as }: LayerCase): string {
  return as === undefined ? of[0] : `${of[0]}${as}`;
}

/** A tensor of random numbers between -scale and scale. */
export function random(shape: readonly number[], seed: number, scale = 1): Tensor {
  const { data } = randomTensor(shape, seed);
  return new Tensor(
    shape,
    "f64",
    Float64Array.from(data, (x) => x * scale),
  );
}

/** A tensor of the numbers given. */
export function numbers(shape: readonly number[], values: readonly number[]): Tensor {
  return new Tensor(shape, "f64", new Float64Array(values));
}

/** The same value with all tensors in another precision. */
export function cast(value: unknown, dtype: DType): unknown {
  if (value instanceof Tensor)
    return new Tensor(value.shape, dtype, dtype === "f32" ? new Float32Array(value.data) : new Float64Array(value.data));
  if (Array.isArray(value)) return value.map((part) => cast(part, dtype));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cast(part, dtype)]));
}

/** `a + h · b` for values of one shape. */
export function along(a: unknown, h: number, b: unknown): unknown {
  if (typeof a === "number") return a + h * (b as number);
  if (a instanceof Tensor)
    return new Tensor(
      a.shape,
      "f64",
      Float64Array.from(a.data, (x, i) => x + h * (b as Tensor).data[i]),
    );
  if (Array.isArray(a)) return a.map((part, i) => along(part, h, (b as unknown[])[i]));
  const parts = Object.entries(a as Record<string, unknown>);
  return Object.fromEntries(parts.map(([name, part]) => [name, along(part, h, (b as Record<string, unknown>)[name])]));
}
