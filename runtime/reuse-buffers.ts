/** Memory of intermediate tensors, taken again from one call of a derivative to the next. */
import { Buffers, reuse } from "./tensor/buffers.ts";
import { Tensor } from "./tensor/tensor.ts";

type Plain = (...parameters: never[]) => unknown;

const known = new WeakMap<Plain, Plain>();

/**
 * The same function, whose calls put their intermediate tensors where those of the call before were. Compiled code applies
 * it to a derivative that the compiler has proved to leave tensors nowhere but in its result and its arguments.
 *
 * What these reach is never taken again. A result or an argument of which that cannot be seen (a function, an accessor,
 * an object of a class) makes that call an ordinary one.
 */
export function reuseBuffers<P extends unknown[], R>(f: (...parameters: P) => R): (...parameters: P) => R {
  const found = known.get(f) as ((...parameters: P) => R) | undefined;
  if (found) return found;
  const buffers = new Buffers();
  let isRunning = false;
  const wrapped = (...parameters: P): R => {
    if (isRunning) return f(...parameters);
    const outer = reuse.current;
    reuse.current = buffers;
    isRunning = true;
    try {
      const result = f(...parameters);
      reuseAllBut(buffers, [result, parameters]);
      return result;
    } finally {
      buffers.forget();
      reuse.current = outer;
      isRunning = false;
    }
  };
  Object.defineProperty(wrapped, "name", { value: f.name });
  known.set(f, wrapped);
  return wrapped;
}

function reuseAllBut(buffers: Buffers, roots: readonly unknown[]): void {
  const kept = new Set<ArrayBufferLike>();
  if (addMemory(roots, kept, new Set())) buffers.reuse(kept);
}

/** Adds all memory that a value reaches to `kept`; whether all of it can be seen. */
function addMemory(value: unknown, kept: Set<ArrayBufferLike>, seen: Set<object>): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  if (value instanceof Tensor) {
    if (!value.isUntouched) kept.add(value.data.buffer);
    return true;
  }
  if (ArrayBuffer.isView(value)) {
    kept.add(value.buffer);
    return true;
  }
  if (seen.has(value)) return true;
  seen.add(value);
  if (Array.isArray(value)) return value.every((part) => addMemory(part, kept, seen));
  return isPlain(value) && Object.values(value).every((part) => addMemory(part, kept, seen));
}

/** Whether an object is a record of values: made by no class, without accessors. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.keys(value).every((key) => Object.getOwnPropertyDescriptor(value, key)?.get === undefined);
}
