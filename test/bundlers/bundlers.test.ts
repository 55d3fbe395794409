/** Real bundlers, each with the plug-in as a user has it: the numbers of the bundle, and how a wrong program fails. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { built } from "../helpers/built.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), "cotangent-bundlers-")));

/** For each bundler, a module that exports `build(entry, output)`; it returns nothing or throws what the bundler does. */
const builders: Readonly<Record<string, string>> = {
  vite: `import cotangent from "cotangent/vite";
import { build as vite } from "vite";

export const build = (entry, output) =>
  vite({
    configFile: false,
    logLevel: "silent",
    plugins: [cotangent()],
    build: { ssr: entry, outDir: output, emptyOutDir: false, sourcemap: true, rollupOptions: { output: { entryFileNames: "main.mjs" } } },
  });
`,
  rollup: `import cotangent from "cotangent/rollup";
import { rollup } from "rollup";

export async function build(entry, output) {
  const bundle = await rollup({ input: entry, external: /^cotangent/, plugins: [cotangent()], onLog: () => {} });
  await bundle.write({ file: output + "/main.mjs", sourcemap: true });
}
`,
  rolldown: `import cotangent from "cotangent/rolldown";
import { rolldown } from "rolldown";

export async function build(entry, output) {
  const bundle = await rolldown({ input: entry, platform: "node", plugins: [cotangent()], onLog: () => {} });
  await bundle.write({ file: output + "/main.mjs", sourcemap: true });
}
`,
  esbuild: `import cotangent from "cotangent/esbuild";
import { build as esbuild } from "esbuild";

export const build = (entry, output) =>
  esbuild({
    entryPoints: [entry],
    outfile: output + "/main.mjs",
    bundle: true,
    format: "esm",
    platform: "node",
    sourcemap: true,
    logLevel: "silent",
    plugins: [cotangent()],
  });
`,
  webpack: packer("webpack", 'import webpack from "webpack";'),
  rspack: packer("rspack", 'import { rspack } from "@rspack/core";'),
};

/** Webpack and Rspack have the same interface. */
function packer(name: string, load: string): string {
  return `import cotangent from "cotangent/${name}";
${load}

export const build = (entry, output) =>
  new Promise((done, fail) => {
    const options = {
      mode: "development",
      devtool: "source-map",
      target: "node",
      entry,
      output: { path: output, filename: "main.cjs" },
      plugins: [cotangent()],
    };
    ${name}(options, (error, stats) => {
      if (error) fail(error);
      else if (stats.hasErrors()) fail(new Error(stats.toString({ all: false, errors: true, colors: false })));
      else done();
    });
  });
`;
}

const files: Readonly<Record<string, string>> = {
  "package.json": '{ "private": true, "type": "module" }\n',
  "tsconfig.json":
    '{ "compilerOptions": { "allowImportingTsExtensions": true, "noEmit": true, "strict": true, "module": "ESNext", "moduleResolution": "Bundler", "target": "ES2022" }, "files": [] }\n',
  "build.mjs": `const [, , name, entry, output] = process.argv;
const { build } = await import("./" + name + ".mjs");
try {
  await build(process.cwd() + "/" + entry, process.cwd() + "/" + output);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
`,
  "good/weight.ts": `/** The weight of one error. */
export const weight = (w: number, x: number): number => w * w * x;
`,
  "good/model.ts": `import { weight } from "./weight.ts";

export interface Line {
  slope: number;
  name: string;
}

export function loss(w: number, xs: number[]): number {
  let sum = 0;
  for (const x of xs) {
    sum += weight(w, x) * x;
  }
  return sum;
}

export function growth(x: number, steps: number): number {
  let y = x;
  for (let i = 0; i < steps; i++) {
    y = y * y;
  }
  return y;
}

export const steepness = (line: Line): number => line.slope ** 3;
`,
  "good/main.ts": `import { grad, jvp, valueAndGrad } from "cotangent";
import { growth, loss, steepness } from "./model.ts";

const results: unknown[] = [
  grad(loss)(3, [1, 2]),
  valueAndGrad(loss)(3, [1, 2]),
  jvp(loss)([3, [1, 2]], [1, [0, 10]]),
  grad(growth)(2, 3),
  grad(steepness)({ slope: 2, name: "a" }),
  grad((x: number) => loss(x, [1]) * x)(2),
];
console.log(JSON.stringify(results));
`,
  "bad/model.ts": `export function loss(w: number): number {
  const square = w * w;
  const later = async (): Promise<number> => square;
  void later();
  return square;
}
`,
  "bad/main.ts": `import { grad } from "cotangent";
import { loss } from "./model.ts";

console.log(grad(loss)(3));
`,
};

/** By hand: the loss is w² Σx², so 5w² at [1, 2]; the growth is x⁸ after three squarings. */
const expected = [30, [45, 30], [45, 30 + 9 * 4 * 10], 8 * 2 ** 7, { slope: 12 }, 12];

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function node(...options: string[]): Promise<Outcome> {
  const { FORCE_COLOR: _forced, NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _mode, ...rest } = process.env;
  const env = { ...rest, NO_COLOR: "1" };
  return new Promise((done) => {
    const child = spawn(process.execPath, options, { cwd: folder, env });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.on("close", (status) => done({ status, stdout, stderr }));
  });
}

beforeAll(() => {
  built();
  for (const [name, text] of Object.entries(files)) write(name, text);
  for (const [name, text] of Object.entries(builders)) write(`${name}.mjs`, text);
  mkdirSync(join(folder, "node_modules/@rspack"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/cotangent"), "dir");
  for (const name of ["vite", "rollup", "rolldown", "esbuild", "webpack", "@rspack/core"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name), "dir");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

describe.each(Object.keys(builders))("%s", (name) => {
  it("bundles derivatives that are right", async () => {
    const output = `out-${name}`;
    const build = await node("build.mjs", name, "good/main.ts", output);
    expect(build.status, build.stderr + build.stdout).toBe(0);
    const extension = name === "webpack" || name === "rspack" ? "cjs" : "mjs";
    const { stdout, stderr } = await node(join(output, `main.${extension}`));
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  it("fails on a wrong program, with code, file and line", async () => {
    const { status, stderr } = await node("build.mjs", name, "bad/main.ts", `out-bad-${name}`);
    expect(status).toBe(1);
    expect(stderr).toMatch(/CT\d{4}: /);
    expect(stderr).toMatch(/bad\/model\.ts:3:\d+/);
  });
});
