/** The numeric kernels under the tensors: one interface, whatever computes it. */

/** The data of a tensor. All arrays of one call are of one kind. */
export type Floats = Float32Array | Float64Array;

/** What `biasActivation` applies to each element. */
export type Activation = "identity" | "relu" | "tanh" | "sigmoid";

/** A product of matrices stored row after row: `out = a · b`, m × n = m × k · k × n. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** `a` is stored as k × m. */
  readonly transposeA?: boolean;
  /** `b` is stored as n × k. */
  readonly transposeB?: boolean;
  /** The number of products: 1 unless given. */
  readonly batch?: number;
  /** The distance in elements from one matrix of `a` to the next: `m * k` unless given. 0 uses one matrix for all. */
  readonly strideA?: number;
  /** As `strideA`, for `b`: `k * n` unless given. */
  readonly strideB?: number;
  /** As `strideA`, for `out`: `m * n` unless given, and at least that. */
  readonly strideOut?: number;
}

/**
 * What a step of Adam does to a parameter x with gradient g, mean m and variance v:
 * `m = keepMean · m + takeMean · g`, `v = keepVariance · v + takeVariance · g²`,
 * `x -= size · m / (√(v · scale) + epsilon) + shrink · x`.
 */
export interface AdamStep {
  readonly keepMean: number;
  readonly takeMean: number;
  readonly keepVariance: number;
  readonly takeVariance: number;
  readonly size: number;
  readonly scale: number;
  readonly epsilon: number;
  readonly shrink: number;
}

/**
 * The kernels. `out` is written and must not share memory with an operand, but for functions of one array, where it
 * may be that array. Sizes that do not fit throw a RangeError, arrays of mixed kinds a TypeError.
 *
 * Products are summed in the order of k, rounding each product and each sum to the kind of the arrays; so "plain" and
 * "simd" agree bit for bit. "relaxed" rounds once for a product and its sum, where the machine can.
 *
 * exp is within 1 unit in the last place of the exact value, tanh within 2 and sigmoid within 3, for either kind and
 * down to the least numbers. NaN gives NaN everywhere, also in relu.
 */
export interface Kernels {
  readonly name: "plain" | "simd" | "relaxed";
  /** `out = a · b`, once for each matrix of the batch. */
  matmul<F extends Floats>(a: F, b: F, out: F, product: Product): void;
  /** `out[i] = exp(x[i])` */
  exp<F extends Floats>(x: F, out: F): void;
  /** `out[i] = tanh(x[i])` */
  tanh<F extends Floats>(x: F, out: F): void;
  /** `out[i] = 1 / (1 + exp(-x[i]))` */
  sigmoid<F extends Floats>(x: F, out: F): void;
  /** `out[i, j] = activation(x[i, j] + bias[j])` for rows as long as `bias`. */
  biasActivation<F extends Floats>(x: F, bias: F, out: F, activation: Activation): void;
  /**
   * A step of Adam: overwrites the first, third and fourth array, with 0 in place of -0, and says whether all that it has
   * written is finite. It computes in double precision and is the same to the bit in all kernels.
   */
  adam(numbers: Floats, gradient: Floats, mean: Float64Array, variance: Float64Array, step: AdamStep): boolean;
}
