/** The kernels of the binary against the plain ones, and both against loops and exact values. */
import { describe, expect, test } from "vitest";
import { Binary } from "../../runtime/kernels/binary.ts";
import type { Activation, Floats, Kernels, Product } from "../../runtime/kernels/kernels.ts";
import { createKernels } from "../../runtime/kernels/load.ts";
import { plainKernels } from "../../runtime/kernels/plain.ts";
import { BinaryKernels } from "../../runtime/kernels/simd.ts";
import { exact, ulps } from "./exact.ts";
import { asKind, kinds, multiplyNaive, randomValues, type Kind } from "./kernel-data.ts";

const best = createKernels();
const both: readonly Kernels[] = [plainKernels, best];

/** Whether the sums of this host's binary are those of the definition, bit for bit. */
const sameBits = best.name === "simd";

function expectProduct(kernels: Kernels, a: Floats, b: Floats, length: number, product: Product, label: string): void {
  const out = asKind(a, length).fill(7);
  const expected = asKind(a, length).fill(7);
  kernels.matmul(a, b, out, product);
  multiplyNaive(a, b, expected, product);
  if (sameBits || kernels === plainKernels) {
    const wrong = out.findIndex((value, i) => !Object.is(value, expected[i]));
    if (wrong >= 0) expect.fail(`${label}: element ${wrong} is ${out[wrong]}, expected ${expected[wrong]}`);
  } else
    out.forEach((value, i) => {
      if (Math.abs(value - expected[i]) < 1e-4 * product.k || Object.is(value, expected[i])) return;
      expect.fail(`${label}: element ${i} is ${value}, expected about ${expected[i]}`);
    });
}

/** One product in all four ways of storing its operands. */
function expectProducts(
  kernels: Kernels,
  kind: Kind,
  m: number,
  n: number,
  k: number,
  more: Partial<Product> = {},
): void {
  for (const transposeA of [false, true])
    for (const transposeB of [false, true]) {
      const product = { m, n, k, transposeA, transposeB, ...more };
      const { batch = 1, strideA = m * k, strideB = k * n, strideOut = m * n } = product;
      const a = randomValues(kind, batch * strideA + m * k);
      const b = randomValues(kind, batch * strideB + k * n);
      expectProduct(kernels, a, b, batch * strideOut + m * n, product, JSON.stringify([kind, product]));
    }
}

describe.each(both.map((kernels) => [kernels.name, kernels] as const))("matmul of the %s kernels", (_name, kernels) => {
  test.each(kinds)("%s: every small shape, whole tiles or not", (kind) => {
    for (const m of [0, 1, 2, 3, 4, 5, 9])
      for (const n of [0, 1, 3, 4, 5, 7, 8, 9, 17])
        for (const k of [0, 1, 2, 5, 8]) expectProducts(kernels, kind, m, n, k);
  });

  test.each(kinds)("%s: around the ends of the packed blocks", (kind) => {
    for (const [m, n, k] of [
      [127, 9, 255],
      [128, 8, 256],
      [129, 7, 257],
      [1, 1, 513],
      [257, 33, 1],
      [2, 300, 700],
    ] as const)
      expectProducts(kernels, kind, m, n, k);
  });

  test.each(kinds)("%s: batches, one matrix for all of them, gaps between them", (kind) => {
    for (const batch of [0, 1, 2, 5]) {
      expectProducts(kernels, kind, 3, 5, 4, { batch });
      expectProducts(kernels, kind, 3, 5, 4, { batch, strideA: 0 });
      expectProducts(kernels, kind, 3, 5, 4, { batch, strideB: 0 });
      expectProducts(kernels, kind, 4, 8, 4, { batch, strideA: 0, strideB: 0 });
      expectProducts(kernels, kind, 3, 5, 4, { batch, strideA: 13, strideB: 21, strideOut: 16 });
      expectProducts(kernels, kind, 3, 5, 0, { batch, strideB: 0 });
    }
  });

  test.each(kinds)("%s: NaN, infinities and signed zeros stay where they belong", (kind) => {
    const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e30, 1e-30];
    for (const [m, n, k] of [
      [5, 9, 3],
      [3, 3, 1],
      [4, 8, 9],
    ] as const) {
      const a = randomValues(kind, m * k).map((_, i) => special[(i * 5) % special.length]);
      const b = randomValues(kind, k * n).map((_, i) => special[(i * 7 + 3) % special.length]);
      expectProduct(kernels, a, b, m * n, { m, n, k }, `special ${kind}`);
    }
  });

  test("parts of larger arrays", () => {
    const a = randomValues("f32", 20).subarray(3, 15);
    const b = randomValues("f32", 40).subarray(7, 27);
    const whole = new Float32Array(20).fill(7);
    kernels.matmul(a, b, whole.subarray(2, 17), { m: 3, n: 5, k: 4 });
    expect([...whole.slice(0, 2), ...whole.slice(17)]).toEqual([7, 7, 7, 7, 7]);
    expectProduct(kernels, a, b, 15, { m: 3, n: 5, k: 4 }, "parts");
  });

  test("what does not fit is refused, and nothing is written", () => {
    const six = new Float64Array(6);
    const out = new Float64Array(4);
    const refused = (product: Product, message: string) =>
      expect(() => kernels.matmul(six, six, out, product)).toThrow(message);
    refused({ m: 2, n: 2, k: 4 }, "matmul: a has 6 elements, expected 8");
    refused({ m: 1, n: 4, k: 2 }, "matmul: b has 6 elements, expected 8");
    refused({ m: 3, n: 3, k: 2 }, "matmul: out has 4 elements, expected 9");
    refused({ m: 1, n: 1, k: 1, batch: 9 }, "matmul: a has 6 elements, expected 9");
    refused({ m: 1.5, n: 1, k: 1 }, "matmul: m is 1.5, expected an integer that is at least 0");
    refused(
      { m: 2, n: 2, k: 1, batch: 2, strideOut: 1 },
      "matmul: strideOut is 1, expected an integer that is at least 4",
    );
    expect(() => kernels.matmul(six, six, six.subarray(4), { m: 1, n: 1, k: 1 })).toThrow("shares memory");
    expect(() => kernels.matmul<Floats>(six, new Float32Array(6), out, { m: 1, n: 1, k: 1 })).toThrow(TypeError);
    expect([...out]).toEqual([0, 0, 0, 0]);
  });
});

describe("memory", () => {
  test("grows for a product beyond it, and small products stay right", () => {
    const kernels = createKernels();
    for (const size of [3, 700, 3, 1100, 5]) {
      const a = randomValues("f64", size * size);
      const identity = new Float64Array(size * size).map((_, i) => (i % (size + 1) === 0 ? 1 : 0));
      const out = new Float64Array(size * size);
      kernels.matmul(a, identity, out, { m: size, n: size, k: size });
      expect(out.every((value, i) => value === a[i])).toBe(true);
      kernels.exp(out, out);
      expect(Math.abs(out[size] - Math.exp(a[size]))).toBeLessThan(1e-14);
    }
  });

  test("a product that the memory cannot hold is computed by the plain kernels", () => {
    const grow = (): never => {
      throw new RangeError("Maximum memory size exceeded");
    };
    const unused = (): never => expect.fail("called without memory");
    const sizes = Object.fromEntries(
      [32, 64].flatMap((n) => [
        [`resultBytes${n}`, (): number => 64],
        [`workBytes${n}`, (): number => 64],
      ]),
    );
    const exports = { memory: { buffer: new ArrayBuffer(0), grow }, base: { value: 0 }, multiply32: unused, ...sizes };
    const kernels = new BinaryKernels("simd", new Binary(exports));
    expectProducts(kernels, "f32", 5, 7, 3, { batch: 2, strideB: 0 });
    expect(() => kernels.exp(new Float32Array(3), new Float32Array(3))).toThrow("no memory is left");
  });
});

const functions = ["exp", "tanh", "sigmoid"] as const;
/** The stated bounds, in units of the last place. */
const bounds = { exp: 1, tanh: 2, sigmoid: 3 };
/** Where exp of such a number is neither infinite nor zero. */
const ranges = { f32: [-103, 88.7], f64: [-744, 709.7] } as const;

function samples(kind: Kind, count: number): Floats {
  const [low, high] = ranges[kind];
  const parts = [low, high, -20, 20, -1, 1, 0.5, 0.75];
  return randomValues(kind, count).map((value, i) => {
    const from = parts[(i % 4) * 2];
    return i % 5 === 4 ? value * 2 ** -(i % 97) : from + (parts[(i % 4) * 2 + 1] - from) * Math.abs(value);
  });
}

describe.each(functions)("%s", (name) => {
  test.each(kinds)("%s: within the stated bound of the exact value", (kind) => {
    const x = samples(kind, 1500);
    const out = asKind(x, x.length);
    for (const kernels of both) {
      kernels[name](x, out);
      const worst = Math.max(...out.map((value, i) => ulps(value, exact[name](x[i]), kind)));
      expect(worst, kernels.name).toBeLessThanOrEqual(bounds[name]);
    }
  });

  test.each(kinds)("%s: at the edges of the numbers", (kind) => {
    const x = randomValues(kind, 9);
    x.set([NaN, Infinity, -Infinity, 0, -0, 1e-30, -1e-30, 1e30, -1e30]);
    const expected = {
      exp: [NaN, Infinity, 0, 1, 1, 1, 1, Infinity, 0],
      tanh: [NaN, 1, -1, 0, -0, x[5], x[6], 1, -1],
      sigmoid: [NaN, 1, 0, 0.5, 0.5, 0.5, 0.5, 1, 0],
    };
    for (const kernels of both) {
      const out = asKind(x, x.length);
      kernels[name](x, out);
      expect([...out], kernels.name).toEqual(expected[name]);
    }
  });

  test("any length, in place, without touching what follows", () => {
    for (const length of [0, 1, 2, 3, 5, 16383, 16384, 16385, 40000]) {
      const x = samples("f32", length + 1);
      const expected = x.slice();
      plainKernels[name](x.slice(0, length), expected.subarray(0, length));
      best[name](x.subarray(0, length), x.subarray(0, length));
      expect(x[length]).toBe(expected[length]);
      expect(x.every((value, i) => Math.abs(value - expected[i]) <= 3e-7 * Math.abs(expected[i]) + 3e-45)).toBe(true);
    }
  });
});

describe("biasActivation", () => {
  const activations = ["identity", "relu", "tanh", "sigmoid"] as const satisfies Activation[];

  test.each(kinds)("%s: the function of the sum, for all shapes", (kind) => {
    const close = kind === "f32" ? 3e-7 : 1e-15;
    for (const activation of activations)
      for (const [rows, columns] of [
        [0, 3],
        [0, 0],
        [1, 1],
        [2, 3],
        [5, 4],
        [7, 9],
        [300, 65],
        [3, 16384],
        [2, 40001],
      ]) {
        const x = randomValues(kind, rows * columns);
        const bias = randomValues(kind, columns);
        const [expected, out] = both.map((kernels) => {
          const result = asKind(x, x.length);
          kernels.biasActivation(x, bias, result, activation);
          return result;
        });
        const wrong = out.findIndex((value, i) => Math.abs(value - expected[i]) > close * Math.abs(expected[i]));
        expect(wrong, `${activation} ${rows}×${columns}`).toBe(-1);
      }
  });

  test.each(kinds)("%s: the sum is rounded, and relu keeps NaN", (kind) => {
    const x = randomValues(kind, 6);
    x.set([NaN, -1, -0, 3, Infinity, 0.1]);
    const bias = asKind(x, 3);
    bias.set([0, 0.5, 0.2]);
    for (const kernels of both) {
      const out = asKind(x, 6);
      kernels.biasActivation(x, bias, out, "relu");
      expect([...out]).toEqual([NaN, 0, bias[2], 3, Infinity, [...asKind(x, 1).fill(x[5] + bias[2])][0]]);
    }
  });

  test("rows that do not fit are refused", () => {
    for (const kernels of both) {
      const x = new Float32Array(5);
      expect(() => kernels.biasActivation(x, new Float32Array(2), x, "relu")).toThrow("5 elements are no rows of 2");
      expect(() => kernels.biasActivation(x, new Float32Array(0), x, "relu")).toThrow("5 elements are no rows of 0");
      expect(() => kernels.exp(x, new Float32Array(4))).toThrow("x has 5 elements and out 4");
      expect(() => kernels.tanh(x.subarray(1), x.subarray(0, 4))).toThrow("out overlaps x");
    }
  });
});
