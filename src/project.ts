/** The program of one bundle or one process: compiled once, and again when a file that was read has changed. */
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import { ts } from "../transforms/typescript.ts";
import { compileProgram, type Compilation } from "./compile.ts";
import { diskHost, readConfig, type Config } from "./disk.ts";
import { createProgram, newProgramCache } from "./program.ts";

export interface ProjectCompilation extends Compilation {
  readonly config: Config;
  /** Whether the program has a file. */
  has(path: string): boolean;
  /** A file with the files it imports, directly or not. */
  reachable(path: string): ReadonlySet<string>;
}

export interface Project {
  /** Compiles the program, unless nothing changed. `path` becomes a part of it, with `text` in place of what the disk has. */
  compile(path: string, text?: string): Promise<ProjectCompilation>;
  /** Looks at the files on the disk again before the next answer. */
  recheck(): void;
}

/** A project starts with entry files; the tsconfig nearest to the first of them adds those of its files that ask for derivatives. */
export function newProject(directory: string, entries: readonly string[] = []): Project {
  const overlay = new Map<string, string>();
  const host = diskHost(directory, overlay);
  const cache = newProgramCache();
  const roots = new Set(entries);
  let config: Config | undefined;
  let current: ProjectCompilation | undefined;
  let texts = new Map<string, string>();
  let isChecked = true;
  let running: Promise<unknown> = Promise.resolve();

  const rebuild = async (): Promise<ProjectCompilation> => {
    const program = createProgram(host, rootFiles(host.readFile, roots, config), config?.options ?? {}, cache);
    const compilation = await compileProgram(program);
    texts = new Map(compilation.consulted.map((path) => [path, program.getSourceFile(path)?.text ?? ""]));
    return {
      ...compilation,
      diagnostics: [...(config?.diagnostics ?? []), ...compilation.diagnostics],
      config: config as Config,
      has: (path) => program.getSourceFile(path) !== undefined,
      reachable: (path) => reachableFrom(program, path, (name) => host.fileExists(name)),
    };
  };

  const update = async (path: string, text: string | undefined): Promise<ProjectCompilation> => {
    if (text !== undefined && stripMark(text) !== ts.sys.readFile(path)) overlay.set(path, stripMark(text));
    else overlay.delete(path);
    if (!config || !isChecked) config = readConfig(ts.getDirectoryPath([...roots][0] ?? path));
    if (!current?.has(path)) roots.add(path);
    const isKnown = texts.get(path) === host.readFile(path);
    const isFresh = isChecked || [...texts].every(([name, known]) => host.readFile(name) === known);
    isChecked = true;
    if (!current || !isKnown || !isFresh) current = await rebuild();
    return current;
  };

  return {
    compile: (path, text) => {
      const next = running.then(() => update(path, text));
      running = next.catch(() => undefined);
      return next;
    },
    recheck: () => {
      isChecked = false;
    },
  };
}

/** An editor's byte order mark is no part of the text. */
function stripMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}

function rootFiles(read: (path: string) => string | undefined, roots: ReadonlySet<string>, config: Config | undefined): readonly string[] {
  const asking = (config?.files ?? []).filter((path) => !/\.d\.[cm]?ts$/.test(path) && read(path)?.includes("cotangent"));
  return [...new Set([...roots, ...asking])].filter((path) => read(path) !== undefined);
}

function reachableFrom(program: ts.Program, path: string, fileExists: (path: string) => boolean): ReadonlySet<string> {
  const host = { fileExists, readFile: (name: string) => ts.sys.readFile(name) };
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const file = program.getSourceFile(name);
    if (!file || file.isDeclarationFile || reached.has(file.fileName)) return;
    reached.add(file.fileName);
    for (const { fileName } of ts.preProcessFile(file.text).importedFiles) {
      const { resolvedModule } = ts.resolveModuleName(fileName, file.fileName, program.getCompilerOptions(), host);
      if (resolvedModule) visit(resolvedModule.resolvedFileName);
    }
  };
  visit(path);
  return reached;
}

/** The errors among diagnostics. */
export function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}
