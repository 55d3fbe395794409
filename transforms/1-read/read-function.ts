/** One function → `FunctionIR`: its key, parameters, results and body. */
import * as catalog from "../diagnostics.ts";
import type { RelatedPlace } from "../diagnostics.ts";
import type * as ir from "../ir/ir.ts";
import { read, variable } from "../ir/build.ts";
import { ts } from "../typescript.ts";
import { bindPattern, declareName, orDefault } from "./destructuring.ts";
import { functionName, isNamedInModule } from "./functions.ts";
import { inferIndexLocals } from "./index-types.ts";
import {
  locationOf,
  moduleScope,
  originOf,
  refuse,
  Refusal,
  withOrigin,
  type FunctionValue,
  type Scope,
  type Session,
} from "./scope.ts";
import { readReturn, readStatements } from "./statements.ts";
import { enclosingFunction } from "./symbols.ts";
import { readType } from "./types.ts";

/** A function together with what its call site knows. */
export interface Specialisation {
  readonly value: FunctionValue;
  /** Function-valued parameters and what they are. */
  readonly functions: ReadonlyMap<ts.Symbol, FunctionValue>;
  /** Their keys, in the order of the parameters. */
  readonly functionKeys: readonly string[];
  /** Variables taken from around it, and those that stand for them at the call. */
  readonly captured: readonly { readonly symbol: ts.Symbol; readonly variable: ir.Variable }[];
  readonly callers: readonly RelatedPlace[];
}

/** Reads a function into the program, unless it is there already; undefined if it was refused. */
export function readSpecialised(
  session: Session,
  checker: ts.TypeChecker,
  request: Specialisation,
): string | undefined {
  const { node } = request.value;
  const { program } = session.context;
  const name = functionName(node);
  const plainKey = keyOf(request, name);
  const start = node.getStart();
  let key = plainKey;
  for (let count = 2; ; count++) {
    const known = program.get(key);
    if (session.refused.has(`${key}@${start}`)) return undefined;
    if (!known) break;
    if (known.origin.start === start) return key;
    key = `${plainKey}${count}`;
  }
  const scope = newScope(session, checker, request, key);
  try {
    const fn = readWhole(scope, request, name);
    if (!scope.failed) {
      program.set(key, fn);
      return key;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  program.delete(key);
  session.refused.add(`${key}@${start}`);
  return undefined;
}

function keyOf({ value, functionKeys }: Specialisation, name: string): string {
  const isNested = enclosingFunction(value.node) !== undefined;
  const base = isNested ? `${value.owner}.${name}` : `${value.owner}#${name}`;
  return functionKeys.length === 0
    ? base
    : `${base}<${functionKeys.map((key) => key.slice(key.indexOf("#") + 1)).join(",")}>`;
}

/** A scope in which nothing is declared yet. */
function newScope(session: Session, checker: ts.TypeChecker, request: Specialisation, key: string): Scope {
  const { node, functions } = request.value;
  const captured = new Map(
    request.captured.map(({ symbol, variable: outer }) => [symbol, variable(outer.name, outer.type, "parameter")]),
  );
  return {
    ...moduleScope(session, checker, node),
    node,
    key,
    variables: captured,
    functions: new Map([...functions, ...request.functions]),
    indexSymbols: inferIndexLocals(node, checker, (symbol) => captured.get(symbol)?.type.kind === "index"),
    callers: request.callers,
  };
}

function readWhole(outer: Scope, request: Specialisation, name: string): ir.FunctionIR {
  const { node } = request.value;
  const isSynthetic = request.functionKeys.length > 0 || !isNamedInModule(node);
  checkSignature(outer, node, name);
  reportTypeErrors(outer, node);
  const captured = [...outer.variables.values()];
  const scope: Scope = { ...outer, results: resultTypes(outer, node, name) };
  const origin = originOf(node, node.body?.getFullStart());
  scope.origin = origin;
  const { parameters, prologue } = readParameters(scope, node);
  const placeholder: ir.FunctionIR = {
    key: scope.key,
    name: [
      name,
      ...request.functionKeys.map((key) =>
        key
          .slice(key.indexOf("#") + 1)
          .replace(/^.*\./, "")
          .replace(/^lambda_\d+/, "lambda"),
      ),
    ]
      .join("_")
      .replace(/\W+/g, "_"),
    file: node.getSourceFile().fileName,
    parameters: [...parameters, ...captured],
    results: scope.results,
    ...(node.type && !isSynthetic && { resultAnnotation: node.type.getText() }),
    body: [],
    origin,
    ...(isSynthetic && { synthetic: true as const }),
  };
  scope.session.context.program.set(scope.key, placeholder);
  prologue.forEach((bind) => bind());
  readBody(scope, node);
  outer.failed = scope.failed;
  return { ...placeholder, body: scope.out };
}

/** Everything about the head of a function that is outside the language. */
function checkSignature(scope: Scope, node: ts.FunctionLikeDeclaration, name: string): void {
  const at = locationOf(node.name ?? node);
  if (!node.body) refuse(scope, catalog.noBody(at, name));
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  if (modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword))
    refuse(scope, catalog.asynchronous(at, `the async function \`${name}\``));
  if (node.asteriskToken) refuse(scope, catalog.asynchronous(at, `the generator \`${name}\``));
}

/** TypeScript's own errors inside the function; reading goes on, to find more. */
function reportTypeErrors(scope: Scope, node: ts.FunctionLikeDeclaration): void {
  const { session } = scope;
  const file = node.getSourceFile();
  const errors = session.context.typeErrors?.(file) ?? [];
  for (const { start, length, messageText, category } of errors) {
    if (
      category !== ts.DiagnosticCategory.Error ||
      start === undefined ||
      start < node.getStart() ||
      start >= node.getEnd()
    )
      continue;
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    const at = { file: file.fileName, start, end: start + (length ?? 1), line: line + 1, column: character + 1 };
    session.context.report(catalog.typeError(at, ts.flattenDiagnosticMessageText(messageText, " ")));
    scope.failed = true;
  }
}

function resultTypes(scope: Scope, node: ts.FunctionLikeDeclaration, name: string): readonly ir.Type[] {
  const { checker } = scope;
  const signature = checker.getSignatureFromDeclaration(node);
  if (!signature) refuse(scope, catalog.notAFunction(locationOf(node), name));
  const result = checker.getReturnTypeOfSignature(signature);
  const type = readType(scope, result, node.type ?? node.name ?? node, `the result of ${name}`);
  return type.kind === "nothing" ? [] : [type];
}

interface Parameters {
  readonly parameters: readonly ir.Variable[];
  /** What runs first: defaults and destructuring, in the order of the parameters. */
  readonly prologue: readonly (() => void)[];
}

function readParameters(scope: Scope, owner: ts.FunctionLikeDeclaration): Parameters {
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
function attempt(scope: Scope, write: () => void): void {
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
  if (symbol && scope.functions.has(symbol)) return;
  if (node.dotDotDotToken) refuse(scope, catalog.spreadArgument(locationOf(node)));
  const text = ts.isIdentifier(node.name) ? node.name.text : patternName(node);
  const parameter = variable(
    text,
    parameterType(scope, node, text),
    "parameter",
    node.type ? { annotation: node.type.getText() } : {},
  );
  parameters.push(parameter);
  if (node.initializer ?? !symbol) prologue.push(() => bindParameter(scope, node, parameter));
  else scope.variables.set(symbol, parameter);
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

function readBody(scope: Scope, node: ts.FunctionLikeDeclaration): void {
  const body = node.body as ts.ConciseBody;
  if (ts.isBlock(body)) {
    checkPastTheEnd(scope, body);
    readStatements(scope, body.statements);
    if (scope.results.length === 0 || scope.results[0].kind === "maybe") endWithReturn(scope, node);
    return;
  }
  attempt(scope, () => withOrigin(scope, originOf(body), () => readReturn(scope, body)));
}

/** A function that may run to its end returns nothing there. */
function endWithReturn(scope: Scope, node: ts.FunctionLikeDeclaration): void {
  if (scope.out.at(-1)?.kind !== "return")
    withOrigin(scope, originOf(node, node.getStart()), () => readReturn(scope, undefined));
}

/** An array that is created empty and then filled by index would grow at the store. */
function checkPastTheEnd(scope: Scope, body: ts.Block): void {
  const empty = new Map<ts.Symbol, ts.Node>();
  const grown = new Set<ts.Symbol>();
  const stored = new Map<ts.Symbol, ts.Node>();
  const note = (node: ts.Node): void => {
    const symbolOf = (name: ts.Node): ts.Symbol | undefined => scope.checker.getSymbolAtLocation(name);
    if (
      ts.isVariableDeclaration(node) &&
      node.initializer &&
      ts.isArrayLiteralExpression(node.initializer) &&
      node.initializer.elements.length === 0
    ) {
      const symbol = symbolOf(node.name);
      if (symbol) empty.set(symbol, node);
    }
    if (ts.isIdentifier(node) && !ts.isVariableDeclaration(node.parent)) {
      const symbol = symbolOf(node);
      const parent = node.parent;
      const isStore = ts.isElementAccessExpression(parent) && parent.expression === node && isTarget(parent);
      const isRead =
        (ts.isElementAccessExpression(parent) && parent.expression === node) ||
        (ts.isPropertyAccessExpression(parent) && parent.name.text === "length");
      if (symbol && isStore && !stored.has(symbol)) stored.set(symbol, parent);
      else if (symbol && !isRead && !ts.isReturnStatement(parent)) grown.add(symbol);
    }
    ts.forEachChild(node, note);
  };
  note(body);
  for (const [symbol, at] of stored) {
    if (!empty.has(symbol) || grown.has(symbol)) continue;
    scope.session.context.report(catalog.writesPastTheEnd(locationOf(at), symbol.name));
    scope.failed = true;
  }
}

function isTarget(node: ts.ElementAccessExpression): boolean {
  return (
    ts.isBinaryExpression(node.parent) &&
    node.parent.left === node &&
    node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}
