/** Numbers inside nested values: finding, moving, comparing them. */
import { Tensor } from "../../runtime/tensor/tensor.ts";

export type Path = readonly (string | number)[];

/** Paths of all numbers in a value: through arrays, typed arrays, tuples and records. */
export function numberPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value === "number") return [path];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as ArrayLike<unknown>).flatMap((item, i) => numberPaths(item, [...path, i]));
  }
  if (value instanceof Tensor) return numberPaths(value.data, [...path, "data"]);
  return Object.entries(value).flatMap(([key, item]) => numberPaths(item, [...path, key]));
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);
}

/** A deep copy; objects that are met twice stay one object. Tensors are copied too. */
export function clone<T>(value: T, known = new Map<unknown, unknown>()): T {
  if (typeof value !== "object" || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before as T;
  const copy = emptyCopy(value);
  if (!(value instanceof Tensor)) known.set(value, copy); // a value, which is in two places as a number is
  if (!ArrayBuffer.isView(value) && !(value instanceof Tensor))
    for (const [key, part] of Object.entries(value)) (copy as Record<string, unknown>)[key] = clone(part, known);
  return copy as T;
}

function emptyCopy(value: object): object {
  if (value instanceof Tensor) return new Tensor(value.shape, value.dtype, value.data.slice());
  if (ArrayBuffer.isView(value)) return (value as Float64Array).slice();
  return Array.isArray(value) ? new Array<unknown>(value.length) : {};
}

/** A copy with one number moved. */
export function moved(value: unknown, path: Path, by: number): unknown {
  if (path.length === 0) return (value as number) + by;
  const copy = clone(value);
  const holder = at(copy, path.slice(0, -1)) as Record<string | number, number>;
  holder[path[path.length - 1]] += by;
  return copy;
}

/** Copies of the arguments; those that are the same object stay the same object. */
export function copyAll(args: readonly unknown[]): unknown[] {
  return clone([...args]);
}

/** Fixed numbers of mixed size and sign in the shape of a value: a seed, a direction. */
export function pattern(like: unknown, phase: number): unknown {
  const made = clone(like);
  if (typeof made === "number") return Math.cos(phase);
  numberPaths(made).forEach((path, i) => {
    const holder = at(made, path.slice(0, -1)) as Record<string | number, number>;
    holder[path[path.length - 1]] = Math.cos(1.7 * i + phase) + 0.1;
  });
  return made;
}

/** Zeros in the shape of a value. */
export function zerosLike(like: unknown): unknown {
  const made = clone(like);
  if (typeof made === "number") return 0;
  for (const path of numberPaths(made)) {
    (at(made, path.slice(0, -1)) as Record<string | number, number>)[path[path.length - 1]] = 0;
  }
  return made;
}

/** The sum of products of the numbers at the same places; the places are those of `a`. */
export function inner(a: unknown, b: unknown): number {
  let sum = 0;
  for (const path of numberPaths(a)) sum += (at(a, path) as number) * (at(b, path) as number);
  return sum;
}

/** Whether two numbers are equal up to a relative error; small numbers are compared with `scale`. */
export function close(a: number, b: number, tolerance: number, scale = 1): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= tolerance * Math.max(scale, Math.abs(a), Math.abs(b));
}

/** The first place where two values differ in a number, or in shape; undefined where they agree. */
export function difference(got: unknown, want: unknown, tolerance: number): string | undefined {
  const scale = Math.max(1e-3, ...numberPaths(want).map((path) => Math.abs(at(want, path) as number) * 1e-3));
  const places = numberPaths(want);
  if (numberPaths(got).length !== places.length) {
    return `${String(numberPaths(got).length)} numbers instead of ${String(places.length)}`;
  }
  for (const path of places) {
    const [a, b] = [at(got, path), at(want, path)] as [number, number];
    if (!close(a, b, tolerance, scale)) return `[${path.join("][")}]: ${String(a)} instead of ${String(b)}`;
  }
  return undefined;
}
