import { dirname } from "node:path";
import { unreadableConfig } from "../transforms/diagnostics/catalog.ts";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import { ts } from "../transforms/typescript.ts";
import type { Host } from "./program.ts";

/** Files on the disk. */
export function diskHost(directory: string): Host {
  const { sys } = ts;
  return {
    readFile: (path) => sys.readFile(path),
    fileExists: (path) => sys.fileExists(path),
    directoryExists: (path) => sys.directoryExists(path),
    getDirectories: (path) => sys.getDirectories(path),
    realpath: (path) => sys.realpath?.(path) ?? path,
    currentDirectory: directory.replaceAll("\\", "/"),
  };
}

export interface Config {
  readonly options: ts.CompilerOptions;
  /** The files of the configuration; none without one. */
  readonly files: readonly string[];
  /** The configuration itself. */
  readonly path: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The nearest tsconfig.json at or above a folder. */
export function readConfig(directory: string): Config {
  const path = ts.findConfigFile(directory, (name) => ts.sys.fileExists(name));
  if (path === undefined) return { options: { types: ["*"] }, files: [], path, diagnostics: [] };
  const { config, error } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as { config?: unknown; error?: ts.Diagnostic };
  const parsed = ts.parseJsonConfigFileContent(config ?? {}, ts.sys, dirname(path), { ignoreDeprecations: "6.0" }, path);
  // An empty list of files is no mistake here: the files are found otherwise.
  const errors = [...(error ? [error] : []), ...parsed.errors.filter(({ code }) => code !== 18002 && code !== 18003)];
  const { types = ["*"] } = parsed.options;
  return { options: { ...parsed.options, types }, files: parsed.fileNames, path, diagnostics: errors.map((each) => asDiagnostic(each, path)) };
}

function asDiagnostic({ file, start, length, messageText }: ts.Diagnostic, path: string): Diagnostic {
  const at = file && start !== undefined ? file.getLineAndCharacterOfPosition(start) : { line: 0, character: 0 };
  const place = { file: file?.fileName ?? path, start: start ?? 0, end: (start ?? 0) + (length ?? 0), line: at.line + 1, column: at.character + 1 };
  return unreadableConfig(place, ts.flattenDiagnosticMessageText(messageText, " "));
}
