/** One function → `FunctionIR`: its key, parameters, results and body. */
import type { RelatedPlace } from "../diagnostics.ts";
import * as catalog from "../diagnostics.ts";
import { read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { isOwnFile } from "../own-package.ts";
import { ts } from "../typescript.ts";
import { functionName, isNamedInModule } from "./functions.ts";
import { mentionsParameter } from "./generics.ts";
import { inferIndexLocals } from "./index-types.ts";
import { nameOfKnown } from "./keys.ts";
import { copyKeptArguments } from "./kept-arguments.ts";
import type { FunctionValue, Known, Slot } from "./known.ts";
import { attempt, readParameters } from "./parameters.ts";
import { checkPastTheEnd } from "./past-the-end.ts";
import { locationOf, moduleScope, originOf, Refusal, refuse, withOrigin, type Scope, type Session } from "./scope.ts";
import { readReturn, readStatements } from "./statements.ts";
import { enclosingFunction } from "./symbols.ts";
import { readType, type TypeBindings } from "./types.ts";

/** A function together with what its call site knows. */
export interface Specialisation {
  readonly value: FunctionValue;
  /** Parameters whose argument is known. */
  readonly bound: ReadonlyMap<ts.ParameterDeclaration, Known>;
  /** What tells these arguments from others. */
  readonly keys: readonly string[];
  /** Variables taken from around it, and those that stand for them at the call. */
  readonly captured: readonly { readonly symbol: ts.Symbol; readonly variable: ir.Variable }[];
  /** The data in what is known, with their values at the call. */
  readonly slots: readonly { readonly slot: Slot; readonly value: ir.Expression }[];
  readonly types: TypeBindings;
  readonly callers: readonly RelatedPlace[];
}

/** A function of which the call site knows nothing. */
export function unspecialised(value: FunctionValue, callers: readonly RelatedPlace[]): Specialisation {
  return { value, bound: new Map(), keys: [], captured: [], slots: [], types: value.types, callers };
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

function keyOf({ value, keys }: Specialisation, name: string): string {
  const isNested = enclosingFunction(value.node) !== undefined;
  // Others have the same name: which is read first must not matter.
  const unique = isNamedInModule(value.node) || name === "main" ? name : `${name}@${value.node.getStart()}`;
  const base = isNested ? `${value.owner}.${unique}` : `${value.owner}#${unique}`;
  return keys.length === 0 ? base : `${base}<${keys.join(",")}>`;
}

/** A scope in which nothing is declared yet. */
function newScope(session: Session, checker: ts.TypeChecker, request: Specialisation, key: string): Scope {
  const { node, functions } = request.value;
  const captured = new Map(
    request.captured.map(({ symbol, variable: outer }) => [symbol, variable(outer.name, outer.type, "parameter")]),
  );
  const slots = new Map(
    request.slots.map(({ slot, value }): [Slot, ir.Expression] => [
      slot,
      value.kind === "constant" ? value : read(variable(slot.name, typeOf(value), "parameter")),
    ]),
  );
  const known = new Map(functions);
  for (const [parameter, argument] of request.bound) {
    const symbol = ts.isIdentifier(parameter.name) ? checker.getSymbolAtLocation(parameter.name) : undefined;
    if (symbol) known.set(symbol, argument);
  }
  return {
    ...moduleScope(session, checker, node),
    node,
    key,
    owner: request.value.owner,
    variables: captured,
    functions: known,
    bound: request.bound,
    slots,
    types: request.types,
    indexSymbols: inferIndexLocals(node, checker, (symbol) => captured.get(symbol)?.type.kind === "index"),
    callers: request.callers,
  };
}

function readWhole(outer: Scope, request: Specialisation, name: string): ir.FunctionIR {
  const { node } = request.value;
  const isSynthetic = request.bound.size > 0 || request.slots.length > 0 || !isNamedInModule(node);
  checkSignature(outer, node, name);
  reportTypeErrors(outer, node);
  const captured = [...outer.variables.values()];
  const data = [...outer.slots.values()].flatMap((value) => (value.kind === "read" ? [value.variable] : []));
  const scope: Scope = { ...outer, results: resultTypes(outer, node, name) };
  const origin = originOf(node, node.body?.getFullStart());
  scope.origin = origin;
  const { parameters, prologue } = readParameters(scope, node);
  const placeholder: ir.FunctionIR = {
    key: scope.key,
    name: [name, ...[...request.bound.values()].map(nameOfKnown)]
      .filter((part) => part !== "")
      .join("_")
      .replace(/\W+/g, "_"),
    file: node.getSourceFile().fileName,
    parameters: [...parameters, ...captured, ...data],
    results: scope.results,
    ...(node.type &&
      !isSynthetic &&
      !mentionsParameter(node.type, scope.checker) &&
      !isOwnFile(node.getSourceFile().fileName) && { resultAnnotation: node.type.getText() }),
    body: [],
    origin,
    ...(isSynthetic && { synthetic: true as const }),
  };
  scope.session.context.program.set(scope.key, placeholder);
  prologue.forEach((bind) => bind());
  readBody(scope, node);
  outer.failed = scope.failed;
  const fn = { ...placeholder, body: scope.out };
  return scope.failed ? fn : copyKeptArguments(fn, scope.kept, scope.session.context.program);
}

/** Everything about the head of a function that is outside the language. */
function checkSignature(scope: Scope, node: ts.FunctionLikeDeclaration, name: string): void {
  const at = locationOf(node.name ?? node);
  if (!node.body) refuse(scope, catalog.noBody(at, name));
  if (isInNamespace(node)) {
    const what = `\`${name}\`, which stands in a namespace,`;
    refuse(
      scope,
      catalog.unsupportedSyntax(at, what, "move it to the top level of a module, and import it from there"),
    );
  }
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  if (modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword))
    refuse(scope, catalog.asynchronous(at, `the async function \`${name}\``));
  if (node.asteriskToken) refuse(scope, catalog.generator(at, `the generator \`${name}\``));
}

function isInNamespace(node: ts.Node): boolean {
  return node.parent !== undefined && (ts.isModuleBlock(node.parent) || isInNamespace(node.parent));
}

/** TypeScript's own errors inside the function; reading goes on, to find more. */
function reportTypeErrors(scope: Scope, node: ts.FunctionLikeDeclaration): void {
  const { session } = scope;
  const file = node.getSourceFile();
  if (isOwnFile(file.fileName)) return; // checked with options of its own
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
  const type = readType(scope, result, node.type ?? node.name ?? node, `${name}(…)`);
  return type.kind === "nothing" ? [] : [type];
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
