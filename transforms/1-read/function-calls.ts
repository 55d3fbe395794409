/** Calls of functions of the program: their arguments, what they take from around them, their results. */
import * as catalog from "../diagnostics.ts";
import { constant, read, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { capturesOf } from "./captures.ts";
import { chosenValue } from "./choices.ts";
import { readCustom } from "./custom.ts";
import { dataAsKnown, evaluateKnown, evaluateLiteral, mayBeKnown, slotValue } from "./evaluate-known.ts";
import { readExpression } from "./expressions.ts";
import { functionName, primitiveOf } from "./functions.ts";
import { bindTypes, keyOfTypes } from "./generics.ts";
import { readInertLiteral } from "./inert-literals.ts";
import { keyOfData, keyOfKnown } from "./keys.ts";
import {
  holdsFunctions,
  isKnown,
  isLiteral,
  missing,
  type Argument,
  type FunctionValue,
  type Known,
  type Slot,
} from "./known.ts";
import { mathOf } from "./library.ts";
import { quote } from "./names.ts";
import { readInOrder } from "./operands.ts";
import { readPrimitive } from "./primitive.ts";
import { isFromVjp, refuseUse } from "./pullbacks.ts";
import { readSpecialised, type Specialisation } from "./read-function.ts";
import { isInside, ofModule, resolveFunction } from "./resolve.ts";
import { resultName } from "./result-names.ts";
import { emit, locationOf, Refusal, refuse, type Scope } from "./scope.ts";
import { unwrap } from "./symbols.ts";
import type { TypeBindings } from "./types.ts";

/** A call of something known. */
export function callKnown(scope: Scope, known: Known | Slot, node: ts.CallExpression): ir.Expression {
  const primitive = known.kind === "function" ? primitiveOf(known.node, scope.checker) : undefined;
  if (primitive) return callPrimitive(scope, readPrimitive(scope, primitive), node);
  return callKnownWith(scope, known, readArguments(scope, node.arguments, parametersOf(scope, known)), node);
}

/** A call of something known with arguments that are read already. */
export function callKnownWith(
  scope: Scope,
  known: Known | Slot,
  args: readonly Argument[],
  node: ts.CallExpression,
): ir.Expression {
  switch (known.kind) {
    case "choice":
      return chosenValue(scope, known, node, (option) => callKnownWith(scope, option, args, node));
    case "mathFunction":
      return mathOf(scope, known.name, plain(scope, args, node), node);
    case "ruled": {
      const custom = readCustom(scope, known.call, known.name);
      return emitCall(scope, custom.key, plain(scope, args.slice(0, custom.value.node.parameters.length), node), node);
    }
    case "function": {
      const primitive = primitiveOf(known.node, scope.checker);
      if (!primitive) return callWith(scope, known, args, node);
      const key = readPrimitive(scope, primitive);
      const { parameters = [] } = scope.session.context.program.get(key) ?? {};
      const given = plain(scope, args.slice(0, parameters.length), node);
      return emitCall(
        scope,
        key,
        parameters.map((_, i) => given.at(i) ?? constant(undefined)),
        node,
      );
    }
    default:
      return refuse(scope, catalog.unknownFunction(locationOf(node.expression), quote(node.expression)));
  }
}

/** Arguments of something that takes no functions. */
function plain(scope: Scope, args: readonly Argument[], node: ts.CallExpression): ir.Expression[] {
  return args.map((argument, i) => {
    if (!isKnown(argument)) return argument;
    const at = node.arguments.at(i) ?? node;
    return refuse(scope, catalog.unknownFunction(locationOf(at), quote(at)));
  });
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

/** A call of a function with arguments that are read already. */
export function callWith(
  scope: Scope,
  value: FunctionValue,
  args: readonly Argument[],
  node: ts.Expression,
): ir.Expression {
  const bound = new Map<ts.ParameterDeclaration, Known>();
  const values: ir.Expression[] = [];
  value.node.parameters.forEach((parameter, i) => {
    const argument = args[i] as Argument | undefined;
    const known = argument ? (isKnown(argument) ? argument : undefined) : defaultOf(scope, parameter, node);
    if (known) bound.set(parameter, known);
    else values.push(argument && !isKnown(argument) ? argument : constant(undefined));
  });
  const { symbols, slots, layout } = takenBy(scope, value, [...bound.values()], node);
  const by = scope.node ? `\`${functionName(scope.node)}\`` : "the module";
  const callers = [{ message: `called by ${by} here`, ...lineOf(node) }, ...scope.callers];
  if (callers.length > 200)
    refuse(
      scope,
      catalog.notYet(locationOf(node), `this chain of calls that never repeats (of \`${functionName(value.node)}\`)`),
    );
  const moving = slots.filter(({ value: { kind } }) => kind !== "constant");
  const types = bindTypes(scope, value, args);
  const request: Specialisation = {
    value,
    bound,
    keys: [...[...bound.values()].map(keyOfKnown), ...(slots.length > 0 ? [layout] : []), ...typeKeys(value, types)],
    captured: [...symbols].map(([symbol, outer]) => ({ symbol, variable: outer })),
    slots,
    types,
    callers,
  };
  const key = readSpecialised(scope.session, scope.checker, request);
  if (key === undefined) throw new Refusal();
  const passed = [...[...symbols.values()].map(read), ...moving.map((slot) => slot.value)];
  return emitCall(scope, key, [...values, ...passed], node);
}

/** The types that only this call knows: those of the functions around are in the key of their owner. */
function typeKeys(value: FunctionValue, types: TypeBindings): readonly string[] {
  return types === value.types ? [] : [keyOfTypes(types)];
}

interface Taken {
  readonly symbols: ReadonlyMap<ts.Symbol, ir.Variable>;
  readonly slots: readonly { readonly slot: Slot; readonly value: ir.Expression }[];
  /** Which argument has which of the slots, and what is known of them. */
  readonly layout: string;
}

/** What a function and its known arguments take from around them. */
function takenBy(scope: Scope, value: FunctionValue, args: readonly Known[], node: ts.Expression): Taken {
  const symbols = new Map<ts.Symbol, ir.Variable>();
  const slots: { slot: Slot; value: ir.Expression }[] = [];
  const layout: string[] = [];
  for (const taken of [value, ...args]) {
    const captures = capturesOf(scope, taken, node);
    for (const symbol of captures.symbols) {
      const outer = scope.variables.get(symbol);
      if (!outer) throw new Refusal();
      if (taken !== value && isInside(symbol.valueDeclaration as ts.Node, value.node))
        refuse(scope, catalog.capturingArgument(locationOf(node), symbol.name));
      symbols.set(symbol, outer);
    }
    for (const slot of captures.slots) {
      const held = slotValue(scope, slot);
      if (!held) continue; // refused where it is read
      let at = slots.findIndex((known) => known.slot === slot);
      if (at < 0) at = slots.push({ slot, value: held }) - 1;
      layout.push(`${String(at)}${keyOfData(held)}`);
    }
    layout.push(";");
  }
  return { symbols, slots, layout: layout.join("") };
}

/** What a parameter that takes functions is where it is left out. */
function defaultOf(scope: Scope, parameter: ts.ParameterDeclaration, node: ts.Node): Known | undefined {
  const { checker } = scope;
  if (!holdsFunctions(checker.getTypeAtLocation(parameter), checker)) return undefined;
  if (!parameter.initializer) return missing;
  const known = ofModule(scope, parameter.initializer, undefined);
  if (known && isKnown(known)) return known;
  refuse(scope, catalog.unknownFunction(locationOf(node), quote(parameter)));
}

function lineOf(node: ts.Node): { file: string; line: number; column: number } {
  const { file, line, column } = locationOf(node);
  return { file, line, column };
}

/** The parameters of what is called; those of one option stand for all. */
export function parametersOf(scope: Scope, known: Known | Slot): readonly ts.ParameterDeclaration[] {
  if (known.kind === "function") return known.node.parameters;
  if (known.kind === "ruled") return resolveFunction(scope, known.call.arguments[0])?.node.parameters ?? [];
  return known.kind === "choice" && known.options.length > 0 ? parametersOf(scope, known.options[0]) : [];
}

/** The arguments in order: values, and what is known. */
export function readArguments(
  scope: Scope,
  nodes: readonly ts.Expression[],
  parameters: readonly ts.ParameterDeclaration[],
): Argument[] {
  const { checker } = scope;
  const spread = nodes.find(ts.isSpreadElement);
  if (spread) refuse(scope, catalog.spreadArgument(locationOf(spread)));
  const known = new Map<number, Known>();
  const readers = nodes.map((argument, i) => () => {
    const parameter = parameters[i] as ts.ParameterDeclaration | undefined;
    const isWanted = parameter !== undefined && holdsFunctions(checker.getTypeAtLocation(parameter), checker);
    if (!isWanted && !mayBeKnown(scope, argument))
      return readExpression(scope, argument, parameter ? nameFor(parameter) : undefined);
    known.set(i, readKnown(scope, argument));
    return constant(undefined);
  });
  return readInOrder(scope, readers).map((value, i) => known.get(i) ?? value);
}

function readKnown(scope: Scope, argument: ts.Expression): Known {
  if (isFromVjp(scope, argument)) refuseUse(scope, argument);
  const inner = unwrap(argument);
  const known = isLiteral(inner)
    ? evaluateLiteral(scope, inner)
    : (evaluateKnown(scope, inner) ?? dataAsKnown(scope, inner));
  if (known && isKnown(known)) return known;
  if (inner.getText() === "undefined") return missing;
  refuse(scope, catalog.unknownFunction(locationOf(argument), quote(argument)));
}

function nameFor(parameter: ts.ParameterDeclaration): string {
  return ts.isIdentifier(parameter.name) ? parameter.name.text : "argument";
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
