/** The kinds of value that hold the numbers of a tree: a new kind is one more function in the list. */
import { Tensor } from "./tensor/tensor.ts";

/** A value that holds numbers, seen as a flat list. */
export interface Leaf {
  /** What messages call it: `number[]`. */
  readonly kind: string;
  /** Empty for a single number. Two leaves of the same shape match, whatever their kinds. */
  readonly shape: readonly number[];
  /** The numbers in row-major order; not to be written. */
  readonly numbers: ArrayLike<number>;
  /** A new value of this kind and shape. It may keep `numbers`: they must be nobody else's. */
  make(numbers: ArrayLike<number>): unknown;
}

const kinds: readonly ((value: unknown) => Leaf | undefined)[] = [aNumber, plainArray, doubles, singles, tensor];

/** `value` as a leaf, if it is one. An array is a leaf if it holds numbers only (or nothing). */
export function leafOf(value: unknown): Leaf | undefined {
  for (const kind of kinds) {
    const leaf = kind(value);
    if (leaf) return leaf;
  }
  return undefined;
}

/** What messages say of a leaf: `a number[] of length 3`. */
export function describeLeaf({ kind, shape }: Leaf, noun = `a ${kind}`): string {
  return shape.length === 0 ? noun : `${noun} of length ${shape.join(" × ")}`;
}

function aNumber(value: unknown): Leaf | undefined {
  if (typeof value !== "number") return undefined;
  return { kind: "number", shape: [], numbers: [value], make: (numbers) => numbers[0] };
}

function plainArray(value: unknown): Leaf | undefined {
  if (!Array.isArray(value)) return undefined;
  for (const element of value) if (typeof element !== "number") return undefined;
  return { kind: "number[]", shape: [value.length], numbers: value, make: copyOf };
}

/** Like `Array.from`, which takes ten times as long for a typed array. */
function copyOf(numbers: ArrayLike<number>): number[] {
  const copy = new Array<number>(numbers.length);
  for (let i = 0; i < copy.length; i++) copy[i] = numbers[i];
  return copy;
}

function doubles(value: unknown): Leaf | undefined {
  if (!(value instanceof Float64Array)) return undefined;
  return { kind: "Float64Array", shape: [value.length], numbers: value, make: (numbers) => new Float64Array(numbers) };
}

function singles(value: unknown): Leaf | undefined {
  if (!(value instanceof Float32Array)) return undefined;
  return { kind: "Float32Array", shape: [value.length], numbers: value, make: (numbers) => new Float32Array(numbers) };
}

function tensor(value: unknown): Leaf | undefined {
  if (!(value instanceof Tensor)) return undefined;
  const { shape, dtype } = value;
  const kind = dtype === "f32" ? Float32Array : Float64Array;
  return {
    kind: "Tensor",
    shape,
    numbers: value.data,
    make: (numbers) => new Tensor(shape, dtype, numbers instanceof kind ? numbers : new kind(numbers)),
  };
}
