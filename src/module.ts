/** One module while derivatives are added to it: its names, its imports, and its text in the end. */
import type { FunctionIR } from "../transforms/ir/ir.ts";
import { ts } from "../transforms/typescript.ts";
import { namesIn, topLevelFunctions, topLevelNames } from "./module-names.ts";
import type { Requests } from "./requests.ts";
import { mergeModule, type Edit } from "./source-map.ts";

export interface CompiledModule {
  readonly code: string;
  /** A source map of version 3, as JSON. */
  readonly map: string;
  /** What was appended: the derivatives alone. */
  readonly appended: string;
}

/** A module while it is written. */
export interface Module {
  readonly file: ts.SourceFile;
  /** Every name in the module; what is added at its top level takes another. */
  readonly names: Set<string>;
  /** The names at its top level, which no local variable hides. */
  readonly topLevel: Set<string>;
  /** Names of the functions in this module, by key: its own and imported ones. */
  readonly known: Map<string, string>;
  readonly sections: { readonly title: string; readonly functions: readonly FunctionIR[]; readonly text: string }[];
  readonly edits: Edit[];
  /** `name` or `name as other`, by the specifier: helpers and types, imported where the derivatives begin. */
  readonly imports: Map<string, Set<string>>;
  /** The same for functions of other modules, imported where the user's imports end. */
  readonly functionImports: Map<string, Set<string>>;
  /** Functions that the user does not export, and another module needs. */
  readonly exports: Set<string>;
}

/** A module to which nothing has been added yet. */
export function newModule(program: ts.Program, requests: Requests, path: string): Module {
  const file = program.getSourceFile(path);
  if (!file) throw new Error(`no module ${path}`);
  const known = new Map<string, string>();
  for (const [position, name] of topLevelFunctions(file, requests.checker)) known.set(position, name);
  return {
    file,
    names: new Set(namesIn(file)),
    topLevel: new Set(topLevelNames(file, requests.checker)),
    known,
    sections: [],
    edits: [],
    imports: new Map(),
    functionImports: new Map(),
    exports: new Set(),
  };
}

/** A name that nothing in the module has; it is taken from now on. */
export function freeName(wish: string, names: Set<string>): string {
  let name = wish;
  for (let i = 2; names.has(name); i++) name = `${wish}${i}`;
  names.add(name);
  return name;
}

/** Adds a name to the imports from one specifier. */
export function addTo(imports: Map<string, Set<string>>, specifier: string, name: string): void {
  imports.set(specifier, (imports.get(specifier) ?? new Set()).add(name));
}

/** The text of the module, with its edits and everything that was added. */
export function assemble(module: Module): CompiledModule {
  const imports = importLines(module.imports);
  const sections = module.sections.map(({ title, text }, i) => {
    const isSame = title === "" || title === module.sections.at(i - 1)?.title;
    return isSame && i > 0
      ? text
      : `// ---------------------------------------------------------------- ${title}\n\n${text}`;
  });
  const exported = module.exports.size > 0 ? [`export { ${[...module.exports].sort().join(", ")} };\n`] : [];
  const appended = [...imports, ...sections, ...exported].join("\n");
  const functionImports = importLines(module.functionImports).join("");
  const last = module.file.statements.filter(ts.isImportDeclaration).at(-1);
  const at = last?.getEnd() ?? module.file.statements.at(0)?.getFullStart() ?? 0;
  const text = last ? `\n${functionImports.trimEnd()}` : functionImports;
  const edits = functionImports === "" ? module.edits : [...module.edits, { start: at, end: at, text }];
  return { ...mergeModule(module.file.fileName, module.file.text, edits, appended), appended };
}

function importLines(imports: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...imports].map(
    ([from, names]) => `import { ${[...names].sort().join(", ")} } from ${JSON.stringify(from)};\n`,
  );
}
