/** Finds the fixtures, reads them with one TypeScript program, and derives their functions. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readFunction } from "../../transforms/1-read/read.ts";
import { DifferentiationError, type Diagnostic } from "../../transforms/diagnostics.ts";
import { derive, type DeriveOptions, type Derived, type Request } from "../../transforms/derive.ts";
import type { FunctionIR } from "../../transforms/ir/ir.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { createProgram, newProgramCache } from "../../src/program.ts";
import { ts } from "../../transforms/typescript.ts";
import { runModule, type Exports } from "./module.ts";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const fixturesFolder = join(root, "test/fixtures");

/** `AREA/CASE` of every fixture. */
export function fixtureNames(): string[] {
  return readdirSync(fixturesFolder)
    .flatMap((area) => readdirSync(join(fixturesFolder, area)).map((name) => `${area}/${name}`))
    .sort();
}

export function fixtureFile(name: string, file = "input.ts"): string {
  return join(fixturesFolder, name, file);
}

/** A TypeScript program over files, some of which may be given as text. */
export function programOf(
  files: readonly string[],
  texts: ReadonlyMap<string, string> = new Map(),
  cache = newProgramCache(),
): ts.Program {
  const host = {
    readFile: (file: string) => texts.get(file) ?? ts.sys.readFile(file),
    fileExists: (file: string) => texts.has(file) || ts.sys.fileExists(file),
    currentDirectory: root,
  };
  return createProgram(host, files, { noFallthroughCasesInSwitch: false }, cache);
}

/** The program of a module: what was read, or why it was refused. */
export interface Source {
  readonly program: ts.Program;
  readonly file: string;
  readonly text: string;
  /** The exports of the module as written by its author. */
  readonly exports: Exports;
}

export function sourceOf(program: ts.Program, file: string): Source {
  const text = program.getSourceFile(file)?.text ?? readFileSync(file, "utf8");
  return { program, file, text, exports: runModule(text, file) };
}

export interface Read {
  readonly key: string;
  readonly functions: Map<string, FunctionIR>;
}

/** What was read of each module: functions are never changed, and every reader gets a map of its own. */
const reads = new WeakMap<Source, Map<string, Read>>();

/** Reads an exported function. Throws the diagnostics where it is refused. */
export function readExport(source: Source, name: string): Read {
  const known = reads.get(source) ?? new Map<string, Read>();
  reads.set(source, known);
  const { key, functions } = known.get(name) ?? readAnew(source, name);
  known.set(name, { key, functions });
  return { key, functions: new Map(functions) };
}

function readAnew(source: Source, name: string): Read {
  const file = source.program.getSourceFile(source.file);
  if (!file) throw new Error(`no file ${source.file}`);
  const checker = source.program.getTypeChecker();
  const moduleSymbol = checker.getSymbolAtLocation(file);
  const symbol = moduleSymbol && checker.getExportsOfModule(moduleSymbol).find((exported) => exported.name === name);
  const node = symbol && functionNode(symbol.declarations?.[0]);
  if (!node) throw new Error(`${source.file} exports no function ${name}`);
  const functions = new Map<string, FunctionIR>();
  const diagnostics: Diagnostic[] = [];
  const key = readFunction(node, {
    checker,
    program: functions,
    report: (diagnostic) => diagnostics.push(diagnostic),
    derivative: () => {
      throw new Error("a fixture differentiates no derivative");
    },
  });
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0) throw new DifferentiationError(errors);
  if (key === undefined) throw new Error(`${name} was refused without a diagnostic`);
  return { key, functions };
}

function functionNode(declaration: ts.Node | undefined): ts.FunctionLikeDeclaration | undefined {
  if (!declaration) return undefined;
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined;
}

export interface DerivedFunction extends Derived {
  readonly functions: readonly FunctionIR[];
  readonly program: Map<string, FunctionIR>;
}

/** Derives a function that was read; the map of functions is left as it was. */
export function deriveFrom(read: Read, request: Request, options: DeriveOptions = {}): DerivedFunction {
  const program = new Map(read.functions);
  return { ...derive(program, read.key, request, options), program };
}

/** The diagnostics as the fixture's `diagnostics.txt` holds them: as a person reads them, paths relative to the fixture. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], name: string): string {
  const directory = join(fixturesFolder, name);
  return `${formatDiagnostics(diagnostics, (file) => readFileSync(file, "utf8"), { directory })}\n`;
}
