/** Finds all modules of a build before the first derivative is given out, with the bundler's own idea of what an import means. */
import { ts } from "../transforms/typescript.ts";
import { isSource, moduleFile } from "./module-file.ts";
import type { WholeProgram } from "./whole-program.ts";

/** What a bundler can be asked while it builds. */
export interface Bundler {
  /** The id of the module that an import means; undefined where it is none of the bundle's. */
  resolve(specifier: string, importer: string | undefined): Promise<string | undefined>;
  /**
   * Starts to load a module through all plug-ins; settles when it is done, with the ids of its imports. A bundler that
   * cannot do this ahead of time has none: then the modules are taken from the disk.
   */
  load?(id: string): Promise<readonly string[]>;
}

export interface Gathering {
  /** Takes the text of a module as the plug-ins before have made it, and waits until no module is missing any more. */
  arrive(id: string, text: string, bundler: Bundler): Promise<void>;
  /** Begins again: modules may have changed. */
  restart(entries: readonly string[]): void;
}

/** A module that waits for another which waits for it, in some plug-in, would wait for ever. */
const patience = 5000;

/** Where nothing can be loaded ahead, `arrive` follows the imports through the files on the disk. */
export function gathering(directory: string, whole: WholeProgram): Gathering {
  let known = new Set<string>();
  let arrived = new Set<string>();
  let expected = new Set<string>();
  let entries: readonly string[] = [];
  let walking = 0;
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  const release = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const released = waiting;
    waiting = [];
    for (const go of released) go();
  };
  const progress = (): void => {
    clearTimeout(timer);
    if (walking === 0 && expected.size === 0) release();
    else if (waiting.length > 0) timer = setTimeout(release, patience);
  };

  const discover = (id: string, bundler: Bundler): void => {
    if (known.has(id) || /[\\/]node_modules[\\/]/.test(id)) return;
    known.add(id);
    if (!bundler.load) {
      const text = isSource(id) ? whole.text(moduleFile(id, directory)) : undefined;
      if (text !== undefined) void walk(id, text, bundler).then(progress);
      return;
    }
    const mine = expected;
    mine.add(id);
    const settle = (imports: readonly string[]): void => {
      mine.delete(id);
      if (mine !== expected) return;
      if (!arrived.has(id)) for (const other of imports) discover(other, bundler);
      progress();
    };
    bundler.load(id).then(settle, () => {
      settle([]);
    });
  };

  const walk = async (id: string, text: string, bundler: Bundler): Promise<void> => {
    walking++;
    const file = moduleFile(id, directory);
    const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
    const found = await Promise.all(imports.map((specifier) => bundler.resolve(specifier, id).catch(() => undefined)));
    for (const [i, other] of found.entries()) {
      if (other === undefined) continue;
      if (isSource(other)) whole.link(file, imports[i], moduleFile(other, directory));
      discover(other, bundler);
    }
    walking--;
  };

  const enter = async (bundler: Bundler): Promise<void> => {
    const first = entries;
    entries = [];
    if (first.length === 0) return;
    walking++;
    const ids = await Promise.all(first.map((entry) => bundler.resolve(entry, undefined).catch(() => undefined)));
    for (const id of ids) if (id !== undefined) discover(id, bundler);
    walking--;
  };

  return {
    async arrive(id, text, bundler) {
      known.add(id);
      arrived.add(id);
      whole.provide(moduleFile(id, directory), text);
      await Promise.all([enter(bundler), walk(id, text, bundler)]);
      expected.delete(id);
      const quiet = new Promise<void>((go) => waiting.push(go));
      progress();
      await quiet;
    },
    restart(inputs) {
      entries = inputs;
      known = new Set();
      arrived = new Set();
      expected = new Set();
    },
  };
}
