/** The compiler in a page: `cotangent/compiler`, bundled for browsers as it is, compiles and its derivative runs there. */
import { build } from "esbuild";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built } from "./helpers/built.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const browserFile = "/usr/bin/chromium";
const folder = mkdtempSync(join(tmpdir(), "cotangent-browser-"));
const bundle = join(folder, "compiler.js");

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What the page is asked to do. Its types are left out by the TypeScript that is in the compiler's bundle. */
const entry = `import { compile } from "cotangent/compiler";
import { ts } from "ts-morph";

globalThis.differentiate = async (files, ...parameters) => {
  const { modules, diagnostics } = await compile(files);
  const [module] = modules.values();
  if (!module) return { diagnostics };
  const { outputText } = ts.transpileModule(module.code, { compilerOptions: { target: "ES2022", module: "ESNext" } });
  const url = URL.createObjectURL(new Blob([outputText], { type: "text/javascript" }));
  const { derivative } = await import(url);
  return { text: module.appended, diagnostics, value: derivative(...parameters) };
};
`;

interface Outcome {
  readonly text: string;
  readonly diagnostics: readonly { readonly code: string; readonly line: number }[];
  readonly value: unknown;
}

const source = (body: string): string => `import { grad } from "cotangent";

export function loss(w: number, xs: number[]): number {
${body}
}
export const derivative = grad(loss);
`;

beforeAll(built);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the compiler runs in a page", { timeout: 60_000 }, async () => {
  await build({
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    format: "iife",
    platform: "browser",
    outfile: bundle,
    logLevel: "silent",
  });
  if (!existsSync(browserFile)) {
    if (process.env["CI"] === "true") throw new Error(`there is no ${browserFile}, which the tests of a CI need`);
    console.warn(`NOT TESTED: the compiler in a page, because there is no ${browserFile}`);
    return;
  }
  const browser = await chromium.launch({ executablePath: browserFile, headless: true, args: flags });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error.stack)));
    await page.goto("about:blank");
    await page.addScriptTag({ path: bundle });
    const differentiate = async (body: string, ...parameters: readonly unknown[]): Promise<Outcome> => {
      const call = [{ "model.ts": source(body) }, ...parameters].map((value) => JSON.stringify(value)).join(", ");
      return page.evaluate<Outcome>(`differentiate(${call})`);
    };

    // d/dw Σ sin(w x) = Σ x cos(w x)
    const loop = "  let sum = 0;\n  for (const x of xs) {\n    sum += Math.sin(w * x);\n  }\n  return sum;";
    const good = await differentiate(loop, 0.5, [1, 2]);
    expect(good.diagnostics).toEqual([]);
    expect(good.text).toContain("export function loss_grad(w: number, xs: number[]): number {");
    expect(good.value).toBeCloseTo(Math.cos(0.5) + 2 * Math.cos(1), 14);

    const refused = await differentiate("  return Number.parseFloat(w.toFixed(2)) * xs[0];", 1, [1]);
    expect(refused.diagnostics).toMatchObject([{ code: expect.stringMatching(/^CT\d{4}$/) as string, line: 4 }]);
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
  }
});
