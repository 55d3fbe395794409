/** Arithmetic of two operands, which are broadcast to one shape. */
import { primitive } from "../primitive.ts";
import { combine } from "./broadcast.ts";
import { broadcastLike, sumTo } from "./broadcasting.ts";
import { neg } from "./functions.ts";
import {
  addLoop,
  divideLoop,
  largerLoop,
  multiplyLoop,
  shareOfLargerLoop,
  shareOfSmallerLoop,
  smallerLoop,
  subtractLoop,
  weightedLoop,
} from "./loops.ts";
import type { Operand, Tensor } from "./tensor.ts";

/**
 * A function of two operands, number by number. Their shapes are broadcast as in NumPy; a number, or a tensor without
 * axes, adopts the precision of the other operand. Throws a RangeError for shapes that do not fit, and a TypeError for
 * tensors with axes of different precision.
 */
export type Binary = (a: Operand, b: Operand) => Tensor;

/** `a + b` */
export const add: Binary = primitive((a: Operand, b: Operand): Tensor => combine("add", addLoop, a, b), {
  name: "add",
  vjp: [(dy, y, a) => sumTo(dy, a), (dy, y, a, b) => sumTo(dy, b)],
  jvp: [(dot, y) => broadcastLike(dot, y), (dot, y) => broadcastLike(dot, y)],
});

/** `a - b` */
export const sub: Binary = primitive((a: Operand, b: Operand): Tensor => combine("sub", subtractLoop, a, b), {
  name: "sub",
  vjp: [(dy, y, a) => sumTo(dy, a), (dy, y, a, b) => neg(sumTo(dy, b))],
  jvp: [(dot, y) => broadcastLike(dot, y), (dot, y) => neg(broadcastLike(dot, y))],
});

/** `a * b` */
export const mul: Binary = primitive((a: Operand, b: Operand): Tensor => combine("mul", multiplyLoop, a, b), {
  name: "mul",
  vjp: [(dy, y, a, b) => sumTo(mul(dy, b), a), (dy, y, a, b) => sumTo(mul(dy, a), b)],
  jvp: [(dot, y, a, b) => mul(dot, b), (dot, y, a) => mul(a, dot)],
});

/** `a / b`, as IEEE 754 has it where `b` is 0. */
export const div: Binary = primitive((a: Operand, b: Operand): Tensor => combine("div", divideLoop, a, b), {
  name: "div",
  vjp: [(dy, y, a, b) => sumTo(div(dy, b), a), (dy, y, a, b) => neg(sumTo(mul(dy, div(y, b)), b))],
  jvp: [(dot, y, a, b) => div(dot, b), (dot, y, a, b) => neg(mul(dot, div(y, b)))],
});

/** The larger of `a` and `b`; NaN where one is NaN. Where they are equal, the derivative goes to both in equal shares. */
export const maximum: Binary = primitive((a: Operand, b: Operand): Tensor => combine("maximum", largerLoop, a, b), {
  name: "maximum",
  vjp: [
    (dy, y, a, b) => sumTo(weigh(dy, shareOfMaximum(a, b)), a),
    (dy, y, a, b) => sumTo(weigh(dy, shareOfMaximum(b, a)), b),
  ],
  jvp: [(dot, y, a, b) => weigh(dot, shareOfMaximum(a, b)), (dot, y, a, b) => weigh(dot, shareOfMaximum(b, a))],
});

/** The smaller of `a` and `b`; NaN where one is NaN. Where they are equal, the derivative goes to both in equal shares. */
export const minimum: Binary = primitive((a: Operand, b: Operand): Tensor => combine("minimum", smallerLoop, a, b), {
  name: "minimum",
  vjp: [
    (dy, y, a, b) => sumTo(weigh(dy, shareOfMinimum(a, b)), a),
    (dy, y, a, b) => sumTo(weigh(dy, shareOfMinimum(b, a)), b),
  ],
  jvp: [(dot, y, a, b) => weigh(dot, shareOfMinimum(a, b)), (dot, y, a, b) => weigh(dot, shareOfMinimum(b, a))],
});

/** `a * weight`, and 0 where the weight is 0, even if `a` is infinite or NaN there. The weights carry no derivative. */
export const weigh: (a: Operand, weight: Tensor) => Tensor = primitive(
  (a: Operand, weight: Tensor): Tensor => combine("weigh", weightedLoop, a, weight),
  {
    name: "weigh",
    vjp: [(dy, y, a, weight) => sumTo(weigh(dy, weight), a), null],
    jvp: [(dot, y, a, weight) => weigh(dot, weight), null],
  },
);

/** The derivative of `maximum(a, b)` with respect to `a`: 1 where `a` is the larger, ½ where both are equal. It carries none itself. */
export const shareOfMaximum: Binary = primitive(
  (a: Operand, b: Operand): Tensor => combine("shareOfMaximum", shareOfLargerLoop, a, b),
  { name: "shareOfMaximum", vjp: [null, null], jvp: [null, null] },
);

/** The derivative of `minimum(a, b)` with respect to `a`: 1 where `a` is the smaller, ½ where both are equal. It carries none itself. */
export const shareOfMinimum: Binary = primitive(
  (a: Operand, b: Operand): Tensor => combine("shareOfMinimum", shareOfSmallerLoop, a, b),
  { name: "shareOfMinimum", vjp: [null, null], jvp: [null, null] },
);

/** `x` put back into the range from `low` to `high`: `minimum(maximum(x, low), high)`. */
export function clip(x: Operand, low: Operand, high: Operand): Tensor {
  return minimum(maximum(x, low), high);
}
