/** Data for the tests of the kernels, and the definition of a matrix product. */
import type { Floats, Product } from "../../runtime/kernels/kernels.ts";

export type Kind = "f32" | "f64";
export const kinds: readonly Kind[] = ["f32", "f64"];

/** An array of the kind of another, filled with zeros. */
export function asKind(like: Floats, length: number): Floats {
  return like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/** Numbers between -1 and 1; the same ones for the same length. */
export function randomValues(kind: Kind, length: number): Floats {
  const values = kind === "f32" ? new Float32Array(length) : new Float64Array(length);
  let state = length + 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = state / 2 ** 31;
  }
  return values;
}

/** The product as it is defined: three loops, each product and each sum rounded to the kind of the arrays. */
export function multiplyNaive(a: Floats, b: Floats, out: Floats, product: Product): void {
  const { m, n, k, transposeA, transposeB, batch = 1 } = product;
  const { strideA = m * k, strideB = k * n, strideOut = m * n } = product;
  const round = out instanceof Float32Array ? Math.fround : (x: number) => x;
  for (let q = 0; q < batch; q++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) {
          const left = a[q * strideA + (transposeA ? p * m + i : i * k + p)];
          const right = b[q * strideB + (transposeB ? j * k + p : p * n + j)];
          sum = round(sum + round(left * right));
        }
        out[q * strideOut + i * n + j] = sum;
      }
}
