/** NumPy's files of one array. */
import { readFile } from "node:fs/promises";
import { dump, parse } from "npyjs";
import { newData, sizeOf, Tensor, type DType, type TensorData } from "../tensor/tensor.ts";
import { writeWhole } from "./write-file.ts";

/** By NumPy's names of kinds: the precision that holds all their numbers. */
const precisions: Readonly<Record<string, DType>> = {
  f2: "f32",
  f4: "f32",
  f8: "f64",
  b1: "f32",
  i1: "f32",
  u1: "f32",
  i2: "f32",
  u2: "f32",
  i4: "f64",
  u4: "f64",
  i8: "f64",
  u8: "f64",
};

/** Saves a tensor as a `.npy` file (version 1.0, row after row). */
export async function saveNpy(path: string, tensor: Tensor): Promise<void> {
  await writeWhole(path, new Uint8Array(dump(tensor.data, [...tensor.shape])));
}

/**
 * The array of a `.npy` file: `f32` where single precision holds all numbers of its kind (float16, float32, booleans,
 * integers up to 16 bits), else `f64`. An array stored column after column is put in order.
 *
 * Throws an Error that names the file where it is damaged, of another kind (complex, text, big-endian), or holds an
 * integer of 64 bits that a double does not.
 */
export async function loadNpy(path: string): Promise<Tensor> {
  const bytes = await readFile(path);
  try {
    return tensorOf(parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: ${reason}`, { cause: error });
  }
}

function tensorOf({ data, shape, dtype, fortranOrder }: ReturnType<typeof parse>): Tensor {
  const precision = Object.hasOwn(precisions, dtype) ? precisions[dtype] : undefined;
  if (precision === undefined) throw new Error(`arrays of the kind ${dtype} cannot be read`);
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0) || !Number.isSafeInteger(sizeOf(shape)))
    throw new Error(`its shape [${shape.join(", ")}] is no shape`);
  const numbers = data as unknown as ArrayLike<number | bigint | boolean>;
  if (numbers.length !== sizeOf(shape))
    throw new Error(`its shape [${shape.join(", ")}] needs ${sizeOf(shape)} numbers, it has ${numbers.length}`);
  const values = newData(precision, numbers.length);
  for (let i = 0; i < values.length; i++) values[i] = exact(numbers[i]);
  return new Tensor(shape, precision, fortranOrder ? rowAfterRow(values, shape) : values);
}

function exact(value: number | bigint | boolean): number {
  const number = Number(value);
  if (typeof value === "bigint" && BigInt(number) !== value) throw new Error(`${value} does not fit into f64`);
  return number;
}

/** The numbers of an array whose first index runs fastest, with the last one fastest. */
function rowAfterRow(columns: TensorData, shape: readonly number[]): TensorData {
  const rows = columns.slice();
  const indices = shape.map(() => 0);
  const strides: number[] = [];
  for (let axis = 0, stride = 1; axis < shape.length; stride *= shape[axis++]) strides.push(stride);
  let from = 0;
  for (let to = 0; to < rows.length; to++) {
    rows[to] = columns[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++indices[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      indices[axis] = 0;
    }
  }
  return rows;
}
