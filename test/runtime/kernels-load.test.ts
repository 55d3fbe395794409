/** Which kernels a host gets: by what it says it can run, by what it then does, in another process and in a page. */
import { buildSync } from "esbuild";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { hostOf, type Host } from "../../runtime/kernels/host.ts";
import type { Kernels } from "../../runtime/kernels/kernels.ts";
import { createKernels, createKernelsLater, kernels, prepareKernels } from "../../runtime/kernels/load.ts";
import { plainKernels } from "../../runtime/kernels/plain.ts";
import { relaxed, simd } from "../../runtime/kernels/simd.generated.ts";

const root = resolve(import.meta.dirname, "../..");
const real = hostOf(globalThis) as Host;
const bytesOf = (text: string): Buffer<ArrayBuffer> => Buffer.from(text, "base64");

/** This host, with some of its functions replaced. */
function scope(changes: Partial<Host>): { readonly WebAssembly: Host } {
  const { Module, Instance } = real;
  const rest = {
    validate: (bytes: Uint8Array<ArrayBuffer>) => real.validate(bytes),
    compile: (bytes: Uint8Array<ArrayBuffer>) => real.compile(bytes),
    instantiate: (module: object) => real.instantiate(module),
  };
  return { WebAssembly: { Module, Instance, ...rest, ...changes } };
}

/** A host that knows SIMD but no relaxed SIMD. */
const withoutRelaxed = {
  validate: (bytes: Uint8Array<ArrayBuffer>) => !bytesOf(relaxed).equals(bytes) && real.validate(bytes),
};

function expectWorking(chosen: Kernels): void {
  const out = new Float64Array(1);
  chosen.matmul(new Float64Array([2, 3]), new Float64Array([5, 7]), out, { m: 1, n: 1, k: 2 });
  expect([...out]).toEqual([31]);
}

test("the binaries are chosen by what the host validates", async () => {
  expect(createKernels({})).toBe(plainKernels);
  expect(createKernels(scope({ validate: () => false }))).toBe(plainKernels);
  expect(createKernels(scope(withoutRelaxed)).name).toBe("simd");
  expectWorking(createKernels(scope(withoutRelaxed)));
  expect(createKernels().name).toBe(real.validate(bytesOf(relaxed)) ? "relaxed" : "simd");
  expect(await createKernelsLater({})).toBe(plainKernels);
  expect(await createKernelsLater(scope({ validate: () => false }))).toBe(plainKernels);
});

test("a binary that is not valid here is never compiled", () => {
  const compiled: Uint8Array[] = [];
  const Module = new Proxy(real.Module, {
    construct: (target, parameters: [Uint8Array<ArrayBuffer>]) => {
      compiled.push(parameters[0]);
      return new target(...parameters);
    },
  });
  expect(createKernels(scope({ ...withoutRelaxed, Module })).name).toBe("simd");
  expect(compiled.map((bytes) => bytesOf(simd).equals(bytes))).toEqual([true]);
});

test("a host that compiles only asynchronously gets the binary by waiting", async () => {
  const Module = new Proxy(real.Module, {
    construct: () => {
      throw new RangeError("WebAssembly.Compile is disallowed on the main thread");
    },
  });
  expect(createKernels(scope({ Module }))).toBe(plainKernels);
  const later = await createKernelsLater(scope({ Module }));
  expect(later.name).not.toBe("plain");
  expectWorking(later);
  const refusing = { Module, compile: () => Promise.reject(new Error("refused by the policy of the page")) };
  expect(await createKernelsLater(scope(refusing))).toBe(plainKernels);
});

test("a program has one set of kernels", async () => {
  const first = kernels();
  expect(kernels()).toBe(first);
  expect(await prepareKernels()).toBe(first);
});

/** Prints the name of the kernels and the largest error of a product, in units of what k roundings may cost. */
const entry = `import { createKernels } from "./runtime/kernels/load.ts";
const [m, n, k] = [37, 29, 300];
const kernels = createKernels();
const measure = (Kind, epsilon) => {
  const a = new Kind(m * k).map((_, i) => Math.sin(i));
  const b = new Kind(k * n).map((_, i) => Math.cos(i * i));
  const out = new Kind(m * n);
  kernels.matmul(a, b, out, { m, n, k });
  return out.reduce((worst, value, at) => {
    let [sum, size] = [0, 0];
    for (let p = 0, i = Math.floor(at / n), j = at % n; p < k; p++) {
      sum += a[i * k + p] * b[p * n + j];
      size += Math.abs(a[i * k + p] * b[p * n + j]);
    }
    return Math.max(worst, Math.abs(value - sum) / (2 * k * epsilon * size));
  }, 0);
};
globalThis.result = [kernels.name, measure(Float32Array, 2 ** -24), measure(Float64Array, 2 ** -53)];
`;

function bundled(more: string): string {
  const stdin = { contents: entry + more, resolveDir: root };
  return buildSync({ stdin, bundle: true, format: "iife", write: false }).outputFiles[0].text;
}

function expectAccurate(result: unknown, name: string): void {
  const [found, single, double] = result as [string, number, number];
  expect(found).toBe(name);
  for (const error of [single, double]) {
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(1);
  }
}

test("with relaxed SIMD, products are fused and as accurate", () => {
  const major = Number(process.versions.node.split(".")[0]);
  const flags = major < 22 ? ["--experimental-wasm-relaxed-simd"] : [];
  const script = bundled("console.log(JSON.stringify(globalThis.result));");
  const printed = execFileSync(process.execPath, [...flags, "-"], { input: script, encoding: "utf8" });
  expectAccurate(JSON.parse(printed), "relaxed");
});

test("in the main thread of a page the binary is there at once", { timeout: 60_000 }, async () => {
  const browserFile = "/usr/bin/chromium";
  if (!existsSync(browserFile)) {
    if (process.env["CI"] === "true") throw new Error(`there is no ${browserFile}, which the tests of a CI need`);
    console.warn(`NOT TESTED: the kernels in a page, because there is no ${browserFile}`);
    return;
  }
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  args.push("--disable-component-update", "--disable-sync");
  const browser = await chromium.launch({ executablePath: browserFile, headless: true, args });
  try {
    const page = await browser.newPage();
    await page.goto("about:blank");
    await page.addScriptTag({ content: bundled("") });
    expectAccurate(await page.evaluate("result"), "relaxed");
  } finally {
    await browser.close();
  }
});
