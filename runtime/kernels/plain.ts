/** The kernels in plain TypeScript, for hosts without WebAssembly SIMD. */
import { checkAdam, checkMap, checkProduct, checkRows } from "./check.ts";
import type { Activation, Floats, Kernels, Product } from "./kernels.ts";
import { adamPlain } from "./plain-adam.ts";
import { multiplyPlain } from "./plain-multiply.ts";

function sigmoid(x: number): number {
  // The exponential never overflows, and the result keeps its digits where it is tiny.
  const e = Math.exp(-Math.abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

const activations: Readonly<Record<Activation, (x: number) => number>> = {
  identity: (x) => x,
  relu: (x) => (x < 0 ? 0 : x),
  tanh: Math.tanh,
  sigmoid,
};

function mapPlain(name: string, f: (x: number) => number, x: Floats, out: Floats): void {
  checkMap(name, x, out);
  for (let i = 0; i < x.length; i++) out[i] = f(x[i]);
}

function rowsPlain(x: Floats, bias: Floats, out: Floats, activation: Activation): void {
  checkRows(x, bias, out);
  const f = activations[activation];
  // The sum is rounded to the kind of the arrays before the activation sees it.
  const round = x instanceof Float32Array ? Math.fround : activations.identity;
  const columns = bias.length;
  for (let start = 0; start < x.length; start += columns)
    for (let j = 0; j < columns; j++) out[start + j] = f(round(x[start + j] + bias[j]));
}

/** The kernels in plain TypeScript. */
export const plainKernels: Kernels = {
  name: "plain",
  matmul: (a: Floats, b: Floats, out: Floats, product: Product) => {
    multiplyPlain(a, b, out, checkProduct(a, b, out, product));
  },
  exp: (x: Floats, out: Floats) => mapPlain("exp", Math.exp, x, out),
  tanh: (x: Floats, out: Floats) => mapPlain("tanh", Math.tanh, x, out),
  sigmoid: (x: Floats, out: Floats) => mapPlain("sigmoid", sigmoid, x, out),
  biasActivation: rowsPlain,
  adam: (numbers, gradient, mean, variance, step) => {
    checkAdam(numbers, gradient, mean, variance);
    return adamPlain(numbers, gradient, mean, variance, step);
  },
};
