/** What a fixture's `input.ts` says about how to run it. */

/** The checks a case can leave out; each with the reason. */
export interface Exclusions {
  /** The gradient is not differentiable there, or differences of it are too coarse. */
  readonly secondOrder?: string;
  /** Central differences do not see what the derivative is defined to be (kinks, random numbers, single precision). */
  readonly differences?: string;
  /** There is no derivative in forward mode. */
  readonly forward?: string;
  /** There is no derivative in reverse mode: forward mode is compared with differences. */
  readonly reverse?: string;
}

/** One run of an exported function of the fixture. */
export interface Case {
  /** The name of the exported function. */
  readonly of: string;
  /** Parameter indices; a number or a tuple, as in `grad(f, { wrt })`. The default is 0. */
  readonly wrt?: number | readonly number[];
  readonly arguments: () => unknown[];
  /** The gradient where the suite should not only compare, but knows it: a list with one entry for every `wrt`. */
  readonly expect?: readonly unknown[];
  readonly exclude?: Exclusions;
  /** What every derivative says when it refuses these arguments as it runs; nothing else is checked then. */
  readonly throws?: string;
}
