import { createUnplugin } from "unplugin";
import type { Build } from "./build.ts";
import { bundlerOf, entriesOf } from "./bundler.ts";
import { esbuildSetup } from "./esbuild-setup.ts";
import { isSource } from "./module-file.ts";
import { rebuildStale } from "./rebuild-stale.ts";

/** Hosts that read TypeScript themselves; for the others the types are stripped here. */
const readTypeScript: ReadonlySet<string> = new Set(["vite", "rolldown", "esbuild", "bun", "farm"]);

/**
 * The plug-in for all bundlers: replaces `grad` and its relatives by derivatives. Diagnostics become the bundler's own
 * errors and warnings, with positions. The compiler is loaded with the first module that may need it.
 */
export const cotangent = createUnplugin((_options: undefined, { framework }) => {
  let build: Promise<Build> | undefined;
  /** Where modules are made again at any time, none is final: what is no longer right is asked for again. */
  let serving = false;
  let watching = false;
  let entries: readonly string[] = [];
  const ready = async (): Promise<Build> => {
    const made = (await import("./build.ts")).newBuild(process.cwd().replaceAll("\\", "/"));
    made.restart(entries);
    return made;
  };
  const changed = (): void => {
    watching = true;
    void build?.then((made) => {
      made.changed();
    });
  };
  if (framework === "esbuild")
    return { name: "cotangent", esbuild: { setup: (host) => esbuildSetup(host, () => (build ??= ready())) } };
  return {
    name: "cotangent",
    enforce: "pre",
    /** Not every bundler says which files changed since its last build. */
    async buildStart(options?: unknown) {
      entries = entriesOf(options);
      (await build)?.restart(entries);
    },
    transform: {
      filter: { id: /\.[cm]?[jt]sx?(\?|$)|^\0?virtual:/ },
      async handler(code, id) {
        if (!isSource(id) && !code.includes("cotangent")) return;
        const host = bundlerOf(this, serving);
        const made = await (build ??= ready());
        const module = await made.transform(id, code, host.bundler);
        for (const consulted of made.whole.latest()?.consulted ?? [])
          if (!consulted.includes("/node_modules/") && !consulted.includes("?")) this.addWatchFile(consulted);
        for (const warning of made.news("warning")) this.warn(made.format([warning]));
        if (made.errors().length > 0) {
          const news = made.news("error");
          if (news.length > 0 || serving) host.fail(news, made);
          return { code: "", map: null }; // where an error does not throw, the bundler need not complain about the text too
        }
        const stale = host.canRepeat ? [] : await made.stale(id);
        if (stale.length > 0 && (serving || host.invalidate)) host.invalidate?.(stale.map((one) => one.id));
        else if (stale.length > 0 && !watching)
          this.error(made.format([...new Map(stale.map(({ why }) => [`${why.code} ${why.start}`, why])).values()]));
        if (/\.[cm]?tsx?$/.test(id.replace(/\?.*$/, "")) && !readTypeScript.has(framework)) {
          const { stripTypes } = await import("./strip-types.ts");
          return stripTypes(id, module?.code ?? code, module?.map, { options: made.whole.options() });
        }
        return module && { code: module.code, map: module.map };
      },
    },
    watchChange: changed,
    webpack: (compiler) => {
      rebuildStale(compiler, () => build);
    },
    rspack: (compiler) => {
      rebuildStale(compiler, () => build);
    },
    vite: {
      configResolved({ command }) {
        serving = command === "serve";
      },
      /** When a file changes, the modules that got derivatives before are made again too. */
      async handleHotUpdate({ server, modules }) {
        changed();
        const files = (await build)?.withDerivatives() ?? [];
        const graph = server.moduleGraph;
        const withDerivatives = files.flatMap((id) => graph.getModuleById(id) ?? []);
        return [...new Set([...modules, ...withDerivatives])];
      },
    },
  };
});
