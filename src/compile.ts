import { locationOf } from "../transforms/1-read/scope.ts";
import { notAModule } from "../transforms/diagnostics/catalog.ts";
import type { Diagnostic, Location } from "../transforms/diagnostics/diagnostic.ts";
import type { DeriveOptions, PassTrace } from "../transforms/pipeline.ts";
import { ts } from "../transforms/typescript.ts";
import { emitModules, type CompiledModule } from "./emit.ts";
import { createProgram, memoryHost, newProgramCache, type Host, type ProgramCache } from "./program.ts";
import { answer, findRequests, guarded, type Answer, type Requests } from "./requests.ts";

export type { CompiledModule } from "./emit.ts";
export { memoryHost, newProgramCache, type Host, type ProgramCache } from "./program.ts";
export type { Diagnostic } from "../transforms/diagnostics/diagnostic.ts";

export interface CompileOptions extends DeriveOptions {
  /** Options as in a tsconfig, in TypeScript's own form. */
  readonly compilerOptions?: ts.CompilerOptions;
  /** The files to look for requests in; all files of the map if absent. Files they import are looked at too. */
  readonly roots?: readonly string[];
  /** Kept between compilations, it makes the next one faster. */
  readonly cache?: ProgramCache;
}

export interface Compilation {
  /** The modules that changed, by path: the user's text with its requests replaced and derivatives appended. */
  readonly modules: ReadonlyMap<string, CompiledModule>;
  readonly diagnostics: readonly Diagnostic[];
  /** The calls that were answered, in order. */
  readonly requests: readonly AnsweredRequest[];
  /** The files whose requests led to a diagnostic. */
  readonly askers: ReadonlyMap<Diagnostic, ReadonlySet<string>>;
  /** Every file that was read to make them. */
  readonly consulted: readonly string[];
  /** The derivatives after each pass, if `trace` is set. */
  readonly trace: readonly PassTrace[];
}

/** A call of `grad` or its relatives, and the modules that got what it asks for. */
export interface AnsweredRequest {
  readonly at: Location;
  readonly homes: readonly string[];
}

/**
 * Replaces calls of `grad` and its relatives by derivatives. Takes files in memory (a map from path to text) or a host
 * that reads them, needs no file system of its own, and never runs the code it compiles.
 */
export async function compile(
  files: Readonly<Record<string, string>> | Host,
  options: CompileOptions = {},
): Promise<Compilation> {
  const host = isHost(files) ? files : memoryHost(absolute(files));
  const roots =
    options.roots ?? (isHost(files) ? [] : Object.keys(absolute(files)).filter((name) => /\.[cm]?[jt]sx?$/.test(name)));
  const program = createProgram(host, roots, options.compilerOptions ?? {}, options.cache ?? newProgramCache());
  return compileProgram(program, options);
}

/** The same for a program that is there already. */
export async function compileProgram(program: ts.Program, options: DeriveOptions = {}): Promise<Compilation> {
  const sources = program.getSourceFiles().filter((file) => !file.isDeclarationFile && !isLibrary(file.fileName));
  const askers = new Map<Diagnostic, Set<string>>();
  let asker = "";
  const requests = newRequests(program, (diagnostic) => addOnce(askers, diagnostic, asker), options);
  const asked = sources
    .filter((file) => file.text.includes("cotangent"))
    .flatMap((file) => findRequests(file, requests.checker));
  const answers = asked.flatMap((node) => {
    asker = node.getSourceFile().fileName;
    const made = answer(requests, node);
    return made && areModules(program, requests, node, made) ? [{ node, ...made }] : [];
  });
  const modules = await guardedAsync(requests, asked, () => emitModules(program, requests, answers));
  return {
    modules: modules ?? new Map(),
    diagnostics: [...askers.keys()],
    requests: answers.map(({ node, derived }) => ({
      at: locationOf(node),
      homes: [...new Set(derived.functions.map((fn) => fn.file))],
    })),
    askers,
    consulted: sources.map((file) => file.fileName),
    trace: answers.flatMap((made) => made.derived.after),
  };
}

/** What answers the requests of one program. */
export function newRequests(
  program: ts.Program,
  report: (diagnostic: Diagnostic) => void,
  options: DeriveOptions,
): Requests {
  const errors = new Map<ts.SourceFile, readonly ts.Diagnostic[]>();
  const typeErrors = (file: ts.SourceFile): readonly ts.Diagnostic[] => {
    const known = errors.get(file) ?? [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    errors.set(file, known);
    return known;
  };
  const files = (): readonly ts.SourceFile[] => program.getSourceFiles().filter((file) => !file.isDeclarationFile);
  const checker = program.getTypeChecker();
  return { checker, functions: new Map(), report, options, typeErrors, files, answered: new Map() };
}

async function guardedAsync<T>(
  requests: Requests,
  asked: readonly ts.CallExpression[],
  step: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    const [at] = asked;
    if (!at) throw error;
    guarded(requests, at, () => {
      throw error;
    });
    return undefined;
  }
}

function addOnce(askers: Map<Diagnostic, Set<string>>, diagnostic: Diagnostic, asker: string): void {
  const known = [...askers.keys()].find(
    (other) => other.code === diagnostic.code && other.file === diagnostic.file && other.start === diagnostic.start,
  );
  const files = known && askers.get(known);
  if (files) files.add(asker);
  else askers.set(diagnostic, new Set([asker]));
}

/** Derivatives are exported and imported, which a script that uses `require` and `module.exports` cannot do. */
function areModules(program: ts.Program, requests: Requests, node: ts.CallExpression, { derived }: Answer): boolean {
  const files = new Set([node.getSourceFile().fileName, ...derived.functions.map((fn) => fn.file)]);
  const script = [...files].find((path) => {
    const file = program.getSourceFile(path);
    return file !== undefined && !file.statements.some(isModuleSyntax);
  });
  if (script !== undefined) requests.report(notAModule(locationOf(node), script.split("/").at(-1) ?? script));
  return script === undefined;
}

function isModuleSyntax(statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) return true;
  if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) return true;
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function isHost(files: Readonly<Record<string, string>> | Host): files is Host {
  return typeof files.readFile === "function";
}

/** Paths in memory may be relative; the program has absolute ones. */
function absolute(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name.startsWith("/") ? name : `/${name.replace(/^\.\//, "")}`, text]),
  );
}

function isLibrary(path: string): boolean {
  return path.startsWith("/node_modules/cotangent/") || path.startsWith("/node_modules/typescript/");
}
