/** What the functions of this folder ask of their operands, and how they say what is wrong. */
import { showShape, type Dimensions, type DType, type Tensor } from "../tensor.ts";

/** The dtype that all operands have. Throws an Error that names the operation where they differ. */
export function commonDType(name: string, first: Tensor, ...others: readonly Tensor[]): DType {
  for (const { dtype } of others)
    if (dtype !== first.dtype) throw new Error(`${name}: operands are ${first.dtype} and ${dtype}: use cast first`);
  return first.dtype;
}

/** `shapes [2, 3] and [4, 5] do not fit (3 columns against 4 rows)`, after the name of the operation. */
export function misfit(name: string, a: Dimensions, b: Dimensions, reason: string): RangeError {
  return new RangeError(`${name}: shapes ${showShape(a)} and ${showShape(b)} do not fit (${reason})`);
}
