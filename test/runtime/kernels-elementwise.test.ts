/** exp, tanh, sigmoid and activations: the binary and the plain kernels against exact values and each other. */
import { describe, expect, test } from "vitest";
import type { Activation, Floats, Kernels } from "../../runtime/kernels/kernels.ts";
import { createKernels } from "../../runtime/kernels/load.ts";
import { plainKernels } from "../../runtime/kernels/plain.ts";
import { exact, ulps } from "./exact.ts";
import { asKind, kinds, randomValues, type Kind } from "./kernel-data.ts";

const best = createKernels();
const both: readonly Kernels[] = [plainKernels, best];

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

describe("adam", () => {
  const step = {
    ...{ keepMean: 0.9, takeMean: 0.1, keepVariance: 0.999, takeVariance: 0.001 },
    ...{ size: 1e-3, scale: 1.5, epsilon: 1e-8, shrink: 1e-5 },
  };

  /** The arrays after a step, and what it says of them. */
  function stepped(kernels: Kernels, kind: Kind, length: number, change: (arrays: Floats[]) => void = () => undefined) {
    const [numbers, gradient] = [randomValues(kind, length), randomValues(kind, length).reverse()];
    const mean = Float64Array.from(gradient, (g, i) => g / (i + 1));
    const variance = mean.map((x) => x * x);
    change([numbers, gradient, mean, variance]);
    const isFine = kernels.adam(numbers, gradient, mean, variance, step);
    return { isFine, arrays: [numbers, mean, variance].map((array) => new Uint8Array(array.buffer)) };
  }

  test.each(kinds)("%s: the same bits in all kernels, for any length", (kind) => {
    for (const length of [0, 1, 2, 63, 64, 65, 4096, 4097, 8193]) {
      const [plain, other] = both.map((kernels) => stepped(kernels, kind, length));
      expect(plain.isFine && other.isFine).toBe(true);
      expect(plain.arrays.every((bytes, k) => Buffer.compare(bytes, other.arrays[k]) === 0)).toBe(true);
    }
  });

  test.each(kinds)("%s: says where a number is lost, and leaves no -0", (kind) => {
    for (const kernels of both)
      for (const at of [0, 64, 127, 128])
        for (const lost of [NaN, Infinity, -Infinity])
          for (const which of [0, 1, 2, 3])
            expect(stepped(kernels, kind, 129, (arrays) => (arrays[which][at] = lost)).isFine).toBe(false);
    for (const kernels of both) {
      const { arrays } = stepped(kernels, kind, 129, (all) => all.forEach((array) => array.fill(-0)));
      expect(arrays.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    }
  });

  test("arrays of other lengths are refused", () => {
    const [three, two] = [new Float64Array(3), new Float64Array(2)];
    for (const kernels of both) expect(() => kernels.adam(three, three, two, three, step)).toThrow("2 elements for 3");
  });
});
