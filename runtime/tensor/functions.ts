/** Functions of one operand, number by number. */
import { kernels } from "../kernels/load.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { primitive } from "../primitive.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { dataOf, shapeOf } from "./broadcast.ts";
import { greater, where } from "./compare.ts";
import { blankData, Tensor, type Operand } from "./tensor.ts";
import * as loops from "./unary-loops.ts";

/** A function of one operand, number by number: the result has its shape and precision (double for a number). */
export type Unary = (x: Operand) => Tensor;

/** `loop` over the numbers of `x`: the body of a function of one operand. */
export function each(loop: loops.UnaryLoop, x: Operand): Tensor {
  const dtype = typeof x === "number" ? "f64" : x.dtype;
  const data = dataOf(x, dtype);
  const out = blankData(dtype, data.length);
  loop(out, data);
  return new Tensor(shapeOf(x), dtype, out);
}

function byKernel(name: "exp" | "tanh" | "sigmoid", x: Operand): Tensor {
  const chosen: Kernels = kernels();
  return each((out, data) => chosen[name](data, out), x);
}

/** `-x` */
export const neg: Unary = primitive((x: Operand): Tensor => each(loops.negate, x), {
  name: "neg",
  vjp: [(dy) => neg(dy)],
  jvp: [(dot) => neg(dot)],
});

/** `eˣ` */
export const exp: Unary = primitive((x: Operand): Tensor => byKernel("exp", x), {
  name: "exp",
  vjp: [(dy, y) => mul(dy, y)],
  jvp: [(dot, y) => mul(dot, y)],
});

/** The natural logarithm: -Infinity at 0, NaN below. */
export const log: Unary = primitive((x: Operand): Tensor => each(loops.logs, x), {
  name: "log",
  vjp: [(dy, y, x) => div(dy, x)],
  jvp: [(dot, y, x) => div(dot, x)],
});

/** `log(1 + x)`, which keeps its digits where `x` is tiny. */
export const log1p: Unary = primitive((x: Operand): Tensor => each(loops.log1ps, x), {
  name: "log1p",
  vjp: [(dy, y, x) => div(dy, add(x, 1))],
  jvp: [(dot, y, x) => div(dot, add(x, 1))],
});

/** `eˣ - 1`, which keeps its digits where `x` is tiny. */
export const expm1: Unary = primitive((x: Operand): Tensor => each(loops.expm1s, x), {
  name: "expm1",
  vjp: [(dy, y, x) => mul(dy, exp(x))],
  jvp: [(dot, y, x) => mul(dot, exp(x))],
});

/** The square root. Its derivative at 0 is infinite. */
export const sqrt: Unary = primitive((x: Operand): Tensor => each(loops.roots, x), {
  name: "sqrt",
  vjp: [(dy, y) => div(dy, mul(2, y))],
  jvp: [(dot, y) => div(dot, mul(2, y))],
});

/** `x * x` */
export const square: Unary = primitive((x: Operand): Tensor => each(loops.squares, x), {
  name: "square",
  vjp: [(dy, y, x) => mul(dy, mul(2, x))],
  jvp: [(dot, y, x) => mul(dot, mul(2, x))],
});

/** `|x|`, with derivative 0 at 0. */
export const abs: Unary = primitive((x: Operand): Tensor => each(loops.sizes, x), {
  name: "abs",
  vjp: [(dy, y, x) => mul(dy, sign(x))],
  jvp: [(dot, y, x) => mul(dot, sign(x))],
});

/** -1, 0 or 1. It carries no derivative. */
export const sign: Unary = primitive((x: Operand): Tensor => each(loops.signs, x), {
  name: "sign",
  vjp: [null],
  jvp: [null],
});

/** The sine. */
export const sin: Unary = primitive((x: Operand): Tensor => each(loops.sines, x), {
  name: "sin",
  vjp: [(dy, y, x) => mul(dy, cos(x))],
  jvp: [(dot, y, x) => mul(dot, cos(x))],
});

/** The cosine. */
export const cos: Unary = primitive((x: Operand): Tensor => each(loops.cosines, x), {
  name: "cos",
  vjp: [(dy, y, x) => neg(mul(dy, sin(x)))],
  jvp: [(dot, y, x) => neg(mul(dot, sin(x)))],
});

/** The hyperbolic tangent. */
export const tanh: Unary = primitive((x: Operand): Tensor => byKernel("tanh", x), {
  name: "tanh",
  vjp: [(dy, y) => mul(dy, sub(1, square(y)))],
  jvp: [(dot, y) => mul(dot, sub(1, square(y)))],
});

/** `1 / (1 + e⁻ˣ)` */
export const sigmoid: Unary = primitive((x: Operand): Tensor => byKernel("sigmoid", x), {
  name: "sigmoid",
  vjp: [(dy, y) => mul(dy, mul(y, sub(1, y)))],
  jvp: [(dot, y) => mul(dot, mul(y, sub(1, y)))],
});

/** `x` where it is positive, otherwise 0; the derivative at 0 is 0. NaN stays NaN. */
export const relu: Unary = primitive((x: Operand): Tensor => each(loops.rectified, x), {
  name: "relu",
  vjp: [(dy, y) => where(greater(y, 0), dy, 0)],
  jvp: [(dot, y) => where(greater(y, 0), dot, 0)],
});

/** `log(1 + eˣ)`, without overflow. */
export const softplus: Unary = primitive((x: Operand): Tensor => each(loops.softplusses, x), {
  name: "softplus",
  vjp: [(dy, y, x) => mul(dy, sigmoid(x))],
  jvp: [(dot, y, x) => mul(dot, sigmoid(x))],
});

/** The error function, `2 / √π · ∫₀ˣ e^(-t²) dt`, to about the last digit. */
export const erf: Unary = primitive((x: Operand): Tensor => each(loops.errors, x), {
  name: "erf",
  vjp: [(dy, y, x) => mul(dy, mul(1.1283791670955126, exp(neg(square(x)))))],
  jvp: [(dot, y, x) => mul(dot, mul(1.1283791670955126, exp(neg(square(x)))))],
});
