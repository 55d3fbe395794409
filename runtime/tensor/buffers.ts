/** Where the numbers of new tensors are put: into new memory, or into what a derivative no longer needs. */
import type { DType, TensorData } from "./tensor.ts";

/** Shorter arrays are not kept: a new one costs no more than looking for an old one. */
const leastSize = 32;

/** The arrays that the calls of one function make, and take again in its next call. */
export class Buffers {
  readonly #free = new Map<number, TensorData[]>();
  #taken: TensorData[] = [];

  /** An array: of zeros if `zeroed`, else of anything. */
  take(dtype: DType, size: number, zeroed: boolean): TensorData {
    const reused = this.#free.get(keyOf(dtype, size))?.pop();
    const data = reused ?? allocate(dtype, size);
    this.#taken.push(data);
    if (reused && zeroed) reused.fill(0);
    return data;
  }

  /** Forgets what was made since the last call of this or `reuse`. */
  forget(): void {
    this.#taken = [];
  }

  /** Lets what was made be taken again, but for the memory of `kept`. What was free and has not been taken goes. */
  reuse(kept: ReadonlySet<ArrayBufferLike>): void {
    for (const list of this.#free.values()) list.length = 0;
    for (const data of this.#taken) {
      if (kept.has(data.buffer)) continue;
      if (reuse.checked) data.fill(NaN);
      const key = keyOf(data instanceof Float32Array ? "f32" : "f64", data.length);
      const list = this.#free.get(key);
      if (list) list.push(data);
      else this.#free.set(key, [data]);
    }
    for (const [key, list] of this.#free) if (list.length === 0) this.#free.delete(key);
    this.forget();
  }
}

/**
 * Whose call is under way. With `checked`, as in tests, the shortest arrays are taken again too, and all are overwritten with
 * NaN first: what uses them too late, or does not write them whole, gives NaN.
 */
export const reuse: { current: Buffers | undefined; checked: boolean } = { current: undefined, checked: false };

function keyOf(dtype: DType, size: number): number {
  return 2 * size + Number(dtype === "f64");
}

function isKept(size: number): boolean {
  return size >= leastSize || reuse.checked;
}

/** Zeros in memory of their own, which stay whatever is going on: for what nobody knows the end of. */
export function allocate(dtype: DType, size: number): TensorData {
  return dtype === "f32" ? new Float32Array(size) : new Float64Array(size);
}

/** Zeros to be filled in. */
export function newData(dtype: DType, size: number): TensorData {
  return reuse.current && isKept(size) ? reuse.current.take(dtype, size, true) : allocate(dtype, size);
}

/** An array every element of which the caller is going to write: what it holds until then is anything. */
export function blankData(dtype: DType, size: number): TensorData {
  return reuse.current && isKept(size) ? reuse.current.take(dtype, size, false) : allocate(dtype, size);
}
