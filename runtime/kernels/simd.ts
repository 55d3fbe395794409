/** The kernels of a WebAssembly binary: data is copied in, computed, and copied out. */
import type { Binary, Routines } from "./binary.ts";
import { checkAdam, checkMap, checkProduct, checkRows } from "./check.ts";
import type { Activation, AdamStep, Floats, Kernels, Product } from "./kernels.ts";
import { adamPlain } from "./plain-adam.ts";
import { multiplyPlain } from "./plain-multiply.ts";
import { multiplyInBinary } from "./simd-multiply.ts";

/** The numbers of the functions of one element in `assembly/functions.ts`. */
const functions = { identity: 0, relu: 1, tanh: 2, sigmoid: 3, exp: 4 } as const;

/** How many elements are mapped at a time: in and out together stay in the second-level cache. */
const chunk = 16384;

/** The same for Adam, which has four arrays in memory, two of them doubles. */
const adamChunk = 4096;
/** Fewer are not worth the copies. */
const adamLeast = 64;

/** Kernels that compute in an instance of a binary. */
export class BinaryKernels implements Kernels {
  readonly name: "simd" | "relaxed";
  readonly #binary: Binary;

  constructor(name: "simd" | "relaxed", binary: Binary) {
    this.name = name;
    this.#binary = binary;
  }

  matmul(a: Floats, b: Floats, out: Floats, product: Product): void {
    const checked = merged(checkProduct(a, b, out, product));
    if (checked.m === 0 || checked.n === 0) return;
    if (!multiplyInBinary(this.#binary, this.#routines(a), a, b, out, checked)) multiplyPlain(a, b, out, checked);
  }

  exp(x: Floats, out: Floats): void {
    this.#map("exp", x, out);
  }

  tanh(x: Floats, out: Floats): void {
    this.#map("tanh", x, out);
  }

  sigmoid(x: Floats, out: Floats): void {
    this.#map("sigmoid", x, out);
  }

  biasActivation(x: Floats, bias: Floats, out: Floats, activation: Activation): void {
    checkRows(x, bias, out);
    if (x.length === 0) return;
    // Whole rows where they fit a chunk, else parts of one row.
    const width = Math.min(bias.length, chunk);
    const height = width === bias.length ? Math.max(1, Math.floor(chunk / width)) : 1;
    const binary = this.#binary;
    const { mapRows } = this.#routines(x);
    const [atX, atBias, atOut] = this.#small(x, width * height, width, width * height);
    for (let column = 0; column < bias.length; column += width) {
      const columns = Math.min(width, bias.length - column);
      binary.write(atBias, bias, column, columns);
      for (let start = column; start < x.length; start += height * bias.length) {
        const rows = Math.min(height, Math.ceil((x.length - start) / bias.length));
        binary.write(atX, x, start, rows * columns);
        mapRows(atX, atBias, atOut, rows, columns, functions[activation]);
        binary.read(atOut, out, start, rows * columns);
      }
    }
  }

  adam(numbers: Floats, gradient: Floats, mean: Float64Array, variance: Float64Array, step: AdamStep): boolean {
    checkAdam(numbers, gradient, mean, variance);
    const isShort = numbers.length < adamLeast;
    if (isShort || !(numbers instanceof Float32Array && gradient instanceof Float32Array))
      return adamPlain(numbers, gradient, mean, variance, step);
    const even = numbers.length - (numbers.length % 2);
    const most = Math.min(even, adamChunk);
    const binary = this.#binary;
    const [atNumbers, atGradient, atMean, atVariance, atStep] = this.#small(mean, most, most, most, most, 8);
    const { keepMean, takeMean, keepVariance, takeVariance, size, scale, epsilon, shrink } = step;
    const given = [keepMean, takeMean, keepVariance, takeVariance, size, scale, epsilon, shrink];
    binary.write(atStep, Float64Array.from(given), 0, given.length);
    let lost = 0;
    for (let start = 0; start < even; start += most) {
      const length = Math.min(most, even - start);
      binary.write(atNumbers, numbers, start, length);
      binary.write(atGradient, gradient, start, length);
      binary.write(atMean, mean, start, length);
      binary.write(atVariance, variance, start, length);
      lost += binary.adam(atNumbers, atGradient, atMean, atVariance, length, atStep);
      binary.read(atNumbers, numbers, start, length);
      binary.read(atMean, mean, start, length);
      binary.read(atVariance, variance, start, length);
    }
    return adamPlain(numbers, gradient, mean, variance, step, even) && lost === 0;
  }

  #map(name: "exp" | "tanh" | "sigmoid", x: Floats, out: Floats): void {
    checkMap(name, x, out);
    const binary = this.#binary;
    const { mapValues } = this.#routines(x);
    const most = Math.min(x.length, chunk);
    const [atX, atOut] = this.#small(x, most, most);
    for (let start = 0; start < x.length; start += chunk) {
      const length = Math.min(chunk, x.length - start);
      binary.write(atX, x, start, length);
      mapValues(atX, atOut, length, functions[name]);
      binary.read(atOut, out, start, length);
    }
  }

  #routines(array: Floats): Routines {
    return array instanceof Float32Array ? this.#binary.single : this.#binary.double;
  }

  /** Room for a few arrays no longer than a chunk. */
  #small(like: Floats, ...lengths: readonly number[]): readonly number[] {
    const room = this.#binary.room(...lengths.map((length) => length * like.BYTES_PER_ELEMENT));
    if (room === undefined) throw new RangeError("no memory is left for the numeric kernels");
    return room;
  }
}

/** The batch as one taller product, where the matrices of `a` and `out` lie one after the other and `b` is one. */
function merged(product: Required<Product>): Required<Product> {
  const { m, n, k, batch, strideA, strideB, strideOut, transposeA } = product;
  if (batch < 2 || strideB !== 0 || transposeA || strideA !== m * k || strideOut !== m * n) return product;
  return { ...product, m: m * batch, batch: 1 };
}
