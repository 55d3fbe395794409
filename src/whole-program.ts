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
  /** All files that were read. */
  consulted(): readonly string[];
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
  let compiled: Promise<Compilation> | undefined;
  let configured: readonly Diagnostic[] = [];
  let options: ts.CompilerOptions = {};
  let latest: Compilation | undefined;
  let found: readonly Diagnostic[] = [];
  const compile = async (): Promise<Compilation> => {
    const [first = directory] = roots;
    const config = readConfig(dirname(first));
    configured = config.diagnostics;
    options = config.options;
    const program = createProgram(
      diskHost(directory),
      [...new Set([...roots, ...config.files])],
      config.options,
      cache,
    );
    latest = await compileProgram(program);
    const reachable = latest.diagnostics.length > 0 ? reachableFiles(program, roots, diskHost(directory)) : new Set();
    found = latest.diagnostics.filter(({ file }) => reachable.has(file));
    return latest;
  };
  return {
    async module(file) {
      const isKnown = roots.has(file) || (latest?.consulted.includes(file) ?? false);
      if (!isKnown) {
        await compiled;
        if (!(latest?.consulted.includes(file) ?? false)) {
          roots.add(file);
          compiled = undefined;
        }
      }
      compiled ??= compile();
      return (await compiled).modules.get(file);
    },
    consulted: () => latest?.consulted ?? [],
    diagnostics: () => [...configured, ...found],
    options: () => options,
    changed() {
      compiled = undefined;
    },
  };
}
