/** Nested values (arrays, tuples and plain records of numbers and tensors) as a whole: zeros, sums and copies that keep aliasing. */
import { plus, zerosOf as zerosOfTensor } from "./tensor/adjoint.ts";
import { Tensor } from "./tensor/tensor.ts";

/** The type of zeros in the shape of `T`, with the inert places left out (in a tuple: `undefined`). */
export type Zeros<T> = T extends number
  ? number
  : T extends Tensor
    ? Tensor
    : T extends Float32Array | Float64Array
      ? Float64Array
      : T extends readonly unknown[]
        ? { -readonly [I in keyof T]: Zeros<T[I]> }
        : T extends Inert
          ? undefined
          : { -readonly [K in keyof T as T[K] extends Inert ? never : K]: Zeros<T[K]> };

type IntegerArray = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;
type Inert = string | boolean | bigint | symbol | null | undefined | IntegerArray | ((...parameters: never) => unknown);

type Plain = Record<string, unknown>;

/**
 * Zeros in the shape of `value`. Where two places of `value` are one object, so are those of the zeros: pass several
 * values as one tuple to keep the aliasing among them. Arrays of single precision get zeros of double precision.
 */
export function zerosLike<T extends [unknown, ...unknown[]]>(value: [...T]): Zeros<T>;
export function zerosLike<T>(value: T): Zeros<T>;
export function zerosLike(value: unknown): unknown {
  return zerosOf(value, new Map());
}

function zerosOf(value: unknown, known: Map<object, unknown>): unknown {
  if (typeof value === "number") return 0;
  if (typeof value !== "object" || value === null) return undefined;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (value instanceof Float64Array || value instanceof Float32Array)
    return remember(known, value, new Float64Array(value.length));
  if (Array.isArray(value)) {
    const zeros = remember(known, value, new Array<unknown>(value.length));
    for (let i = 0; i < value.length; i++) zeros[i] = zerosOf(value[i], known);
    return zeros;
  }
  if (value instanceof Tensor) return zerosOfTensor(value);
  if (!isPlain(value)) return undefined;
  const zeros: Plain = {};
  known.set(value, zeros);
  for (const [name, part] of Object.entries(value)) {
    const zero = zerosOf(part, known);
    if (zero !== undefined) zeros[name] = zero;
  }
  return zeros;
}

function remember<V>(known: Map<object, unknown>, key: object, value: V): V {
  known.set(key, value);
  return value;
}

function isPlain(value: object): value is Plain {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Adds every number of `source` to the number at the same place of `target` (of an array: from its index `from` on), all
 * through nested arrays and records: place by place, also where one object stands in several places.
 */
export function addInto(target: object, source: object, from = 0): void {
  if (source instanceof Float64Array || source instanceof Float32Array) {
    const numbers = target as Float64Array;
    for (let i = 0; i < source.length; i++) numbers[from + i] += source[i];
    return;
  }
  const parts = target as Plain;
  for (const name of Object.keys(source)) {
    const part = (source as Plain)[name];
    const place = from === 0 ? name : String(Number(name) + from);
    const present = parts[place];
    if (typeof part === "number") parts[place] = (present as number) + part;
    else if (part instanceof Tensor) parts[place] = plus(present as Tensor, part);
    else if (isObject(part) && isObject(present)) addInto(present, part);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * A deep copy of arrays, typed arrays and plain records. Where two places of `value` are one object, so are those of
 * the copy; pass several values as one tuple to keep the aliasing among them. Anything else is taken over as it is.
 */
export function cloneAliased<T extends [unknown, ...unknown[]]>(value: [...T]): T;
export function cloneAliased<T>(value: T): T;
export function cloneAliased(value: unknown): unknown {
  return cloneOf(value, new Map());
}

function cloneOf(value: unknown, known: Map<object, unknown>): unknown {
  if (!isObject(value)) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return remember(known, value, (value as Float64Array).slice());
  if (Array.isArray(value)) {
    const copy = remember(known, value, new Array<unknown>(value.length));
    for (let i = 0; i < value.length; i++) copy[i] = cloneOf(value[i], known);
    return copy;
  }
  if (!isPlain(value)) return value;
  const copy: Plain = {};
  known.set(value, copy);
  for (const [name, part] of Object.entries(value)) copy[name] = cloneOf(part, known);
  return copy;
}
