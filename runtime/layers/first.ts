/** First parameters that are not random. */
import { newData, sizeOf, Tensor, type Dimensions, type DType } from "../tensor/tensor.ts";

/** Ones. */
export function onesOf(shape: Dimensions, dtype: DType): Tensor {
  return new Tensor(shape, dtype, newData(dtype, sizeOf(shape)).fill(1));
}
