import { dirname, extname, isAbsolute, relative, resolve } from "node:path";
import { readFile } from "node:fs/promises";
import type { Loader, Metafile, PartialMessage, PluginBuild } from "esbuild";
import { changedLater } from "../transforms/diagnostics/catalog.ts";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import type { Build } from "./build.ts";
import type { Bundler } from "./gather.ts";
import { isSource } from "./module-file.ts";

/** The plug-in of esbuild. It sees the files that no plug-in before it has loaded, and cannot load any ahead of time. */
export function esbuildSetup(host: PluginBuild, ready: () => Promise<Build>): void {
  const options = host.initialOptions;
  options.metafile = true; // which says what else was loaded, and by whom
  const directory = options.absWorkingDir ?? process.cwd();
  const bundler: Bundler = {
    async resolve(specifier, importer) {
      const found = await host.resolve(specifier, {
        kind: importer === undefined ? "entry-point" : "import-statement",
        importer: importer ?? "",
        resolveDir: importer === undefined ? directory : dirname(importer),
      });
      const isFile = found.errors.length === 0 && !found.external && found.namespace === "file";
      return isFile ? found.path.replaceAll("\\", "/") + found.suffix : undefined;
    },
  };
  host.onStart(async () => {
    (await ready()).restart(entryPaths(options.entryPoints));
  });
  host.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: "file" }, async ({ path, suffix }) => {
    const id = path.replaceAll("\\", "/") + suffix;
    if (!isSource(id)) return undefined;
    const build = await ready();
    const module = await build.transform(id, await readFile(path, "utf8"), bundler);
    const stale = build.errors().length === 0 ? await build.stale(id) : [];
    const errors = [...build.news("error"), ...stale.map(({ why }) => why)].map((one) => asMessage(one, build));
    const warnings = build.news("warning").map((one) => asMessage(one, build));
    const consulted = build.whole.latest()?.consulted ?? [];
    const watchFiles = consulted.filter((file) => !file.includes("/node_modules/"));
    const failed = build.errors().length > 0;
    return {
      errors,
      warnings,
      watchFiles,
      ...((failed || module) && {
        contents: failed || !module ? "" : `${module.code}\n${inlineMap(module.map)}`,
        loader: loaderOf(path, options.loader),
        resolveDir: dirname(path),
      }),
    };
  });
  host.onEnd(async ({ metafile, errors }) => {
    if (!metafile || errors.length > 0) return {};
    const build = await ready();
    return { errors: unseen(metafile, directory, build).map((one) => asMessage(one, build)) };
  });
}

/** Files from which derivatives were made and whose text another plug-in has given to esbuild, perhaps another one. */
function unseen(metafile: Metafile, directory: string, build: Build): readonly Diagnostic[] {
  const { whole } = build;
  const used = whole.reachable(build.withDerivatives());
  const [home = ""] = build.withDerivatives().map((id) => relative(directory, id));
  return Object.keys(metafile.inputs)
    .map((input) => resolve(directory, input).replaceAll("\\", "/"))
    .filter((file) => used.has(file) && !build.hasArrived(file) && !file.includes("/node_modules/"))
    .map((file) => changedLater({ file, start: 0, end: 1, line: 1, column: 1 }, relative(directory, file), home));
}

function asMessage(
  { code, file, line, column, start, end, message, hint, related }: Diagnostic,
  build: Build,
): PartialMessage {
  const lineText = build.whole.text(file)?.split(/\r?\n/)[line - 1] ?? "";
  return {
    text: `${code}: ${message}`,
    location: { file, line, column: Buffer.byteLength(lineText.slice(0, column - 1)), length: end - start, lineText },
    notes: [
      ...(hint === undefined ? [] : [{ text: `hint: ${hint}` }]),
      ...(related ?? []).map((other) => ({
        text: other.message,
        location: { file: other.file, line: other.line, column: other.column - 1 },
      })),
    ],
  };
}

function inlineMap(map: string): string {
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}\n`;
}

function loaderOf(path: string, chosen: Readonly<Record<string, Loader>> = {}): Loader {
  const extension = extname(path);
  const own = chosen[extension] as Loader | undefined;
  if (own) return own;
  const kind = extension.replace(/^\.[cm]?/, "");
  return kind === "ts" || kind === "tsx" || kind === "jsx" ? kind : "js";
}

function entryPaths(entries: PluginBuild["initialOptions"]["entryPoints"] = []): readonly string[] {
  const all: readonly (string | { readonly in: string })[] = Array.isArray(entries) ? entries : Object.values(entries);
  return all.map((entry) => {
    const path = typeof entry === "string" ? entry : entry.in;
    return isAbsolute(path) || path.startsWith(".") ? path : `./${path}`;
  });
}
