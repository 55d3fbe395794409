/** What each family of bundlers can do while it builds, behind one interface. */
import { dirname } from "node:path";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import type { UnpluginBuildContext, UnpluginContext } from "unplugin";
import type { Build } from "./build.ts";
import type { Bundler } from "./gather.ts";

export interface BuildHost {
  readonly bundler: Bundler;
  /** Reports errors, each with its place; some bundlers stop here. */
  fail(news: readonly Diagnostic[], build: Build): void;
  /** Whether modules can be made again when all are there, so that none of them comes too late. */
  readonly canRepeat: boolean;
  /** Has modules made again that were given out already. */
  invalidate?(ids: readonly string[]): void;
}

type Context = UnpluginBuildContext & UnpluginContext;

/** The hooks of Rollup, Rolldown and Vite. */
interface RollupContext extends Context {
  resolve(specifier: string, importer?: string, options?: { skipSelf: boolean }): Promise<RollupModule | null>;
  load(options: RollupModule & { resolveDependencies: boolean }): Promise<RollupInfo>;
  /** Of Vite alone. */
  readonly environment?: ViteEnvironment;
}

interface RollupModule {
  readonly id: string;
  readonly external?: unknown;
}

interface RollupInfo {
  readonly importedIds?: readonly string[];
  readonly dynamicallyImportedIds?: readonly string[];
}

interface ViteEnvironment {
  readonly moduleGraph: { getModuleById(id: string): object | undefined; invalidateModule(module: object): void };
  readonly hot: { send(payload: { type: "full-reload" }): void };
}

interface LoaderContext {
  getResolve(options: object): (directory: string, specifier: string) => Promise<string | false | undefined>;
}

/** The bundler around a call of our `transform`; a server of modules makes none ahead of time. */
export function bundlerOf(context: Context, isServer: boolean): BuildHost {
  if (isRollup(context)) return rollupHost(context, isServer);
  const native = context.getNativeBuildContext?.();
  const loader = native && "loaderContext" in native ? (native.loaderContext as LoaderContext | undefined) : undefined;
  const resolve = loader?.getResolve({ dependencyType: "esm" });
  return {
    bundler: {
      async resolve(specifier, importer) {
        if (importer === undefined || !resolve) return undefined;
        return (await resolve(dirname(importer.replace(/\?.*$/, "")), specifier)) || undefined;
      },
    },
    fail(news, build) {
      for (const one of news) context.error(build.format([one]));
    },
    canRepeat: true,
  };
}

function isRollup(context: Context): context is RollupContext {
  return "resolve" in context && "load" in context;
}

function rollupHost(context: RollupContext, isServer: boolean): BuildHost {
  const resolved = new Map<string, RollupModule>();
  const bundler: Bundler = {
    async resolve(specifier, importer) {
      const found = await context.resolve(specifier, importer, { skipSelf: true });
      if (!found || found.external) return undefined;
      resolved.set(found.id, found);
      return found.id;
    },
  };
  const load = async (id: string): Promise<readonly string[]> => {
    const info = await context.load({ ...(resolved.get(id) ?? { id }), resolveDependencies: true });
    return [...(info.importedIds ?? []), ...(info.dynamicallyImportedIds ?? [])];
  };
  const environment = isServer ? context.environment : undefined;
  return {
    bundler: isServer ? bundler : { ...bundler, load },
    fail(_news, build) {
      const [first] = build.errors();
      const { file, line, column } = first;
      context.error({ message: build.format(build.errors()), id: file, loc: { file, line, column: column - 1 } });
    },
    canRepeat: false,
    ...(environment && { invalidate: (ids: readonly string[]) => invalidate(environment, ids) }),
  };
}

function invalidate({ moduleGraph, hot }: ViteEnvironment, ids: readonly string[]): void {
  for (const id of ids) {
    const module = moduleGraph.getModuleById(id);
    if (module) moduleGraph.invalidateModule(module);
  }
  hot.send({ type: "full-reload" });
}

/** The entries among the options that a build of Rollup, Rolldown or Vite starts with. */
export function entriesOf(options: unknown): readonly string[] {
  const input = typeof options === "object" && options !== null && "input" in options ? options.input : undefined;
  const entries: readonly unknown[] = typeof input === "object" && input !== null ? Object.values(input) : [input];
  return entries.filter((entry) => typeof entry === "string");
}
