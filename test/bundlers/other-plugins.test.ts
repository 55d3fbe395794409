/** Our plug-in among others: they change texts before us, know modules that we cannot find, and compile after us. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { transform, type PluginBuild } from "esbuild";
import type { Plugin } from "rollup";
import { describe, expect, it } from "vitest";
import { builders, replacingLoader, resultOf, type Surroundings } from "./builders.ts";
import { checkout, projectOf } from "./project.ts";

const config = '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler" }, "files": [] }';

/** The constant is in a module that is loaded last, and the derivative in the middle one is made with its value. */
const files: Readonly<Record<string, string>> = {
  "tsconfig.json": config,
  "scale.ts": "export const scale: number = 3;\n",
  "model.ts": `import { scale } from "./scale";

export interface Point {
  x: number;
}
export function loss({ x }: Point): number {
  return scale * x * x;
}
`,
  "main.ts": `import { grad } from "cotangent";
import { loss } from "./model";

export const result = grad(loss)({ x: 2 });
(globalThis as unknown as { result: unknown }).result = result;
`,
};

function replacing(name: string, from: string, to: string): Plugin {
  return {
    name: "replace",
    transform: (text, id) => (id.endsWith(name) ? { code: text.replaceAll(from, to), map: null } : undefined),
  };
}

/** Finds `./x.ts` behind `./x`, as most projects let some plug-in do for Rollup. */
const extensions: Plugin = {
  name: "extensions",
  async resolveId(specifier, importer) {
    return specifier.startsWith(".") && !/\.ts$/.test(specifier) ? this.resolve(`${specifier}.ts`, importer) : null;
  },
};

function surroundings(folder: string): Surroundings {
  return {
    before: [extensions, replacing("scale.ts", "3", "5")],
    loadersBefore: [replacingLoader(folder, "five.cjs", "scale.ts", "3", "5")],
  };
}

const { esbuild, ...others } = builders;
const names = Object.keys(others);

/** What the bundler says; it must fail. */
async function failure(building: Promise<void>): Promise<string> {
  return building.then(
    () => Promise.reject(new Error("the bundler did not fail")),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe.each(names)("%s", (name) => {
  it("compiles the text that a plug-in before ours has made", async () => {
    const folder = projectOf({ ...files, "package.json": "{}" });
    await builders[name](folder, surroundings(folder));
    expect(await resultOf(folder)).toEqual({ x: 20 });
  });

  it("finds a request behind a module that only the bundler can read", async () => {
    const folder = projectOf({ ...gated, "package.json": "{}" });
    await builders[name](folder, { before: [extensions, gate], loadersBefore: ["gate.cjs"] });
    expect(await resultOf(folder)).toEqual([{ x: 12 }, 12]);
  });

  it("takes what an import means from the bundler", async () => {
    const folder = projectOf({ ...aliased, "package.json": "{}" });
    const to = join(folder, "production/scale.ts");
    const resolving: Plugin = { name: "alias", resolveId: (specifier) => (specifier === "@scale" ? to : null) };
    await builders[name](folder, { before: [extensions, resolving], alias: { "@scale": to } });
    expect(await resultOf(folder)).toEqual({ x: 28 });
  });
});

describe.each(Object.keys(builders))("%s", (name) => {
  it("reports every error of a module, each at its place", async () => {
    const said = await failure(builders[name](projectOf({ ...wrong, "package.json": "{}" }), { before: [extensions] }));
    for (const [code, line] of Object.entries({ CT2009: 3, CT2017: 11, CT2007: 15 })) {
      expect(said).toContain(`${code}: `);
      expect(said).toMatch(new RegExp(`model\\.ts:${String(line)}:\\d+`));
      expect(said.split(`${code}: `)).toHaveLength(2);
    }
  });
});

describe.each(names)("%s", (name) => {
  it("lets a compiler of TypeScript come after", async () => {
    const folder = projectOf({ ...files, "after.cjs": typesLoader, "package.json": "{}" });
    await builders[name](folder, { before: [extensions], after: [types], loadersAfter: ["after.cjs"] });
    expect(await resultOf(folder)).toEqual({ x: 12 });
  });

  it("keeps the source map of the plug-in before", async () => {
    const folder = projectOf({ ...files, ...both, "head.cjs": headLoader, "package.json": "{}" });
    await builders[name](folder, { before: [extensions, head], loadersBefore: ["head.cjs"] });
    const out = ["out.mjs", "out.cjs"].map((file) => join(folder, file)).find((file) => existsSync(file)) ?? "";
    const lines = readFileSync(out, "utf8").split("\n");
    const line = lines.findIndex((text) => /return .*(scale|3) *\* x \* x/.test(text)) + 1;
    const map = new TraceMap(readFileSync(`${out}.map`, "utf8"));
    const place = originalPositionFor(map, { line, column: lines[line - 1].indexOf("return") });
    expect(place.source).toMatch(/model\.ts$/);
    expect(place.line).toBe(7);
  });
});

/** The primal stays in the bundle, beside its derivative. */
const both = { "main.ts": files["main.ts"].replace("grad(loss)({ x: 2 })", "[grad(loss)({ x: 2 }), loss({ x: 2 })]") };

const wrong: Readonly<Record<string, string>> = {
  "tsconfig.json": config,
  "model.ts": `export function first(x: number): number {
  let y = x;
  try {
    y = x * x;
  } catch {
    y = 0;
  }
  return y;
}
export function second(x: number): number {
  return x * Number(x.toFixed(2));
}
export function third(x: number): number {
  const square = x * x;
  const later = async (): Promise<number> => square;
  void later();
  return square;
}
`,
  "main.ts": `import { grad } from "cotangent";
import { first, second, third } from "./model";
export const result = [grad(first)(1), grad(second)(1), grad(third)(1)];
`,
};

/** A compiler of TypeScript as projects have one already: `rollup-plugin-esbuild`, `ts-loader`. */
const types: Plugin = {
  name: "types",
  transform: async (text, id) => (id.endsWith(".ts") ? transform(text, { loader: "ts", sourcemap: true }) : null),
};
const typesLoader = `const { transformSync } = require(${JSON.stringify(join(checkout, "node_modules/esbuild"))});
module.exports = function (text) {
  return transformSync(text, { loader: "ts" }).code;
};
`;

/** Puts two lines before the text of the model, and says so in a source map, line by line. */
const head: Plugin = {
  name: "head",
  transform(text, id) {
    if (!id.endsWith("model.ts")) return null;
    const mappings = `;;${text
      .split("\n")
      .map((_, i) => (i === 0 ? "AAAA" : "AACA"))
      .join(";")}`;
    return { code: `\n\n${text}`, map: { version: 3, sources: [id], sourcesContent: [text], names: [], mappings } };
  },
};
const headLoader = `const head = { ${(head.transform as () => void).toString()} };
module.exports = function (text) {
  const made = head.transform(text, this.resourcePath);
  this.callback(null, made ? made.code : text, made ? made.map : undefined);
};
`;

/** `late.ts` is asked for by a module that is no TypeScript, after the module of the primal. */
const gated: Readonly<Record<string, string>> = {
  ...files,
  "main.ts": `import { loss } from "./model";
import { slope } from "./gate.abc";

export const result = [slope({ x: 2 }), loss({ x: 2 })];
(globalThis as unknown as { result: unknown }).result = result;
`,
  "gate.abc": "late.ts",
  "gate.cjs": `module.exports = function (text) {
  return this.resourcePath.endsWith(".abc") ? 'export { slope } from "./' + text + '";' : text;
};
`,
  "late.ts": `import { grad } from "cotangent";
import { loss } from "./model";
export const slope = grad(loss);
`,
};

const gate: Plugin = {
  name: "gate",
  load: (id) => (id.endsWith(".abc") ? `export { slope } from "./${readFileSync(id, "utf8")}";` : null),
};

/** A constant from a module that TypeScript cannot find, or would find elsewhere. */
const aliased: Readonly<Record<string, string>> = {
  ...files,
  "model.ts": files["model.ts"].replace("./scale", "@scale"),
  "production/scale.ts": "export const scale: number = 7;\n",
};

describe("esbuild", () => {
  it("refuses a request that it finds too late", async () => {
    const folder = projectOf(gated);
    const beforeInEsbuild = [
      {
        name: "gate",
        setup: (build: PluginBuild) => {
          build.onLoad({ filter: /\.abc$/ }, async () => {
            await new Promise((done) => setTimeout(done, 3000)); // until the others are through
            return { contents: 'export { slope } from "./late";', resolveDir: folder };
          });
        },
      },
    ];
    const said = await failure(esbuild(folder, { beforeInEsbuild }));
    expect(said).toContain("CT1005");
    expect(said).toMatch(/late\.ts:3:\d+/);
  });

  it("refuses a program of which another plug-in has changed a text that a derivative was made from", async () => {
    const folder = projectOf(files);
    const beforeInEsbuild = [
      {
        name: "five",
        setup: (build: PluginBuild) => {
          build.onLoad({ filter: /scale\.ts$/ }, () => ({ contents: "export const scale = 5;" }));
        },
      },
    ];
    const said = await failure(esbuild(folder, { beforeInEsbuild }));
    expect(said).toContain("CT1006");
    expect(said).toMatch(/scale\.ts:1:/);
  });

  it("takes what an import means from the bundler", async () => {
    const folder = projectOf(aliased);
    await esbuild(folder, { alias: { "@scale": join(folder, "production/scale.ts") } });
    expect(await resultOf(folder)).toEqual({ x: 28 });
  });
});
