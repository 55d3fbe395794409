/** Each bundler behind one function: the text of a bundle, made with some plug-ins around ours. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rspack } from "@rspack/core";
import { build as esbuild, type Plugin as EsbuildPlugin } from "esbuild";
import { rolldown } from "rolldown";
import { rollup, type Plugin } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";
import esbuildPlugin from "../../src/esbuild.ts";
import rolldownPlugin from "../../src/rolldown.ts";
import rollupPlugin from "../../src/rollup.ts";
import rspackPlugin from "../../src/rspack.ts";
import vitePlugin from "../../src/vite.ts";
import webpackPlugin from "../../src/webpack.ts";

/** What is around our plug-in. */
export interface Surroundings {
  /** For the first four: plug-ins before and after ours, with the hooks of Rollup. */
  readonly before?: readonly Plugin[];
  readonly after?: readonly Plugin[];
  readonly beforeInEsbuild?: readonly EsbuildPlugin[];
  readonly alias?: Readonly<Record<string, string>>;
  /** For webpack and Rspack: loaders that get the text before ours does, and after. */
  readonly loadersBefore?: readonly string[];
  readonly loadersAfter?: readonly string[];
}

export type Builder = (folder: string, around?: Surroundings) => Promise<void>;

/** Builds `main.ts` of a folder to `out.mjs` or `out.cjs` there; rejects with what the bundler says. */
const rollupLike: Readonly<Record<string, Builder>> = {
  async rollup(folder, { before = [], after = [] } = {}) {
    const bundle = await rollup({
      input: join(folder, "main.ts"),
      external: /^cotangent/,
      plugins: [...before, rollupPlugin(undefined), ...after],
      onLog: () => undefined,
    });
    await bundle.write({ file: join(folder, "out.mjs"), sourcemap: true });
  },
  async rolldown(folder, { before = [], after = [], alias = {} } = {}) {
    const bundle = await rolldown({
      input: join(folder, "main.ts"),
      external: /^cotangent/,
      resolve: { alias },
      plugins: [before, rolldownPlugin(undefined), after] as never,
      onLog: () => undefined,
    });
    await bundle.write({ file: join(folder, "out.mjs"), sourcemap: true });
  },
  async vite(folder, { before = [], after = [], alias = {} } = {}) {
    const early = before.map((plugin) => ({ ...plugin, enforce: "pre" }));
    await vite({
      root: folder,
      configFile: false,
      logLevel: "silent",
      resolve: { alias },
      plugins: [early, vitePlugin(undefined), after] as never,
      build: {
        ssr: join(folder, "main.ts"),
        outDir: folder,
        emptyOutDir: false,
        sourcemap: true,
        minify: false,
        rollupOptions: { external: /^cotangent/, output: { entryFileNames: "out.mjs" } },
      },
    });
  },
};

const packers: Readonly<Record<string, Builder>> = {
  webpack: (folder, around) => packed(webpack, webpackPlugin(undefined), folder, around),
  rspack: (folder, around) => packed(rspack, rspackPlugin(undefined), folder, around),
};

export const builders: Readonly<Record<string, Builder>> = {
  ...rollupLike,
  ...packers,
  async esbuild(folder, { beforeInEsbuild = [], alias = {} } = {}) {
    await esbuild({
      entryPoints: [join(folder, "main.ts")],
      outfile: join(folder, "out.mjs"),
      absWorkingDir: folder,
      bundle: true,
      format: "esm",
      external: ["cotangent", "cotangent/runtime"],
      sourcemap: true,
      logLevel: "silent",
      alias: { ...alias },
      plugins: [...beforeInEsbuild, esbuildPlugin(undefined)],
    });
  },
};

interface Stats {
  hasErrors(): boolean;
  toString(options: object): string;
}
type Packer = (options: object, done: (error: Error | null, stats?: Stats) => void) => unknown;

function packed(packer: Packer, plugin: unknown, folder: string, around: Surroundings = {}): Promise<void> {
  const rule = (loader: string, enforce?: string): object => ({
    test: /\.(ts|abc)$/,
    enforce,
    loader: join(folder, loader),
  });
  const options = {
    mode: "development",
    devtool: "source-map",
    target: "node",
    context: folder,
    entry: join(folder, "main.ts"),
    output: { path: folder, filename: "out.cjs" },
    externals: { cotangent: "commonjs cotangent" },
    resolve: { alias: around.alias, extensions: [".ts", ".js"] },
    module: {
      rules: [
        ...(around.loadersAfter ?? []).map((loader) => rule(loader)),
        ...(around.loadersBefore ?? []).map((loader) => rule(loader, "pre")),
      ],
    },
    plugins: [plugin],
  };
  return new Promise((done, fail) => {
    packer(options, (error, stats) => {
      if (error) fail(error);
      else if (stats?.hasErrors()) fail(new Error(stats.toString({ all: false, errors: true, colors: false })));
      else done();
    });
  });
}

/** The default export of the bundle. */
export async function resultOf(folder: string): Promise<unknown> {
  for (const name of ["out.mjs", "out.cjs"]) {
    try {
      readFileSync(join(folder, name));
    } catch {
      continue;
    }
    const url = `${pathToFileURL(join(folder, name)).href}?${String(Math.random())}`;
    const loaded = (await import(url)) as { result?: unknown };
    return loaded.result ?? (globalThis as { result?: unknown }).result;
  }
  throw new Error("there is no bundle");
}

/** Writes a loader for webpack and Rspack that replaces text in the files of a name. */
export function replacingLoader(folder: string, name: string, file: string, from: string, to: string): string {
  const text = `module.exports = function (text) {
  return this.resourcePath.endsWith(${JSON.stringify(file)}) ? text.replaceAll(${JSON.stringify(from)}, ${JSON.stringify(to)}) : text;
};
`;
  writeFileSync(join(folder, name), text);
  return name;
}
