/** Which `number` variables of a function are always integers: an optimistic fixpoint over all their assignments. */
import { ts } from "../typescript.ts";
import { constDeclaration, isModuleLevel, libraryMember, resolveSymbol, unwrap } from "./symbols.ts";
import { tryType } from "./types.ts";
import { assignmentsIn } from "./writes.ts";

type IsIndex = (symbol: ts.Symbol) => boolean;

/** Which parameter of a callback counts. */
const countingParameter: Readonly<Record<string, number>> = { map: 1, forEach: 1, from: 1, reduce: 2 };
const rounding: ReadonlySet<string> = new Set(["floor", "ceil", "round", "trunc", "sign", "clz32", "imul"]);
const keepsIntegers: ReadonlySet<string> = new Set(["abs", "max", "min"]);
const bitOperators: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandToken,
  ts.SyntaxKind.BarToken,
  ts.SyntaxKind.CaretToken,
  ts.SyntaxKind.LessThanLessThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
]);
const integerOperators: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.PercentToken,
]);

/** The local variables of `node` that hold integers only. `isKnown` tells of variables from outside. */
export function inferIndexLocals(node: ts.Node, checker: ts.TypeChecker, isKnown: IsIndex): ReadonlySet<ts.Symbol> {
  const values = new Map<ts.Symbol, (ts.Expression | "integer" | "other")[]>();
  collectDeclarations(node, checker, values);
  for (const { symbol, value } of assignmentsIn(node, checker)) values.get(symbol)?.push(value);
  const indices = new Set(values.keys());
  const isIndex: IsIndex = (symbol) => indices.has(symbol) || isKnown(symbol);
  for (let changed = true; changed;) {
    changed = false;
    for (const symbol of [...indices]) {
      const fits = values
        .get(symbol)
        ?.every((value) => value === "integer" || (value !== "other" && isIndexExpression(value, checker, isIndex)));
      if (!fits && indices.delete(symbol)) changed = true;
    }
  }
  return indices;
}

function collectDeclarations(
  node: ts.Node,
  checker: ts.TypeChecker,
  values: Map<ts.Symbol, (ts.Expression | "integer" | "other")[]>,
): void {
  const visit = (child: ts.Node): void => {
    if (
      (ts.isVariableDeclaration(child) || ts.isBindingElement(child) || ts.isParameter(child)) &&
      ts.isIdentifier(child.name)
    ) {
      const symbol = checker.getSymbolAtLocation(child.name);
      if (symbol && checker.getTypeAtLocation(child.name).flags & ts.TypeFlags.NumberLike)
        values.set(symbol, initialValues(child, checker));
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
}

function initialValues(
  declaration: ts.VariableDeclaration | ts.BindingElement | ts.ParameterDeclaration,
  checker: ts.TypeChecker,
): (ts.Expression | "integer" | "other")[] {
  if (ts.isBindingElement(declaration)) return [isEntriesIndex(declaration) ? "integer" : "other"];
  if (ts.isParameter(declaration)) return [isCounting(declaration) ? "integer" : "other"];
  const loop = declaration.parent.parent;
  if (ts.isForOfStatement(loop)) return [isIntegerArray(loop.expression, checker) ? "integer" : "other"];
  return declaration.initializer ? [declaration.initializer] : [];
}

/** `i` of `for (const [i, x] of xs.entries())`. */
function isEntriesIndex(element: ts.BindingElement): boolean {
  const loop = element.parent.parent.parent?.parent;
  if (!loop || !ts.isForOfStatement(loop) || element.parent.elements[0] !== element) return false;
  return (
    ts.isCallExpression(loop.expression) &&
    ts.isPropertyAccessExpression(loop.expression.expression) &&
    loop.expression.expression.name.text === "entries"
  );
}

/** `i` of `xs.map((x, i) => …)`. */
function isCounting(parameter: ts.ParameterDeclaration): boolean {
  const call = parameter.parent.parent;
  if (
    !ts.isCallExpression(call) ||
    !ts.isPropertyAccessExpression(call.expression) ||
    !ts.isArrowFunction(parameter.parent)
  )
    return false;
  const method = call.expression.name.text;
  return (
    Object.hasOwn(countingParameter, method) &&
    parameter.parent.parameters.indexOf(parameter) === countingParameter[method]
  );
}

function isIntegerArray(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const inner = unwrap(node);
  if (ts.isPropertyAccessExpression(inner) && inner.name.text === "shape" && isTensor(inner.expression, checker))
    return true;
  const type = tryType(checker.getTypeAtLocation(node), checker);
  return type?.kind === "array" && type.element.kind === "index";
}

/** Whether a number is an integer (or NaN or infinite) whatever the values of what is not known. */
export function isIndexExpression(node: ts.Expression, checker: ts.TypeChecker, isIndex: IsIndex): boolean {
  const inner = unwrap(node);
  const recur = (operand: ts.Expression): boolean => isIndexExpression(operand, checker, isIndex);
  if (ts.isNumericLiteral(inner)) return Number.isInteger(Number(inner.text));
  if (ts.isIdentifier(inner)) return isIndexName(inner, checker, isIndex);
  if (ts.isPrefixUnaryExpression(inner)) return inner.operator === ts.SyntaxKind.TildeToken || recur(inner.operand);
  if (ts.isPostfixUnaryExpression(inner)) return recur(inner.operand);
  if (ts.isConditionalExpression(inner)) return recur(inner.whenTrue) && recur(inner.whenFalse);
  if (ts.isPropertyAccessExpression(inner)) {
    if (inner.name.text === "size") return isTensor(inner.expression, checker);
    return inner.name.text === "length" && !recordsHaveLength(inner, checker);
  }
  if (ts.isElementAccessExpression(inner)) return isIntegerArray(inner.expression, checker);
  if (ts.isCallExpression(inner)) {
    const member = libraryMember(inner.expression, checker);
    if (member?.[0] !== "Math") return false;
    return rounding.has(member[1]) || (keepsIntegers.has(member[1]) && inner.arguments.every(recur));
  }
  if (!ts.isBinaryExpression(inner)) return false;
  const operator = inner.operatorToken.kind;
  if (bitOperators.has(operator)) return true;
  if (operator === ts.SyntaxKind.EqualsToken || operator === ts.SyntaxKind.CommaToken) return recur(inner.right);
  return integerOperators.has(operator) && recur(inner.left) && recur(inner.right);
}

function isTensor(node: ts.Expression, checker: ts.TypeChecker): boolean {
  return tryType(checker.getTypeAtLocation(node), checker)?.kind === "tensor";
}

function recordsHaveLength(node: ts.PropertyAccessExpression, checker: ts.TypeChecker): boolean {
  return tryType(checker.getTypeAtLocation(node.expression), checker)?.kind === "record";
}

function isIndexName(node: ts.Identifier, checker: ts.TypeChecker, isIndex: IsIndex): boolean {
  const symbol = resolveSymbol(node, checker);
  if (!symbol) return false;
  if (isIndex(symbol)) return true;
  const declaration = constDeclaration(symbol);
  if (!declaration?.initializer || !isModuleLevel(declaration) || declaration.initializer === node) return false;
  return ts.isIdentifier(declaration.name) && isIndexExpression(declaration.initializer, checker, () => false);
}
