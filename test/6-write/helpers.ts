import type * as ir from "../../transforms/ir/ir.ts";
import { ts } from "../../transforms/typescript.ts";
import { write, type WrittenModule } from "../../transforms/6-write/write.ts";
import * as runtime from "../../runtime/index.ts";

export const file = "model.ts";

export function originOf(text: string, line = 1): ir.Origin {
  return { file: `/project/${file}`, start: line * 100, end: line * 100 + text.length, line, column: 1, text };
}

export function functionOf(
  name: string,
  parameters: readonly ir.Variable[],
  results: readonly ir.Type[],
  body: ir.Block,
  more: Partial<ir.FunctionIR> = {},
): ir.FunctionIR {
  return {
    key: `${file}#${name}`,
    name,
    file,
    parameters,
    results,
    body,
    origin: originOf(`function ${name}`),
    ...more,
  };
}

export function programOf(...functions: readonly ir.FunctionIR[]): ir.Program {
  return { functions: new Map(functions.map((fn) => [fn.key, fn])) };
}

/** Writes functions of a program of their own; `others` are known to it but not written. */
export function written(
  functions: readonly ir.FunctionIR[],
  others: readonly ir.FunctionIR[] = [],
  taken: readonly string[] = [],
): Promise<WrittenModule> {
  const program = programOf(...functions, ...others);
  const nameOf = (key: string): string => program.functions.get(key)?.name ?? key;
  const names = [...functions, ...others].map((fn) => fn.name);
  return write(functions, { program, taken: new Set([...names, ...taken]), nameOf });
}

/** Runs written functions: an object of those that `names` lists. `before` is put in front of them. */
export function run(
  module: WrittenModule,
  names: readonly string[],
  before = "",
): Record<string, (...values: never[]) => unknown> {
  const aliases = module.runtime.filter((name) => !name.startsWith("type ")).map((name) => name.split(" as "));
  const source = ts.transpileModule(`${before}\n${module.text.replace(/^export /gm, "")}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  }).outputText;
  const make = new Function(
    "runtime",
    `${aliases.map(([name, as = name]) => `const ${as} = runtime.${name};`).join("\n")}\n${source}\nreturn { ${names.join(", ")} };`,
  );
  return make(runtime) as Record<string, (...values: never[]) => unknown>;
}

/** What written modules import, and the library: the same files for all of them. */
const parsed = new Map<string, ts.SourceFile>();

/** The messages of a strict type check of a written module. */
export function typeErrors(module: WrittenModule, before = ""): string[] {
  const imports = [
    module.runtime.length > 0 ? `import { ${module.runtime.join(", ")} } from "../../runtime/index.ts";` : "",
    module.types.length > 0 ? `import type { ${module.types.join(", ")} } from "../../src/index.ts";` : "",
  ];
  const path = `${import.meta.dirname}/checked.ts`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  const library = `${import.meta.dirname}/../../node_modules/typescript/lib`;
  host.getDefaultLibLocation = () => library;
  host.getDefaultLibFileName = () => `${library}/lib.es2022.full.d.ts`;
  const text = `${imports.join("\n")}\n${before}\n${module.text}`;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, version) => {
    if (name === path) return ts.createSourceFile(name, text, version, true);
    const known = parsed.get(name) ?? getSourceFile(name, version);
    if (known) parsed.set(name, known);
    return known;
  };
  const program = ts.createProgram([path], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
}
