import { copyFileSync, mkdirSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { compileProgram, type CompiledModule } from "../compile.ts";
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
  const cache = newProgramCache();
  const code = await buildOnce(paths, out, cache);
  if (!watching) return code;
  await rebuildOnChange(paths, out, cache);
  return 0;
}

async function buildOnce(paths: readonly string[], out: string, cache: ProgramCache): Promise<number> {
  const files = paths.flatMap(sourcesAt);
  const { program, diagnostics } = diskProgram(files, cache);
  const compiled = await compileProgram(program);
  const failed = report([...diagnostics, ...compiled.diagnostics]);
  if (failed) return 1;
  const written = new Set<string>();
  for (const path of paths) {
    const base = baseOf(path);
    // What the files import is written too, where it stands below the same folder.
    const imported = compiled.consulted.filter(
      (file) => file.startsWith(`${base}/`) && !file.includes("/node_modules/"),
    );
    for (const file of new Set([...sourcesAt(path), ...imported])) {
      writeModule(file, join(resolve(out), relative(base, file)), compiled.modules.get(file));
      written.add(file);
    }
  }
  const changed = [...compiled.modules.keys()].filter((file) => written.has(file));
  process.stdout.write(
    `${String(written.size)} modules, ${String(changed.length)} with derivatives, written to ${out}\n`,
  );
  return 0;
}

function writeModule(file: string, target: string, module: CompiledModule | undefined): void {
  mkdirSync(dirname(target), { recursive: true });
  if (!module) {
    copyFileSync(file, target);
    return;
  }
  writeFileSync(target, `${module.code}\n//# sourceMappingURL=${basename(target)}.map\n`);
  writeFileSync(`${target}.map`, module.map);
}

/** Builds again after each change, until the process is told to stop. */
async function rebuildOnChange(paths: readonly string[], out: string, cache: ProgramCache): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const again = (): void => {
    running = running.then(async () => {
      await buildOnce(paths, out, cache).catch((error: unknown) =>
        process.stderr.write(`cotangent: ${String(error)}\n`),
      );
    });
  };
  const watchers = paths.map((path) =>
    watch(path, { recursive: true }, () => {
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
