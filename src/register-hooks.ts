import { readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { formatDiagnostics } from "./diagnostics/format.ts";
import { resolveFile } from "./resolve-file.ts";
import { stripTypes } from "./strip-types.ts";
import { wholeProgram } from "./whole-program.ts";

const program = wholeProgram(process.cwd());
const warned = new Set<string>();

/** Finds `./x.ts` behind `./x.js` and `./x`, and what the paths of the tsconfig name. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const parent = context.parentURL?.startsWith("file:") ? fileURLToPath(context.parentURL) : undefined;
  const file = parent === undefined ? undefined : resolveFile(specifier, parent);
  return file === undefined ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true };
};

/** Compiles TypeScript, and JavaScript that asks for derivatives. */
export const load: LoadHook = async (url, context, next) => {
  const file = url.startsWith("file:") ? fileURLToPath(url).replaceAll("\\", "/") : undefined;
  const isTypeScript = file !== undefined && /\.[cm]?tsx?$/.test(file);
  if (file === undefined || file.includes("/node_modules/") || (!isTypeScript && !/\.m?js$/.test(file)))
    return next(url, context);
  const text = await readFile(file, "utf8");
  const module = isTypeScript || text.includes("cotangent") ? await program.module(file) : undefined;
  if (!isTypeScript && !module) return next(url, context);
  const found = program.diagnostics();
  const errors = found.filter(({ severity }) => severity === "error");
  const texts = await textsOf(found.map((diagnostic) => diagnostic.file));
  if (errors.length > 0)
    throw refused(formatDiagnostics(errors, (path) => texts.get(path), { directory: process.cwd() }));
  for (const warning of found)
    warn(formatDiagnostics([warning], (path) => texts.get(path), { directory: process.cwd() }));
  const { code, map } = stripTypes(file, module?.code ?? text, module?.map, program.options());
  const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(withUrls(map)).toString("base64")}\n`;
  return { format: "module", source: `${code}\n${inline}`, shortCircuit: true };
};

/** Node prints the stack of an error that ends the process: here, what is wrong and where. */
function refused(text: string): Error {
  const error = new Error(text);
  error.stack = `cotangent:\n${text}`;
  return error;
}

function warn(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  process.stderr.write(`${text}\n`);
}

async function textsOf(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const read = async (path: string): Promise<readonly [string, string]> => [
    path,
    await readFile(path, "utf8").catch(() => ""),
  ];
  return new Map(await Promise.all([...new Set(paths)].map(read)));
}

/** Debuggers tell sources by URL. */
function withUrls(map: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  return JSON.stringify({ ...parsed, sources: parsed.sources.map((source) => pathToFileURL(source).href) });
}
