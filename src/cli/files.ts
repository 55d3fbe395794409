import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Diagnostic } from "../../transforms/diagnostics/diagnostic.ts";
import type { ts } from "../../transforms/typescript.ts";
import { diskHost, readConfig } from "../disk.ts";
import { createProgram, newProgramCache, type ProgramCache } from "../program.ts";
import { UsageError } from "./usage.ts";

/** The TypeScript files at a path: the file itself, or all below a folder. Declarations and packages are left out. */
export function sourcesAt(path: string): readonly string[] {
  const files = filesAt(path);
  if (files.length === 0) throw new UsageError(`there are no TypeScript files in ${path}`);
  return files;
}

function filesAt(path: string): readonly string[] {
  const absolute = resolve(path).replaceAll("\\", "/");
  if (!existsSync(absolute)) throw new UsageError(`there is no file or folder ${path}`);
  if (statSync(absolute).isFile()) {
    if (!/\.[cm]?[jt]sx?$/.test(absolute)) throw new UsageError(`${path} is neither TypeScript nor JavaScript`);
    return [absolute];
  }
  return readdirSync(absolute)
    .filter((name) => name !== "node_modules" && !name.startsWith("."))
    .flatMap((name) => {
      const below = join(absolute, name).replaceAll("\\", "/");
      if (statSync(below).isDirectory()) return filesAt(below);
      return /\.[cm]?tsx?$/.test(name) && !/\.d\.[cm]?ts$/.test(name) ? [below] : [];
    });
}

export interface DiskProgram {
  readonly program: ts.Program;
  readonly diagnostics: readonly Diagnostic[];
}

/** A program over files on the disk, with the options of the tsconfig that is nearest to the first of them. */
export function diskProgram(files: readonly string[], cache: ProgramCache = newProgramCache()): DiskProgram {
  const config = readConfig(dirname(files[0] ?? process.cwd()));
  const program = createProgram(diskHost(process.cwd()), files, config.options, cache);
  return { program, diagnostics: config.diagnostics };
}

/** The folder at a path, or around the file at it: output keeps the structure below it. */
export function baseOf(path: string): string {
  const absolute = resolve(path).replaceAll("\\", "/");
  return statSync(absolute).isDirectory() ? absolute : dirname(absolute);
}
