import { createUnplugin } from "unplugin";
import type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import type { WholeProgram } from "./whole-program.ts";

/** Hosts that read TypeScript themselves; for the others the types are stripped here. */
const readTypeScript: ReadonlySet<string> = new Set(["vite", "rolldown", "esbuild", "bun", "farm"]);

/**
 * The plug-in for all bundlers: replaces `grad` and its relatives by derivatives. Diagnostics become the bundler's own
 * errors and warnings, with positions. The compiler is loaded with the first module that may need it.
 */
export const cotangent = createUnplugin((_options: undefined, { framework }) => {
  let program: Promise<WholeProgram> | undefined;
  const emitted = new Map<string, string>();
  let reported = new Set<string>();
  let watching = false;
  const load = async (): Promise<WholeProgram> => (await import("./whole-program.ts")).wholeProgram(process.cwd());
  return {
    name: "cotangent",
    enforce: "pre",
    /** Not every bundler says which files changed since its last build. */
    async buildStart() {
      emitted.clear();
      reported = new Set();
      (await program)?.changed();
    },
    transform: {
      filter: { id: { include: /\.[cm]?[jt]sx?(\?|$)/, exclude: /\/node_modules\// } },
      async handler(code, id) {
        const file = id.replace(/\?.*$/, "").replaceAll("\\", "/");
        program ??= load();
        const whole = await program;
        const module = await whole.module(file);
        for (const consulted of whole.consulted())
          if (!consulted.includes("/node_modules/")) this.addWatchFile(consulted);
        const news = whole.diagnostics().filter((diagnostic) => !reported.has(keyOf(diagnostic)));
        for (const diagnostic of news) {
          reported.add(keyOf(diagnostic));
          if (diagnostic.severity === "warning") this.warn(asMessage(diagnostic, framework));
        }
        const [error] = whole.diagnostics().filter(({ severity }) => severity === "error");
        if (error) {
          this.error(asMessage(error, framework));
          return { code: "", map: null }; // where `error` does not throw, the bundler need not complain about the text too
        }
        const late = watching ? undefined : await lateModule(whole, emitted);
        if (late)
          this.error({
            message: `a derivative belongs into ${late}, which was given to the bundler before; import the file that asks for it from the entry, or add it to the files of the tsconfig`,
            id: file,
          });
        emitted.set(file, module?.appended ?? "");
        const isTypeScript = /\.[cm]?tsx?$/.test(file);
        if (isTypeScript && !readTypeScript.has(framework)) {
          const { stripTypes } = await import("./strip-types.ts");
          return stripTypes(file, module?.code ?? code, module?.map, whole.options());
        }
        return module && { code: module.code, map: module.map };
      },
    },
    watchChange() {
      watching = true;
      reported = new Set();
      void program?.then((whole) => whole.changed());
    },
    vite: {
      /** When a file changes, the modules that got derivatives before are made again too. */
      handleHotUpdate({ server, modules }) {
        watching = true;
        reported = new Set();
        void program?.then((whole) => whole.changed());
        const withDerivatives = [...emitted]
          .filter(([, text]) => text !== "")
          .flatMap(([file]) => [...(server.moduleGraph.getModulesByFile(file) ?? [])]);
        return [...new Set([...modules, ...withDerivatives])];
      },
    },
  };
});

/** A module that was given out and would now be another. */
async function lateModule(whole: WholeProgram, emitted: ReadonlyMap<string, string>): Promise<string | undefined> {
  for (const [file, text] of emitted) if (((await whole.module(file))?.appended ?? "") !== text) return file;
  return undefined;
}

function keyOf({ code, file, start }: Diagnostic): string {
  return `${code} ${file} ${start}`;
}

interface Message {
  readonly message: string;
  readonly id: string;
  readonly loc: { readonly file: string; readonly line: number; readonly column: number };
}

/** With the position in the text: all bundlers but esbuild print the module they are at, not the file of `loc`. */
function asMessage({ code, file, line, column, message, hint }: Diagnostic, framework: string): Message {
  const place = framework === "esbuild" ? "" : `${file}:${line}:${column} - `;
  return {
    message: `${place}${code}: ${message}${hint ? ` (${hint})` : ""}`,
    id: file,
    loc: { file, line, column: column - 1 },
  };
}
