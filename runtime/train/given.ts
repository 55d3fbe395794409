/** What a step was given. */
import { placeIn } from "../guard.ts";
import { Tensor } from "../tensor/tensor.ts";

/** The first number in a value that is not finite, with its path: `NaN at batch.images[0, 3]`. Anything but numbers is passed over. */
export function firstNotFinite(value: unknown, path: string): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${String(value)} at ${path}`;
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Tensor) return inNumbers(value.data, (i) => `${path}${placeIn(value.shape, i)}`);
  if (ArrayBuffer.isView(value))
    return value instanceof Float64Array || value instanceof Float32Array
      ? inNumbers(value, (i) => `${path}[${i}]`)
      : undefined;
  const parts = Array.isArray(value)
    ? value.map((part: unknown, i) => [`[${i}]`, part] as const)
    : Object.entries(value).map(([name, part]) => [`.${name}`, part] as const);
  for (const [name, part] of parts) {
    const found = firstNotFinite(part, `${path}${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inNumbers(numbers: ArrayLike<number>, pathOf: (i: number) => string): string | undefined {
  for (let i = 0; i < numbers.length; i++)
    if (!Number.isFinite(numbers[i])) return `${String(numbers[i])} at ${pathOf(i)}`;
  return undefined;
}
