/** Functions of several operands that are broadcast to one shape, and broadcasting itself. */
import { grad, vjp } from "cotangent";
import { commonShape, filledWith, indexAt, placeOf, sizeOf, type Plain } from "./plain.ts";

function both(f: (x: number, y: number) => number, a: Plain, b: Plain): Plain {
  const shape = commonShape(a.shape, b.shape);
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = indexAt(i, shape);
    data.push(f(a.data[placeOf(index, a.shape)], b.data[placeOf(index, b.shape)]));
  }
  return { shape, data };
}

export function add(a: Plain, b: Plain): Plain {
  return both((x, y) => x + y, a, b);
}

export function sub(a: Plain, b: Plain): Plain {
  return both((x, y) => x - y, a, b);
}

export function mul(a: Plain, b: Plain): Plain {
  return both((x, y) => x * y, a, b);
}

export function div(a: Plain, b: Plain): Plain {
  return both((x, y) => x / y, a, b);
}

export function maximum(a: Plain, b: Plain): Plain {
  return both((x, y) => Math.max(x, y), a, b);
}

export function minimum(a: Plain, b: Plain): Plain {
  return both((x, y) => Math.min(x, y), a, b);
}

export function weigh(a: Plain, weight: Plain): Plain {
  return both((x, y) => (y === 0 ? 0 : x * y), a, weight);
}

function larger(x: number, y: number): number {
  return Math.max(x, y);
}

function smaller(x: number, y: number): number {
  return Math.min(x, y);
}

export function shareOfMaximum(a: Plain, b: Plain): Plain {
  return both((x, y) => grad(larger)(x, y), a, b);
}

export function shareOfMinimum(a: Plain, b: Plain): Plain {
  return both((x, y) => grad(smaller)(x, y), a, b);
}

export function equal(a: Plain, b: Plain): Plain {
  return both((x, y) => (x === y ? 1 : 0), a, b);
}

export function notEqual(a: Plain, b: Plain): Plain {
  return both((x, y) => (x === y ? 0 : 1), a, b);
}

export function less(a: Plain, b: Plain): Plain {
  return both((x, y) => (x < y ? 1 : 0), a, b);
}

export function lessEqual(a: Plain, b: Plain): Plain {
  return both((x, y) => (x <= y ? 1 : 0), a, b);
}

export function greater(a: Plain, b: Plain): Plain {
  return both((x, y) => (x > y ? 1 : 0), a, b);
}

export function greaterEqual(a: Plain, b: Plain): Plain {
  return both((x, y) => (x >= y ? 1 : 0), a, b);
}

export function where(condition: Plain, a: Plain, b: Plain): Plain {
  const shape = commonShape(condition.shape, commonShape(a.shape, b.shape));
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = indexAt(i, shape);
    if (condition.data[placeOf(index, condition.shape)] !== 0) data.push(a.data[placeOf(index, a.shape)]);
    else data.push(b.data[placeOf(index, b.shape)]);
  }
  return { shape, data };
}

export function broadcastTo(x: Plain, lengths: readonly number[]): Plain {
  const shape = Int32Array.from(lengths);
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) data.push(x.data[placeOf(indexAt(i, shape), x.shape)]);
  return { shape, data };
}

export function broadcastLike(x: Plain, like: Plain): Plain {
  return broadcastTo(x, Array.from(like.shape));
}

/** The adjoint of `broadcastTo`, by the compiler. */
export function sumTo(x: Plain, like: Plain): Plain {
  const [, pull] = vjp(broadcastTo)(filledWith(0, like.shape), Array.from(x.shape));
  return { shape: like.shape, data: pull(x).data };
}
