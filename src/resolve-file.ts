import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ts } from "../transforms/typescript.ts";
import { readOptions } from "./disk.ts";

const instead: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
  ".jsx": [".tsx"],
};

/** The TypeScript file an import means, if Node itself would not find it. */
export function resolveFile(specifier: string, parent: string): string | undefined {
  if (/^\.{0,2}\//.test(specifier)) return sourceAt(resolve(dirname(parent), specifier));
  if (/^[a-z]+:/.test(specifier) || specifier.startsWith("#")) return undefined;
  const options = readOptions(dirname(parent));
  if (!options.paths) return undefined;
  const found = ts.resolveModuleName(
    specifier,
    parent,
    { ...options, moduleResolution: ts.ModuleResolutionKind.Bundler },
    ts.sys,
  ).resolvedModule;
  return found && !found.isExternalLibraryImport && !found.resolvedFileName.endsWith(".d.ts")
    ? found.resolvedFileName
    : undefined;
}

function sourceAt(path: string): string | undefined {
  if (isFile(path)) return /\.[cm]?tsx?$/.test(path) ? path : undefined;
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0] ?? "";
  const base = extension ? path.slice(0, -extension.length) : path;
  const candidates = extension
    ? (instead[extension] ?? [])
    : [".ts", ".tsx", ".mts", ".cts", "/index.ts", "/index.tsx"];
  return candidates.map((ending) => base + ending).find(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
