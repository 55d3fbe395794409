/**
 * The partial derivatives of the operators and of the functions of `Math`, as TypeScript text in the operands
 * `a`, `b` and the result `y`. Forward and reverse mode both come from these rows. `null` is a partial that is zero
 * everywhere it exists; a function that is not listed is refused.
 *
 * At points without a derivative: `abs'(0) = 0`; `hypot` and `atan2` at the origin 0; poles as IEEE arithmetic gives them.
 */
export const partials: Readonly<Record<string, readonly (string | null)[]>> = {
  "-unary": ["-1"],
  "+unary": ["1"],
  "+": ["1", "1"],
  "-": ["1", "-1"],
  "*": ["b", "a"],
  "/": ["1 / b", "-a / (b * b)"],
  "%": ["1", "-Math.trunc(a / b)"],
  // No NaN from log where a <= 0 unless the exponent is really active; 0 ** b is 0 for all b > 0.
  "**": ["b === 0 ? 0 : b * a ** (b - 1)", "a === 0 ? 0 : y * Math.log(a)"],
  abs: ["Math.sign(a)"],
  acos: ["-1 / Math.sqrt(1 - a * a)"],
  acosh: ["1 / Math.sqrt(a * a - 1)"],
  asin: ["1 / Math.sqrt(1 - a * a)"],
  asinh: ["1 / Math.sqrt(a * a + 1)"],
  atan: ["1 / (1 + a * a)"],
  atan2: ["a === 0 && b === 0 ? 0 : b / (a * a + b * b)", "a === 0 && b === 0 ? 0 : -a / (a * a + b * b)"],
  atanh: ["1 / (1 - a * a)"],
  cbrt: ["1 / (3 * y * y)"], // +Infinity at 0
  ceil: [null],
  clz32: [null],
  cos: ["-Math.sin(a)"],
  cosh: ["Math.sinh(a)"],
  exp: ["y"],
  expm1: ["y + 1"],
  floor: [null],
  fround: ["1"],
  imul: [null, null],
  log: ["1 / a"],
  log10: ["1 / (a * Math.LN10)"],
  log1p: ["1 / (1 + a)"],
  log2: ["1 / (a * Math.LN2)"],
  pow: ["b === 0 ? 0 : b * Math.pow(a, b - 1)", "a === 0 ? 0 : y * Math.log(a)"],
  round: [null],
  sign: [null],
  sin: ["Math.cos(a)"],
  sinh: ["Math.cosh(a)"],
  sqrt: ["0.5 / y"], // +Infinity at 0
  tan: ["1 + y * y"],
  tanh: ["1 - y * y"],
  trunc: [null],
};

/** The rows of functions of any number of operands: the partial with respect to an operand `a` of the result `y`. */
export const variadicPartials: Readonly<Record<string, string>> = {
  hypot: "y === 0 ? 0 : a / y",
};

/** Functions whose result is one of their operands; all that tie take equal shares. */
export const choices: Readonly<Record<string, ">" | "<">> = { max: ">", min: "<" };
