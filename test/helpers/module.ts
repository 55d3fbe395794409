/** Runs TypeScript text as a module, without writing a file. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as runtime from "../../runtime/index.ts";
import * as nn from "../../runtime/nn.ts";
import { reuse } from "../../runtime/tensor/buffers.ts";
import { ts } from "../../transforms/typescript.ts";

export type Exports = Record<string, unknown>;

// Wherever a compiled module runs in a test, memory that is taken again too early gives NaN.
reuse.checked = true;

/** What the user's functions import of the package: at run time these are ordinary functions. */
const frontDoor: Exports = {
  stopGradient: (x: unknown) => x,
  customVjp: (f: unknown) => f,
  customJvp: (f: unknown) => f,
  customRule: (f: unknown) => f,
};

const known = new Map<string, string>();

/** The module as JavaScript; the same text is translated once. */
function javaScriptOf(text: string, file: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    fileName: file,
  });
  if (known.size >= 100) known.clear();
  known.set(text, outputText);
  return outputText;
}

/** The exports of a module given as text; relative imports are taken from `others`, by path, or else from the folder of `file`. */
export function runModule(
  text: string,
  file: string,
  others?: ReadonlyMap<string, { readonly code: string }>,
): Exports {
  const outputText = javaScriptOf(text, file);
  const module = { exports: {} as Exports };
  const load = (name: string): unknown => {
    if (name === "cotangent/runtime") return runtime;
    if (name === "cotangent/nn") return nn;
    if (name === "cotangent") return frontDoor;
    const path = resolve(dirname(file), name);
    const other = others?.get(path);
    if (other) return runModule(other.code, path, others);
    if (!existsSync(path)) throw new Error(`${file} imports ${name}`);
    return runModule(readFileSync(path, "utf8"), path);
  };
  const run = new Function("require", "module", "exports", outputText) as (
    load: unknown,
    module: unknown,
    exports: unknown,
  ) => void;
  run(load, module, module.exports);
  return module.exports;
}
