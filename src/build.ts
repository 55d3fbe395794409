/** One build of a bundler: what was given to it, and whether that is still right. */
import { relative } from "node:path";
import { changedLater, lateRequest } from "../transforms/diagnostics/catalog.ts";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import type { AnsweredRequest, CompiledModule } from "./compile.ts";
import { formatDiagnostics } from "./diagnostics/format.ts";
import { gathering, type Bundler } from "./gather.ts";
import { moduleFile } from "./module-file.ts";
import { wholeProgram, type WholeProgram } from "./whole-program.ts";

export interface Build {
  readonly whole: WholeProgram;
  /** The compiled form of a module, of which the plug-ins before have made `text`; undefined if nothing in it changes. */
  transform(id: string, text: string, bundler: Bundler): Promise<CompiledModule | undefined>;
  /** Takes out the modules that were given to the bundler and would now be others, with why: `id` has come since. */
  stale(id: string): Promise<readonly Stale[]>;
  /** The ids of the modules that have derivatives, and of those that ask for them. */
  withDerivatives(): readonly string[];
  /** Whether the text of a file has come from the bundler. */
  hasArrived(file: string): boolean;
  /** What was found and not yet told, all or of one severity. */
  news(severity: Diagnostic["severity"]): readonly Diagnostic[];
  errors(): readonly Diagnostic[];
  format(diagnostics: readonly Diagnostic[]): string;
  /** A build begins, or a file has changed. */
  restart(entries?: readonly string[]): void;
  changed(): void;
}

export interface Stale {
  readonly id: string;
  readonly why: Diagnostic;
}

interface Emitted {
  readonly id: string;
  readonly code: string;
  readonly hasDerivatives: boolean;
}

export function newBuild(directory: string): Build {
  const whole = wholeProgram(directory);
  const gather = gathering(directory, whole);
  const emitted = new Map<string, Emitted>();
  const told = new Set<string>();
  const errors = (): readonly Diagnostic[] => whole.diagnostics().filter(({ severity }) => severity === "error");
  const short = (file: string): string => (file.startsWith(`${directory}/`) ? relative(directory, file) : file);
  /** Why a module would now be another: a request has come, or the text of a module it was made from. */
  const reason = (late: string, stale: string): Diagnostic => {
    const requests = whole.latest()?.requests ?? [];
    const own = requests.filter(({ at }) => at.file === late);
    const isIn = ({ homes }: AnsweredRequest): boolean => homes.includes(stale);
    const request = own.find(isIn) ?? requests.find((one) => isIn(one) && !emitted.has(one.at.file)) ?? own.at(0);
    if (request) return lateRequest(request.at, short(stale));
    return changedLater({ file: late, start: 0, end: 1, line: 1, column: 1 }, short(late), short(stale));
  };
  return {
    whole,
    async transform(id, text, bundler) {
      const file = moduleFile(id, directory);
      await gather.arrive(id, text, bundler);
      const isForeign = id.includes("/node_modules/") && whole.latest()?.consulted.includes(file) !== true;
      const module = isForeign ? undefined : await whole.module(file);
      emitted.set(file, { id, code: module?.code ?? text, hasDerivatives: module !== undefined });
      return module;
    },
    async stale(id) {
      const late = moduleFile(id, directory);
      const found: Stale[] = [];
      for (const [file, { id: other, code }] of emitted) {
        const now = (await whole.module(file))?.code ?? whole.text(file);
        if (now === code) continue;
        emitted.delete(file);
        found.push({ id: other, why: reason(late, file) });
      }
      return found;
    },
    withDerivatives: () => [...emitted.values()].flatMap(({ id, hasDerivatives }) => (hasDerivatives ? [id] : [])),
    hasArrived: (file) => emitted.has(file),
    news(severity) {
      const found = whole.diagnostics().filter((one) => one.severity === severity && !told.has(keyOf(one)));
      for (const one of found) told.add(keyOf(one));
      return found;
    },
    errors,
    format: (diagnostics) => formatDiagnostics(diagnostics, (file) => whole.text(file), { directory }),
    restart(entries = []) {
      emitted.clear();
      told.clear();
      gather.restart(entries);
      whole.changed();
    },
    changed() {
      told.clear();
      whole.changed();
    },
  };
}

function keyOf({ code, file, start }: Diagnostic): string {
  return `${code} ${file} ${start}`;
}
