/** Matrix products: the binary and the plain kernels against the three loops of the definition, and the memory. */
import { describe, expect, test } from "vitest";
import { Binary } from "../../runtime/kernels/binary.ts";
import type { Floats, Kernels, Product } from "../../runtime/kernels/kernels.ts";
import { createKernels } from "../../runtime/kernels/load.ts";
import { plainKernels } from "../../runtime/kernels/plain.ts";
import { BinaryKernels } from "../../runtime/kernels/simd.ts";
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
      for (const n of [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33])
        for (const k of [0, 1, 2, 5, 8]) expectProducts(kernels, kind, m, n, k);
  });

  test.each(kinds)("%s: around the ends of what is packed, and copied, at a time", (kind) => {
    for (const [m, n, k] of [
      [127, 9, 255],
      [128, 8, 256],
      [129, 7, 257],
      [1, 1, 513],
      [257, 33, 1],
      [5, 9, 511],
      [130, 20, 515],
      [2, 300, 700],
      [150, 40, 700],
      [65, 500, 130],
      [300, 64, 64],
    ] as const)
      expectProducts(kernels, kind, m, n, k);
    for (const strides of [{}, { strideA: 0 }, { strideB: 0 }])
      expectProducts(kernels, kind, 70, 300, 60, { batch: 2, ...strides });
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
    const sizes = { base: { value: 0 }, tileRows: { value: 2 }, tileBytes: { value: 64 }, workBytes: { value: 64 } };
    const exports = { memory: { buffer: new ArrayBuffer(0), grow }, multiplyRows32: unused, ...sizes };
    const kernels = new BinaryKernels("simd", new Binary(exports));
    expectProducts(kernels, "f32", 5, 7, 3, { batch: 2, strideB: 0 });
    expect(() => kernels.exp(new Float32Array(3), new Float32Array(3))).toThrow("no memory is left");
  });
});
