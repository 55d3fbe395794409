/** Unary and binary operators, and templates. */
import * as catalog from "../diagnostics.ts";
import { binary, constant, isNumber, typeOf, unary } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readAssignment, readStep } from "./assignments.ts";
import { readLogical } from "./conditionals.ts";
import { readExpression, readExpressions, readTest, readValue, truthOf } from "./expressions.ts";
import { knownComparison } from "./known-tests.ts";
import { quote } from "./names.ts";
import { locationOf, refuse, type Scope } from "./scope.ts";
import { isAssignmentOperator } from "./writes.ts";

const arithmetic: Readonly<Partial<Record<ts.SyntaxKind, ir.BinaryOperator>>> = {
  [ts.SyntaxKind.PlusToken]: "+",
  [ts.SyntaxKind.MinusToken]: "-",
  [ts.SyntaxKind.AsteriskToken]: "*",
  [ts.SyntaxKind.SlashToken]: "/",
  [ts.SyntaxKind.PercentToken]: "%",
  [ts.SyntaxKind.AsteriskAsteriskToken]: "**",
  [ts.SyntaxKind.AmpersandToken]: "&",
  [ts.SyntaxKind.BarToken]: "|",
  [ts.SyntaxKind.CaretToken]: "^",
  [ts.SyntaxKind.LessThanLessThanToken]: "<<",
  [ts.SyntaxKind.GreaterThanGreaterThanToken]: ">>",
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: ">>>",
};
const comparisons: Readonly<Partial<Record<ts.SyntaxKind, ir.BinaryOperator>>> = {
  [ts.SyntaxKind.LessThanToken]: "<",
  [ts.SyntaxKind.LessThanEqualsToken]: "<=",
  [ts.SyntaxKind.GreaterThanToken]: ">",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">=",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "===",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.EqualsEqualsToken]: "==",
  [ts.SyntaxKind.ExclamationEqualsToken]: "!=",
};

/** The arithmetic operator of a token, if it is one. */
export function arithmeticOperator(token: ts.SyntaxKind): ir.BinaryOperator | undefined {
  return arithmetic[token];
}

export function readBinary(scope: Scope, node: ts.BinaryExpression): ir.Expression {
  const token = node.operatorToken.kind;
  if (isAssignmentOperator(token)) return readAssignment(scope, node);
  if (token === ts.SyntaxKind.CommaToken) {
    readExpression(scope, node.left);
    return readValue(scope, node.right);
  }
  if (
    token === ts.SyntaxKind.AmpersandAmpersandToken ||
    token === ts.SyntaxKind.BarBarToken ||
    token === ts.SyntaxKind.QuestionQuestionToken
  ) {
    return readLogical(scope, node);
  }
  const known = knownComparison(scope, node);
  if (known) return known;
  const operator = arithmetic[token] ?? comparisons[token];
  if (!operator)
    refuse(
      scope,
      catalog.unsupportedSyntax(
        locationOf(node),
        `the operator \`${node.operatorToken.getText()}\``,
        token === ts.SyntaxKind.InKeyword ? "compare the field with `undefined`" : undefined,
      ),
    );
  const [left, right] = readExpressions(scope, [node.left, node.right]);
  return combine(scope, operator, left, right, node);
}

/** `left operator right`, with `+` on strings as a template. */
export function combine(
  scope: Scope,
  operator: ir.BinaryOperator,
  left: ir.Expression,
  right: ir.Expression,
  node: ts.Node,
): ir.Expression {
  const types = [typeOf(left), typeOf(right)];
  if (operator === "+" && types.some((type) => type.kind === "string")) return concatenate(left, right);
  const isArithmetic = Object.values(arithmetic).includes(operator);
  const fits = (type: ir.Type): boolean => isNumber(type) || (type.kind === "maybe" && isNumber(type.of));
  if (isArithmetic && !types.every(fits)) {
    const at = types.findIndex((type) => !fits(type));
    refuse(
      scope,
      catalog.unsupportedSyntax(
        locationOf(node),
        `\`${operator}\` on a ${types[at].kind === "maybe" ? "value that may be missing" : types[at].kind}`,
        types[at].kind === "tensor" ? tensorHint(operator) : undefined,
      ),
    );
  }
  return binary(operator, left, right);
}

/** The function of `cotangent/nn` that does with tensors what the operator does with numbers. */
function tensorHint(operator: ir.BinaryOperator): string {
  const names: Partial<Record<ir.BinaryOperator, string>> = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "**": "pow",
  };
  const name = names[operator];
  return name === undefined ? "use the functions of `cotangent/nn`" : `use \`${name}(…)\` of \`cotangent/nn\``;
}

function concatenate(left: ir.Expression, right: ir.Expression): ir.Expression {
  const parts = (value: ir.Expression): ir.Template =>
    value.kind === "template"
      ? value
      : value.kind === "constant" && typeof value.value === "string"
        ? { kind: "template", chunks: [value.value], values: [] }
        : { kind: "template", chunks: ["", ""], values: [value] };
  const [a, b] = [parts(left), parts(right)];
  const joined = (a.chunks.at(-1) ?? "") + (b.chunks[0] ?? "");
  return {
    kind: "template",
    chunks: [...a.chunks.slice(0, -1), joined, ...b.chunks.slice(1)],
    values: [...a.values, ...b.values],
  };
}

export function readTemplate(scope: Scope, node: ts.TemplateExpression): ir.Expression {
  const values = readExpressions(
    scope,
    node.templateSpans.map((span) => span.expression),
  );
  return { kind: "template", chunks: [node.head.text, ...node.templateSpans.map((span) => span.literal.text)], values };
}

function negated(test: ir.Expression): ir.Expression {
  const truth = truthOf(test);
  return truth === undefined ? unary("!", test) : constant(!truth);
}

export function readPrefix(scope: Scope, node: ts.PrefixUnaryExpression): ir.Expression {
  switch (node.operator) {
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken:
      return readStep(scope, node, true);
    case ts.SyntaxKind.ExclamationToken:
      return negated(readTest(scope, node.operand));
    case ts.SyntaxKind.TildeToken:
      return unary("~", readNumber(scope, node.operand));
    case ts.SyntaxKind.PlusToken:
      return readNumber(scope, node.operand);
    case ts.SyntaxKind.MinusToken: {
      const operand = readNumber(scope, node.operand);
      return operand.kind === "constant" && typeof operand.value === "number" && operand.value !== 0
        ? constant(-operand.value)
        : unary("-", operand);
    }
  }
}

/** A value as a number: `+x`, `Number(x)`. */
export function readNumber(scope: Scope, node: ts.Expression): ir.Expression {
  const value = readExpression(scope, node);
  const type = typeOf(value);
  if (isNumber(type) || (type.kind === "maybe" && isNumber(type.of))) return value;
  if (type.kind === "boolean")
    return { kind: "conditional", test: value, whenTrue: constant(1), whenFalse: constant(0) };
  if (type.kind === "string") refuse(scope, catalog.numberFromString(locationOf(node), quote(node)));
  refuse(scope, catalog.unsupportedSyntax(locationOf(node), `\`${quote(node)}\` as a number`));
}
