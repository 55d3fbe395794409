/** Writes the derivatives of a module behind the module's own text, and runs the two together. */
import { deriveFunctionsNames } from "./names.ts";
import { derive, type DeriveOptions, type Request } from "../../transforms/derive.ts";
import type { FunctionIR } from "../../transforms/ir/ir.ts";
import { format } from "../../transforms/6-write/format.ts";
import { writeUnformatted } from "../../transforms/6-write/write.ts";
import { finishTogether } from "../../transforms/pipeline.ts";
import { tensorName } from "../../src/module-names.ts";
import { isOwnFile } from "../../transforms/own-package.ts";
import { ts } from "../../transforms/typescript.ts";
import { readExport, type Source } from "./fixtures.ts";
import { runModule, type Exports } from "./module.ts";

/** A request for a derivative of an exported function, or (with `then`) for a derivative of that derivative. */
export interface Wanted {
  readonly of: string;
  readonly request: Request;
  readonly then?: Request;
}

export interface Generated {
  /** The derivatives alone. */
  readonly text: string;
  /** The module with the derivatives appended. */
  readonly module: string;
  /** The name of the function for each request, in order. */
  readonly names: readonly string[];
  /** The finished functions, by key. */
  readonly finished: ReadonlyMap<string, FunctionIR>;
  readonly program: ReadonlyMap<string, FunctionIR>;
  readonly keys: readonly string[];
}

export interface GenerateOptions extends DeriveOptions {
  /** Spoils every derived function, to show that a check notices. */
  readonly mutate?: (fn: FunctionIR) => FunctionIR;
}

/** What was generated of the module asked about last: several checks want the same. */
let latest: { readonly source: Source; readonly made: Map<string, Promise<Generated>> } | undefined;

/** Derives everything wanted and writes it, unformatted. Throws a DifferentiationError where the program is refused. */
export function generate(source: Source, wanted: readonly Wanted[], options: GenerateOptions = {}): Promise<Generated> {
  const make = promised(() => generateAnew(source, wanted, options));
  if (options.mutate) return make();
  if (latest?.source !== source) latest = { source, made: new Map() };
  const { passes, marks, trace } = options;
  const key = JSON.stringify([wanted, passes ?? "all", marks, trace]);
  const known = latest.made.get(key) ?? make();
  latest.made.set(key, known);
  return known;
}

function promised<T>(make: () => T): () => Promise<T> {
  return () =>
    new Promise((done) => {
      done(make());
    });
}

/** As users see it. */
export async function formatted(generated: Generated): Promise<Generated> {
  const text = await format(generated.text);
  return { ...generated, text, module: generated.module.slice(0, -generated.text.length) + text };
}

function generateAnew(source: Source, wanted: readonly Wanted[], options: GenerateOptions): Generated {
  const program = new Map<string, FunctionIR>();
  const finished = new Map<string, FunctionIR>();
  const keys: string[] = [];
  for (const { of, request, then } of wanted) {
    const read = readExport(source, of);
    for (const [key, fn] of read.functions) if (!program.has(key)) program.set(key, fn);
    const first = derive(program, read.key, request, options);
    const derived = then ? derive(program, first.key, then, options) : first;
    for (const fn of derived.functions) finished.set(fn.key, options.mutate?.(fn) ?? fn);
    keys.push(derived.key);
  }
  const together = finishTogether([...finished.values()], program, options.passes);
  finished.clear();
  for (const fn of together) finished.set(fn.key, fn);
  if (options.mutate) for (const [key, fn] of program) if (fn.derivation) program.set(key, options.mutate(fn));
  const text = plainText(source);
  const taken = identifiersIn(text);
  const names = deriveFunctionsNames([...finished.values()], taken);
  const library = new Set<string>();
  const nameOf = (key: string): string => {
    const fn = program.get(key);
    if (fn && isOwnFile(fn.file) && !names.has(key)) library.add(fn.name);
    return names.get(key) ?? fn?.name ?? key;
  };
  const context = {
    program: { functions: new Map([...program, ...finished]) },
    taken: new Set([...taken, ...names.values()]),
    nameOf,
    tensor: tensorNameIn(source),
  };
  const written = writeUnformatted([...finished.values()], context);
  const imports =
    importLine(written.types, "cotangent", true) +
    importLine(written.runtime, "cotangent/runtime", false) +
    importLine([...library].filter((name) => !isImported(source, name)).sort(), "cotangent/nn", false) +
    importLine(written.own, "cotangent/nn", true);
  const module = `${imports}${text}\n${written.text}`;
  return { text: written.text, module, names: keys.map(nameOf), finished, program, keys };
}

/** Runs a generated module and gives its exports. */
export function runGenerated(source: Source, generated: Generated): Exports {
  return runModule(generated.module, source.file);
}

function tensorNameIn({ program, file }: Source): string | undefined {
  const module = program.getSourceFile(file);
  return module && tensorName(module, program.getTypeChecker());
}

function isImported({ program, file }: Source, name: string): boolean {
  return (program.getSourceFile(file)?.statements ?? []).some(
    (statement) =>
      ts.isImportDeclaration(statement) &&
      statement.importClause?.namedBindings !== undefined &&
      ts.isNamedImports(statement.importClause.namedBindings) &&
      statement.importClause.namedBindings.elements.some((element) => element.name.text === name),
  );
}

function importLine(names: readonly string[], from: string, types: boolean): string {
  return names.length === 0
    ? ""
    : `import ${types ? "type " : ""}{ ${names.map((name) => (types ? name.replace("type ", "") : name)).join(", ")} } from "${from}";\n`;
}

/** The module without what only the tests need: its cases and their import. */
function plainText(source: Source): string {
  const file = source.program.getSourceFile(source.file);
  if (!file) throw new Error(`no file ${source.file}`);
  const kept = file.statements.filter((statement) => {
    if (ts.isImportDeclaration(statement)) return !/helpers\/case/.test(statement.moduleSpecifier.getText());
    if (!ts.isVariableStatement(statement)) return true;
    return !statement.declarationList.declarations.some((declaration) => declaration.name.getText() === "cases");
  });
  return `${kept.map((statement) => statement.getFullText().trim()).join("\n\n")}\n`;
}

function identifiersIn(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_$][\w$]*/g) ?? []);
}
