/** Checks the rules of primitives against differences, at run time: a rule is two lists of ordinary functions. */
import { expect } from "vitest";
import { ruleOf } from "../../../runtime/primitive.ts";
import { newData, sizeOf, Tensor, type DType } from "../../../runtime/tensor/tensor.ts";
import { createRandom } from "../../../runtime/random.ts";

type AnyFunction = (...parameters: never[]) => unknown;

/** A tensor of random numbers between -1 and 1, the same each time for one seed. */
export function randomTensor(shape: readonly number[], seed = 1, dtype: DType = "f64"): Tensor {
  const random = createRandom(seed);
  const data = newData(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = random.uniform(-1, 1);
  return new Tensor(shape, dtype, data);
}

/** Whatever carries numbers in an argument or a result: a tensor, a number, or an array of tensors. */
type Value = Tensor | number | readonly Tensor[];

function parts(value: Value): readonly Tensor[] {
  if (typeof value === "number") return [new Tensor([], "f64", new Float64Array([value]))];
  return value instanceof Tensor ? [value] : value;
}

function dot(a: Value, b: Value): number {
  const [left, right] = [parts(a), parts(b)];
  expect(left.map(({ shape }) => shape)).toEqual(right.map(({ shape }) => shape));
  let sum = 0;
  left.forEach((part, k) => {
    for (let i = 0; i < part.size; i++) sum += part.data[i] * right[k].data[i];
  });
  return sum;
}

/** `a + h · b` */
function moved(a: Value, h: number, b: Value): Value {
  if (typeof a === "number") return a + h * (b as number);
  const one = (x: Tensor, y: Tensor): Tensor => {
    const data = newData(x.dtype, x.size);
    for (let i = 0; i < data.length; i++) data[i] = x.data[i] + h * y.data[i];
    return new Tensor(x.shape, x.dtype, data);
  };
  return a instanceof Tensor ? one(a, b as Tensor) : a.map((part, k) => one(part, (b as readonly Tensor[])[k]));
}

function randomLike(value: Value, seed: number): Value {
  if (typeof value === "number") return createRandom(seed).uniform(-1, 1);
  if (value instanceof Tensor) return randomTensor(value.shape, seed, value.dtype);
  return value.map((part, k) => randomTensor(part.shape, seed + 31 * k, part.dtype));
}

/**
 * Checks the maps of `f` for every parameter that has one, at `args` (in double precision): the tangent against
 * central differences, and the adjoint against the tangent, ⟨dy, J·v⟩ = ⟨Jᵀ·dy, v⟩.
 */
export function checkRule(f: AnyFunction, args: readonly unknown[], tolerance = 1e-6): void {
  const call = f as (...parameters: unknown[]) => Value;
  const rule = ruleOf(call);
  if (!rule) throw new Error("not a primitive");
  const y = call(...args);
  args.forEach((argument, i) => {
    const [pull, push] = [rule.vjp[i], rule.jvp[i]] as ((...all: unknown[]) => Value)[];
    expect(pull === null).toBe(push === null);
    if (pull === null) return;
    const v = randomLike(argument as Value, 7 + i);
    const h = 1e-5;
    const at = (step: number): Value =>
      call(...args.map((other, k) => (k === i ? moved(argument as Value, step, v) : other)));
    const dy = randomLike(y, 100 + i);
    const differences = (dot(dy, at(h)) - dot(dy, at(-h))) / (2 * h);
    const tangent = push(v, y, ...args);
    const adjoint = pull(dy, y, ...args);
    const scale = Math.max(1, Math.abs(differences));
    expect(Math.abs(dot(dy, tangent) - differences) / scale).toBeLessThan(tolerance);
    expect(Math.abs(dot(adjoint, v) - dot(dy, tangent)) / scale).toBeLessThan(1e-10);
    parts(adjoint).forEach((part, k) => expect(part.dtype).toBe(parts(argument as Value)[k].dtype));
  });
}
