import { binary, constant, math, real, unary } from "../../ir/build.ts";
import type * as ir from "../../ir/ir.ts";
import { ts } from "../../typescript.ts";
import { partials, variadicPartials } from "./scalars.ts";

/** The operands and the result of an operation, as expressions that may be evaluated several times. */
export interface Operation {
  readonly name: string;
  readonly operands: readonly ir.Expression[];
  readonly result: ir.Expression;
}

/** The partial derivative of an operation with respect to an operand, or null where it is zero. Throws for an unknown operation. */
export function partial(operation: Operation, operand: number): ir.Expression | null {
  const { name, operands, result } = operation;
  const variadic = Object.hasOwn(variadicPartials, name) ? variadicPartials[name] : undefined;
  if (variadic !== undefined) return parse(variadic, { a: operands[operand], y: result });
  if (!Object.hasOwn(partials, name) || operand >= partials[name].length)
    throw new Error(`no derivative rule for ${name}`);
  const text = partials[name][operand];
  const [a, b] = operands;
  if (name === "**" || name === "pow") {
    const power = constantPower(a, b, operand);
    if (power) return power;
  }
  return text === null ? null : parse(text, { a, b, y: result });
}

/** `x ** 2` has the partial `2 * x`, not `2 * x ** 1`. */
function constantPower(a: ir.Expression, b: ir.Expression, operand: number): ir.Expression | undefined {
  if (operand !== 0 || b.kind !== "constant" || typeof b.value !== "number") return undefined;
  const n = b.value;
  if (n === 0) return constant(0);
  if (n === 1) return constant(1);
  if (n === 2) return binary("*", constant(2), a);
  if (n === 0.5) return binary("/", constant(0.5), math("sqrt", a));
  return binary("*", constant(n), binary("**", a, constant(n - 1)));
}

type Names = Readonly<Record<string, ir.Expression>>;

function parse(text: string, names: Names): ir.Expression {
  const file = ts.createSourceFile("rule.ts", text, ts.ScriptTarget.ES2022, false);
  const statement = file.statements[0];
  if (!ts.isExpressionStatement(statement)) throw new Error(`not an expression: ${text}`);
  return convert(statement.expression, names);
}

const operators = new Map<ts.SyntaxKind, ir.BinaryOperator>([
  [ts.SyntaxKind.PlusToken, "+"],
  [ts.SyntaxKind.MinusToken, "-"],
  [ts.SyntaxKind.AsteriskToken, "*"],
  [ts.SyntaxKind.SlashToken, "/"],
  [ts.SyntaxKind.AsteriskAsteriskToken, "**"],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "==="],
  [ts.SyntaxKind.AmpersandAmpersandToken, "&&"],
]);

function convert(node: ts.Expression, names: Names): ir.Expression {
  if (ts.isParenthesizedExpression(node)) return convert(node.expression, names);
  if (ts.isNumericLiteral(node)) return constant(Number(node.text));
  if (ts.isIdentifier(node)) return names[node.text];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    return ts.isNumericLiteral(node.operand)
      ? constant(-Number(node.operand.text))
      : unary("-", convert(node.operand, names));
  }
  if (ts.isConditionalExpression(node)) {
    const [test, whenTrue, whenFalse] = [node.condition, node.whenTrue, node.whenFalse].map((part) =>
      convert(part, names),
    );
    return { kind: "conditional", test, whenTrue, whenFalse };
  }
  if (ts.isPropertyAccessExpression(node)) return { kind: "global", name: `Math.${node.name.text}`, type: real };
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    return math(node.expression.name.text, ...node.arguments.map((argument) => convert(argument, names)));
  }
  const operator = ts.isBinaryExpression(node) ? operators.get(node.operatorToken.kind) : undefined;
  if (!ts.isBinaryExpression(node) || !operator) throw new Error(`a rule cannot contain ${ts.SyntaxKind[node.kind]}`);
  return binary(operator, convert(node.left, names), convert(node.right, names));
}
