import type { Build } from "./build.ts";

/** What webpack and Rspack have in common here. */
interface Compiler {
  readonly hooks: { readonly thisCompilation: { tap(name: string, run: (compilation: Compilation) => void): void } };
}

interface Compilation {
  readonly modules: Iterable<object>;
  readonly hooks: { readonly finishModules: { tapPromise(name: string, run: () => Promise<void>): void } };
  rebuildModule(module: object, done: (error?: Error | null) => void): void;
}

/** Rounds after which modules that keep bringing new ones are given up. */
const patience = 20;

/** When all modules are there, those are built again to which derivatives have been added since. */
export function rebuildStale(compiler: object, build: () => Promise<Build> | undefined): void {
  (compiler as Compiler).hooks.thisCompilation.tap("cotangent", (compilation) => {
    compilation.hooks.finishModules.tapPromise("cotangent", async () => {
      const made = await build();
      if (!made) return;
      for (let round = 0; round < patience; round++) {
        const ids = new Set((await made.stale("")).map(({ id }) => id));
        if (ids.size === 0) return;
        const modules = [...compilation.modules].filter((module) => ids.has(resourceOf(module)));
        await Promise.all(modules.map((module) => rebuilt(compilation, module)));
      }
    });
  });
}

function resourceOf(module: object): string {
  return "resource" in module && typeof module.resource === "string" ? module.resource.replaceAll("\\", "/") : "";
}

function rebuilt(compilation: Compilation, module: object): Promise<void> {
  return new Promise((done, fail) => {
    compilation.rebuildModule(module, (error) => {
      if (error) fail(error);
      else done();
    });
  });
}
