import { converted, isNumber, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { mapExpression, mapExpressions, mapList, rewrite, update } from "../ir/visit.ts";

/**
 * Makes tensors of the numbers that go where either may be: `let s: Tensor | number = 0`. So what has the type of a tensor is
 * one, and its adjoint too. Primitives take numbers as they are.
 */
export function convertNumbers(fn: ir.FunctionIR, functions: ReadonlyMap<string, ir.FunctionIR>): ir.FunctionIR {
  const body = rewrite(fn.body, (s) => [
    convertStatement(
      mapExpressions(s, (expression) => mapExpression(expression, convertParts)),
      fn,
      functions,
    ),
  ]);
  return update(fn, { body });
}

function convertStatement(
  s: ir.Statement,
  fn: ir.FunctionIR,
  functions: ReadonlyMap<string, ir.FunctionIR>,
): ir.Statement {
  switch (s.kind) {
    case "let":
      return s.value ? update(s, { value: fitted(s.value, s.variable.type) }) : s;
    case "set":
      return update(s, { value: fitted(s.value, typeOf(s.target)) });
    case "append": {
      const array = typeOf(s.array);
      return array.kind === "array" ? update(s, { value: fitted(s.value, array.element) }) : s;
    }
    case "call": {
      const callee = functions.get(s.callee);
      return callee && !callee.primitive ? update(s, { arguments: allFitted(s.arguments, typesOf(callee)) }) : s;
    }
    case "return":
      return update(s, { values: allFitted(s.values, fn.results) });
    default:
      return s;
  }
}

function typesOf({ parameters }: ir.FunctionIR): readonly ir.Type[] {
  return parameters.map(({ type }) => type);
}

function allFitted(values: readonly ir.Expression[], types: readonly ir.Type[]): readonly ir.Expression[] {
  let i = 0;
  return mapList(values, (value) => fitted(value, types[i++] ?? typeOf(value)));
}

/** The value, as a tensor if that is wanted and it is a number. */
export function fitted(value: ir.Expression, type: ir.Type): ir.Expression {
  return type.kind === "tensor" && isNumber(typeOf(value)) ? converted(value, type) : value;
}

function convertParts(expression: ir.Expression): ir.Expression {
  switch (expression.kind) {
    case "conditional": {
      const { whenTrue, whenFalse } = expression;
      return update(expression, {
        whenTrue: fitted(whenTrue, typeOf(whenFalse)),
        whenFalse: fitted(whenFalse, typeOf(whenTrue)),
      });
    }
    case "arrayLiteral": {
      const { type, elements } = expression;
      const types = type.kind === "tuple" ? type.elements : elements.map(() => type.element);
      return update(expression, { elements: allFitted(elements, types) });
    }
    case "recordLiteral": {
      const types = new Map(expression.type.fields.map((field) => [field.name, field.type]));
      const fields = mapList(expression.fields, (field) =>
        update(field, { value: fitted(field.value, types.get(field.name) ?? typeOf(field.value)) }),
      );
      return update(expression, { fields });
    }
    default:
      return expression;
  }
}
