import { printFunction } from "../../transforms/ir/print.ts";
import type { FunctionIR } from "../../transforms/ir/ir.ts";
import type { Diagnostic } from "../../transforms/diagnostics.ts";
import { readFunction } from "../../transforms/1-read/read.ts";
import { ts } from "../../transforms/typescript.ts";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const libraryFolder = dirname(createRequire(import.meta.url).resolve("typescript"));
const libraryFiles = new Map<string, ts.SourceFile>();

const cotangent = `
export declare function grad<F extends (...args: never[]) => unknown>(f: F, options?: object): (...args: Parameters<F>) => number;
export declare function jvp<F extends (...args: never[]) => unknown>(f: F, options?: object): (args: Parameters<F>, tangents: Parameters<F>) => [number, number];
export declare function vjp<F extends (...args: never[]) => unknown>(f: F): (...args: Parameters<F>) => [number, (dy: number) => number];
export declare function customVjp<F>(f: F, rule: unknown): F;
export declare function customJvp<F>(f: F, rule: unknown): F;
export declare function customRule<F>(f: F, rule: unknown): F;
export declare function checkpoint<F>(f: F): F;
export declare function stopGradient<T>(x: T): T;
`;

/** A program of files in memory; the first file is the one to read. */
export function programOf(files: Readonly<Record<string, string>>): ts.Program {
  const all = new Map(Object.entries({ ...files, "/node_modules/cotangent/index.d.ts": cotangent }));
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    noEmit: true,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    allowImportingTsExtensions: true,
  };
  const host: ts.CompilerHost = {
    getSourceFile: (name) => {
      const text = all.get(name);
      if (text !== undefined) return ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
      if (!name.startsWith("/lib/")) return undefined;
      const known =
        libraryFiles.get(name) ??
        ts.createSourceFile(
          name,
          ts.sys.readFile(join(libraryFolder, name.slice(5))) ?? "",
          ts.ScriptTarget.ES2022,
          true,
        );
      libraryFiles.set(name, known);
      return known;
    },
    getDefaultLibFileName: () => "/lib/lib.es2022.d.ts",
    getDefaultLibLocation: () => "/lib",
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => all.has(name),
    readFile: (name) => all.get(name),
    directoryExists: () => true,
    writeFile: () => undefined,
  };
  return ts.createProgram(Object.keys(files), options, host);
}

export interface ReadResult {
  readonly key: string | undefined;
  readonly program: ReadonlyMap<string, FunctionIR>;
  readonly diagnostics: readonly Diagnostic[];
  /** Every function read, printed. */
  readonly text: string;
}

/** Reads a function of `/model.ts` (by default the last one at module level). */
export function read(source: string | Readonly<Record<string, string>>, name?: string): ReadResult {
  const files = typeof source === "string" ? { "/model.ts": source } : source;
  const program = programOf(files);
  const file = program.getSourceFile(Object.keys(files)[0]);
  if (!file) throw new Error("no file");
  const functions = functionsOf(file);
  const node = name === undefined ? functions.at(-1)?.[1] : functions.find(([known]) => known === name)?.[1];
  if (!node) throw new Error(`no function ${name ?? ""}`);
  const found: Diagnostic[] = [];
  const read = new Map<string, FunctionIR>();
  const key = readFunction(node, {
    checker: program.getTypeChecker(),
    program: read,
    report: (diagnostic) => found.push(diagnostic),
    typeErrors: (at) => program.getSemanticDiagnostics(at),
    derivative: (call) => stubDerivative(call, program.getTypeChecker(), read),
  });
  return { key, program: read, diagnostics: found, text: [...read.values()].map(printFunction).join("\n") };
}

function functionsOf(file: ts.SourceFile): [string, ts.FunctionLikeDeclaration][] {
  return file.statements.flatMap((statement): [string, ts.FunctionLikeDeclaration][] => {
    if (ts.isFunctionDeclaration(statement) && (statement.body ?? false))
      return [[statement.name?.text ?? "default", statement]];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
      initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
        ? [[name.getText(), initializer] as [string, ts.FunctionLikeDeclaration]]
        : [],
    );
  });
}

/** Stands for the derivative of `f`: a function of one number with one result, or with two for `jvp`. */
function stubDerivative(call: ts.CallExpression, checker: ts.TypeChecker, program: Map<string, FunctionIR>): string {
  const name = `${call.arguments[0].getText()}_${call.expression.getText()}`;
  const key = `${call.getSourceFile().fileName}#${name}`;
  const of = checker.getSymbolAtLocation(call.arguments[0])?.valueDeclaration as ts.FunctionDeclaration;
  const isTwo = name.endsWith("jvp");
  const parameters = [...of.parameters, ...(isTwo ? of.parameters : [])].map(
    (parameter) => ({ name: parameter.name.getText(), type: { kind: "real" }, role: "parameter" }) as const,
  );
  program.set(key, {
    key,
    name,
    file: call.getSourceFile().fileName,
    parameters,
    results: isTwo ? [{ kind: "real" }, { kind: "real" }] : [{ kind: "real" }],
    body: [],
    origin: { file: "", start: -1, end: 0, line: 0, column: 0, text: "" },
    derivation: {
      of: name,
      mode: isTwo ? "jvp" : "gradient",
      wrt: [],
      ...(isTwo && {
        groups: [
          { from: 0, to: of.parameters.length },
          { from: of.parameters.length, to: 2 * of.parameters.length },
        ],
        resultLabels: ["value", "tangent"],
      }),
    },
  });
  return key;
}
