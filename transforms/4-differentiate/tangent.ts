import {
  add,
  binary,
  constant,
  converted,
  deepCopy,
  divide,
  element,
  field,
  isLinearExtern,
  multiply,
  negate,
  read,
  shadowType,
  subtract,
  tensorZeros,
  typeOf,
  zeroLike,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import type { Forward } from "./forward.ts";
import { partial } from "./rules/partial.ts";
import { choices } from "./rules/scalars.ts";

/**
 * The tangent of an expression in the tangents of what it reads; undefined where it is zero. For a place it is the
 * place of the tangent. `result` holds the value of the expression, if a variable does.
 */
export function tangent(
  state: Pick<Forward, "tangents">,
  expression: ir.Expression,
  result?: ir.Variable,
): ir.Expression | undefined {
  const of = (operand: ir.Expression): ir.Expression | undefined => tangent(state, operand);
  switch (expression.kind) {
    case "read": {
      const dot = state.tangents.get(expression.variable);
      return dot && read(dot);
    }
    case "element": {
      const dots = shadowType(typeOf(expression)) && of(expression.array);
      return dots && element(dots, expression.index);
    }
    case "field": {
      const dots = shadowType(typeOf(expression)) && of(expression.record);
      return dots && field(dots, expression.name);
    }
    case "unary": {
      if (expression.operator !== "-" && expression.operator !== "+") return undefined;
      const dot = of(expression.operand);
      return dot && expression.operator === "-" ? negate(dot) : dot;
    }
    case "binary":
      return binaryTangent(expression, of, result);
    case "math":
      if (Object.hasOwn(choices, expression.name)) return choiceTangent(expression, of);
      return byRule(result ? read(result) : expression, expression.name, expression.operands, of);
    case "extern": {
      if (isLinearExtern(expression)) return linearTangent(expression, of);
      const dot = expression.text === deepCopy ? of(expression.operands[0]) : undefined;
      return dot && { ...expression, operands: [dot], type: typeOf(dot) };
    }
    default:
      return undefined;
  }
}

/**
 * A part of a sum of tensors that has no tangent still gives it its shape: where the sum is no longer `zero`, its tangent must
 * not be either.
 */
function linearTangent(
  expression: ir.Extern,
  of: (operand: ir.Expression) => ir.Expression | undefined,
): ir.Expression | undefined {
  const dots = expression.operands.map(of);
  if (!dots.some((dot, i) => dot !== undefined || isZeros(expression.operands[i]))) return undefined;
  return dots.map((dot, i) => converted(dot ?? zeroLike(expression.operands[i]), expression.type)).reduce(add);
}

/** Zeros that give a sum its shape do so for its tangent too. */
function isZeros(operand: ir.Expression): boolean {
  return operand.kind === "extern" && operand.text === tensorZeros;
}

type Of = (operand: ir.Expression) => ir.Expression | undefined;

function sum(a: ir.Expression | undefined, b: ir.Expression | undefined): ir.Expression | undefined {
  return a && b ? add(a, b) : (a ?? b);
}

function binaryTangent(expression: ir.Binary, of: Of, result?: ir.Variable): ir.Expression | undefined {
  const { operator, left, right } = expression;
  const [l, r] = [of(left), of(right)];
  switch (operator) {
    case "+":
      return sum(l, r);
    case "-":
      return l && r ? subtract(l, r) : (l ?? (r && negate(r)));
    case "*":
      return sum(l && multiply(l, right), r && multiply(left, r));
    case "/":
      if (!r) return l && divide(l, right);
      return l
        ? divide(subtract(l, divide(multiply(left, r), right)), right)
        : negate(divide(multiply(left, r), multiply(right, right)));
    case "%":
    case "**":
      return byRule(result ? read(result) : expression, operator, [left, right], of);
    default:
      return undefined;
  }
}

function byRule(
  result: ir.Expression,
  name: string,
  operands: readonly ir.Expression[],
  of: Of,
): ir.Expression | undefined {
  return operands.reduce<ir.Expression | undefined>((total, operand, i) => {
    const dot = of(operand);
    const factor = dot && partial({ name, operands, result }, i);
    return factor && dot ? sum(total, multiply(factor, dot)) : total;
  }, undefined);
}

/** `max` and `min`: the tangent of the chosen operand, the mean of all that tie. */
function choiceTangent(expression: ir.MathCall, of: Of): ir.Expression | undefined {
  const { operands, name } = expression;
  const dots = operands.map(of);
  if (dots.every((dot) => !dot)) return undefined;
  const dot = (i: number): ir.Expression => dots[i] ?? constant(0);
  if (operands.length === 1) return dots[0];
  if (operands.length === 2) {
    const tie = multiply(constant(0.5), add(dot(0), dot(1)));
    const second = choose(binary(choices[name], operands[1], operands[0]), dot(1), tie);
    return choose(binary(choices[name], operands[0], operands[1]), dot(0), second);
  }
  const isChosen = operands.map((operand) => binary("===", operand, expression));
  const total = isChosen.map((test, i): ir.Expression => choose(test, dot(i), constant(0))).reduce(add);
  return divide(total, isChosen.map((test): ir.Expression => choose(test, constant(1), constant(0))).reduce(add));
}

function choose(test: ir.Expression, whenTrue: ir.Expression, whenFalse: ir.Expression): ir.Conditional {
  return { kind: "conditional", test, whenTrue, whenFalse };
}
