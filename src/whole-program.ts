import { dirname } from "node:path";
import type { ts } from "../transforms/typescript.ts";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import { compileProgram, type Compilation, type CompiledModule } from "./compile.ts";
import { diskHost, readConfig } from "./disk.ts";
import { createProgram, newProgramCache } from "./program.ts";
import { reachableFiles } from "./reachable-files.ts";

/** The modules of one project as a bundler or Node asks for them, compiled together. */
export interface WholeProgram {
  /** The compiled form of a file, or undefined if nothing in it changes. Compiles what is not yet known. */
  module(file: string): Promise<CompiledModule | undefined>;
  /** Says that a module belongs to the program, and what text it has; the file on the disk may have another. */
  provide(file: string, text: string): void;
  /** Says which module an import means. */
  link(importer: string, specifier: string, file: string): void;
  /** The text of a module, as it is compiled. */
  text(file: string): string | undefined;
  /** What was compiled last. */
  latest(): Compilation | undefined;
  /** Some files, and all they import. */
  reachable(files: Iterable<string>): ReadonlySet<string>;
  /** What is wrong in the files that were asked for and all they import; what the tsconfig names besides is not in the way. */
  diagnostics(): readonly Diagnostic[];
  /** The options of the project's tsconfig. */
  options(): ts.CompilerOptions;
  /** Forgets what was compiled, because a file changed. */
  changed(): void;
}

/**
 * All requests are found before the first module is given out: those of the file asked for first (the entry), of what
 * it imports, and of the files of the tsconfig.
 */
export function wholeProgram(directory: string): WholeProgram {
  const cache = newProgramCache();
  const roots = new Set<string>();
  const overlay = new Map<string, string>();
  const links = new Map<string, string>();
  const disk = diskHost(directory);
  const host = diskHost(directory, overlay, (specifier, importer) => links.get(`${importer} ${specifier}`));
  let compiled: Promise<Compilation> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let configured: readonly Diagnostic[] = [];
  let options: ts.CompilerOptions = {};
  let program: ts.Program | undefined;
  let latest: Compilation | undefined;
  let found: readonly Diagnostic[] = [];
  const reachable = (files: Iterable<string>): ReadonlySet<string> =>
    program ? reachableFiles(program, files, host) : new Set();
  const compile = async (): Promise<Compilation> => {
    const first = [...roots].find((root) => disk.fileExists(root));
    const config = readConfig(first === undefined ? directory : dirname(first));
    configured = config.diagnostics;
    options = config.options;
    program = createProgram(host, [...new Set([...roots, ...config.files])], config.options, cache);
    latest = await compileProgram(program);
    const { diagnostics, askers } = latest;
    const reached = diagnostics.length > 0 ? reachable(roots) : new Set<string>();
    found = diagnostics.filter((one) => [one.file, ...(askers.get(one) ?? [])].some((file) => reached.has(file)));
    return latest;
  };
  /** One after the other, until nothing has changed meanwhile. */
  const current = async (): Promise<Compilation> => {
    for (;;) {
      compiled ??= last.then(compile, compile);
      last = compiled;
      const made = compiled;
      const compilation = await made;
      if (made === compiled) return compilation;
    }
  };
  return {
    async module(file) {
      if (!roots.has(file)) {
        await compiled;
        if (!(latest?.consulted.includes(file) ?? false)) {
          roots.add(file);
          compiled = undefined;
        }
      }
      return (await current()).modules.get(file);
    },
    provide(file, given) {
      const text = given.replace(/^\uFEFF/, ""); // which TypeScript leaves out too
      const isNews = text !== host.readFile(file);
      if (text === disk.readFile(file)) overlay.delete(file);
      else overlay.set(file, text);
      const isMissing = !roots.has(file) && latest?.consulted.includes(file) !== true;
      if (!file.includes("/node_modules/")) roots.add(file);
      if (isNews || isMissing) compiled = undefined;
    },
    link(importer, specifier, file) {
      const key = `${importer} ${specifier}`;
      if (links.get(key) === file) return;
      links.set(key, file);
      compiled = undefined;
    },
    text: (file) => host.readFile(file),
    latest: () => latest,
    reachable,
    diagnostics: () => [...configured, ...found],
    options: () => options,
    changed() {
      compiled = undefined;
    },
  };
}
