/** Powers. */
import { primitive } from "../primitive.ts";
import { add, mul } from "./arithmetic.ts";
import { item } from "./create.ts";
import { each } from "./functions.ts";
import { sum } from "./reductions.ts";
import type { Operand, Tensor, TensorData } from "./tensor.ts";

/**
 * `x` to the power of a number. At 0, its derivatives by `x` are those of the power as a polynomial where it is one; the
 * derivative by the exponent is 0 for exponents above 0, and NaN for negative `x`.
 */
export const pow: (x: Operand, exponent: number) => Tensor = primitive(
  (x: Operand, exponent: number): Tensor => each((out, data) => powers(out, data, exponent), x),
  {
    name: "pow",
    vjp: [
      (dy, y, x, exponent) => mul(dy, monomial(x, exponent - 1, exponent, 0)),
      (dy, y, x, exponent) => item(sum(mul(dy, monomial(x, exponent, 1, 1)))),
    ],
    jvp: [
      (dot, y, x, exponent) => mul(dot, monomial(x, exponent - 1, exponent, 0)),
      (dot, y, x, exponent) => mul(monomial(x, exponent, 1, 1), dot),
    ],
  },
);

/**
 * `factor * x ** exponent * log(x) ** degree`: all derivatives of powers have this form. 0 where the factor is 0, and
 * for `x` = 0 with an exponent above 0.
 */
export const monomial: (x: Operand, exponent: number, factor: number, degree: number) => Tensor = primitive(
  (x: Operand, exponent: number, factor: number, degree: number): Tensor =>
    each((out, data) => monomials(out, data, exponent, factor, degree), x),
  {
    name: "monomial",
    vjp: [
      (dy, y, x, exponent, factor, degree) =>
        mul(
          dy,
          add(
            monomial(x, exponent - 1, factor * exponent, degree),
            monomial(x, exponent - 1, factor * degree, degree - 1),
          ),
        ),
      (dy, y, x, exponent, factor, degree) => item(sum(mul(dy, monomial(x, exponent, factor, degree + 1)))),
      (dy, y, x, exponent, factor, degree) => item(sum(mul(dy, monomial(x, exponent, 1, degree)))),
      null,
    ],
    jvp: [
      (dot, y, x, exponent, factor, degree) =>
        mul(
          dot,
          add(
            monomial(x, exponent - 1, factor * exponent, degree),
            monomial(x, exponent - 1, factor * degree, degree - 1),
          ),
        ),
      (dot, y, x, exponent, factor, degree) => mul(monomial(x, exponent, factor, degree + 1), dot),
      (dot, y, x, exponent, factor, degree) => mul(monomial(x, exponent, 1, degree), dot),
      null,
    ],
  },
);

function powers(out: TensorData, x: TensorData, exponent: number): void {
  if (exponent === 2) for (let i = 0; i < x.length; i++) out[i] = x[i] * x[i];
  else if (exponent === -1) for (let i = 0; i < x.length; i++) out[i] = 1 / x[i];
  else for (let i = 0; i < x.length; i++) out[i] = x[i] ** exponent;
}

function monomials(out: TensorData, x: TensorData, exponent: number, factor: number, degree: number): void {
  if (factor === 0) return;
  for (let i = 0; i < x.length; i++) {
    const power = x[i] ** exponent;
    out[i] = degree === 0 || (x[i] === 0 && exponent > 0) ? factor * power : factor * power * Math.log(x[i]) ** degree;
  }
}
