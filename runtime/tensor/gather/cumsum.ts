/** Running sums along an axis. */
import { primitive } from "../../primitive.ts";
import { newData, Tensor } from "../tensor.ts";
import { linesOf } from "./lines.ts";

export interface CumsumOptions {
  /** Each sum leaves out the number at its own place: the first is 0. */
  readonly exclusive?: boolean;
  /** The sums run from the end. */
  readonly reverse?: boolean;
}

/**
 * At each place the sum of the numbers up to it along `axis`, added in double precision. Throws a RangeError for an axis
 * that does not exist.
 */
export const cumsum: (x: Tensor, axis: number, options?: CumsumOptions) => Tensor = primitive(
  (x: Tensor, axis: number, options: CumsumOptions = {}): Tensor =>
    runningSums("cumsum", x, axis, options.exclusive === true, options.reverse === true),
  {
    name: "cumsum",
    vjp: [(dy, y, x, axis, options) => cumsumAdjoint(dy, axis, options), null, null],
    jvp: [(dot, y, x, axis, options) => cumsum(dot, axis, options), null, null],
  },
);

/** The adjoint of `cumsum`: the running sums of the adjoint, the other way round. */
export const cumsumAdjoint: (dy: Tensor, axis: number, options?: CumsumOptions) => Tensor = primitive(
  (dy: Tensor, axis: number, options: CumsumOptions = {}): Tensor =>
    runningSums("cumsum", dy, axis, options.exclusive === true, options.reverse !== true),
  {
    name: "cumsumAdjoint",
    vjp: [(ddy, y, dy, axis, options) => cumsum(ddy, axis, options), null, null],
    jvp: [(dot, y, dy, axis, options) => cumsumAdjoint(dot, axis, options), null, null],
  },
);

function runningSums(operation: string, x: Tensor, axis: number, exclusive: boolean, reverse: boolean): Tensor {
  const { outer, length, inner } = linesOf(operation, x.shape, axis);
  const source = x.data;
  const data = newData(x.dtype, source.length);
  const step = reverse ? -inner : inner;
  for (let block = 0; block < outer; block++)
    for (let j = 0; j < inner; j++) {
      let at = (block * length + (reverse ? length - 1 : 0)) * inner + j;
      let sum = 0;
      for (let row = 0; row < length; row++, at += step) {
        const before = sum;
        sum += source[at];
        data[at] = exclusive ? before : sum;
      }
    }
  return new Tensor(x.shape, x.dtype, data);
}
