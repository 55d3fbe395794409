/** Runs the modules of a compilation, without a disk. */
import type { Compilation } from "../../src/compile.ts";
import * as cotangent from "../../src/index.ts";
import * as nn from "../../runtime/nn.ts";
import * as runtime from "../../runtime/index.ts";
import { ts } from "../../transforms/typescript.ts";

type Exports = Record<string, unknown>;

/** The exports of `entry`, whose relative imports are found among the modules and the files. */
export function runFiles(
  compilation: Compilation,
  files: Readonly<Record<string, string>>,
  entry: string,
  front: Readonly<Record<string, unknown>> = cotangent,
): Exports {
  const loaded = new Map<string, Exports>();
  const load = (path: string): Exports => {
    const known = loaded.get(path);
    if (known) return known;
    const exports: Exports = {};
    loaded.set(path, exports);
    const code = compilation.modules.get(path)?.code ?? files[path];
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(code, { compilerOptions });
    const importFrom = (specifier: string): unknown => {
      if (specifier === "cotangent") return front;
      if (specifier === "cotangent/runtime") return runtime;
      if (specifier === "cotangent/nn") return nn;
      return load(new URL(specifier, `file://${path}`).pathname);
    };
    new Function("exports", "require", outputText)(exports, importFrom);
    return exports;
  };
  return load(entry);
}
