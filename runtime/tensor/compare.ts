/** Comparisons, and the choice by their result. */
import { primitive } from "../primitive.ts";
import type { Binary } from "./arithmetic.ts";
import { combine, commonDType, dataOf, shapeOf, walkPlanes, type Plane } from "./broadcast.ts";
import { broadcastLike, sumTo } from "./broadcasting.ts";
import { isAtLeastLoop, isAtMostLoop, isEqualLoop, isLessLoop, isMoreLoop, isUnequalLoop } from "./loops.ts";
import { broadcastShape } from "./shapes.ts";
import { blankData, sizeOf, Tensor, type Operand, type TensorData } from "./tensor.ts";

/** 1 where `a` equals `b`, otherwise 0. It carries no derivative. */
export const equal: Binary = primitive((a: Operand, b: Operand): Tensor => combine("equal", isEqualLoop, a, b), {
  name: "equal",
  vjp: [null, null],
  jvp: [null, null],
});

/** 1 where `a` differs from `b`, otherwise 0. It carries no derivative. */
export const notEqual: Binary = primitive(
  (a: Operand, b: Operand): Tensor => combine("notEqual", isUnequalLoop, a, b),
  {
    name: "notEqual",
    vjp: [null, null],
    jvp: [null, null],
  },
);

/** 1 where `a < b`, otherwise 0. It carries no derivative. */
export const less: Binary = primitive((a: Operand, b: Operand): Tensor => combine("less", isLessLoop, a, b), {
  name: "less",
  vjp: [null, null],
  jvp: [null, null],
});

/** 1 where `a <= b`, otherwise 0. It carries no derivative. */
export const lessEqual: Binary = primitive(
  (a: Operand, b: Operand): Tensor => combine("lessEqual", isAtMostLoop, a, b),
  {
    name: "lessEqual",
    vjp: [null, null],
    jvp: [null, null],
  },
);

/** 1 where `a > b`, otherwise 0. It carries no derivative. */
export const greater: Binary = primitive((a: Operand, b: Operand): Tensor => combine("greater", isMoreLoop, a, b), {
  name: "greater",
  vjp: [null, null],
  jvp: [null, null],
});

/** 1 where `a >= b`, otherwise 0. It carries no derivative. */
export const greaterEqual: Binary = primitive(
  (a: Operand, b: Operand): Tensor => combine("greaterEqual", isAtLeastLoop, a, b),
  {
    name: "greaterEqual",
    vjp: [null, null],
    jvp: [null, null],
  },
);

/**
 * `a` where `condition` is not 0, otherwise `b`. All three are broadcast to one shape. What is not chosen gets a
 * derivative of 0 here, whatever it is; but a function that made it multiplies this 0 by its own derivative, and 0 times
 * infinity is NaN: so keep the bad points from it, `where(c, log(where(c, x, 1)), 0)`.
 */
export const where: (condition: Tensor, a: Operand, b: Operand) => Tensor = primitive(
  (condition: Tensor, a: Operand, b: Operand): Tensor => {
    const dtype = commonDType("where", [a, b], condition.dtype);
    const shapes = [condition.shape, shapeOf(a), shapeOf(b)];
    const shape = broadcastShape("where", shapes);
    const [x, y, out] = [dataOf(a, dtype), dataOf(b, dtype), blankData(dtype, sizeOf(shape))];
    walkPlanes(shape, shapes, (plane) => choose(out, condition.data, x, y, plane));
    return new Tensor(shape, dtype, out);
  },
  {
    name: "where",
    vjp: [
      null,
      (dy, y, condition, a) => sumTo(where(condition, dy, 0), a),
      (dy, y, condition, a, b) => sumTo(where(condition, 0, dy), b),
    ],
    // Broadcast before the choice: where only numbers are left, the condition would decide on the precision.
    jvp: [
      null,
      (dot, y, condition) => where(condition, broadcastLike(dot, y), 0),
      (dot, y, condition) => where(condition, 0, broadcastLike(dot, y)),
    ],
  },
);

/** Puts both into memory and reads one: which one it is, is often random, and a branch guessed wrong takes five times as long. */
function choose(out: TensorData, condition: TensorData, x: TensorData, y: TensorData, plane: Plane): void {
  const { start, rows, columns, lanes } = plane;
  const [c, a, b] = lanes;
  const choice = new Float64Array(2);
  for (let row = 0, o = start; row < rows; row++) {
    let [k, i, j] = [c.start + row * c.row, a.start + row * a.row, b.start + row * b.row];
    for (const end = o + columns; o < end; o++, k += c.step, i += a.step, j += b.step) {
      choice[0] = y[j];
      choice[1] = x[i];
      out[o] = choice[Number(condition[k] !== 0)];
    }
  }
}
