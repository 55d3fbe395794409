/** The module hooks behind `cotangent/register`; they run in a thread of their own. */
import { readFileSync, statSync } from "node:fs";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { lateRequest } from "../transforms/diagnostics/catalog.ts";
import type { ts } from "../transforms/typescript.ts";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import { formatDiagnostics } from "./diagnostics/format.ts";
import { readConfig, slashes } from "./disk.ts";
import { errorsOf, newProject, type Project } from "./project.ts";
import { transpile, withInlineMap } from "./transpile.ts";

export interface HookData {
  readonly directory: string;
  readonly entry: string | undefined;
  /** What the modules with derivatives were compiled to, by path. */
  readonly modules: ReadonlyMap<string, string>;
  /** The derivatives in them. */
  readonly appended: ReadonlyMap<string, string>;
}

interface State {
  readonly data: HookData;
  readonly options: ts.CompilerOptions;
  readonly loaded: Set<string>;
  project: Project | undefined;
}

// The hooks of a thread share what `initialize` was given: Node has no other way to hand it to them.
let state: State | undefined;

/** Takes what was compiled before the program started. */
export function initialize(data: HookData): void {
  const { options } = readConfig(data.entry === undefined ? data.directory : data.entry.replace(/\/[^/]*$/, ""));
  state = { data, options, loaded: new Set(), project: undefined };
}

/** `./model.ts`, `./model.js` where the file is `model.ts`, `./model`, and the `paths` of the tsconfig. */
export const resolve: ResolveHook = (specifier, context, next) => {
  const parent = context.parentURL;
  const from = parent?.startsWith("file:") ? slashes(fileURLToPath(parent)) : undefined;
  const found = candidates(specifier, from, state?.options ?? {})
    .flatMap(withExtensions)
    .find(isFile);
  if (found === undefined) return next(specifier, context);
  const url = `${pathToFileURL(found).href}${/^\.|^\//.test(specifier) ? (/[?#].*$/.exec(specifier)?.[0] ?? "") : ""}`;
  return /\.[cm]?tsx?$|\.jsx$/.test(found) ? { url, format: formatOf(found), shortCircuit: true } : next(url, context);
};

/** TypeScript without its types, and modules with their derivatives. */
export const load: LoadHook = async (url, context, next) => {
  if (!state || !url.startsWith("file:")) return next(url, context);
  const path = slashes(fileURLToPath(url));
  const known = state.data.modules.get(path);
  state.loaded.add(path);
  if (known !== undefined) return { source: known, format: formatOf(path), shortCircuit: true };
  if (!/\.[cm]?tsx?$|\.jsx$/.test(path)) return next(url, context);
  const text = readFileSync(path, "utf8");
  const source = text.includes("cotangent") ? await compileLate(state, path, text) : undefined;
  return {
    source: source ?? withInlineMap(transpile(path, text, state.options)),
    format: formatOf(path),
    shortCircuit: true,
  };
};

function formatOf(path: string): "module" | "commonjs" {
  return path.endsWith(".cts") ? "commonjs" : "module";
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** The paths a specifier may mean, without regard to extensions. */
function candidates(specifier: string, from: string | undefined, options: ts.CompilerOptions): readonly string[] {
  const plain = specifier.replace(/[?#].*$/, "");
  if (plain.startsWith("file:")) return [slashes(fileURLToPath(plain))];
  if (plain.startsWith("/")) return [plain];
  if (/^\.\.?(\/|$)/.test(plain)) {
    return from === undefined ? [] : [slashes(fileURLToPath(new URL(plain, pathToFileURL(from))))];
  }
  if (from === undefined || from.includes("/node_modules/")) return [];
  const base = options.baseUrl ?? (typeof options["pathsBasePath"] === "string" ? options["pathsBasePath"] : ".");
  return Object.entries(options.paths ?? {}).flatMap(([pattern, targets]) => {
    const star = matchPattern(pattern, plain);
    return star === undefined ? [] : targets.map((target) => `${target.startsWith("/") ? "" : `${base}/`}${target.replace("*", star)}`);
  });
}

/** What the star of a pattern stands for; empty where the pattern has none. */
function matchPattern(pattern: string, name: string): string | undefined {
  const at = pattern.indexOf("*");
  if (at < 0) return pattern === name ? "" : undefined;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const isMatch = name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
  return isMatch ? name.slice(at, name.length - after.length) : undefined;
}

function withExtensions(path: string): readonly string[] {
  const script = /\.([cm]?)js(x?)$/.exec(path);
  const renamed = script ? [`${path.slice(0, script.index)}.${script[1]}ts${script[2]}`, `${path.slice(0, script.index)}.tsx`] : [];
  const added = [".ts", ".tsx", ".mts", ".js", ".mjs", "/index.ts", "/index.tsx", "/index.js"].map((end) => `${path}${end}`);
  return [path, ...renamed, ...added];
}

/** A module that the entry does not import by a literal name; undefined if there is nothing to compile in it. */
async function compileLate(current: State, path: string, text: string): Promise<string | undefined> {
  const { data, loaded } = current;
  current.project ??= newProject(data.directory, data.entry === undefined ? [] : [data.entry]);
  const compilation = await current.project.compile(path, text);
  const reachable = compilation.reachable(path);
  const errors = [...errorsOf(compilation.diagnostics).filter(({ file }) => reachable.has(file))];
  for (const [name, { appended }] of compilation.modules) {
    const isLate = name !== path && loaded.has(name) && (data.appended.get(name) ?? "") !== appended;
    if (isLate && reachable.has(name)) errors.push(lateRequest(startOf(path), name));
  }
  if (errors.length > 0) throw refused(errors, data.directory);
  const module = compilation.modules.get(path);
  return module && withInlineMap(transpile(path, module.code, current.options, module.map));
}

function startOf(file: string): Pick<Diagnostic, "file" | "start" | "end" | "line" | "column"> {
  return { file, start: 0, end: 0, line: 1, column: 1 };
}

function refused(errors: readonly Diagnostic[], directory: string): Error {
  const error = new Error(`\n${formatDiagnostics(errors, (name) => readFileSync(name, "utf8"), { directory })}`);
  error.stack = error.message;
  return error;
}
