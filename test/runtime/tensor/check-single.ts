/** Checks a primitive in single precision against itself in double. */
import { expect } from "vitest";
import { ruleOf } from "../../../runtime/primitive.ts";
import { newData, Tensor, type DType } from "../../../runtime/tensor/tensor.ts";
import { randomTensor } from "./check.ts";

type AnyFunction = (...parameters: unknown[]) => unknown;

/** The tensors in `value` in another precision; the name of one is replaced, too. */
function inPrecision(value: unknown, dtype: DType): unknown {
  if (value instanceof Tensor) {
    const data = newData(dtype, value.size);
    for (let i = 0; i < data.length; i++) data[i] = value.data[i];
    return new Tensor(value.shape, dtype, data);
  }
  if (value === "f64") return dtype;
  return Array.isArray(value) && value[0] instanceof Tensor ? value.map((part) => inPrecision(part, dtype)) : value;
}

function partsOf(value: unknown): readonly Tensor[] {
  if (value instanceof Tensor) return [value];
  if (typeof value === "number") return [new Tensor([], "f64", new Float64Array([value]))];
  return value as readonly Tensor[];
}

function expectClose(single: unknown, double: unknown, dtype: DType | undefined): void {
  partsOf(single).forEach((part, k) => {
    const other = partsOf(double)[k];
    if (!(part instanceof Tensor)) return expect(part).toEqual(other);
    expect(part.shape).toEqual(other.shape);
    if (dtype !== undefined) expect(part.dtype).toBe(dtype);
    for (let i = 0; i < part.size; i++) {
      const size = Math.max(1, Math.abs(other.data[i]));
      expect(Math.abs(part.data[i] - other.data[i]) / size).toBeLessThan(1e-5);
    }
  });
}

function seedFor(y: unknown, dtype: DType): unknown {
  if (y instanceof Tensor)
    return inPrecision(randomTensor(y.shape, 5), y.dtype === "f32" || dtype === "f32" ? "f32" : "f64");
  return Array.isArray(y) ? y.map((part) => seedFor(part, dtype)) : 0.7;
}

/** The value, adjoints and tangents of `f` at `args`, given in double precision: those in single precision are close, and of its kind. */
export function checkSingle(f: AnyFunction, args: readonly unknown[]): void {
  const rule = ruleOf(f);
  if (!rule) throw new Error("not a primitive");
  const lower = args.map((value) => inPrecision(value, "f32"));
  // The same numbers on both sides: only the computation differs.
  const upper = lower.map((value) => (value === "f32" ? "f64" : inPrecision(value, "f64")));
  const hasTensors = lower.some(
    (value) => value === "f32" || partsOf(value ?? []).some?.((part) => part instanceof Tensor && part.dtype === "f32"),
  );
  const [y, z] = [f(...lower), f(...upper)];
  expectClose(y, z, y instanceof Tensor && hasTensors ? y.dtype : undefined);
  args.forEach((_, i) => {
    const [pull, push] = [rule.vjp[i], rule.jvp[i]] as (AnyFunction | null)[];
    if (pull === null || push === null) return;
    const seed = seedFor(y, (y as Tensor).dtype);
    const wide = inPrecision(seed, "f64");
    partsOf(pull(seed, y, ...lower)).forEach((part, k) => expect(part.dtype).toBe(partsOf(lower[i])[k].dtype));
    expectClose(pull(seed, y, ...lower), pull(wide, z, ...upper), undefined);
    const tangent = seedFor(lower[i], "f32");
    const moved = push(tangent, y, ...lower);
    expect(partsOf(moved).map(({ dtype }) => dtype)).toEqual(partsOf(y).map(({ dtype }) => dtype));
    expectClose(moved, push(inPrecision(tangent, "f64"), z, ...upper), undefined);
  });
}
