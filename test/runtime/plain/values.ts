/** Between the library's tensors and those of the definitions. */
import { expect } from "vitest";
import { newData, Tensor, type DType } from "../../../runtime/tensor/tensor.ts";
import { createRandom } from "../../../runtime/random.ts";
import type { Plain } from "./plain.ts";

function isTensors(value: unknown): value is readonly Tensor[] {
  return Array.isArray(value) && value.length > 0 && value.every((part) => part instanceof Tensor);
}

/** The tensors of an argument or a result. */
export function partsOf(value: unknown): readonly Tensor[] {
  if (value instanceof Tensor) return [value];
  return isTensors(value) ? value : [];
}

/** The tensors of an argument in another precision, and the name of one. */
export function inPrecision(value: unknown, dtype: DType): unknown {
  if (value === "f64") return dtype;
  if (isTensors(value)) return value.map((part) => inPrecision(part, dtype));
  if (!(value instanceof Tensor)) return value;
  const data = newData(dtype, value.size);
  data.set(value.data);
  return new Tensor(value.shape, dtype, data);
}

/** An argument or a result as the definitions have it; a number is a tensor without axes where it is an operand. */
export function plainOf(value: unknown, isOperand = false): unknown {
  if (value instanceof Tensor) return { shape: Int32Array.from(value.shape), data: Array.from(value.data) };
  if (isTensors(value)) return value.map((part) => plainOf(part));
  return isOperand && typeof value === "number" ? { shape: new Int32Array(0), data: [value] } : value;
}

/** Random numbers between -1 and 1 in the shape and precision of a value: a tangent or an adjoint. */
export function randomLike(value: unknown, seed: number): unknown {
  const random = createRandom(seed);
  if (isTensors(value)) return value.map((part, k) => randomLike(part, seed + 100 * (k + 1)));
  if (!(value instanceof Tensor)) return random.uniform(-1, 1);
  const data = newData(value.dtype, value.size).map(() => random.uniform(-1, 1));
  return new Tensor(value.shape, value.dtype, data);
}

/** All numbers of tensors, of plain ones, or of one number. */
export function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (value instanceof Tensor) return Array.from(value.data);
  if (Array.isArray(value)) return value.flatMap(numbersOf);
  return (value as Plain).data;
}

/** The numbers agree up to rounding, in units of the largest. */
export function expectSame(found: unknown, wanted: unknown, tolerance: number, what: () => string): void {
  const [a, b] = [numbersOf(found), numbersOf(wanted)];
  if (a.length !== b.length) expect.fail(`${what()}: ${a.length} numbers, not ${b.length}`);
  const scale = b.reduce((most, x) => (Math.abs(x) < Infinity ? Math.max(most, Math.abs(x)) : most), 1);
  a.forEach((x, i) => {
    if (!Object.is(x, b[i]) && x !== b[i] && !(Math.abs(x - b[i]) <= tolerance * scale))
      expect.fail(`${what()}: number ${i} is ${x}, not ${b[i]}`);
  });
}

/** The sum of tangents, number by number. */
export function sumOf(parts: readonly unknown[]): number[] {
  return parts.map(numbersOf).reduce((sum, part) => sum.map((x, i) => x + part[i]));
}
