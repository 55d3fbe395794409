/** Expressions as TypeScript text with the parentheses they need and no others. Shared by `print` and `6-write`. */
import type * as ir from "./ir.ts";

export interface ExpressionPrinter {
  readonly name: (variable: ir.Variable) => string;
  readonly allocation: (allocation: ir.Allocation) => string;
  readonly stop: (value: string) => string;
}

/** How tightly a piece of text binds; a larger number binds tighter. */
export interface Text {
  readonly text: string;
  readonly precedence: number;
}

export const precedenceOf = {
  lowest: 0,
  conditional: 3,
  coalesce: 4,
  bitOr: 7,
  additive: 12,
  multiplicative: 13,
  power: 14,
  unary: 15,
  postfix: 18,
  primary: 20,
} as const;

const binaryPrecedence: Readonly<Record<ir.BinaryOperator, number>> = {
  "??": precedenceOf.coalesce,
  "||": 5,
  "&&": 6,
  "|": precedenceOf.bitOr,
  "^": 8,
  "&": 9,
  "===": 10,
  "!==": 10,
  "==": 10,
  "!=": 10,
  "<": 10.5,
  "<=": 10.5,
  ">": 10.5,
  ">=": 10.5,
  "<<": 11,
  ">>": 11,
  ">>>": 11,
  "+": precedenceOf.additive,
  "-": precedenceOf.additive,
  "*": precedenceOf.multiplicative,
  "/": precedenceOf.multiplicative,
  "%": precedenceOf.multiplicative,
  "**": precedenceOf.power,
};

/** The text of an expression that stands alone: after `=`, between parentheses or commas. */
export function printExpression(expression: ir.Expression, printer: ExpressionPrinter): string {
  return textOf(expression, printer).text;
}

/** The text of an expression where only something of at least that precedence can stand. */
export function printOperand(expression: ir.Expression, least: number, printer: ExpressionPrinter): string {
  return parenthesised(textOf(expression, printer), least);
}

function parenthesised({ text, precedence }: Text, least: number): string {
  return precedence < least ? `(${text})` : text;
}

function textOf(expression: ir.Expression, printer: ExpressionPrinter): Text {
  const operand = (of: ir.Expression, least: number): string => printOperand(of, least, printer);
  const list = (of: readonly ir.Expression[]): string =>
    of.map((item) => operand(item, precedenceOf.lowest)).join(", ");
  switch (expression.kind) {
    case "constant":
      return printConstant(expression.value);
    case "read":
      return { text: printer.name(expression.variable), precedence: precedenceOf.primary };
    case "global":
      return { text: expression.name, precedence: precedenceOf.primary };
    case "element":
      return postfix(`${object(expression.array, printer)}[${operand(expression.index, precedenceOf.lowest)}]`);
    case "field":
      return postfix(`${object(expression.record, printer)}${member(expression.name)}`);
    case "length":
      return postfix(`${object(expression.array, printer)}.length`);
    case "unary":
      return unaryText(expression, printer);
    case "binary":
      return binaryText(expression, printer);
    case "conditional": {
      const test = operand(expression.test, precedenceOf.conditional + 1);
      const branches = [expression.whenTrue, expression.whenFalse].map((branch) =>
        operand(branch, precedenceOf.conditional),
      );
      return { text: `${test} ? ${branches[0]} : ${branches[1]}`, precedence: precedenceOf.conditional };
    }
    case "math":
      return postfix(`Math.${expression.name}(${list(expression.operands)})`);
    case "stop":
      return stopText(expression, printer);
    case "extern":
      return printExtern(expression.text, expression.operands, printer);
    case "template":
      return { text: templateText(expression, printer), precedence: precedenceOf.primary };
    case "newArray":
    case "arrayLiteral":
    case "recordLiteral":
    case "copy":
    case "zeros":
    case "newTape":
      return allocationText(printer.allocation(expression));
  }
}

function postfix(text: string): Text {
  return { text, precedence: precedenceOf.postfix };
}

function object(expression: ir.Expression, printer: ExpressionPrinter): string {
  return printOperand(expression, precedenceOf.postfix, printer);
}

/** An object literal could be taken for a block, so it is never the start of a larger expression. */
function allocationText(text: string): Text {
  return {
    text,
    precedence: text.startsWith("{") || /^-?\d/.test(text) ? precedenceOf.conditional : precedenceOf.postfix,
  };
}

function stopText(expression: ir.Stop, printer: ExpressionPrinter): Text {
  const value = textOf(expression.value, printer);
  const text = printer.stop(value.text);
  return text === value.text ? value : postfix(text);
}

/** `.name`, or `["odd name"]`. */
export function member(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** A property name of a literal or a type. */
export function propertyName(name: string): string {
  return isIdentifier(name) ? name : JSON.stringify(name);
}

function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** A literal; negative numbers bind like a unary minus. */
export function printConstant(value: ir.Constant["value"]): Text {
  if (typeof value === "string") return { text: JSON.stringify(value), precedence: precedenceOf.primary };
  if (typeof value !== "number") return { text: String(value), precedence: precedenceOf.primary };
  const negative = value < 0 || Object.is(value, -0);
  if (negative) return { text: `-${String(-value)}`, precedence: precedenceOf.unary };
  // `1.length` is no TypeScript, so a number is never taken for the start of a member access.
  return { text: String(value), precedence: Number.isFinite(value) ? precedenceOf.postfix - 1 : precedenceOf.primary };
}

const opposites: ReadonlyMap<ir.BinaryOperator, ir.BinaryOperator> = new Map([
  ["===", "!=="],
  ["!==", "==="],
  ["==", "!="],
  ["!=", "=="],
]);

function unaryText({ operator, operand }: ir.Unary, printer: ExpressionPrinter): Text {
  // Unlike `!(a < b)`, which is true of NaN, these say the same the other way round.
  const opposite = operator === "!" && operand.kind === "binary" ? opposites.get(operand.operator) : undefined;
  if (opposite && operand.kind === "binary") return binaryText({ ...operand, operator: opposite }, printer);
  const text = printOperand(operand, precedenceOf.unary, printer);
  const separate = (operator === "-" || operator === "+") && text.startsWith(operator);
  return { text: separate ? `${operator}(${text})` : `${operator}${text}`, precedence: precedenceOf.unary };
}

function binaryText(expression: ir.Binary, printer: ExpressionPrinter): Text {
  const { operator, left, right } = signed(expression);
  const precedence = binaryPrecedence[operator];
  const text = `${printOperand(left, leastLeft(operator, left), printer)} ${operator} ${printOperand(right, leastRight(operator, right), printer)}`;
  return { text, precedence };
}

/** `**` takes no unary minus on its left; `??` does not mix with `||` and `&&`. */
function leastLeft(operator: ir.BinaryOperator, left: ir.Expression): number {
  if (operator === "**") return precedenceOf.unary + 1;
  if (operator === "??")
    return left.kind === "binary" && left.operator === "??" ? precedenceOf.coalesce : precedenceOf.bitOr;
  return binaryPrecedence[operator];
}

function leastRight(operator: ir.BinaryOperator, right: ir.Expression): number {
  if (operator === "**") return precedenceOf.power;
  if (operator === "??") return precedenceOf.bitOr;
  const associates = (operator === "&&" || operator === "||") && right.kind === "binary" && right.operator === operator;
  return binaryPrecedence[operator] + (associates ? 0 : 0.25);
}

/** `a + -b` is `a - b`, exactly. */
function signed(expression: ir.Binary): ir.Binary {
  if (expression.operator !== "+") return expression;
  const positive = negated(expression.right);
  return positive ? { ...expression, operator: "-", right: positive } : expression;
}

/**
 * The negative of an expression that is written with a leading minus; undefined for others. Changing the sign of a
 * factor changes the sign of the rounded product and nothing else.
 */
export function negated(expression: ir.Expression): ir.Expression | undefined {
  if (expression.kind === "unary") return expression.operator === "-" ? expression.operand : undefined;
  if (expression.kind === "constant") {
    const { value } = expression;
    return typeof value === "number" && (value < 0 || Object.is(value, -0))
      ? { ...expression, value: -value }
      : undefined;
  }
  if (expression.kind !== "binary" || (expression.operator !== "*" && expression.operator !== "/")) return undefined;
  const left = negated(expression.left);
  return left && { ...expression, left };
}

/** The text of `$0 … $1` with its operands, each in parentheses where its neighbours could bind tighter. */
export function printExtern(marked: string, operands: readonly ir.Expression[], printer: ExpressionPrinter): Text {
  const text = marked.replace(/@runtime\./g, "").replace(/@call\{[^}]*#([^}]*)\}/g, "$1");
  const filled = text.replace(/\$(\d+)/g, (placeholder: string, digits: string, at: number) => {
    const operand = operands[Number(digits)] as ir.Expression | undefined;
    if (!operand) return placeholder;
    const before = text.slice(0, at).trimEnd().at(-1);
    const after = text
      .slice(at + placeholder.length)
      .trimStart()
      .at(0);
    const delimited =
      (before === undefined || "(,[".includes(before)) && (after === undefined || "),]".includes(after));
    return printOperand(operand, delimited ? precedenceOf.lowest : precedenceOf.postfix, printer);
  });
  return { text: filled, precedence: text === "$0" ? precedenceOf.lowest : externPrecedence(text) };
}

/** `f(…)`, `a.b(…)[c]` and `new F(…)` bind tightly; anything with an operator outside brackets may not. */
function externPrecedence(text: string): number {
  let depth = 0;
  let outside = "";
  for (const character of text.replace(/^new /, "").replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, "s")) {
    if (")]}".includes(character)) depth--;
    if (depth === 0) outside += character;
    if ("([{".includes(character)) depth++;
  }
  return /^[\w$.()[\]?!]*$/.test(outside) ? precedenceOf.postfix : precedenceOf.lowest;
}

function templateText({ chunks, values }: ir.Template, printer: ExpressionPrinter): string {
  const escaped = chunks.map((chunk) => chunk.replace(/[\\`]|\$(?=\{)/g, "\\$&").replace(/\r/g, "\\r"));
  return `\`${escaped.map((chunk, i) => (i < values.length ? `${chunk}\${${printExpression(values[i], printer)}}` : chunk)).join("")}\``;
}
