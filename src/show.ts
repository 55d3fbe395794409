import { locationOf } from "../transforms/1-read/scope.ts";
import { isFunctionNode, unwrap } from "../transforms/1-read/symbols.ts";
import { readFunction } from "../transforms/1-read/read.ts";
import type { Diagnostic, Location } from "../transforms/diagnostics/diagnostic.ts";
import type { Request } from "../transforms/pipeline.ts";
import { ts } from "../transforms/typescript.ts";
import { emitDerivatives } from "./emit.ts";
import { deriveFunction, guarded, readContext, type Requests } from "./requests.ts";

/** The text of the derivative of a function at module level, with the program after every pass before it if it was traced. */
export async function showFunction(
  requests: Requests,
  program: ts.Program,
  file: ts.SourceFile,
  name: string,
  request: Request,
  missing: (at: Location, others: readonly string[]) => Diagnostic,
): Promise<string | undefined> {
  const node = functionNamed(file, name, requests.checker);
  if (!node) {
    requests.report(
      missing({ ...locationOf(file), end: locationOf(file).start }, functionNames(file, requests.checker)),
    );
    return undefined;
  }
  const made = guarded(requests, node, () => {
    const key = readFunction(node, readContext(requests));
    const fn = key === undefined ? undefined : requests.functions.get(key);
    return fn && deriveFunction(requests, fn, request, node);
  });
  if (!made) return undefined;
  const passes = made.derived.after.map(
    ({ pass, function: of, text }) => `// ======== ${of}, after ${pass}\n${text}\n`,
  );
  const call = `${request.mode}(${name}${request.wrt ? `, { wrt: ${request.wrtIsTuple ? `[${request.wrt.join(", ")}]` : request.wrt.join()} }` : ""})`;
  return [...passes, await emitDerivatives(program, requests, made, call)].join("\n");
}

/** A function at module level, or one that the module exports under this name, from wherever it is. */
function functionNamed(
  file: ts.SourceFile,
  name: string,
  checker: ts.TypeChecker,
): ts.FunctionLikeDeclaration | undefined {
  const own = ownSymbols(file, checker).find((symbol) => symbol.name === name);
  const symbol = own ?? exportsOf(file, checker).find((exported) => exported.name === name);
  return symbol && functionOf(symbol, checker);
}

function functionNames(file: ts.SourceFile, checker: ts.TypeChecker): readonly string[] {
  const symbols = [...ownSymbols(file, checker), ...exportsOf(file, checker)];
  return [...new Set(symbols.filter((symbol) => functionOf(symbol, checker)).map(({ name }) => name))];
}

function ownSymbols(file: ts.SourceFile, checker: ts.TypeChecker): readonly ts.Symbol[] {
  return checker
    .getSymbolsInScope(file.endOfFileToken, ts.SymbolFlags.Value | ts.SymbolFlags.Alias)
    .filter((symbol) => symbol.declarations?.some((declaration) => declaration.getSourceFile() === file));
}

function exportsOf(file: ts.SourceFile, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const module = checker.getSymbolAtLocation(file);
  return module ? checker.getExportsOfModule(module) : [];
}

function functionOf(symbol: ts.Symbol, checker: ts.TypeChecker): ts.FunctionLikeDeclaration | undefined {
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  for (const declaration of meant.declarations ?? []) {
    if (ts.isFunctionDeclaration(declaration) && declaration.body) return declaration;
    const isHolder = ts.isVariableDeclaration(declaration) && declaration.initializer;
    const value = isHolder || (ts.isExportAssignment(declaration) && declaration.expression);
    if (value && isFunctionNode(unwrap(value))) return unwrap(value) as ts.FunctionLikeDeclaration;
  }
  return undefined;
}
