/** Reads nested arrays into one list of numbers and a shape. */
import { showShape } from "./tensor.ts";
import type { NestedNumbers, TensorValues } from "./create.ts";

interface Nested {
  readonly shape: number[];
  readonly numbers: ArrayLike<number>;
}

/** The numbers of `values` in row-major order. Throws a RangeError at the first array that is unlike the one before it. */
export function nestedData(values: TensorValues): Nested {
  if (typeof values === "number") return { shape: [], numbers: [values] };
  if (!Array.isArray(values)) {
    const numbers = values as ArrayLike<number>;
    return { shape: [numbers.length], numbers };
  }
  const shape: number[] = [];
  for (let part: unknown = values; Array.isArray(part); part = (part as unknown[])[0]) shape.push(part.length);
  const numbers: number[] = [];
  collect(values as NestedNumbers, shape, 0, "", numbers);
  return { shape, numbers };
}

function collect(values: NestedNumbers, shape: readonly number[], axis: number, place: string, out: number[]): void {
  if (values.length !== shape[axis])
    throw new RangeError(
      `tensor: values${place} has length ${values.length}, not ${shape[axis]} as the first one there`,
    );
  const isLast = axis === shape.length - 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === "number" && isLast) out.push(value);
    else if (Array.isArray(value) && !isLast) collect(value, shape, axis + 1, `${place}[${i}]`, out);
    else
      throw new RangeError(
        `tensor: values${place}[${i}] is ${describe(value)} in nested arrays of shape ${showShape(shape)}`,
      );
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "number" ? "a number" : `a ${typeof value}`;
}
