/** Programs over the files of a disk: the host, and what the nearest tsconfig says. */
import { unreadableConfig } from "../transforms/diagnostics/catalog.ts";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import { ts } from "../transforms/typescript.ts";
import type { Host } from "./program.ts";

/** The disk; relative paths are below `directory`. A text in `overlay` stands for the file on the disk. */
export function diskHost(
  directory: string,
  overlay: ReadonlyMap<string, string> = new Map(),
  resolve: Host["resolve"] = () => undefined,
): Host {
  return {
    resolve,
    readFile: (path) => overlay.get(path) ?? ts.sys.readFile(path),
    fileExists: (path) => overlay.has(path) || ts.sys.fileExists(path),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
    currentDirectory: slashes(directory),
  };
}

export interface Config {
  readonly options: ts.CompilerOptions;
  /** The files it names or matches. */
  readonly files: readonly string[];
  /** The tsconfig that was read, if there is one. */
  readonly path: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the nearest tsconfig.json says of how to compile; its files are not looked for. */
export function readOptions(directory: string): ts.CompilerOptions {
  return readConfig(directory, () => []).options;
}

type ListFiles = typeof ts.sys.readDirectory;

const onDisk: ListFiles = (...query) => ts.sys.readDirectory(...query);

/** The tsconfig.json nearest to a folder. What cannot be read is reported, and the rest of it used. */
export function readConfig(directory: string, listFiles = onDisk): Config {
  const path = ts.findConfigFile(slashes(directory), (name) => ts.sys.fileExists(name), "tsconfig.json");
  const common: ts.CompilerOptions = { ignoreDeprecations: "6.0" };
  if (path === undefined) return { options: { ...common, types: ["*"] }, files: [], path, diagnostics: [] };
  const parsed = ts.getParsedCommandLineOfConfigFile(path, undefined, {
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    getCurrentDirectory: () => slashes(directory),
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    readDirectory: listFiles,
    onUnRecoverableConfigFileDiagnostic: () => undefined,
  });
  // TypeScript reads on past a missing comma.
  const { error: syntaxError } = ts.readConfigFile(path, (name) => ts.sys.readFile(name));
  if (!parsed) return { options: { ...common, types: ["*"] }, files: [], path, diagnostics: [unreadable(path)] };
  return {
    options: { ...parsed.options, ...common, types: parsed.options.types ?? ["*"] },
    files: parsed.fileNames,
    path,
    diagnostics: [...(syntaxError ? [syntaxError] : []), ...parsed.errors]
      .filter((error) => !isHarmless(error))
      .map((error) => unreadable(path, error)),
  };
}

/** Paths as TypeScript writes them. */
export function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}

/**
 * "No inputs were found" is no fault here: the files come from the command line or the bundler. Nor is an option that
 * this TypeScript does not know: the project may have a newer one.
 */
function isHarmless({ code }: ts.Diagnostic): boolean {
  return [18002, 18003, 5023, 5025].includes(code);
}

function unreadable(path: string, error?: ts.Diagnostic): Diagnostic {
  const problem = error ? ts.flattenDiagnosticMessageText(error.messageText, " ") : "the file cannot be read";
  const start = error?.start ?? 0;
  const { line, character } = error?.file
    ? ts.getLineAndCharacterOfPosition(error.file, start)
    : { line: 0, character: 0 };
  const file = error?.file?.fileName ?? path;
  const at = { file, start, end: start + (error?.length ?? 1), line: line + 1, column: character + 1 };
  return unreadableConfig(at, problem);
}
