/** What every kernel asks of its arguments before it touches memory. */
import type { Floats, Product } from "./kernels.ts";

function sameKind(name: string, ...arrays: readonly Floats[]): void {
  for (const array of arrays)
    if (
      !(array instanceof Float32Array || array instanceof Float64Array) ||
      array.constructor !== arrays[0].constructor
    )
      throw new TypeError(`${name}: expected arrays of one kind, Float32Array or Float64Array`);
}

function size(name: string, value: number, least = 0): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`matmul: ${name} is ${value}, expected an integer that is at least ${least}`);
  return value;
}

function overlap(a: Floats, b: Floats): boolean {
  const end = (array: Floats) => array.byteOffset + array.byteLength;
  return a.buffer === b.buffer && a.byteOffset < end(b) && b.byteOffset < end(a);
}

/** The product with its defaults filled in. Throws where the arrays do not hold what it says. */
export function checkProduct(a: Floats, b: Floats, out: Floats, product: Product): Required<Product> {
  sameKind("matmul", a, b, out);
  const m = size("m", product.m);
  const n = size("n", product.n);
  const k = size("k", product.k);
  const batch = size("batch", product.batch ?? 1);
  const strideA = size("strideA", product.strideA ?? m * k);
  const strideB = size("strideB", product.strideB ?? k * n);
  const strideOut = size("strideOut", product.strideOut ?? m * n, m * n);
  const holds = (name: string, array: Floats, stride: number, elements: number): void => {
    const needed = batch === 0 || elements === 0 ? 0 : (batch - 1) * stride + elements;
    if (array.length < needed) throw new RangeError(`matmul: ${name} has ${array.length} elements, expected ${needed}`);
  };
  holds("a", a, strideA, m * k);
  holds("b", b, strideB, k * n);
  holds("out", out, strideOut, m * n);
  if (overlap(a, out) || overlap(b, out)) throw new RangeError("matmul: out shares memory with an operand");
  const { transposeA = false, transposeB = false } = product;
  return { m, n, k, transposeA, transposeB, batch, strideA, strideB, strideOut };
}

/** Throws unless `out` can take f of each element of `x`: the same array, or one apart, of the same length. */
export function checkMap(name: string, x: Floats, out: Floats): void {
  sameKind(name, x, out);
  if (x.length !== out.length)
    throw new RangeError(`${name}: x has ${x.length} elements and out ${out.length}, expected the same number`);
  if (overlap(x, out) && x.byteOffset !== out.byteOffset) throw new RangeError(`${name}: out overlaps x`);
}

/** As `checkMap`; and `x` consists of whole rows as long as `bias`. */
export function checkRows(x: Floats, bias: Floats, out: Floats): void {
  checkMap("biasActivation", x, out);
  sameKind("biasActivation", x, bias);
  if (overlap(bias, out)) throw new RangeError("biasActivation: out shares memory with bias");
  if (bias.length === 0 ? x.length > 0 : x.length % bias.length !== 0)
    throw new RangeError(`biasActivation: ${x.length} elements are no rows of ${bias.length}`);
}

/** Throws unless there are a gradient, a mean and a variance for each number. */
export function checkAdam(numbers: Floats, gradient: Floats, mean: Float64Array, variance: Float64Array): void {
  for (const array of [gradient, mean, variance])
    if (array.length !== numbers.length)
      throw new RangeError(`adam: ${array.length} elements for ${numbers.length} numbers`);
}
