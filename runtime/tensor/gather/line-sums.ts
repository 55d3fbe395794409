/** Sums along one axis, which stays with length 1: what the derivatives of softmax are made of. */
import { primitive } from "../../primitive.ts";
import { mul } from "../arithmetic.ts";
import { broadcastLike } from "../broadcasting.ts";
import { sameShape } from "../shapes.ts";
import { showShape, Tensor, type DType, type TensorData } from "../tensor.ts";
import { linesOf, type Lines } from "./lines.ts";

/** The sums of `x` along `axis` (the last unless given), which stays with length 1. */
export const sumAlong: (x: Tensor, axis?: number) => Tensor = primitive(
  (x: Tensor, axis: number = -1): Tensor => {
    const lines = linesOf("sumAlong", x.shape, axis);
    return kept(x, lines, lineSums(x.data, lines));
  },
  {
    name: "sumAlong",
    vjp: [(dy, y, x) => broadcastLike(dy, x), null],
    jvp: [(dot, y, x, axis) => sumAlong(dot, axis), null],
  },
);

/** The sums of `a · b` along `axis` (the last unless given), which stays with length 1. Throws a RangeError for two shapes. */
export const dotAlong: (a: Tensor, b: Tensor, axis?: number) => Tensor = primitive(
  (a: Tensor, b: Tensor, axis: number = -1): Tensor => {
    if (!sameShape(a.shape, b.shape))
      throw new RangeError(`dotAlong: shapes ${showShape(a.shape)} and ${showShape(b.shape)} must be the same`);
    const lines = linesOf("dotAlong", a.shape, axis);
    return kept(a, lines, lineSums(a.data, lines, b.data));
  },
  {
    name: "dotAlong",
    vjp: [(dy, y, a, b) => mul(dy, b), (dy, y, a) => mul(dy, a), null],
    jvp: [(dot, y, a, b, axis) => dotAlong(dot, b, axis), (dot, y, a, b, axis) => dotAlong(a, dot, axis), null],
  },
);

function kept(
  { shape, dtype }: { shape: readonly number[]; dtype: DType },
  { axis }: Lines,
  sums: Float64Array,
): Tensor {
  const data = dtype === "f32" ? new Float32Array(sums) : sums;
  return new Tensor(
    shape.map((length, k) => (k === axis ? 1 : length)),
    dtype,
    data,
  );
}

/** The sum of each line in double precision, of its products with `weights` if given. */
export function lineSums(x: TensorData, { outer, length, inner }: Lines, weights?: TensorData): Float64Array {
  const sums = new Float64Array(outer * inner);
  for (let block = 0; block < outer; block++)
    for (let j = 0; j < inner; j++) {
      const start = block * length * inner + j;
      const end = start + length * inner;
      let sum = 0;
      if (weights) for (let i = start; i < end; i += inner) sum += x[i] * weights[i];
      else for (let i = start; i < end; i += inner) sum += x[i];
      sums[block * inner + j] = sum;
    }
  return sums;
}
