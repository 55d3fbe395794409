/** Functions of one operand, number by number. */
import type { Plain } from "./plain.ts";

function each(f: (x: number) => number, x: Plain): Plain {
  const data: number[] = [];
  for (let i = 0; i < x.data.length; i++) data.push(f(x.data[i]));
  return { shape: x.shape, data };
}

export function neg(x: Plain): Plain {
  return each((v) => -v, x);
}

export function exp(x: Plain): Plain {
  return each((v) => Math.exp(v), x);
}

export function log(x: Plain): Plain {
  return each((v) => Math.log(v), x);
}

export function log1p(x: Plain): Plain {
  return each((v) => Math.log1p(v), x);
}

export function expm1(x: Plain): Plain {
  return each((v) => Math.expm1(v), x);
}

export function sqrt(x: Plain): Plain {
  return each((v) => Math.sqrt(v), x);
}

export function square(x: Plain): Plain {
  return each((v) => v * v, x);
}

export function abs(x: Plain): Plain {
  return each((v) => Math.abs(v), x);
}

export function sign(x: Plain): Plain {
  return each((v) => Math.sign(v), x);
}

export function sin(x: Plain): Plain {
  return each((v) => Math.sin(v), x);
}

export function cos(x: Plain): Plain {
  return each((v) => Math.cos(v), x);
}

export function tanh(x: Plain): Plain {
  return each((v) => Math.tanh(v), x);
}

export function sigmoid(x: Plain): Plain {
  return each((v) => 1 / (1 + Math.exp(-v)), x);
}

export function relu(x: Plain): Plain {
  return each((v) => (v > 0 ? v : 0), x);
}

export function softplus(x: Plain): Plain {
  return each((v) => Math.log(1 + Math.exp(v)), x);
}

export function arctan(x: Plain): Plain {
  return each((v) => Math.atan(v), x);
}

export function softsign(x: Plain): Plain {
  return each((v) => v / (1 + Math.abs(v)), x);
}

export function slopeSine(x: Plain): Plain {
  return each((v) => v / Math.sqrt(1 + v * v), x);
}

export function slopeCosine(x: Plain): Plain {
  return each((v) => 1 / Math.sqrt(1 + v * v), x);
}

export function xLogX(x: Plain): Plain {
  return each((v) => (v === 0 ? 0 : v * Math.log(v)), x);
}

/** `2 / √π · e^(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1))`, whose terms have one sign: no digits cancel. */
function errorFunction(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

export function erf(x: Plain): Plain {
  return each((v) => errorFunction(v), x);
}

export function normalCdf(x: Plain): Plain {
  return each((v) => 0.5 * (1 + errorFunction(v / Math.SQRT2)), x);
}

export function pow(x: Plain, exponent: number): Plain {
  return each((v) => v ** exponent, x);
}

export function monomial(x: Plain, exponent: number, factor: number, degree: number): Plain {
  return each((v) => factor * v ** exponent * Math.log(v) ** degree, x);
}
