/** Functions of one operand that activations and losses are made of, where a composition would lose digits or overflow. */
import { primitive } from "../primitive.ts";
import { abs, exp, log, square, each, type Unary } from "./functions.ts";
import { add, div, mul } from "./arithmetic.ts";
import { erfOf } from "./erf.ts";
import type { Operand, Tensor, TensorData } from "./tensor.ts";

/** The arctangent, in radians. */
export const arctan: Unary = primitive((x: Operand): Tensor => each(arctangents, x), {
  name: "arctan",
  vjp: [(dy, y, x) => div(dy, add(1, square(x)))],
  jvp: [(dot, y, x) => div(dot, add(1, square(x)))],
});

/** `x / (1 + |x|)`. Its derivative, `1 / (1 + |x|)²`, keeps its digits for large `x`, where that of the quotient would not. */
export const softsign: Unary = primitive((x: Operand): Tensor => each(softsigns, x), {
  name: "softsign",
  vjp: [(dy, y, x) => mul(dy, square(div(1, add(1, abs(x)))))],
  jvp: [(dot, y, x) => mul(dot, square(div(1, add(1, abs(x)))))],
});

/** `x / √(1 + x²)`, without overflow. */
export const slopeSine: Unary = primitive((x: Operand): Tensor => each(slopeSines, x), {
  name: "slopeSine",
  vjp: [(dy, y, x) => mul(mul(dy, slopeCosine(x)), square(slopeCosine(x)))],
  jvp: [(dot, y, x) => mul(mul(dot, slopeCosine(x)), square(slopeCosine(x)))],
});

/** `1 / √(1 + x²)`, without overflow. With `slopeSine`, the cosine and sine of a line of slope `x`. */
export const slopeCosine: Unary = primitive((x: Operand): Tensor => each(slopeCosines, x), {
  name: "slopeCosine",
  vjp: [(dy, y, x) => mul(dy, mul(-1, mul(slopeSine(x), square(y))))],
  jvp: [(dot, y, x) => mul(dot, mul(-1, mul(slopeSine(x), square(y))))],
});

/** The probability that a standard normal number is at most `x`: `(1 + erf(x / √2)) / 2`, which keeps its digits where it is tiny. */
export const normalCdf: Unary = primitive((x: Operand): Tensor => each(normalCdfs, x), {
  name: "normalCdf",
  vjp: [(dy, y, x) => mul(dy, mul(0.3989422804014327, exp(mul(-0.5, square(x)))))],
  jvp: [(dot, y, x) => mul(dot, mul(0.3989422804014327, exp(mul(-0.5, square(x)))))],
});

/** `x · log(x)`, and 0 at 0, where the derivative is -Infinity. */
export const xLogX: Unary = primitive((x: Operand): Tensor => each(xLogXs, x), {
  name: "xLogX",
  vjp: [(dy, y, x) => mul(dy, add(1, log(x)))],
  jvp: [(dot, y, x) => mul(dot, add(1, log(x)))],
});

function arctangents(out: TensorData, x: TensorData): void {
  for (let i = 0; i < x.length; i++) out[i] = Math.atan(x[i]);
}

function softsigns(out: TensorData, x: TensorData): void {
  for (let i = 0; i < x.length; i++) out[i] = Math.abs(x[i]) < Infinity ? x[i] / (1 + Math.abs(x[i])) : Math.sign(x[i]);
}

/** From here on, 1 + x² is x² in double precision, and below its square overflows. */
const steep = 1e100;

function slopeSines(out: TensorData, x: TensorData): void {
  for (let i = 0; i < x.length; i++)
    out[i] = Math.abs(x[i]) >= steep ? Math.sign(x[i]) : x[i] / Math.sqrt(1 + x[i] * x[i]);
}

function slopeCosines(out: TensorData, x: TensorData): void {
  for (let i = 0; i < x.length; i++)
    out[i] = Math.abs(x[i]) >= steep ? 1 / Math.abs(x[i]) : 1 / Math.sqrt(1 + x[i] * x[i]);
}

function normalCdfs(out: TensorData, x: TensorData): void {
  for (let i = 0; i < x.length; i++) {
    const t = -x[i] / Math.SQRT2;
    out[i] = t >= 1 ? Math.exp(-0.5 * x[i] * x[i]) / (2 * Math.sqrt(Math.PI) * tailFraction(t)) : 0.5 - 0.5 * erfOf(t);
  }
}

/**
 * The continued fraction of Laplace, t + (1/2) / (t + (2/2) / (t + (3/2) / (t + …))): with it, erfc(t) = e^(-t²) / (√π ·
 * fraction). The number of terms is enough for double precision where t is at least 1.
 */
function tailFraction(t: number): number {
  if (t === Infinity) return t;
  let fraction = t;
  for (let k = Math.ceil(8 + 200 / (t * t)); k > 0; k--) fraction = t + k / 2 / fraction;
  return fraction;
}

function xLogXs(out: TensorData, x: TensorData): void {
  for (let i = 0; i < x.length; i++) out[i] = x[i] === 0 ? 0 : x[i] * Math.log(x[i]);
}
