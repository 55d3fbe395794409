/** What the binaries export (`assembly/index.ts`), as functions of the kind of the arrays, and their memory. */
import type { Floats } from "./kernels.ts";

type Address = number;

/** The functions for one kind of array. */
export interface Routines {
  readonly packRows: (b: Address, packed: Address, n: number, k: number, first: number, steps: number) => void;
  readonly packColumns: (b: Address, packed: Address, k: number, first: number, count: number) => void;
  readonly multiplyRows: (
    a: Address,
    packedB: Address,
    c: Address,
    work: Address,
    m: number,
    n: number,
    k: number,
    line: number,
    step: number,
  ) => void;
  readonly mapValues: (x: Address, out: Address, length: number, f: number) => void;
  readonly mapRows: (x: Address, bias: Address, out: Address, rows: number, columns: number, f: number) => void;
}

type Adam = (
  numbers: Address,
  gradient: Address,
  mean: Address,
  variance: Address,
  length: number,
  step: Address,
) => number;

type Exports = Readonly<Record<string, unknown>> & {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly base: { readonly value: number };
  readonly tileRows: { readonly value: number };
  readonly tileBytes: { readonly value: number };
  readonly workBytes: { readonly value: number };
  readonly adam: Adam;
};

const pageBytes = 65536;
/** One page less than all that 32-bit addresses reach, so that no end of an array wraps around to zero. */
const mostBytes = 65535 * pageBytes;

function routinesOf(exports: Exports, bits: 32 | 64): Routines {
  const names = ["packRows", "packColumns", "multiplyRows", "mapValues", "mapRows"];
  return Object.fromEntries(names.map((name) => [name, exports[`${name}${bits}`]])) as unknown as Routines;
}

/** An instance of a binary: its functions and its memory, which grows and is never given back. */
export class Binary {
  readonly single: Routines;
  readonly double: Routines;
  /** The rows and the bytes of a row of a tile of a product, and the bytes that `multiplyRows` needs beside. */
  readonly tileRows: number;
  readonly tileBytes: number;
  readonly workBytes: number;
  /** For single precision. */
  readonly adam: Adam;
  readonly #memory: Exports["memory"];
  readonly #base: number;
  /** All of the memory; made anew when it has grown. */
  #floats: { readonly single: Float32Array; readonly double: Float64Array };

  constructor(exports: object) {
    const known = exports as Exports;
    this.single = routinesOf(known, 32);
    this.double = routinesOf(known, 64);
    this.tileRows = known.tileRows.value;
    this.tileBytes = known.tileBytes.value;
    this.workBytes = known.workBytes.value;
    this.adam = known.adam;
    this.#memory = known.memory;
    // A multiple of 16, as every address: vectors that lie across cache lines are slower.
    this.#base = Math.ceil(known.base.value / 16) * 16;
    this.#floats = this.#views();
  }

  #views(): { readonly single: Float32Array; readonly double: Float64Array } {
    const { buffer } = this.#memory;
    return { single: new Float32Array(buffer), double: new Float64Array(buffer) };
  }

  /**
   * Room for arrays of these many bytes each: their addresses, or undefined where the memory cannot grow that much.
   * What was there before is given away again. Behind each are 16 bytes for the ends of vectors.
   */
  room(...bytes: readonly number[]): readonly Address[] | undefined {
    let end = this.#base;
    const addresses = bytes.map((count) => {
      const address = end;
      end += Math.ceil(count / 16) * 16 + 16;
      return address;
    });
    return this.#reach(end) ? addresses : undefined;
  }

  #reach(end: number): boolean {
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / pageBytes);
    if (missing <= 0) return true;
    if (end > mostBytes) return false;
    try {
      this.#memory.grow(missing);
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
    this.#floats = this.#views();
    return true;
  }

  /** Copies elements of an array into the memory. */
  write(address: Address, array: Floats, start: number, length: number): void {
    const part = start === 0 && length === array.length ? array : array.subarray(start, start + length);
    this.#floatsLike(array).set(part, address / array.BYTES_PER_ELEMENT);
  }

  /** Copies elements from the memory into an array. */
  read(address: Address, array: Floats, start: number, length: number): void {
    const first = address / array.BYTES_PER_ELEMENT;
    array.set(this.#floatsLike(array).subarray(first, first + length), start);
  }

  #floatsLike(array: Floats): Floats {
    return array instanceof Float32Array ? this.#floats.single : this.#floats.double;
  }
}
