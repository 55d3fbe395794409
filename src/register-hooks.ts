import { readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import { ts } from "../transforms/typescript.ts";
import { newBuild } from "./build.ts";
import { resolveFile } from "./resolve-file.ts";
import { stripTypes } from "./strip-types.ts";

/** The built package itself, which asks for no derivatives; where it is installed it is below node_modules anyway. */
const packageFolder = new URL("..", import.meta.url).href;

const build = newBuild(process.cwd().replaceAll("\\", "/"));

/** Finds `./x.ts` behind `./x.js` and `./x`, and what the paths of the tsconfig name. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const parent = context.parentURL?.startsWith("file:") ? fileURLToPath(context.parentURL) : undefined;
  const file = parent === undefined ? undefined : resolveFile(specifier, parent);
  return file === undefined ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true };
};

/** Compiles TypeScript, and JavaScript that asks for derivatives or gets some. */
export const load: LoadHook = async (url, context, next) => {
  const file = url.startsWith("file:") ? fileURLToPath(url).replaceAll("\\", "/") : undefined;
  const isTypeScript = file !== undefined && /\.[cm]?tsx?$/.test(file);
  const isOwn = file !== undefined && !file.includes("/node_modules/") && /\.[cm]?jsx?$/.test(file);
  if ((!isTypeScript && !isOwn) || url.startsWith(packageFolder)) return next(url, context);
  const text = await readFile(file, "utf8");
  const isAsked = isTypeScript || text.includes("cotangent") || build.whole.latest()?.consulted.includes(file) === true;
  const module = isAsked ? await build.transform(file, text, { resolve: () => Promise.resolve(undefined) }) : undefined;
  if (isAsked) await report(file);
  if (!isTypeScript && !module) return next(url, context);
  const format = isScript(file, text) ? "commonjs" : "module";
  const how = { options: build.whole.options(), module: format, jsx: ts.JsxEmit.ReactJSX } as const;
  const { code, map } = stripTypes(file, module?.code ?? text, module?.map, how);
  const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(withUrls(map)).toString("base64")}\n`;
  return { format, source: `${code}\n${inline}`, shortCircuit: true };
};

/** A TypeScript file that needs what only scripts have, and is named as one or does nothing that only modules do. */
function isScript(file: string, text: string): boolean {
  const needsScript = /\brequire\s*\(|\bmodule\.exports\b|\b__(?:dir|file)name\b|^export =/m.test(text);
  if (!needsScript || !/\.c?tsx?$/.test(file)) return false;
  return /\.cts$/.test(file) || !ts.isExternalModule(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022));
}

/** Throws what is wrong with the program, or with a file that comes after one that should have had its derivative. */
async function report(file: string): Promise<void> {
  const errors = build.errors();
  const found = errors.length > 0 ? errors : (await build.stale(file)).map(({ why }) => why);
  if (found.length > 0) throw refused(found);
  const warnings = build.news("warning");
  if (warnings.length > 0) process.stderr.write(`${build.format(warnings)}\n`);
}

/** Node prints the stack of an error that ends the process: here, what is wrong and where. */
function refused(errors: readonly Diagnostic[]): Error {
  const error = new Error(build.format(errors));
  const [{ file, line, column }] = errors;
  error.stack = `cotangent:\n${error.message}\n\n    at ${file}:${line}:${column}`;
  return error;
}

/** Debuggers tell sources by URL. */
function withUrls(map: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  return JSON.stringify({ ...parsed, sources: parsed.sources.map((source) => pathToFileURL(source).href) });
}
