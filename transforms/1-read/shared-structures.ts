/**
 * Constants of modules that hold functions: what they hold is settled when the program is compiled, so every use of them, in any
 * file, must be one that cannot write them.
 */
import * as catalog from "../diagnostics.ts";
import { isOwnFile } from "../own-package.ts";
import { ts } from "../typescript.ts";
import { locationOf, refuse, type Scope } from "./scope.ts";
import { cotangentExport, isFunctionNode, libraryMember, libraryName, resolveSymbol, unwrap } from "./symbols.ts";
import { writtenBy } from "./writes.ts";

/** Refuses a constant that something may write. */
export function checkShared(scope: Scope, symbol: ts.Symbol, node: ts.Node): void {
  const { sharedStructures, context } = scope.session;
  if (!sharedStructures.has(symbol)) {
    const own = [node, ...(symbol.declarations ?? [])].map((place) => place.getSourceFile());
    const files = new Set([...own, ...(context.files?.() ?? [])]);
    const uses = new Uses(scope.checker);
    const found = [...files].filter((file) => !isOwnFile(file.fileName)).map((file) => uses.inFile(file, symbol));
    sharedStructures.set(
      symbol,
      found.find((use) => use !== undefined),
    );
  }
  const use = sharedStructures.get(symbol);
  if (!use) return;
  const { line, file } = locationOf(use);
  const where = `${file.replace(/^.*\//, "")}:${String(line)}`;
  refuse(
    scope,
    catalog.unknownFunction(
      locationOf(node),
      symbol.name,
      `it may be changed at ${where}: only read it, call its functions, and pass it to functions that do the same`,
    ),
  );
}

/** Methods and functions that leave what they are given as it is. */
const reading: ReadonlySet<string> = new Set(
  "at,concat,entries,every,filter,find,findIndex,flatMap,forEach,includes,indexOf,join,keys,map,reduce,reduceRight,slice,some,values".split(
    ",",
  ),
);

/** Looks for a use that may write a constant; each function is looked into once. */
class Uses {
  readonly checker: ts.TypeChecker;
  readonly seen = new Set<ts.Symbol>();
  constructor(checker: ts.TypeChecker) {
    this.checker = checker;
  }

  inFile(file: ts.SourceFile, symbol: ts.Symbol): ts.Node | undefined {
    return this.inside(file, symbol, this.namesIn(file, symbol));
  }

  /** The first use below `node` that may write what `symbol` names. */
  inside(node: ts.Node, symbol: ts.Symbol, names: ReadonlySet<string>): ts.Node | undefined {
    if (ts.isImportDeclaration(node)) return undefined;
    if (ts.isIdentifier(node))
      return names.has(node.text) && resolveSymbol(node, this.checker) === symbol ? this.use(node) : undefined;
    return ts.forEachChild(node, (child) => this.inside(child, symbol, names));
  }

  /** What a file may call it. */
  private namesIn(file: ts.SourceFile, symbol: ts.Symbol): ReadonlySet<string> {
    const names = new Set([symbol.name]);
    for (const statement of file.statements) {
      const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
      const bindings = clause?.namedBindings;
      const specifiers = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
      for (const { name } of [...(clause?.name ? [{ name: clause.name }] : []), ...specifiers])
        if (resolveSymbol(name, this.checker) === symbol) names.add(name.text);
    }
    return names;
  }

  /** The use itself where it may write, else undefined. */
  use(name: ts.Identifier): ts.Node | undefined {
    let node: ts.Expression = name;
    if (ts.isPropertyAccessExpression(name.parent) && name.parent.name === name) node = name.parent; // of a namespace
    for (;;) {
      const { parent } = node;
      const isBase =
        (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === node;
      if (!isBase && (!isWrapper(parent) || parent.expression !== node)) break;
      node = parent;
    }
    return this.isHarmless(node, name) ? undefined : node;
  }

  private isHarmless(node: ts.Expression, name: ts.Identifier): boolean {
    const { parent } = node;
    if (isTarget(node)) return false;
    if (ts.isCallExpression(parent) && parent.expression === node) {
      if (node === name || !ts.isPropertyAccessExpression(unwrap(node))) return true;
      const method = unwrap(node) as ts.PropertyAccessExpression;
      const isArray = this.checker.isArrayLikeType(this.checker.getTypeAtLocation(method.expression));
      return !isArray || (reading.has(method.name.text) && this.keeps(parent, method.name.text));
    }
    // The declaration itself, and places where only its type is asked for.
    if (ts.isTypeNode(parent)) return true;
    const isDeclared = ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent);
    if (isDeclared && parent.name === node) return true;
    if (ts.isExportSpecifier(parent) || ts.isImportSpecifier(parent)) return true;
    const type = this.checker.getTypeAtLocation(node);
    if (!holdsObjects(type) || this.isFunction(type)) return !ts.isExportAssignment(parent);
    return this.isHarmlessObject(node, parent);
  }

  /** Also one that may be missing. */
  private isFunction(type: ts.Type): boolean {
    return this.checker.getNonNullableType(type).getCallSignatures().length > 0;
  }

  /** A use of the whole, or of an object in it. */
  private isHarmlessObject(node: ts.Expression, parent: ts.Node): boolean {
    if (ts.isExpressionStatement(parent) || ts.isTypeOfExpression(parent) || asksWhether(node, parent)) return true;
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) return this.binds(parent.name);
    if (ts.isForOfStatement(parent) && parent.expression === node)
      return ts.isVariableDeclarationList(parent.initializer) && this.binds(parent.initializer.declarations[0].name);
    if (
      ts.isPropertyAssignment(parent) ||
      ts.isArrayLiteralExpression(parent) ||
      ts.isShorthandPropertyAssignment(parent)
    )
      return this.isInConstant(parent);
    if (ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent)) return this.isInConstant(parent);
    return ts.isCallExpression(parent) && this.takes(parent, parent.arguments.indexOf(node));
  }

  /** Part of a literal: harmless if that is the argument of a function which keeps it, or a constant that nothing writes. */
  private isInConstant(part: ts.Node): boolean {
    let node = part;
    while (!ts.isVariableDeclaration(node) && !ts.isCallExpression(node)) {
      const up: ts.Node = node.parent;
      if (ts.isCallExpression(up)) return this.takes(up, up.arguments.indexOf(node as ts.Expression));
      const isPart =
        ts.isVariableDeclaration(up) ||
        ts.isPropertyAssignment(up) ||
        ts.isSpreadElement(up) ||
        ts.isObjectLiteralExpression(up) ||
        ts.isArrayLiteralExpression(up) ||
        isWrapper(up);
      if (!isPart) return false;
      node = up;
    }
    return ts.isVariableDeclaration(node) && this.binds(node.name);
  }

  /** Whether a name or pattern that stands for it is used harmlessly. */
  private binds(name: ts.BindingName): boolean {
    if (!ts.isIdentifier(name))
      return name.elements.every(
        (part) => ts.isOmittedExpression(part) || (!part.dotDotDotToken && this.binds(part.name)),
      );
    const symbol = this.checker.getSymbolAtLocation(name);
    if (!symbol) return false;
    const type = this.checker.getTypeAtLocation(name);
    if (this.seen.has(symbol) || !holdsObjects(type) || this.isFunction(type)) return true;
    this.seen.add(symbol);
    return this.inside(name.getSourceFile(), symbol, new Set([name.text])) === undefined;
  }

  /** Whether the function that is called keeps its argument as it is. */
  private takes(call: ts.CallExpression, at: number): boolean {
    const [object] = libraryMember(call.expression, this.checker) ?? [libraryName(call.expression, this.checker)];
    if (object !== undefined)
      return object === "console" || (object === "Object" && !/assign|define/.test(call.expression.getText()));
    if (cotangentExport(call.expression, this.checker) !== undefined) return true;
    const declaration = this.checker.getResolvedSignature(call)?.declaration;
    if (!declaration || !ts.isFunctionLike(declaration) || !("body" in declaration) || at < 0) return false;
    if (isOwnFile(declaration.getSourceFile().fileName)) return true;
    const parameter = declaration.parameters.at(at);
    return parameter !== undefined && !parameter.dotDotDotToken && this.binds(parameter.name);
  }

  /** Whether the callback of a method keeps what it is given. What `reduce` adds up is something else. */
  private keeps(call: ts.CallExpression, method: string): boolean {
    const [callback] = call.arguments.map(unwrap);
    if (!callback || !isFunctionNode(callback)) return true;
    const from = method.startsWith("reduce") && call.arguments.length > 1 ? 1 : 0;
    return callback.parameters.slice(from).every(({ name }) => this.binds(name));
  }
}

/** A test of what is there: `x !== undefined`, `!x`, `if (x)`, `x && …`, which gives `x` only where it is no object. */
function asksWhether(node: ts.Expression, parent: ts.Node): boolean {
  if (ts.isBinaryExpression(parent)) {
    const operator = parent.operatorToken.getText();
    return /^[!=]==?$/.test(operator) || (operator === "&&" && parent.left === node);
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isIfStatement(parent)) return true;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}

function isWrapper(
  node: ts.Node,
): node is ts.ParenthesizedExpression | ts.AsExpression | ts.SatisfiesExpression | ts.NonNullExpression {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  );
}

function holdsObjects(type: ts.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some(holdsObjects);
  return (
    (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) !== 0
  );
}

/** Whether an expression is written: assigned, stepped, deleted, or part of a pattern that is assigned. */
function isTarget(node: ts.Expression): boolean {
  for (
    let child: ts.Node = node;
    ts.isExpression(child.parent) || ts.isPropertyAssignment(child.parent);
    child = child.parent
  ) {
    const { parent } = child;
    if (writtenBy(parent) === child) return true;
    const isPattern =
      ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent) || ts.isPropertyAssignment(parent);
    if (!isPattern && !isWrapper(parent) && !ts.isSpreadElement(parent)) return false;
  }
  return false;
}
