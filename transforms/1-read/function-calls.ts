/** Calls of functions of the program: their arguments, what they take from around them, their results. */
import * as catalog from "../diagnostics.ts";
import { constant, read, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readExpression } from "./expressions.ts";
import { readInertLiteral } from "./inert-literals.ts";
import { capturesOf, functionName, isInside, primitiveOf, resolveFunction } from "./functions.ts";
import { quote } from "./names.ts";
import { readInOrder } from "./operands.ts";
import { isFromVjp, refuseUse } from "./pullbacks.ts";
import { readPrimitive } from "./primitive.ts";
import { readSpecialised } from "./read-function.ts";
import { resultName } from "./result-names.ts";
import { emit, locationOf, Refusal, refuse, type FunctionValue, type Scope } from "./scope.ts";

/** A call of a function of the program. */
export function callFunction(
  scope: Scope,
  value: FunctionValue,
  nodes: readonly ts.Expression[],
  node: ts.CallExpression,
): ir.Expression {
  const primitive = primitiveOf(value.node, scope.checker);
  if (primitive) return callPrimitive(scope, readPrimitive(scope, primitive), node);
  const { values, functions } = readArguments(scope, nodes, value, node);
  return callWith(scope, value, values, functions, node);
}

/** A call of a primitive; what it may leave out stands as `undefined`. */
export function callPrimitive(scope: Scope, key: string, node: ts.CallExpression): ir.Expression {
  const parameters = scope.session.context.program.get(key)?.parameters ?? [];
  const spread = node.arguments.find(ts.isSpreadElement);
  if (spread) refuse(scope, catalog.spreadArgument(locationOf(spread)));
  const readers = parameters.map(({ name }, i) => () => {
    const argument = node.arguments.at(i);
    if (!argument) return constant(undefined);
    return readInertLiteral(scope, argument) ?? readExpression(scope, argument, name);
  });
  return emitCall(scope, key, readInOrder(scope, readers), node);
}

/** A call of a function with values that are read already. */
export function callWith(
  scope: Scope,
  value: FunctionValue,
  values: readonly ir.Expression[],
  functions: ReadonlyMap<ts.Symbol, FunctionValue>,
  node: ts.Expression,
): ir.Expression {
  const captured = new Map<ts.Symbol, ir.Variable>();
  for (const taken of [value, ...functions.values()]) {
    for (const symbol of capturesOf(scope, taken, node)) {
      const outer = scope.variables.get(symbol);
      if (!outer) throw new Refusal();
      if (taken !== value && isInside(symbol.valueDeclaration as ts.Node, value.node))
        refuse(scope, catalog.capturingArgument(locationOf(node), symbol.name));
      captured.set(symbol, outer);
    }
  }
  const by = scope.node ? `\`${functionName(scope.node)}\`` : "the module";
  const callers = [{ message: `called by ${by} here`, ...lineOf(node) }, ...scope.callers];
  const functionKeys = [...functions.values()].map((argument) => nameOfArgument(argument));
  if (callers.length > 200)
    refuse(
      scope,
      catalog.notYet(locationOf(node), `this chain of calls that never repeats (of \`${functionName(value.node)}\`)`),
    );
  const request = {
    value,
    functions,
    functionKeys,
    captured: [...captured].map(([symbol, outer]) => ({ symbol, variable: outer })),
    callers,
  };
  const key = readSpecialised(scope.session, scope.checker, request);
  if (key === undefined) throw new Refusal();
  return emitCall(scope, key, [...values, ...[...captured.values()].map(read)], node);
}

/** What tells one function-valued argument from another in the key of the specialised function. */
function nameOfArgument({ node, owner }: FunctionValue): string {
  const name = functionName(node);
  const file = node.getSourceFile().fileName;
  const base = owner.includes("#") ? `${owner}.${name}` : `${file}#${name}`;
  return name === "lambda" ? `${base}_${node.getStart()}` : base;
}

function lineOf(node: ts.Node): { file: string; line: number; column: number } {
  const { file, line, column } = locationOf(node);
  return { file, line, column };
}

/** The values of the arguments in order, and the functions among them. */
export function readArguments(
  scope: Scope,
  nodes: readonly ts.Expression[],
  value: FunctionValue,
  node: ts.CallExpression,
): { values: ir.Expression[]; functions: ReadonlyMap<ts.Symbol, FunctionValue> } {
  const functions = new Map<ts.Symbol, FunctionValue>();
  const readers: (() => ir.Expression)[] = [];
  const spread = nodes.find(ts.isSpreadElement);
  if (spread) refuse(scope, catalog.spreadArgument(locationOf(spread)));
  value.node.parameters.forEach((parameter, i) => {
    const argument = nodes[i] as ts.Expression | undefined;
    if (scope.checker.getTypeAtLocation(parameter).getCallSignatures().length > 0)
      bindFunction(scope, parameter, argument ?? parameter.initializer, node, functions);
    else readers.push(() => (argument ? readExpression(scope, argument, nameFor(parameter)) : constant(undefined)));
  });
  nodes.slice(value.node.parameters.length).forEach((extra) => readers.push(() => readExpression(scope, extra)));
  return { values: readInOrder(scope, readers).slice(0, value.node.parameters.length - functions.size), functions };
}

function nameFor(parameter: ts.ParameterDeclaration): string {
  return ts.isIdentifier(parameter.name) ? parameter.name.text : "argument";
}

function bindFunction(
  scope: Scope,
  parameter: ts.ParameterDeclaration,
  argument: ts.Expression | undefined,
  node: ts.CallExpression,
  functions: Map<ts.Symbol, FunctionValue>,
): void {
  const known = argument && resolveFunction(scope, argument);
  const symbol = scope.checker.getSymbolAtLocation(parameter.name);
  if (argument && isFromVjp(scope, argument)) refuseUse(scope, argument);
  if (!known || !symbol) refuse(scope, catalog.unknownFunction(locationOf(argument ?? node), quote(argument ?? node)));
  functions.set(symbol, known);
}

/** Emits the call; its value is the result, or a tuple of the results. */
export function emitCall(
  scope: Scope,
  key: string,
  values: readonly ir.Expression[],
  node: ts.Expression,
): ir.Expression {
  const callee = scope.session.context.program.get(key);
  if (!callee) refuse(scope, catalog.unknownCall(locationOf(node), quote(node)));
  const results = callee.results.map((type, i) =>
    variable(callee.derivation?.resultLabels?.[i] ?? resultName(callee), type),
  );
  emit(scope, { kind: "call", results, callee: key, arguments: values });
  if (results.length <= 1) return results.length === 0 ? constant(undefined) : read(results[0]);
  return { kind: "arrayLiteral", type: { kind: "tuple", elements: callee.results }, elements: results.map(read) };
}
