import { madeBy } from "../transforms/1-read/functions.ts";
import { isFunctionNode, resolveSymbol, unwrap } from "../transforms/1-read/symbols.ts";
import { tensorFile } from "../transforms/own-package.ts";
import { ts } from "../transforms/typescript.ts";

/** Every name a module uses, wherever; what is added to the module takes another. */
export function namesIn(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** The names at the top level of a module: what its functions may refer to. */
export function topLevelNames(file: ts.SourceFile, checker: ts.TypeChecker): ReadonlySet<string> {
  const kinds = [ts.SymbolFlags.Value, ts.SymbolFlags.Alias, ts.SymbolFlags.Type];
  const symbols = kinds.flatMap((kind) => checker.getSymbolsInScope(file.endOfFileToken, kind));
  return new Set(
    symbols
      .filter((symbol) => symbol.declarations?.some((declaration) => declaration.getSourceFile() === file))
      .map((symbol) => symbol.name),
  );
}

/** The functions a module can call by a name of its own, imported ones included: `FILE@START` of the function, and the name. */
export function topLevelFunctions(file: ts.SourceFile, checker: ts.TypeChecker): ReadonlyMap<string, string> {
  const functions = new Map<string, string>();
  const add = (name: ts.Identifier): void => {
    const node = functionOf(resolveSymbol(name, checker)?.declarations?.[0], checker);
    if (node) functions.set(`${node.getSourceFile().fileName}@${node.getStart()}`, name.text);
  };
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name) add(statement.name);
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) if (ts.isIdentifier(name)) add(name);
    }
    if (!ts.isImportDeclaration(statement)) continue;
    if (statement.importClause?.name) add(statement.importClause.name);
    const bindings = statement.importClause?.namedBindings;
    if (bindings && ts.isNamedImports(bindings))
      bindings.elements.forEach((element) => {
        add(element.name);
      });
  }
  return functions;
}

/** The name under which a module has imported the type of tensors, if it has. */
export function tensorName(file: ts.SourceFile, checker: ts.TypeChecker): string | undefined {
  for (const statement of file.statements) {
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    const found = bindings.elements.find(({ name }) => {
      const [declaration] = resolveSymbol(name, checker)?.declarations ?? [];
      return declaration && ts.isClassDeclaration(declaration) && declaration.getSourceFile().fileName === tensorFile;
    });
    if (found) return found.name.text;
  }
  return undefined;
}

function functionOf(declaration: ts.Declaration | undefined, checker: ts.TypeChecker): ts.Node | undefined {
  if (!declaration) return undefined;
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const value = unwrap(declaration.initializer);
  if (isFunctionNode(value)) return value;
  // customVjp(f, …) and the like: the rule belongs to the constant, the function read is their first argument.
  if (madeBy(value, checker)?.name === "primitive") return value;
  const first = ts.isCallExpression(value) ? value.arguments.at(0) : undefined;
  return first && isFunctionNode(unwrap(first)) ? unwrap(first) : undefined;
}
