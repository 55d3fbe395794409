/** Tensors as bytes in the safetensors format, which other libraries read and write too. */
import { Tensor } from "../tensor/tensor.ts";
import { readElements, writeElements } from "./elements.ts";
import { readHeader } from "./safetensors-header.ts";

/** Tensors by their names. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What a file holds. */
export interface TensorFile {
  readonly tensors: NamedTensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of a file with these tensors, and with texts about them. */
export function encodeSafetensors(tensors: NamedTensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  // Doubles first: so each tensor begins at a multiple of its element's size. The names decide among the others, so that the same tensors give the same bytes.
  const entries = Object.entries(tensors).sort(
    ([a, { dtype: one }], [b, { dtype: other }]) => (one < other ? 1 : one > other ? -1 : 0) || (a < b ? -1 : 1),
  );
  if (Object.hasOwn(tensors, "__metadata__")) throw new Error("encodeSafetensors: no tensor can be named __metadata__");
  let end = 0;
  const infos = entries.map(([name, { dtype, shape, size }]): [string, unknown] => {
    const begin = end;
    end += size * (dtype === "f32" ? 4 : 8);
    return [name, { dtype: dtype === "f32" ? "F32" : "F64", shape, data_offsets: [begin, end] }];
  });
  const about = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata] as const];
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...about, ...infos])));
  const dataStart = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(dataStart + end).fill(32, 8, dataStart);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  bytes.set(json, 8);
  let at = dataStart;
  for (const [, { data }] of entries) {
    writeElements(data, bytes.subarray(at, at + data.byteLength));
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors of a file, `f32` where single precision holds all numbers of the kind (F32, F16, BF16, integers up to 16
 * bits, booleans), else `f64`. `file` is what messages call it.
 *
 * Throws an Error that names the file and the tensor for whatever is not exactly as the format says, for other kinds of
 * numbers, and for integers of 64 bits that a double does not hold.
 */
export function decodeSafetensors(bytes: Uint8Array, file = "the file"): TensorFile {
  const { entries, metadata, dataStart } = readHeader(bytes, file);
  const tensors = entries.map(({ name, kind, shape, begin, end }): [string, Tensor] => {
    try {
      const data = readElements(bytes.subarray(dataStart + begin, dataStart + end), kind);
      return [name, new Tensor(shape, kind.dtype, data)];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${file}: tensor ${JSON.stringify(name)}: ${reason}`, { cause: error });
    }
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}
