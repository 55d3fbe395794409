/** Plain data with tensors and typed arrays in it as bytes, and back bit for bit. The bytes are a safetensors file. */
import { newData, Tensor } from "../tensor/tensor.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensors } from "./safetensors.ts";

/** In the place of what JSON has no words for. `$` says what it is. */
interface Marked {
  readonly $: string;
  readonly value?: unknown;
}

const integerArrays = { Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array };

/**
 * The bytes of plain data: records, arrays, tensors, typed arrays, strings, booleans, `null`, `undefined` and numbers of
 * any kind. `metadata` goes into the file beside it.
 *
 * Throws a TypeError that names the place of anything else.
 */
export function encodeState(state: unknown, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const tensors: Tensor[] = [];
  const text = JSON.stringify(written(state, "state", tensors));
  return encodeSafetensors(Object.fromEntries(tensors.map((tensor, k) => [String(k), tensor])), {
    ...metadata,
    state: text,
  });
}

/** What `encodeState` was given. Throws an Error that names the file where the bytes are no such file. */
export function decodeState(bytes: Uint8Array, file = "the file"): unknown {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (!Object.hasOwn(metadata, "state")) throw new Error(`${file}: it holds tensors, but no state`);
  try {
    return read(JSON.parse(metadata["state"]), tensors);
  } catch (error) {
    throw new Error(`${file}: its state cannot be read`, { cause: error });
  }
}

function written(value: unknown, path: string, tensors: Tensor[]): unknown {
  const kept = (kind: string, tensor: Tensor): Marked => ({ $: kind, value: tensors.push(tensor) - 1 });
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number") {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    return { $: "number", value: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (value instanceof Tensor) return kept("Tensor", value);
  if (value instanceof Float32Array) return kept("Float32Array", new Tensor([value.length], "f32", value));
  if (value instanceof Float64Array) return kept("Float64Array", new Tensor([value.length], "f64", value));
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((element) => typeof element === "number"))
      return kept("number[]", doubles(value));
    return Array.from(value, (element, i) => written(element, `${path}[${i}]`, tensors));
  }
  if (typeof value === "object") return writtenObject(value, path, tensors);
  throw new TypeError(`${path} is a ${typeof value}, which cannot be saved`);
}

function writtenObject(value: object, path: string, tensors: Tensor[]): unknown {
  const prototype = Object.getPrototypeOf(value) as object | null;
  for (const [name, Kind] of Object.entries(integerArrays))
    if (value instanceof Kind) return { $: name, value: tensors.push(doubles(value)) - 1 };
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`${path} is an instance of ${value.constructor.name}, which cannot be saved`);
  const entries = Object.entries(value).map(([key, part]): [string, unknown] => [
    key,
    written(part, `${path}.${key}`, tensors),
  ]);
  return Object.hasOwn(value, "$") ? { $: "record", value: entries } : Object.fromEntries(entries);
}

function read(value: unknown, tensors: NamedTensors): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => read(element, tensors));
  if (Object.hasOwn(value, "$")) return readMarked(value as Marked, tensors);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, read(part, tensors)]));
}

function readMarked({ $: kind, value }: Marked, tensors: NamedTensors): unknown {
  if (kind === "undefined") return undefined;
  if (kind === "number") return Number(value);
  if (kind === "record")
    return Object.fromEntries((value as [string, unknown][]).map(([key, part]) => [key, read(part, tensors)]));
  const tensor = tensors[String(value)];
  if (kind === "Tensor") return tensor;
  if (kind === "number[]") return Array.from(tensor.data);
  if (kind === "Float32Array" || kind === "Float64Array") return tensor.data;
  return integerArrays[kind as keyof typeof integerArrays].from(tensor.data);
}

function doubles(numbers: ArrayLike<number>): Tensor {
  const data = newData("f64", numbers.length);
  data.set(numbers);
  return new Tensor([numbers.length], "f64", data);
}
