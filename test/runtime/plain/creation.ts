/** Tensors from numbers, and numbers from tensors. */
import { filledWith, type Plain } from "./plain.ts";

type Nested = number | readonly Nested[];

/** A constant: its derivative is not asked for. */
export function tensor(values: Nested): Plain {
  const shape: number[] = [];
  for (let part = values; typeof part !== "number"; part = part[0]) shape.push(part.length);
  return { shape: Int32Array.from(shape), data: [values].flat(10) as number[] };
}

export function scalar(x: number): Plain {
  return { shape: new Int32Array(0), data: [x] };
}

export function item(x: Plain): number {
  return x.data[0];
}

export function fill(shape: readonly number[], value: number): Plain {
  return filledWith(value, Int32Array.from(shape));
}

export function zerosLike(x: Plain): Plain {
  return filledWith(0, x.shape);
}

export function onesLike(x: Plain): Plain {
  return filledWith(1, x.shape);
}

export function arange(start: number, end: number, step: number): Plain {
  const data: number[] = [];
  for (let i = 0; step > 0 ? start + i * step < end : start + i * step > end; i++) data.push(start + i * step);
  return { shape: Int32Array.of(data.length), data };
}

export function linspace(start: number, end: number, count: number): Plain {
  const data: number[] = [];
  for (let i = 0; i < count; i++) data.push(i === 0 ? start : start + ((end - start) * i) / (count - 1));
  return { shape: Int32Array.of(count), data };
}

export function cast(x: Plain): Plain {
  return { shape: x.shape, data: x.data };
}
