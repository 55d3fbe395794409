/** What a piece of the user's code may write, seen from its syntax, callees included. */
import { ts } from "../typescript.ts";
import { functionsIn, holdsFunctions, type Known } from "./known.ts";
import { appendedArray } from "./own-length.ts";
import {
  constDeclaration,
  cotangentExport,
  isFunctionNode,
  isLibrary,
  libraryMember,
  libraryName,
  resolveSymbol,
  unwrap,
} from "./symbols.ts";

export interface Assignment {
  readonly symbol: ts.Symbol;
  /** The new value; "integer" for a step of one, "other" where it is not written down. */
  readonly value: ts.Expression | "integer" | "other";
  readonly node: ts.Node;
}

export interface Writes {
  readonly symbols: ReadonlySet<ts.Symbol>;
  readonly fields: ReadonlySet<string>;
  readonly elements: boolean;
  /** Arrays whose length changes. */
  readonly resized: readonly ts.Expression[];
  /** Whether some of those may become shorter. */
  readonly shortens: boolean;
  /** Something is called that may write anything. */
  readonly unknown: boolean;
}

/** Names of functions that are known, and of what holds functions. */
type KnownFunctions = ReadonlyMap<ts.Symbol, Known>;

const resizing: ReadonlySet<string> = new Set(["push", "pop", "shift", "unshift", "splice"]);
const lengthening: ReadonlySet<string> = new Set(["push", "unshift"]);
const rewriting: ReadonlySet<string> = new Set([
  "fill",
  "sort",
  "reverse",
  "set",
  "copyWithin",
  "shift",
  "unshift",
  "splice",
]);

export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The expression a node writes: the left side of an assignment, the operand of `++`, the target of a `for…of`. */
export function writtenBy(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) return node.left;
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  if (
    ts.isPrefixUnaryExpression(node) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
  ) {
    return node.operand;
  }
  if (ts.isDeleteExpression(node)) return node.expression;
  if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer))
    return node.initializer;
  return undefined;
}

/** The places inside a written pattern (`[a, b[0]]`), or the one place itself. */
export function* placesOf(target: ts.Expression): Generator<ts.Expression> {
  const inner = unwrap(target);
  if (ts.isArrayLiteralExpression(inner)) {
    for (const element of inner.elements) yield* placesOf(ts.isSpreadElement(element) ? element.expression : element);
  } else if (ts.isObjectLiteralExpression(inner)) {
    for (const property of inner.properties) {
      if (ts.isPropertyAssignment(property)) yield* placesOf(property.initializer);
      else if (ts.isShorthandPropertyAssignment(property)) yield property.name;
      else if (ts.isSpreadAssignment(property)) yield* placesOf(property.expression);
    }
  } else if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    yield* placesOf(inner.left);
  } else if (!ts.isOmittedExpression(inner)) {
    yield inner;
  }
}

/** Every assignment to a variable in `node`, nested functions included. */
export function assignmentsIn(node: ts.Node, checker: ts.TypeChecker): readonly Assignment[] {
  const found: Assignment[] = [];
  const visit = (child: ts.Node): void => {
    const target = writtenBy(child);
    if (target) {
      for (const place of placesOf(target)) {
        const symbol = ts.isIdentifier(place) ? resolveSymbol(place, checker) : undefined;
        if (symbol)
          found.push({ symbol, value: place === unwrap(target) ? assignedValue(child) : "other", node: child });
      }
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

function assignedValue(node: ts.Node): ts.Expression | "integer" | "other" {
  if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) return "integer";
  if (!ts.isBinaryExpression(node)) return "other";
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.PlusEqualsToken: // the variable itself is an integer, or fails anyway
    case ts.SyntaxKind.MinusEqualsToken:
    case ts.SyntaxKind.AsteriskEqualsToken:
    case ts.SyntaxKind.PercentEqualsToken:
      return node.right;
    case ts.SyntaxKind.AmpersandEqualsToken:
    case ts.SyntaxKind.BarEqualsToken:
    case ts.SyntaxKind.CaretEqualsToken:
    case ts.SyntaxKind.LessThanLessThanEqualsToken:
    case ts.SyntaxKind.GreaterThanGreaterThanEqualsToken:
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken:
      return "integer";
    default:
      return "other";
  }
}

/** The variables that `node` assigns. */
export function writtenSymbols(node: ts.Node, checker: ts.TypeChecker): ReadonlySet<ts.Symbol> {
  return new Set(assignmentsIn(node, checker).map((assignment) => assignment.symbol));
}

/** Everything that running `nodes` may write. */
export function writesOf(nodes: readonly ts.Node[], checker: ts.TypeChecker, known: KnownFunctions): Writes {
  const state = {
    symbols: new Set<ts.Symbol>(),
    fields: new Set<string>(),
    elements: false,
    resized: [] as ts.Expression[],
    shortens: false,
    unknown: false,
  };
  const visited = new Set<ts.Node>();
  const visit = (node: ts.Node): void => {
    const target = writtenBy(node);
    if (target) {
      for (const place of placesOf(target)) {
        if (ts.isIdentifier(place)) {
          const symbol = resolveSymbol(place, checker);
          if (symbol) state.symbols.add(symbol);
        } else if (ts.isPropertyAccessExpression(place)) {
          state.fields.add(place.name.text);
          if (place.name.text === "length") {
            state.resized.push(place.expression);
            state.shortens = true;
          }
        } else {
          state.elements = true;
          const appended = appendedArray(place, checker);
          if (appended) state.resized.push(appended);
        }
      }
    }
    if (ts.isCallExpression(node)) visitCall(node);
    ts.forEachChild(node, visit);
  };
  const visitCall = (call: ts.CallExpression): void => {
    const callee = unwrap(call.expression);
    if (ts.isPropertyAccessExpression(callee) && isLibraryMethod(callee, checker)) {
      if (resizing.has(callee.name.text)) {
        state.resized.push(callee.expression);
        state.shortens ||= !lengthening.has(callee.name.text);
      }
      if (rewriting.has(callee.name.text)) state.elements = true;
      return;
    }
    const bodies = calledFunctions(callee, checker, known);
    if (bodies === undefined) state.unknown = true;
    for (const body of bodies ?? []) {
      if (visited.has(body)) continue;
      visited.add(body);
      visit(body);
    }
  };
  nodes.forEach(visit);
  return state;
}

function isLibraryMethod(callee: ts.PropertyAccessExpression, checker: ts.TypeChecker): boolean {
  const symbol = checker.getSymbolAtLocation(callee.name);
  return symbol !== undefined && isLibrary(symbol);
}

/** The functions that a call may run; none where it writes nothing, undefined where that is not known. */
function calledFunctions(
  callee: ts.Expression,
  checker: ts.TypeChecker,
  known: KnownFunctions,
): readonly ts.Node[] | undefined {
  if (isFunctionNode(callee)) return [callee];
  if (libraryMember(callee, checker) || libraryName(callee, checker) || cotangentExport(callee, checker)) return [];
  if (ts.isCallExpression(callee)) return calledFunctions(unwrap(callee.expression), checker, known); // grad(f)(x) keeps its arguments
  const value = knownRoot(callee, checker, known);
  if (value) return functionsIn(value).map(({ node }) => node);
  const literal = constantRoot(callee, checker);
  if (literal) return functionsOfLiteral(literal, checker, known);
  const declaration = resolveSymbol(callee, checker)?.valueDeclaration;
  if (!declaration) return undefined;
  if (ts.isFunctionDeclaration(declaration)) return [declaration];
  if (ts.isBindingElement(declaration)) {
    // const [y, pull] = vjp(f)(x)
    const of = declaration.parent.parent;
    const from = ts.isVariableDeclaration(of) && of.initializer ? unwrap(of.initializer) : undefined;
    const isHarmless = from && ts.isCallExpression(from) && calledFunctions(from, checker, known)?.length === 0;
    return isHarmless ? [] : undefined;
  }
  if (ts.isShorthandPropertyAssignment(declaration)) return calledFunctions(declaration.name, checker, known);
  const isHolder = ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration);
  if (!isHolder || !declaration.initializer) return undefined;
  const initializer = unwrap(declaration.initializer);
  if (isFunctionNode(initializer)) return [initializer];
  if (ts.isIdentifier(initializer) || ts.isPropertyAccessExpression(initializer))
    return calledFunctions(initializer, checker, known);
  return ts.isCallExpression(initializer) && cotangentExport(initializer.expression, checker) ? [] : undefined;
}

/** What is known under the name that an access starts at. */
function knownRoot(node: ts.Expression, checker: ts.TypeChecker, known: KnownFunctions): Known | undefined {
  let root = unwrap(node);
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = unwrap(root.expression);
  const symbol = ts.isIdentifier(root) ? resolveSymbol(root, checker) : undefined;
  return symbol && known.get(symbol);
}

/** The literal that an access starts at, by the name of a constant. */
function constantRoot(node: ts.Expression, checker: ts.TypeChecker): ts.Expression | undefined {
  let root = unwrap(node);
  if (!ts.isElementAccessExpression(root) && !ts.isPropertyAccessExpression(root)) return undefined;
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = unwrap(root.expression);
  const symbol = ts.isIdentifier(root) ? resolveSymbol(root, checker) : undefined;
  const initializer = symbol && constDeclaration(symbol)?.initializer;
  const literal = initializer && unwrap(initializer);
  return literal && (ts.isArrayLiteralExpression(literal) || ts.isObjectLiteralExpression(literal))
    ? literal
    : undefined;
}

/** All functions in a literal; undefined where it holds something else that can be called. */
function functionsOfLiteral(
  node: ts.Expression,
  checker: ts.TypeChecker,
  known: KnownFunctions,
): readonly ts.Node[] | undefined {
  const inner = unwrap(node);
  if (!ts.isArrayLiteralExpression(inner) && !ts.isObjectLiteralExpression(inner))
    return holdsFunctions(checker.getTypeAtLocation(inner), checker) ? calledFunctions(inner, checker, known) : [];
  const parts = [...(ts.isArrayLiteralExpression(inner) ? inner.elements : inner.properties)].map((part) => {
    if (ts.isMethodDeclaration(part)) return [part];
    if (ts.isShorthandPropertyAssignment(part)) return functionsOfLiteral(part.name, checker, known);
    if (ts.isPropertyAssignment(part)) return functionsOfLiteral(part.initializer, checker, known);
    return ts.isExpression(part) && !ts.isSpreadElement(part) ? functionsOfLiteral(part, checker, known) : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.flatMap((functions) => functions ?? []);
}
