/** Calls: which kind each is, and calls of the user's own functions. */
import * as catalog from "../diagnostics.ts";
import type * as ir from "../ir/ir.ts";
import { constant, read, variable } from "../ir/build.ts";
import { ts } from "../typescript.ts";
import { readArrayMethod } from "./array-methods.ts";
import { readArrayConstructor, readArrayStatic } from "./arrays.ts";
import { readCustom } from "./custom.ts";
import { readExpression } from "./expressions.ts";
import { capturesOf, functionName, isInside, madeBy, resolveFunction } from "./functions.ts";
import { readConsole, readLibraryCall, readMath, readMethodOfValue, readStopGradient } from "./library.ts";
import { quote } from "./names.ts";
import { readInOrder } from "./operands.ts";
import { readSpecialised } from "./read-function.ts";
import { emit, locationOf, refuse, Refusal, type FunctionValue, type Scope } from "./scope.ts";
import { cotangentExport, libraryMember, libraryName, resolveSymbol, unwrap } from "./symbols.ts";
import { typedArrays } from "./types.ts";

/** Functions of the package that make a derivative of their first argument. */
const transformations: ReadonlySet<string> = new Set([
  "grad",
  "valueAndGrad",
  "vjp",
  "jvp",
  "jacobian",
  "hessian",
  "hvp",
]);

/** A call, of whatever it is. */
export function readCall(scope: Scope, node: ts.CallExpression): ir.Expression {
  if (node.questionDotToken) refuse(scope, catalog.optionalChaining(locationOf(node)));
  const callee = unwrap(node.expression);
  const exported = cotangentExport(callee, scope.checker);
  if (exported !== undefined) return readCotangentCall(scope, node, exported);
  const member = libraryMember(callee, scope.checker);
  if (member) return readMember(scope, node, member);
  const global = libraryName(callee, scope.checker);
  if (global === "Array" || (global !== undefined && global in typedArrays))
    return readArrayConstructor(scope, node, global);
  if (global !== undefined) return readLibraryCall(scope, node, global);
  const made = madeBy(callee, scope.checker);
  if (made) return readMade(scope, node, made);
  const value = resolveFunction(scope, callee);
  if (value) return callFunction(scope, value, node.arguments, node);
  if (ts.isPropertyAccessExpression(callee)) return readMethod(scope, node, callee);
  return refuseCall(scope, callee);
}

function refuseCall(scope: Scope, callee: ts.Expression): never {
  const at = locationOf(callee);
  if (callee.kind === ts.SyntaxKind.SuperKeyword) refuse(scope, catalog.classOrThis(at, "`super`"));
  if (callee.kind === ts.SyntaxKind.ImportKeyword) refuse(scope, catalog.asynchronous(at, "`import()`"));
  const type = scope.checker.getTypeAtLocation(callee);
  if (type.flags & ts.TypeFlags.Any) refuse(scope, catalog.untypedValue(at, quote(callee), "any"));
  refuse(scope, catalog.unknownFunction(at, quote(callee)));
}

function readCotangentCall(scope: Scope, node: ts.CallExpression, name: string): ir.Expression {
  if (name === "stopGradient") return readStopGradient(scope, node);
  if (transformations.has(name)) refuse(scope, catalog.unknownFunction(locationOf(node), quote(node)));
  refuse(scope, catalog.notYet(locationOf(node), `\`${name}\` inside a function that is differentiated`));
}

function readMember(scope: Scope, node: ts.CallExpression, [object, name]: readonly [string, string]): ir.Expression {
  if (object === "Math") return readMath(scope, node, name);
  if (object === "console") return readConsole(scope, node, name);
  if (object === "Array" || object in typedArrays) return readArrayStatic(scope, node, object, name);
  return readLibraryCall(scope, node, `${object}.${name}`);
}

/** A call of what `customVjp`, `grad` and the like made. */
function readMade(
  scope: Scope,
  node: ts.CallExpression,
  made: { readonly call: ts.CallExpression; readonly name: string },
): ir.Expression {
  if (transformations.has(made.name)) {
    if (made.name === "vjp")
      refuse(
        scope,
        catalog.notYet(locationOf(node), "`vjp` inside a function that is differentiated", "use `grad` or `jvp`"),
      );
    return callDerived(scope, derivedKey(scope, made.call), node);
  }
  if (made.name === "checkpoint" || made.name === "gradHook")
    refuse(scope, catalog.notYet(locationOf(node), `\`${made.name}\``));
  const custom = readCustom(scope, made.call, made.name);
  const values = readArguments(scope, node.arguments, custom.value, node);
  return emitCall(scope, custom.key, values.values, node);
}

/** The key of the derivative that `grad(f)` asks for. */
function derivedKey(scope: Scope, call: ts.CallExpression): string {
  try {
    return scope.session.context.derivative(call);
  } catch (error) {
    if (!(error instanceof catalog.DifferentiationError)) throw error;
    error.diagnostics.forEach(scope.session.context.report);
    throw new Refusal();
  }
}

/** A call of a derivative: several results are a tuple, grouped parameters come in tuples. */
function callDerived(scope: Scope, key: string, node: ts.CallExpression): ir.Expression {
  const callee = scope.session.context.program.get(key);
  if (!callee) throw new Refusal();
  const groups = callee.derivation?.groups ?? [];
  const plain = readInOrder(
    scope,
    node.arguments.flatMap((argument, i) =>
      derivedArgument(scope, argument, groups.length > 0 ? groups[i] : undefined),
    ),
  );
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

function readMethod(scope: Scope, node: ts.CallExpression, callee: ts.PropertyAccessExpression): ir.Expression {
  if (callee.questionDotToken) refuse(scope, catalog.optionalChaining(locationOf(callee)));
  const type = scope.checker.getTypeAtLocation(callee.expression);
  if (type.flags & ts.TypeFlags.Any)
    refuse(scope, catalog.untypedValue(locationOf(callee.expression), quote(callee.expression), "any"));
  if (isArrayLike(scope, type)) return readArrayMethod(scope, node, callee);
  if (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike))
    return readMethodOfValue(scope, node, callee);
  const symbol = resolveSymbol(callee.name, scope.checker);
  const isOwn = symbol !== undefined && symbol.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Property);
  if (isOwn && symbol.declarations?.some((declaration) => ts.isClassLike(declaration.parent))) {
    refuse(scope, catalog.classOrThis(locationOf(callee), `the method \`${quote(callee)}\` of a class`));
  }
  if (type.symbol?.name in { Map: 0, Set: 0, WeakMap: 0 })
    refuse(
      scope,
      catalog.unsupportedType(
        locationOf(callee.expression),
        quote(callee.expression),
        scope.checker.typeToString(type),
      ),
    );
  refuse(scope, catalog.unknownFunction(locationOf(callee), quote(callee)));
}

function isArrayLike(scope: Scope, type: ts.Type): boolean {
  const { checker } = scope;
  const apparent = type.isUnion() ? type.types : [type];
  return apparent.every(
    (part) => checker.isArrayType(part) || checker.isTupleType(part) || (part.symbol?.name ?? "") in typedArrays,
  );
}

/** A call of a function of the program. */
export function callFunction(
  scope: Scope,
  value: FunctionValue,
  nodes: readonly ts.Expression[],
  node: ts.CallExpression,
): ir.Expression {
  const { values, functions } = readArguments(scope, nodes, value, node);
  return callWith(scope, value, values, functions, node);
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
function readArguments(
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
  if (!known || !symbol) refuse(scope, catalog.unknownFunction(locationOf(argument ?? node), quote(argument ?? node)));
  functions.set(symbol, known);
}

/** Emits the call; its value is the result, or a tuple of the results. */
function emitCall(scope: Scope, key: string, values: readonly ir.Expression[], node: ts.Expression): ir.Expression {
  const callee = scope.session.context.program.get(key);
  if (!callee) refuse(scope, catalog.unknownCall(locationOf(node), quote(node)));
  const results = callee.results.map((type, i) => variable(callee.derivation?.resultLabels?.[i] ?? "result", type));
  emit(scope, { kind: "call", results, callee: key, arguments: values });
  if (results.length <= 1) return results.length === 0 ? constant(undefined) : read(results[0]);
  return { kind: "arrayLiteral", type: { kind: "tuple", elements: callee.results }, elements: results.map(read) };
}

/** `new Float64Array(n)`, `new Error("…")`. */
export function readNew(scope: Scope, node: ts.NewExpression): ir.Expression {
  const global = libraryName(node.expression, scope.checker);
  if (global === "Array" || (global !== undefined && global in typedArrays))
    return readArrayConstructor(scope, node, global);
  if (global?.endsWith("Error")) {
    const operands = readInOrder(
      scope,
      (node.arguments ?? []).map((argument) => () => readExpression(scope, argument)),
    );
    return {
      kind: "extern",
      text: `new ${global}(${operands.map((_, i) => `$${i}`).join(", ")})`,
      operands,
      type: { kind: "opaque", text: global },
    };
  }
  const type = scope.checker.getTypeAtLocation(node);
  if (global !== undefined)
    refuse(scope, catalog.unsupportedType(locationOf(node), quote(node), scope.checker.typeToString(type)));
  refuse(scope, catalog.classOrThis(locationOf(node), `\`${quote(node)}\``));
}
