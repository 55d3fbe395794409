/** The numbers in files of tensors: how each kind is stored, and what becomes of it here. All are little-endian. */
import { newData, type DType, type TensorData } from "../tensor/tensor.ts";

/** One kind of number in a file. */
export interface ElementKind {
  /** Of one number. */
  readonly bytes: number;
  /** The precision that holds every number of the kind. */
  readonly dtype: DType;
  /** Throws an Error for a number that no tensor can hold. */
  read(view: DataView, at: number): number;
}

/** The kinds by the names that the safetensors format gives them. */
export const elementKinds: ReadonlyMap<string, ElementKind> = new Map<string, ElementKind>([
  ["F64", { bytes: 8, dtype: "f64", read: (view, at) => view.getFloat64(at, true) }],
  ["F32", { bytes: 4, dtype: "f32", read: (view, at) => view.getFloat32(at, true) }],
  ["F16", { bytes: 2, dtype: "f32", read: (view, at) => halfPrecision(view.getUint16(at, true)) }],
  ["BF16", { bytes: 2, dtype: "f32", read: brainFloat }],
  ["I64", { bytes: 8, dtype: "f64", read: (view, at) => exact(view.getBigInt64(at, true)) }],
  ["U64", { bytes: 8, dtype: "f64", read: (view, at) => exact(view.getBigUint64(at, true)) }],
  ["I32", { bytes: 4, dtype: "f64", read: (view, at) => view.getInt32(at, true) }],
  ["U32", { bytes: 4, dtype: "f64", read: (view, at) => view.getUint32(at, true) }],
  ["I16", { bytes: 2, dtype: "f32", read: (view, at) => view.getInt16(at, true) }],
  ["U16", { bytes: 2, dtype: "f32", read: (view, at) => view.getUint16(at, true) }],
  ["I8", { bytes: 1, dtype: "f32", read: (view, at) => view.getInt8(at) }],
  ["U8", { bytes: 1, dtype: "f32", read: (view, at) => view.getUint8(at) }],
  ["BOOL", { bytes: 1, dtype: "f32", read: truth }],
]);

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The numbers of one kind in `bytes`, which hold nothing else. */
export function readElements(bytes: Uint8Array, kind: ElementKind): TensorData {
  const numbers = newData(kind.dtype, bytes.length / kind.bytes);
  if (isLittleEndian && kind.bytes === numbers.BYTES_PER_ELEMENT && isFloat(kind)) bytesOf(numbers).set(bytes);
  else {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < numbers.length; i++) numbers[i] = kind.read(view, i * kind.bytes);
  }
  return numbers;
}

/** Writes numbers as they are in memory. */
export function writeElements(numbers: TensorData, target: Uint8Array): void {
  if (isLittleEndian) {
    target.set(bytesOf(numbers));
    return;
  }
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  for (let i = 0; i < numbers.length; i++) {
    if (numbers instanceof Float32Array) view.setFloat32(4 * i, numbers[i], true);
    else view.setFloat64(8 * i, numbers[i], true);
  }
}

function isFloat(kind: ElementKind): boolean {
  return kind === elementKinds.get("F32") || kind === elementKinds.get("F64");
}

function bytesOf(numbers: TensorData): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 bits of fraction. */
function halfPrecision(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** bfloat16: the upper half of a number of single precision. */
function brainFloat(view: DataView, at: number): number {
  const single = new DataView(new ArrayBuffer(4));
  single.setUint16(0, view.getUint16(at, true));
  return single.getFloat32(0);
}

function exact(integer: bigint): number {
  if (BigInt(Number(integer)) !== integer) throw new Error(`${integer.toString()} does not fit into f64`);
  return Number(integer);
}

function truth(view: DataView, at: number): number {
  const byte = view.getUint8(at);
  if (byte > 1) throw new Error(`the byte ${byte} is no boolean`);
  return byte;
}
