/** TypeScript programs over files in memory or on a disk, rebuilt incrementally. */
import { libFiles, ts } from "../transforms/typescript.ts";
import { ownFolder as packageFolder } from "../transforms/own-package.ts";
import { declarations } from "./declarations.generated.ts";

/** Where files come from: a map in memory, or a disk. Paths use forward slashes. */
export interface Host {
  readFile(path: string): string | undefined;
  fileExists(path: string): boolean;
  directoryExists?(path: string): boolean;
  getDirectories?(path: string): string[];
  realpath?(path: string): string;
  /** The module that an import means where a bundler has said so: aliases, and modules that are no files. */
  resolve?(specifier: string, importer: string): string | undefined;
  readonly currentDirectory: string;
}

/** Files in memory. */
export function memoryHost(files: Readonly<Record<string, string>>): Host {
  const all = new Map(Object.entries(files));
  return { readFile: (path) => all.get(path), fileExists: (path) => all.has(path), currentDirectory: "/" };
}

const libFolder = "/node_modules/typescript/lib";

/** TypeScript's library, and the sources of this package: the texts that are in memory anyway. */
const library: ReadonlyMap<string, string> = new Map(
  libFiles().map(({ fileName, text }) => [`${libFolder}/${fileName}`, text]),
);
const own: ReadonlyMap<string, string> = new Map(
  Object.entries(declarations).map(([name, text]) => [`${packageFolder}/${name}`, text]),
);

/** Parsed files, by path. */
type ParsedFiles = Map<string, { readonly text: string; readonly file: ts.SourceFile }>;

/** What one program leaves to the next. */
export interface ProgramCache {
  readonly files: ParsedFiles;
  old: ts.Program | undefined;
}

/**
 * The files of `library` and `own`, which all programs of the process share as long as their options agree: what a file
 * declares depends on some of them.
 */
const shared = { options: "", files: new Map() as ParsedFiles };
const registry = ts.createDocumentRegistry();

function sharedFiles(options: ts.CompilerOptions): ParsedFiles {
  const key = registry.getKeyForCompilationSettings(options);
  if (key !== shared.options) {
    shared.options = key;
    shared.files = new Map();
  }
  return shared.files;
}

export function newProgramCache(): ProgramCache {
  return { files: new Map(), old: undefined };
}

const defaults: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  strict: true,
  allowJs: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  resolveJsonModule: true,
  types: [],
};

/** A program over the given root files; files that did not change since the last program of the cache are not parsed again. */
export function createProgram(
  host: Host,
  roots: readonly string[],
  options: ts.CompilerOptions,
  cache: ProgramCache,
): ts.Program {
  const allOptions: ts.CompilerOptions = { ...defaults, ...options, noEmit: true };
  const common = sharedFiles(allOptions);
  const textOf = (path: string): string | undefined => library.get(path) ?? host.readFile(path) ?? own.get(path);
  const isShared = (path: string): boolean => library.has(path) || (own.has(path) && host.readFile(path) === undefined);
  const compilerHost: ts.CompilerHost = {
    fileExists: (path) => library.has(path) || host.fileExists(path) || own.has(path),
    readFile: textOf,
    getSourceFile: (path, languageVersion) =>
      sourceFile(path, textOf(path), languageVersion, isShared(path) ? common : cache.files),
    // Comments of declarations say nothing that a derivative needs.
    jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeInfo,
    getDefaultLibFileName: () => `${libFolder}/lib.es2023.full.d.ts`,
    getDefaultLibLocation: () => libFolder,
    writeFile: () => undefined,
    getCurrentDirectory: () => host.currentDirectory,
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    resolveModuleNameLiterals: (literals, containingFile, _redirect, programOptions) =>
      literals.map(({ text }) => {
        // Functions of the package are differentiated from their sources, which an installed copy does not show.
        if (ownFiles.has(text)) return ownModule(text);
        const resolved = ts.resolveModuleName(text, containingFile, programOptions, compilerHost);
        const said = host.resolve?.(text, containingFile);
        if (said !== undefined && !isDeclaration(resolved)) return { resolvedModule: asModule(said) };
        return resolved.resolvedModule || !text.match(/^cotangent(\/|$)/) ? resolved : ownModule(text);
      }),
    // What an import means may change although its text does not: a file appears, or a bundler says so.
    hasInvalidatedResolutions: () => true,
    // The package's own folders are nowhere on the disk: without this, its modules would not find each other there.
    ...(host.directoryExists && {
      directoryExists: (path: string) => path.startsWith(packageFolder) || (host.directoryExists?.(path) ?? false),
    }),
    ...(host.getDirectories && { getDirectories: (path: string) => host.getDirectories?.(path) ?? [] }),
    ...(host.realpath && { realpath: (path: string) => host.realpath?.(path) ?? path }),
  };
  const program = ts.createProgram([...roots], allOptions, compilerHost, cache.old);
  cache.old = program;
  return program;
}

/** The types of a package stand for the JavaScript that a bundler finds. */
function isDeclaration({ resolvedModule }: ts.ResolvedModuleWithFailedLookupLocations): boolean {
  return resolvedModule !== undefined && /\.d\.[cm]?ts$/.test(resolvedModule.resolvedFileName);
}

function asModule(path: string): ts.ResolvedModuleFull {
  const extension = /\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? ts.Extension.Js;
  return { resolvedFileName: path, extension, isExternalLibraryImport: false };
}

/** What can be imported where nothing is installed. */
const ownFiles: ReadonlyMap<string, string> = new Map([
  ["cotangent", "src/index.ts"],
  ["cotangent/runtime", "runtime/index.ts"],
  ["cotangent/nn", "runtime/nn.ts"],
]);

/** The types of this package, for files that have no installed copy of it around them. */
function ownModule(name: string): ts.ResolvedModuleWithFailedLookupLocations {
  const file = ownFiles.get(name);
  if (!file) return { resolvedModule: undefined };
  return {
    resolvedModule: {
      resolvedFileName: `${packageFolder}/${file}`,
      extension: ts.Extension.Ts,
      isExternalLibraryImport: true,
    },
  };
}

function sourceFile(
  path: string,
  text: string | undefined,
  version: ts.ScriptTarget | ts.CreateSourceFileOptions,
  known: ParsedFiles,
): ts.SourceFile | undefined {
  if (text === undefined) return undefined;
  const before = known.get(path);
  if (before?.text === text) return before.file;
  const file = ts.createSourceFile(path, text, version); // the checker gives nodes their parents
  known.set(path, { text, file });
  return file;
}
