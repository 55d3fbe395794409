/** Which declaration a name means, through imports, aliases and re-exports. */
import { primitiveFile } from "../own-package.ts";
import { ts } from "../typescript.ts";

/** An expression without parentheses, assertions, `!` and `satisfies`. */
export function unwrap(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isTypeAssertionExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isSatisfiesExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** The symbol a name or property access means in the end, through every import and re-export. */
export function resolveSymbol(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | undefined {
  const shorthand = ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node;
  const symbol = shorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
  if (!symbol) return undefined;
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Whether a symbol is declared by TypeScript's own library (`Math`, `Array`, `console` …). Others may add members to it. */
export function isLibrary(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => isLibraryFile(declaration.getSourceFile()));
}

/** A file of TypeScript's library, or the types of Node (which declare `console` again). */
export function isLibraryFile(file: ts.SourceFile): boolean {
  return /(^|\/)lib\.[\w.]+\.d\.ts$/.test(file.fileName) || /\/@types\/node\//.test(file.fileName);
}

/** The name of a global of the language (`Math`, `Array`, `undefined` …) that a node means, if it means one. */
export function libraryName(node: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const inner = unwrap(node);
  if (!ts.isIdentifier(inner)) return undefined;
  const symbol = resolveSymbol(inner, checker);
  if (inner.text === "undefined" || inner.text === "globalThis")
    return symbol?.declarations?.length ? undefined : inner.text;
  return symbol && isLibrary(symbol) ? inner.text : undefined;
}

/** `Math.sin` as ["Math", "sin"], if the object is a global of the language. */
export function libraryMember(node: ts.Expression, checker: ts.TypeChecker): readonly [string, string] | undefined {
  const inner = unwrap(node);
  if (!ts.isPropertyAccessExpression(inner)) return undefined;
  const object = libraryName(inner.expression, checker);
  return object === undefined ? undefined : [object, inner.name.text];
}

/** The name under which `cotangent` exports what a node means (`grad`, `customVjp` …), if it comes from there. */
export function cotangentExport(node: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const inner = unwrap(node);
  const name = ts.isPropertyAccessExpression(inner) ? inner.name : inner;
  let symbol = checker.getSymbolAtLocation(name);
  if (ts.isPropertyAccessExpression(inner) && fromCotangent(checker.getSymbolAtLocation(inner.expression)))
    return inner.name.text;
  for (let hops = 0; symbol && hops < 32; hops++) {
    if (fromCotangent(symbol)) return importedName(symbol);
    if (isPrimitive(symbol)) return "primitive";
    if (!(symbol.flags & ts.SymbolFlags.Alias)) return undefined;
    symbol = checker.getImmediateAliasedSymbol(symbol);
  }
  return undefined;
}

/** `primitive`, wherever it is imported from. */
function isPrimitive(symbol: ts.Symbol): boolean {
  return symbol.name === "primitive" && symbol.valueDeclaration?.getSourceFile().fileName === primitiveFile;
}

function fromCotangent(symbol: ts.Symbol | undefined): boolean {
  return (symbol?.declarations ?? []).some((declaration) => moduleOf(declaration) === "cotangent");
}

function moduleOf(declaration: ts.Declaration): string | undefined {
  for (let node: ts.Node | undefined = declaration; node && !ts.isSourceFile(node); node = node.parent) {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      return node.moduleSpecifier.text;
    }
    if (ts.isVariableDeclaration(node)) return node.initializer && requiredModule(node.initializer);
    if (ts.isStatement(node) && !ts.isImportDeclaration(node)) return undefined;
  }
  return undefined;
}

/** The module in `require("module")`. */
function requiredModule(node: ts.Expression): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "require")
    return undefined;
  const specifier = node.arguments.at(0);
  return specifier && ts.isStringLiteral(specifier) ? specifier.text : undefined;
}

function importedName(symbol: ts.Symbol): string {
  const declaration = symbol.declarations?.[0];
  if (declaration && (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration))) {
    return (declaration.propertyName ?? declaration.name).text;
  }
  const isRequired = declaration && ts.isBindingElement(declaration) && declaration.propertyName;
  if (isRequired && ts.isIdentifier(isRequired)) return isRequired.text;
  return symbol.name;
}

/** The variable declaration of a `const`, if the symbol is one. */
export function constDeclaration(symbol: ts.Symbol): ts.VariableDeclaration | undefined {
  const declaration = symbol.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !ts.isVariableDeclarationList(declaration.parent))
    return undefined;
  return declaration.parent.flags & ts.NodeFlags.Const ? declaration : undefined;
}

/** The function a node is inside of, if it is inside one. */
export function enclosingFunction(node: ts.Node): ts.FunctionLikeDeclaration | undefined {
  for (let parent = node.parent; parent; parent = parent.parent) {
    if (ts.isFunctionLike(parent)) return parent as ts.FunctionLikeDeclaration;
    if (ts.isSourceFile(parent)) return undefined;
  }
  return undefined;
}

/** Whether a declaration stands at the top of its module, outside every function. */
export function isModuleLevel(declaration: ts.Node): boolean {
  return enclosingFunction(declaration) === undefined;
}

/** A function that can be read: it has a body, or is about to be refused for having none. */
export function isFunctionNode(
  node: ts.Node,
): node is ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction {
  return ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node);
}
