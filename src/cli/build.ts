import { copyFileSync, existsSync, mkdirSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { notWritten } from "../../transforms/diagnostics/catalog.ts";
import type { Diagnostic } from "../../transforms/diagnostics/diagnostic.ts";
import { compileProgram, type Compilation, type CompiledModule } from "../compile.ts";
import { slashes } from "../disk.ts";
import { newProgramCache, type ProgramCache } from "../program.ts";
import { baseOf, diskProgram, sourcesAt } from "./files.ts";
import { report } from "./report.ts";
import { UsageError } from "./usage.ts";

export interface BuildOptions {
  readonly out?: string;
  readonly watch?: boolean;
}

/** `cotangent build src --out dist`: writes every module, with its derivatives, and a source map beside those that changed. */
export async function build(paths: readonly string[], { out, watch: watching }: BuildOptions): Promise<number> {
  if (out === undefined) throw new UsageError("build needs --out DIR");
  const over = paths.find((path) => existsSync(path) && baseOf(path) === slashes(resolve(out)));
  if (over !== undefined) throw new UsageError(`--out ${out} would overwrite ${over}: choose another folder`);
  const cache = newProgramCache();
  const code = await buildOnce(paths, out, cache);
  if (!watching) return code;
  await rebuildOnChange(paths, out, cache);
  return 0;
}

async function buildOnce(paths: readonly string[], out: string, cache: ProgramCache): Promise<number> {
  const files = sourcesOutside(paths, out);
  const { program, diagnostics } = diskProgram(files, cache);
  const compiled = await compileProgram(program);
  const targets = targetsOf(paths, out, compiled.consulted);
  const failed = report([...diagnostics, ...compiled.diagnostics, ...missingModules(compiled, targets)]);
  if (failed) return 1;
  for (const [file, target] of targets) writeModule(file, target, compiled.modules.get(file));
  const changed = [...compiled.modules.keys()].filter((file) => targets.has(file));
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
  process.stdout.write(`${count(targets.size, "module")}, ${changed.length} with derivatives, written to ${out}\n`);
  return 0;
}

/** What was written before is no source. */
function sourcesOutside(paths: readonly string[], out: string): readonly string[] {
  return paths.flatMap(sourcesAt).filter((file) => !isBelow(file, out));
}

function isBelow(file: string, folder: string): boolean {
  return resolve(file).startsWith(`${resolve(folder)}${sep}`);
}

/** Where each module goes: the files at the paths, and what they import below the same folders. */
function targetsOf(paths: readonly string[], out: string, consulted: readonly string[]): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  for (const path of paths) {
    const base = baseOf(path);
    const imported = consulted.filter(
      (file) => file.startsWith(`${base}/`) && !file.includes("/node_modules/") && !isBelow(file, out),
    );
    for (const file of new Set([...sourcesOutside([path], out), ...imported])) {
      const target = join(resolve(out), relative(base, file));
      targets.set(file, target);
    }
  }
  return targets;
}

/** Requests whose derivatives belong into modules that are not written. */
function missingModules({ requests }: Compilation, targets: ReadonlyMap<string, string>): readonly Diagnostic[] {
  return requests
    .filter(({ at }) => targets.has(at.file))
    .flatMap(({ at, homes }) => {
      const home = homes.find((file) => !targets.has(file));
      return home === undefined ? [] : [notWritten(at, relative(process.cwd(), home))];
    });
}

function writeModule(file: string, target: string, module: CompiledModule | undefined): void {
  try {
    mkdirSync(dirname(target), { recursive: true });
    if (!module) {
      copyFileSync(file, target);
      return;
    }
    writeFileSync(target, `${module.code}\n//# sourceMappingURL=${basename(target)}.map\n`);
    writeFileSync(`${target}.map`, module.map);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "EACCES" || code === "EPERM" || code === "EROFS" ? "it is not writable" : undefined;
    const isBlocked = code === "EEXIST" || code === "ENOTDIR" || code === "EISDIR";
    throw new UsageError(
      `cannot write ${target}: ${why ?? (isBlocked ? "a file is in the way of a folder" : String(code))}`,
    );
  }
}

/** Builds again after each change, until the process is told to stop. */
async function rebuildOnChange(paths: readonly string[], out: string, cache: ProgramCache): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const again = (): void => {
    running = running.then(async () => {
      await buildOnce(paths, out, cache).catch((error: unknown) =>
        process.stderr.write(`cotangent: ${error instanceof Error ? error.message : String(error)}\n`),
      );
    });
  };
  const watchers = paths.map((path) =>
    watch(path, { recursive: true }, (_event, name) => {
      if (name !== null && isBelow(join(baseOf(path), name), out)) return;
      clearTimeout(timer);
      timer = setTimeout(again, 50);
    }),
  );
  await new Promise<void>((stop) => {
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  });
  for (const watcher of watchers) watcher.close();
  await running;
}
