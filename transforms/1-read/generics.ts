/** Generic functions: what their type parameters stand for in a call. */
import { join, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { isKnown, type Argument, type FunctionValue, type Known, type Slot } from "./known.ts";
import type { Scope } from "./scope.ts";
import { resolveSymbol } from "./symbols.ts";
import { tryType, type TypeBindings } from "./types.ts";

interface Inference {
  readonly checker: ts.TypeChecker;
  readonly wanted: ReadonlySet<ts.Type>;
  readonly found: Map<ts.Type, ir.Type>;
}

/** What the type parameters that a function sees stand for when it is called with these arguments. Values tell more than functions. */
export function bindTypes({ checker }: Scope, value: FunctionValue, args: readonly Argument[]): TypeBindings {
  const { typeParameters, parameters } = value.node;
  if (!typeParameters || typeParameters.length === 0) return value.types;
  const wanted = new Set(typeParameters.map((parameter) => checker.getTypeAtLocation(parameter)));
  const inference: Inference = { checker, wanted, found: new Map() };
  const pairs = parameters.flatMap((parameter, i) => {
    const argument = args.at(i);
    return argument ? [{ type: checker.getTypeAtLocation(parameter), argument }] : [];
  });
  for (const { type, argument } of pairs) if (!isKnown(argument)) fromValue(inference, type, typeOf(argument));
  const settled = new Set(inference.found.keys());
  const open = { ...inference, wanted: new Set([...wanted].filter((type) => !settled.has(type))) };
  for (const { type, argument } of pairs) if (isKnown(argument)) fromKnown(open, type, argument);
  return new Map([...value.types, ...inference.found]);
}

/** Tells calls apart whose types differ. */
export function keyOfTypes(types: TypeBindings): string {
  return [...types.values()].map((type) => JSON.stringify(type)).join(",");
}

/** Whether a type is spelled with a type parameter. */
export function mentionsParameter(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isIdentifier(node)) {
    const symbol = resolveSymbol(node, checker);
    return symbol !== undefined && (symbol.flags & ts.SymbolFlags.TypeParameter) !== 0;
  }
  return ts.forEachChild(node, (child) => mentionsParameter(child, checker) || undefined) ?? false;
}

function bind({ found }: Inference, parameter: ts.Type, type: ir.Type): void {
  const own: ir.Type = type.kind === "index" ? { kind: "real" } : type;
  const known = found.get(parameter);
  found.set(parameter, known ? join(known, own) : own);
}

/** Compares a declared type with that of a value. */
function fromValue(inference: Inference, declared: ts.Type, actual: ir.Type | undefined): void {
  const { checker, wanted } = inference;
  if (!actual || actual.kind === "nothing") return;
  if (wanted.has(declared)) {
    bind(inference, declared, actual);
    return;
  }
  if (declared.isUnion()) {
    const of = actual.kind === "maybe" ? actual.of : actual;
    for (const part of declared.types) fromValue(inference, part, of);
    return;
  }
  if (!(declared.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return;
  if (checker.isArrayType(declared)) {
    const [element] = checker.getTypeArguments(declared as ts.TypeReference);
    if (actual.kind === "array") fromValue(inference, element, actual.element);
  } else if (checker.isTupleType(declared)) {
    const elements = actual.kind === "tuple" ? actual.elements : [];
    checker
      .getTypeArguments(declared as ts.TypeReference)
      .forEach((element, i) => fromValue(inference, element, elements.at(i)));
  } else if (actual.kind === "record") {
    for (const { name, type } of actual.fields) {
      const property = checker.getPropertyOfType(declared, name);
      if (property) fromValue(inference, checker.getTypeOfSymbol(property), type);
    }
  }
}

/** Compares a declared type with functions, and with what holds them. */
function fromKnown(inference: Inference, declared: ts.Type, known: Known | Slot): void {
  const { checker } = inference;
  if (known.kind === "structure") {
    const of = checker.isArrayType(declared) ? checker.getTypeArguments(declared as ts.TypeReference)[0] : undefined;
    for (const [key, member] of known.members) {
      const property = of ? undefined : checker.getPropertyOfType(declared, key);
      const type = of ?? (property && checker.getTypeOfSymbol(property));
      if (type) fromKnown(inference, type, member);
    }
  } else if (known.kind === "choice") {
    for (const option of known.options) fromKnown(inference, declared, option);
  } else if (known.kind === "function") {
    const own = checker.getSignatureFromDeclaration(known.node);
    const wanted = checker.getNonNullableType(declared).getCallSignatures().at(0);
    if (!own || !wanted) return;
    const ownType = (type: ts.Type): ir.Type | undefined => tryType(type, checker, known.types);
    const takes = own.getParameters().map((symbol) => checker.getTypeOfSymbol(symbol));
    wanted.getParameters().forEach((symbol, i) => {
      const type = takes.at(i);
      if (type) fromValue(inference, checker.getTypeOfSymbol(symbol), ownType(type));
    });
    fromValue(inference, wanted.getReturnType(), ownType(own.getReturnType()));
  } else if (known.kind === "mathFunction") {
    const wanted = checker.getNonNullableType(declared).getCallSignatures().at(0);
    for (const symbol of wanted?.getParameters() ?? [])
      fromValue(inference, checker.getTypeOfSymbol(symbol), { kind: "real" });
    if (wanted) fromValue(inference, wanted.getReturnType(), { kind: "real" });
  }
}
