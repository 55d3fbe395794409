/** Finds the operation where numbers stop being finite. */
import { callersOf } from "./caller.ts";
import { showShape, Tensor } from "./tensor/tensor.ts";

/** While `on`, the first primitive that makes NaN or an infinity of finite operands throws. Off, it costs one test a call. */
export const guard = { on: false };

/** What `run` gives, with the guard on while it runs. */
export function underGuard<R>(run: () => R): R {
  const before = guard.on;
  guard.on = true;
  try {
    return run();
  } finally {
    guard.on = before;
  }
}

/** `watched`, and the function that `primitive` has made. */
const framesOfTheGuard = 2;

type Plain = (...parameters: unknown[]) => unknown;

/** Calls `f`, known as `name`, and throws an Error where its result is not finite, but all its operands are. */
export function watched(name: string, f: Plain, operands: readonly unknown[]): unknown {
  const result = f(...operands);
  const bad = badNumber(result);
  if (bad === undefined || operands.some((operand) => badNumber(operand) !== undefined)) return result;
  const shapes = operands.filter(isOperand).map(describe).join(", ");
  const operation = name === "" ? "an operation" : name;
  const callers = callersOf(new Error().stack ?? "", framesOfTheGuard);
  const where = callers === undefined ? "" : `\n${callers}`;
  throw new Error(`${operation} of ${shapes} gives ${bad}, though its operands are finite${where}`);
}

function isOperand(value: unknown): boolean {
  return value instanceof Tensor || typeof value === "number" || (Array.isArray(value) && value[0] instanceof Tensor);
}

function describe(value: unknown): string {
  if (value instanceof Tensor) return `${value.dtype} ${showShape(value.shape)}`;
  return Array.isArray(value) ? `(${value.map(describe).join(", ")})` : String(value);
}

/** What messages say of the first number that is not finite: `NaN at 3 of f32 [4]`. */
function badNumber(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : String(value);
  if (Array.isArray(value)) {
    for (const part of value) {
      const bad = badNumber(part);
      if (bad !== undefined) return bad;
    }
    return undefined;
  }
  if (!(value instanceof Tensor) || value.isUntouched) return undefined;
  const { data } = value;
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i])) return `${String(data[i])} at ${placeIn(value.shape, i)} of ${describe(value)}`;
  return undefined;
}

/** The indices of the number that stands at `position` in row-major order: `[0, 3]`. */
export function placeIn(shape: readonly number[], position: number): string {
  const indices: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    indices.unshift(position % shape[axis]);
    position = Math.floor(position / shape[axis]);
  }
  return showShape(indices);
}
