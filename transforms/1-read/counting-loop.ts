/** Which `for` loops count: an integer that only the loop itself steps, up or down to a bound. */
import { ts } from "../typescript.ts";
import { arithmeticOperator } from "./operators.ts";
import { type Scope } from "./scope.ts";
import { resolveSymbol, unwrap } from "./symbols.ts";

/** The parts of a loop that counts: `for (let NAME = START; NAME OPERATOR BOUND; NAME += STEP)`. */
export interface Counting {
  readonly declaration: ts.VariableDeclaration;
  readonly symbol: ts.Symbol;
  readonly start: ts.Expression;
  readonly operator: "<" | "<=" | ">" | ">=";
  readonly bound: ts.Expression;
  readonly step: number;
}

const flipped = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;
const counting: Readonly<Partial<Record<ts.SyntaxKind, Counting["operator"]>>> = {
  [ts.SyntaxKind.LessThanToken]: "<",
  [ts.SyntaxKind.LessThanEqualsToken]: "<=",
  [ts.SyntaxKind.GreaterThanToken]: ">",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">=",
};

/** The loop as a counting one, if its counter is an integer that only its own step writes. */
export function countingLoop(scope: Scope, node: ts.ForStatement): Counting | undefined {
  const { initializer, condition, incrementor } = node;
  if (!initializer || !condition || !incrementor || !ts.isVariableDeclarationList(initializer)) return undefined;
  const test = unwrap(condition);
  if (!ts.isBinaryExpression(test)) return undefined;
  const operator = counting[test.operatorToken.kind];
  if (!operator) return undefined;
  for (const declaration of initializer.declarations) {
    const symbol = ts.isIdentifier(declaration.name) ? scope.checker.getSymbolAtLocation(declaration.name) : undefined;
    if (!symbol || !declaration.initializer || !scope.indexSymbols.has(symbol)) continue;
    const step = stepOf(scope, incrementor, symbol);
    if (step === undefined || step === 0) continue;
    const found = { declaration, symbol, start: declaration.initializer, step };
    const loop = isName(scope, test.left, symbol)
      ? { ...found, operator, bound: test.right }
      : isName(scope, test.right, symbol)
        ? { ...found, operator: flipped[operator], bound: test.left }
        : undefined;
    if (loop && loop.operator.startsWith(step > 0 ? "<" : ">")) return loop;
  }
  return undefined;
}

function isName(scope: Scope, node: ts.Expression, symbol: ts.Symbol): boolean {
  const inner = unwrap(node);
  return ts.isIdentifier(inner) && resolveSymbol(inner, scope.checker) === symbol;
}

/** The constant that the update of a loop adds to its counter. */
function stepOf(scope: Scope, node: ts.Expression, symbol: ts.Symbol): number | undefined {
  const update = unwrap(node);
  if (ts.isPostfixUnaryExpression(update) || ts.isPrefixUnaryExpression(update)) {
    if (!isName(scope, update.operand, symbol)) return undefined;
    if (update.operator === ts.SyntaxKind.PlusPlusToken) return 1;
    return update.operator === ts.SyntaxKind.MinusMinusToken ? -1 : undefined;
  }
  if (!ts.isBinaryExpression(update) || !isName(scope, update.left, symbol)) return undefined;
  const value = unwrap(update.right);
  if (update.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) return integer(value);
  if (update.operatorToken.kind === ts.SyntaxKind.MinusEqualsToken) return negated(integer(value));
  if (
    update.operatorToken.kind !== ts.SyntaxKind.EqualsToken ||
    !ts.isBinaryExpression(value) ||
    !isName(scope, value.left, symbol)
  )
    return undefined;
  const operator = arithmeticOperator(value.operatorToken.kind);
  if (operator === "+") return integer(unwrap(value.right));
  return operator === "-" ? negated(integer(unwrap(value.right))) : undefined;
}

function integer(node: ts.Expression): number | undefined {
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken)
    return negated(integer(unwrap(node.operand)));
  return ts.isNumericLiteral(node) && Number.isInteger(Number(node.text)) ? Number(node.text) : undefined;
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

export function mentions(scope: Scope, node: ts.Node, symbol: ts.Symbol): boolean {
  if (ts.isIdentifier(node) && resolveSymbol(node, scope.checker) === symbol) return true;
  return ts.forEachChild(node, (child) => mentions(scope, child, symbol) || undefined) ?? false;
}
