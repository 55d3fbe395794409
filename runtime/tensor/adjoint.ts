/** Sums of adjoints, as generated code writes them. */
import { blankData, showShape, Tensor } from "./tensor.ts";

/** The adjoint of what nothing has used yet: zero, in any shape. Only `plus` takes it, and comparisons with `===`. */
export const zero: Tensor = new Tensor([], "f64");

/**
 * Zeros in the shape and precision of a tensor, which take no memory until they are looked at. What is missing has no
 * gradient either: for `null` and `undefined` it gives `undefined`, whatever the type says, which only `plus` takes.
 */
export function zerosOf(like: Tensor | null | undefined): Tensor {
  if (like === null || like === undefined) return undefined as unknown as Tensor;
  return like === zero ? zero : new Tensor(like.shape, like.dtype);
}

/** The sum of two adjoints of one value, either of which may be `zero`, or missing with it. Throws a RangeError where their shapes differ. */
export function plus(a: Tensor | null | undefined, b: Tensor | null | undefined): Tensor {
  if (a === null || a === undefined || b === null || b === undefined) return ofMissing(a ?? b);
  if (a === zero) return b;
  if (b === zero) return a;
  if (a.dtype !== b.dtype || a.shape.length !== b.shape.length || a.shape.some((length, i) => length !== b.shape[i])) {
    const [first, second] = [a, b].map(({ dtype, shape }) => `${dtype} ${showShape(shape)}`);
    throw new RangeError(`the adjoints of one value are ${first} and ${second}`);
  }
  if (a.isUntouched) return b;
  if (b.isUntouched) return a;
  const [x, y] = [a.data, b.data];
  const sum = blankData(a.dtype, x.length);
  for (let i = 0; i < sum.length; i++) sum[i] = x[i] + y[i];
  return new Tensor(a.shape, a.dtype, sum);
}

/** The adjoint of what was missing: missing, unless it has been made since. */
function ofMissing(other: Tensor | null | undefined): Tensor {
  return (other === zero ? undefined : other) as Tensor;
}

/** A number as a tensor without axes. */
export function tensorOf(x: number): Tensor {
  return new Tensor([], "f64", new Float64Array([x]));
}

/** The number of a tensor that has only one. */
export function numberOf(x: Tensor): number {
  if (x.size !== 1) throw new RangeError(`a tensor of shape ${showShape(x.shape)} is not one number`);
  return x.data[0];
}
