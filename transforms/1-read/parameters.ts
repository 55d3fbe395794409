/** The parameters of a function, their defaults and patterns. */
import * as catalog from "../diagnostics.ts";
import { read, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { isOwnFile } from "../own-package.ts";
import { ts } from "../typescript.ts";
import { bindPattern, declareName, orDefault } from "./destructuring.ts";
import { bindKnown } from "./bind-known.ts";
import { mentionsParameter } from "./generics.ts";
import { locationOf, originOf, Refusal, refuse, withOrigin, type Scope } from "./scope.ts";
import { readType, typeIn } from "./types.ts";

interface Parameters {
  readonly parameters: readonly ir.Variable[];
  /** What runs first: defaults and destructuring, in the order of the parameters. */
  readonly prologue: readonly (() => void)[];
}

export function readParameters(scope: Scope, owner: ts.FunctionLikeDeclaration): Parameters {
  const parameters: ir.Variable[] = [];
  const prologue: (() => void)[] = [];
  const before = scope.failed;
  scope.failed = false;
  for (const node of owner.parameters) attempt(scope, () => readParameter(scope, node, parameters, prologue));
  if (scope.failed) throw new Refusal();
  scope.failed = before;
  return { parameters, prologue };
}

/** Goes on after a refusal, to find more. */
export function attempt(scope: Scope, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    scope.failed = true;
  }
}

function readParameter(
  scope: Scope,
  node: ts.ParameterDeclaration,
  parameters: ir.Variable[],
  prologue: (() => void)[],
): void {
  if (ts.isIdentifier(node.name) && node.name.text === "this") return;
  const symbol = ts.isIdentifier(node.name) ? scope.checker.getSymbolAtLocation(node.name) : undefined;
  const known = scope.bound.get(node);
  if (known && !symbol) prologue.push(() => bindKnown(scope, node.name, known));
  if (known) return;
  if (node.dotDotDotToken) refuse(scope, catalog.spreadArgument(locationOf(node)));
  const text = ts.isIdentifier(node.name) ? node.name.text : patternName(node);
  const parameter = variable(text, parameterType(scope, node, text), "parameter", annotationOf(scope, node));
  parameters.push(parameter);
  if (node.initializer ?? !symbol) prologue.push(() => bindParameter(scope, node, parameter));
  else scope.variables.set(symbol, parameter);
}

/** The user's spelling of its type; the names that this package uses are not known where its derivatives are written, and type parameters nowhere else. */
function annotationOf({ checker }: Scope, node: ts.ParameterDeclaration): Pick<ir.Variable, "annotation"> {
  const isSpelled = node.type && !isOwnFile(node.getSourceFile().fileName) && !mentionsParameter(node.type, checker);
  return isSpelled && node.type ? { annotation: node.type.getText() } : {};
}

/** A name for a parameter that is a pattern: that of its type, or just `input`. */
function patternName(node: ts.ParameterDeclaration): string {
  if (node.type && ts.isTypeReferenceNode(node.type)) {
    const text = node.type.typeName.getText().replace(/^.*\./, "");
    return text.charAt(0).toLowerCase() + text.slice(1);
  }
  return "input";
}

function parameterType(scope: Scope, node: ts.ParameterDeclaration, text: string): ir.Type {
  const tsType = scope.checker.getTypeAtLocation(node);
  if (tsType.getCallSignatures().length > 0) refuse(scope, catalog.unknownFunction(locationOf(node), text));
  if (isOwnFile(node.getSourceFile().fileName) && !node.initializer && !typeIn(scope, tsType))
    return { kind: "opaque", text: scope.checker.typeToString(tsType), own: true };
  const type = readType(scope, node.initializer ? scope.checker.getNonNullableType(tsType) : tsType, node, text);
  if (!node.initializer) return type;
  if (type.kind === "real" || type.kind === "boolean" || type.kind === "string" || type.kind === "index")
    return { kind: "maybe", of: type };
  refuse(scope, catalog.maybeReference(locationOf(node), text, scope.checker.typeToString(tsType)));
}

function bindParameter(scope: Scope, node: ts.ParameterDeclaration, parameter: ir.Variable): void {
  withOrigin(scope, originOf(node), () => {
    const { initializer, name } = node;
    const value = initializer ? orDefault(scope, read(parameter), initializer, node) : read(parameter);
    if (ts.isIdentifier(name)) declareName(scope, name, () => value);
    else bindPattern(scope, name, value);
  });
}
