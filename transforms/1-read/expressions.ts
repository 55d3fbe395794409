/** Expressions. `readExpression` gives a pure tree, and emits the statements that must run before it. */
import * as catalog from "../diagnostics.ts";
import type * as ir from "../ir/ir.ts";
import {
  binary,
  boolean,
  constant,
  element,
  field,
  index,
  isAllocation,
  isNumber,
  isReference,
  lengthOf,
  real,
  string,
  typeOf,
  unary,
} from "../ir/build.ts";
import { ts } from "../typescript.ts";
import { readAssignment, readStep } from "./assignments.ts";
import { readCall, readNew } from "./calls.ts";
import { combineLogical, readConditional, readLogical } from "./conditionals.ts";
import { readArrayLiteral, readRecordLiteral } from "./literals.ts";
import { quote, readGlobal, readName } from "./names.ts";
import { readInOrder } from "./operands.ts";
import { captureValue, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";
import { libraryMember, resolveSymbol, unwrap } from "./symbols.ts";
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
const mathConstants: ReadonlySet<string> = new Set(["PI", "E", "LN2", "LN10", "LOG2E", "LOG10E", "SQRT1_2", "SQRT2"]);
const numberConstants: ReadonlySet<string> = new Set([
  "EPSILON",
  "MAX_VALUE",
  "MIN_VALUE",
  "MAX_SAFE_INTEGER",
  "MIN_SAFE_INTEGER",
  "POSITIVE_INFINITY",
  "NEGATIVE_INFINITY",
  "NaN",
]);

/** The arithmetic operator of a token, if it is one. */
export function arithmeticOperator(token: ts.SyntaxKind): ir.BinaryOperator | undefined {
  return arithmetic[token];
}

/** The value of an expression as a pure tree; a new object gets a name first. */
export function readExpression(scope: Scope, node: ts.Expression, name?: string): ir.Expression {
  const value = readValue(scope, node);
  return isAllocation(value) ? nameValue(scope, value, name) : value;
}

/** Several expressions in order. */
export function readExpressions(scope: Scope, nodes: readonly ts.Expression[]): ir.Expression[] {
  return readInOrder(
    scope,
    nodes.map((node) => () => readExpression(scope, node)),
  );
}

/** An expression as a condition. */
export function readTest(scope: Scope, node: ts.Expression): ir.Expression {
  const inner = unwrap(node);
  const token = ts.isBinaryExpression(inner) ? inner.operatorToken.kind : undefined;
  if (token !== ts.SyntaxKind.AmpersandAmpersandToken && token !== ts.SyntaxKind.BarBarToken) {
    return asBoolean(readExpression(scope, inner));
  }
  const { left, right } = inner as ts.BinaryExpression;
  const test = readTest(scope, left);
  return combineLogical(scope, token, test, captureValue(scope, () => readTest(scope, right)), inner);
}

/** JavaScript's notion of truth, written out for values that are no booleans. */
export function asBoolean(value: ir.Expression): ir.Expression {
  const type = typeOf(value);
  if (type.kind === "boolean") return value;
  if (isReference(type)) return constant(true);
  return { kind: "extern", text: "Boolean($0)", operands: [value], type: boolean };
}

/** The value of an expression: a pure tree, or a new object that still has no name. */
export function readValue(scope: Scope, node: ts.Expression): ir.Expression {
  const inner = unwrap(node);
  if (ts.isIdentifier(inner)) return readName(scope, inner);
  if (ts.isNumericLiteral(inner)) return constant(Number(inner.text));
  if (ts.isStringLiteralLike(inner)) return constant(inner.text);
  if (ts.isBinaryExpression(inner)) return readBinary(scope, inner);
  if (ts.isPrefixUnaryExpression(inner)) return readPrefix(scope, inner);
  if (ts.isPostfixUnaryExpression(inner)) return readStep(scope, inner, true);
  if (ts.isPropertyAccessExpression(inner)) return readProperty(scope, inner);
  if (ts.isElementAccessExpression(inner)) return readElement(scope, inner);
  if (ts.isCallExpression(inner)) return readCall(scope, inner);
  if (ts.isNewExpression(inner)) return readNew(scope, inner);
  if (ts.isConditionalExpression(inner)) return readConditional(scope, inner);
  if (ts.isArrayLiteralExpression(inner)) return readArrayLiteral(scope, inner);
  if (ts.isObjectLiteralExpression(inner)) return readRecordLiteral(scope, inner);
  if (ts.isTemplateExpression(inner)) return readTemplate(scope, inner);
  return readKeyword(scope, inner);
}

function readKeyword(scope: Scope, node: ts.Expression): ir.Expression {
  const at = locationOf(node);
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return constant(true);
    case ts.SyntaxKind.FalseKeyword:
      return constant(false);
    case ts.SyntaxKind.NullKeyword:
      return constant(null);
    case ts.SyntaxKind.ThisKeyword:
    case ts.SyntaxKind.SuperKeyword:
      return refuse(scope, catalog.classOrThis(at, `\`${node.getText()}\``));
    case ts.SyntaxKind.ClassExpression:
      return refuse(scope, catalog.classOrThis(at, "a class"));
    case ts.SyntaxKind.BigIntLiteral:
      return refuse(scope, catalog.bigInteger(at));
    case ts.SyntaxKind.AwaitExpression:
      return refuse(scope, catalog.asynchronous(at, "`await`"));
    case ts.SyntaxKind.YieldExpression:
      return refuse(scope, catalog.asynchronous(at, "`yield`"));
    case ts.SyntaxKind.DeleteExpression:
      return refuse(scope, catalog.unsupportedSyntax(at, "`delete`", "make a new record without the field"));
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression:
      return refuse(scope, catalog.unknownFunction(at, quote(node)));
    case ts.SyntaxKind.TypeOfExpression: {
      const operand = readExpression(scope, (node as ts.TypeOfExpression).expression);
      return { kind: "extern", text: "typeof $0", operands: [operand], type: string };
    }
    case ts.SyntaxKind.VoidExpression:
      readExpression(scope, (node as ts.VoidExpression).expression);
      return constant(undefined);
    case ts.SyntaxKind.RegularExpressionLiteral:
      return refuse(scope, catalog.unsupportedSyntax(at, "a regular expression"));
    default:
      return refuse(scope, catalog.unsupportedSyntax(at, `\`${quote(node)}\``));
  }
}

function readBinary(scope: Scope, node: ts.BinaryExpression): ir.Expression {
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
  const operator = arithmetic[token] ?? comparisons[token];
  if (!operator)
    refuse(scope, catalog.unsupportedSyntax(locationOf(node), `the operator \`${node.operatorToken.getText()}\``));
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
      ),
    );
  }
  return binary(operator, left, right);
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

function readTemplate(scope: Scope, node: ts.TemplateExpression): ir.Expression {
  const values = readExpressions(
    scope,
    node.templateSpans.map((span) => span.expression),
  );
  return { kind: "template", chunks: [node.head.text, ...node.templateSpans.map((span) => span.literal.text)], values };
}

function readPrefix(scope: Scope, node: ts.PrefixUnaryExpression): ir.Expression {
  switch (node.operator) {
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken:
      return readStep(scope, node, true);
    case ts.SyntaxKind.ExclamationToken:
      return unary("!", readTest(scope, node.operand));
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

function readProperty(scope: Scope, node: ts.PropertyAccessExpression): ir.Expression {
  if (node.questionDotToken) refuse(scope, catalog.optionalChaining(locationOf(node)));
  const member = libraryMember(node, scope.checker);
  if (member) return readLibraryConstant(scope, node, member);
  const symbol = resolveSymbol(node.name, scope.checker);
  const object = resolveSymbol(node.expression, scope.checker);
  if (symbol && symbol.flags & ts.SymbolFlags.EnumMember) return readEnumMember(scope, symbol, node);
  if (symbol && object && object.flags & ts.SymbolFlags.ValueModule && symbol.flags & ts.SymbolFlags.Variable) {
    return readGlobal(scope, symbol, node, node.getText());
  }
  const record = readExpression(scope, node.expression);
  return propertyOf(scope, record, node.name.text, node);
}

function propertyOf(scope: Scope, record: ir.Expression, name: string, node: ts.Expression): ir.Expression {
  const type = typeOf(record);
  if (name === "length") {
    if (type.kind === "array") return lengthOf(record);
    if (type.kind === "tuple") return constant(type.elements.length);
    if (type.kind === "string") return { kind: "extern", text: "$0.length", operands: [record], type: index };
  }
  if (type.kind === "record" && type.fields.some((candidate) => candidate.name === name)) return field(record, name);
  if (type.kind === "opaque" && (name === "message" || name === "name"))
    return { kind: "extern", text: `$0.${name}`, operands: [record], type: string };
  refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
}

function readLibraryConstant(
  scope: Scope,
  node: ts.Expression,
  [object, name]: readonly [string, string],
): ir.Expression {
  if (object === "Math" && mathConstants.has(name)) return { kind: "global", name: `Math.${name}`, type: real };
  if (object === "Number" && numberConstants.has(name)) return { kind: "global", name: `Number.${name}`, type: real };
  if (name === "BYTES_PER_ELEMENT") return { kind: "global", name: `${object}.${name}`, type: index };
  refuse(scope, catalog.unknownFunction(locationOf(node), `${object}.${name}`));
}

function readEnumMember(scope: Scope, symbol: ts.Symbol, node: ts.PropertyAccessExpression): ir.Expression {
  const value = scope.checker.getConstantValue(symbol.valueDeclaration as ts.EnumMember);
  if (value === undefined) refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
  return constant(value);
}

function readElement(scope: Scope, node: ts.ElementAccessExpression): ir.Expression {
  if (node.questionDotToken) refuse(scope, catalog.optionalChaining(locationOf(node)));
  const key = unwrap(node.argumentExpression);
  if (ts.isStringLiteralLike(key)) return propertyOf(scope, readExpression(scope, node.expression), key.text, node);
  const [array, at] = readExpressions(scope, [node.expression, node.argumentExpression]);
  checkIndex(scope, array, at, node);
  return element(array, at);
}

/** Refuses what cannot be read or written by index. */
export function checkIndex(
  scope: Scope,
  array: ir.Expression,
  at: ir.Expression,
  node: ts.ElementAccessExpression,
): void {
  const type = typeOf(array);
  if (type.kind === "array" && isNumber(typeOf(at))) return;
  if (type.kind === "tuple") {
    if (at.kind === "constant" && typeof at.value === "number" && at.value in type.elements) return;
    refuse(
      scope,
      catalog.notYet(
        locationOf(node),
        `an index into a tuple that is computed (\`${quote(node)}\`)`,
        "use an array, or a constant index",
      ),
    );
  }
  refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
}

/** Evaluates an expression for its effects only. */
export function readForEffect(scope: Scope, node: ts.Expression): void {
  const inner = unwrap(node);
  if (ts.isPostfixUnaryExpression(inner)) readStep(scope, inner, false);
  else if (
    ts.isPrefixUnaryExpression(inner) &&
    (inner.operator === ts.SyntaxKind.PlusPlusToken || inner.operator === ts.SyntaxKind.MinusMinusToken)
  )
    readStep(scope, inner, false);
  else if (ts.isBinaryExpression(inner) && isAssignmentOperator(inner.operatorToken.kind))
    readAssignment(scope, inner, true);
  else if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.CommaToken) {
    readForEffect(scope, inner.left);
    readForEffect(scope, inner.right);
  } else if (ts.isConditionalExpression(inner)) readConditional(scope, inner, true);
  else if (
    ts.isBinaryExpression(inner) &&
    (inner.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      inner.operatorToken.kind === ts.SyntaxKind.BarBarToken)
  )
    readLogical(scope, inner, true);
  else readValue(scope, inner);
}

/** Emits a statement that only declares a variable without a value. */
export function declareEmpty(scope: Scope, target: ir.Variable): void {
  emit(scope, { kind: "let", variable: target });
}
