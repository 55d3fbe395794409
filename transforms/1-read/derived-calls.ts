/** Calls of derivatives: `grad(f)(x)`, `df(x)`. */
import { constant } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readExpression } from "./expressions.ts";
import { emitCall } from "./function-calls.ts";
import { readInOrder } from "./operands.ts";
import { Refusal, reportAll, type Scope } from "./scope.ts";
import { unwrap } from "./symbols.ts";

/** The key of the derivative that `grad(f)` asks for. */
export function derivedKey(scope: Scope, call: ts.CallExpression): string {
  return reportAll(scope, () => scope.session.context.derivative(call));
}

/** A call of a derivative: several results are a tuple, grouped parameters come in tuples. */
export function callDerived(scope: Scope, key: string, node: ts.CallExpression): ir.Expression {
  const callee = scope.session.context.program.get(key);
  if (!callee) throw new Refusal();
  const groups = callee.derivation?.groups ?? [];
  const readers: (() => ir.Expression)[] = [];
  for (const argument of node.arguments) {
    const group = groups.find(({ from }) => from === readers.length);
    readers.push(...derivedArgument(scope, argument, group));
  }
  const plain = readInOrder(scope, readers);
  const values = callee.parameters.map((_, i) => plain[i] ?? constant(undefined));
  return emitCall(scope, key, values, node);
}

function derivedArgument(
  scope: Scope,
  node: ts.Expression,
  group: ir.ParameterGroup | undefined,
): (() => ir.Expression)[] {
  if (!group) return [() => readExpression(scope, node)];
  const inner = unwrap(node);
  const count = group.to - group.from;
  if (
    ts.isArrayLiteralExpression(inner) &&
    inner.elements.length === count &&
    !inner.elements.some(ts.isSpreadElement)
  ) {
    return inner.elements.map((part) => () => readExpression(scope, part));
  }
  let tuple: ir.Expression | undefined;
  return Array.from({ length: count }, (_, i) => () => {
    tuple ??= readExpression(scope, node);
    return { kind: "element", array: tuple, index: constant(i) } as const;
  });
}
