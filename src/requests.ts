import { cotangentExport, isFunctionNode, resolveSymbol, unwrap } from "../transforms/1-read/symbols.ts";
import { lossOf } from "./loss-calls.ts";
import { requestProblems } from "./request-problems.ts";
import { locationOf } from "../transforms/1-read/scope.ts";
import { newSession, readFunction, type ReadContext } from "../transforms/1-read/read.ts";
import { readCustomConstant } from "../transforms/1-read/custom.ts";
import type { FunctionIR } from "../transforms/ir/ir.ts";
import * as catalog from "../transforms/diagnostics/catalog.ts";
import { DifferentiationError, type Diagnostic } from "../transforms/diagnostics/diagnostic.ts";
import { derive, type Derived, type DeriveOptions, type Mode, type Request } from "../transforms/pipeline.ts";
import { ts } from "../transforms/typescript.ts";

const modes: ReadonlySet<string> = new Set<Mode>(["grad", "valueAndGrad", "vjp", "jvp", "jacobian", "hessian", "hvp"]);

/** The derivatives of one program, each made once. */
export interface Requests {
  readonly checker: ts.TypeChecker;
  readonly functions: Map<string, FunctionIR>;
  readonly report: (diagnostic: Diagnostic) => void;
  readonly options: DeriveOptions;
  readonly typeErrors: (file: ts.SourceFile) => readonly ts.Diagnostic[];
  /** The files with code, where something may write a constant that holds functions. */
  readonly files?: () => readonly ts.SourceFile[];
  /** `open` while its derivative is being made, undefined where it was refused. */
  readonly answered: Map<ts.CallExpression, Answer | "open" | undefined>;
}

/** What a call of `grad` or its relatives becomes. */
export interface Answer {
  readonly request: Request;
  /** Key of the function that was derived. */
  readonly of: string;
  readonly derived: Derived;
  /** The path of the module that asks. */
  readonly asker: string;
}

/** The mode of a call of `grad` and its relatives, found by the resolved symbol. */
export function modeOf(node: ts.Node, checker: ts.TypeChecker): Mode | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const name = cotangentExport(node.expression, checker);
  return name !== undefined && modes.has(name) ? (name as Mode) : undefined;
}

/** The outermost requests in a file, in order; `fit(loss, …)` asks for the gradient of its loss. */
export function findRequests(file: ts.SourceFile, checker: ts.TypeChecker): readonly ts.CallExpression[] {
  const found: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    const loss = lossOf(node, checker);
    if (modeOf(node, checker) ?? loss) found.push(node as ts.CallExpression);
    if (loss) (node as ts.CallExpression).arguments.slice(1).forEach(visit);
    else if (!modeOf(node, checker)) ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Derives what a call asks for; undefined if it was refused, which has been reported. */
export function answer(requests: Requests, node: ts.CallExpression): Answer | undefined {
  const known = requests.answered.get(node);
  if (known === "open") {
    requests.report(catalog.notYet(locationOf(node), "a function that uses its own derivative"));
    return undefined;
  }
  if (requests.answered.has(node)) return known;
  requests.answered.set(node, "open");
  const made = guarded(requests, node, () => derivedFor(requests, node));
  requests.answered.set(node, made);
  return made;
}

/** Runs a step; whatever goes wrong is reported, with a position. */
export function guarded<T>(requests: Pick<Requests, "report">, at: ts.Node, step: () => T | undefined): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof DifferentiationError) error.diagnostics.forEach(requests.report);
    else requests.report(catalog.internal(locationOf(at), error instanceof Error ? error.message : String(error)));
    return undefined;
  }
}

function derivedFor(requests: Requests, node: ts.CallExpression): Answer | undefined {
  const loss = lossOf(node, requests.checker);
  const mode = loss ? "valueAndGrad" : modeOf(node, requests.checker);
  if (!mode || node.arguments.length === 0) return undefined;
  const of = targetKey(requests, node.arguments[0]);
  const fn = of === undefined ? undefined : requests.functions.get(of);
  const request = loss ? { mode, wrt: undefined, wrtIsTuple: false } : readOptions(requests, node, mode);
  if (!fn || of === undefined || !request) return undefined;
  return deriveFunction(requests, fn, request, node);
}

/** Derives a function that has been read, after checking that the request fits it. */
export function deriveFunction(requests: Requests, fn: FunctionIR, request: Request, at: ts.Node): Answer | undefined {
  const problems = requestProblems(fn, request, locationOf(at));
  problems.forEach(requests.report);
  if (problems.length > 0) return undefined;
  const asUsed: Request = request.mode === "vjp" ? { ...request, recorded: true } : request;
  const derived = derive(requests.functions, fn.key, asUsed, requests.options);
  derived.diagnostics.forEach(requests.report);
  return { request, of: fn.key, derived, asker: at.getSourceFile().fileName };
}

/** The key of the function a request is about; `asked` is what the user wrote, where diagnostics stand. */
function targetKey(requests: Requests, node: ts.Expression, asked = unwrap(node)): string | undefined {
  const inner = unwrap(node);
  if (modeOf(inner, requests.checker)) return answer(requests, inner as ts.CallExpression)?.derived.key;
  if (isFunctionNode(inner)) return readInline(requests, inner);
  if (ts.isCallExpression(inner)) return customKey(requests, inner, asked);
  if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return refuseTarget(requests, asked);
  const symbol = resolveSymbol(inner, requests.checker);
  const declarations = symbol?.declarations ?? [];
  const functions = declarations.filter(ts.isFunctionDeclaration);
  if (functions.length > 1) {
    requests.report(catalog.overloaded(locationOf(asked), asked.getText()));
    return undefined;
  }
  if (functions.length === 1 && functions[0].body) return readFunction(functions[0], readContext(requests));
  const [declaration] = declarations;
  const isConstant =
    declaration && ts.isVariableDeclaration(declaration) && ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  if (isConstant && declaration.initializer) return targetKey(requests, declaration.initializer, asked);
  const isDefault = declaration && ts.isExportAssignment(declaration) && !declaration.isExportEquals;
  if (isDefault) return targetKey(requests, declaration.expression, asked);
  const isAmbient =
    declaration &&
    (declaration.getSourceFile().isDeclarationFile ||
      ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient);
  if (isAmbient && requests.checker.getTypeAtLocation(inner).getCallSignatures().length > 0) {
    requests.report(catalog.noBody(locationOf(asked), asked.getText()));
    return undefined;
  }
  return refuseTarget(requests, asked);
}

/** A function without a name gets one after the constant that holds its derivative. */
function readInline(requests: Requests, node: ts.FunctionLikeDeclaration): string | undefined {
  const key = readFunction(node, readContext(requests));
  const fn = key === undefined ? undefined : requests.functions.get(key);
  if (key === undefined || fn?.name !== "lambda") return key;
  let parent: ts.Node = node.parent;
  while (ts.isCallExpression(parent) || ts.isParenthesizedExpression(parent)) parent = parent.parent;
  const name =
    ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? `${parent.name.text}_primal` : "primal";
  requests.functions.set(key, { ...fn, name: freeKeyName(requests, fn.file, name) });
  return key;
}

/** Derivatives are known by file and name, so two primals of a file never share a name. */
function freeKeyName({ functions }: Requests, file: string, wish: string): string {
  const used = new Set([...functions.values()].filter((fn) => fn.file === file).map((fn) => fn.name));
  let name = wish;
  for (let i = 2; used.has(name); i++) name = `${wish}${i}`;
  return name;
}

function refuseTarget({ report, checker }: Requests, node: ts.Expression): string | undefined {
  const type = checker.getTypeAtLocation(node);
  if (type.flags & ts.TypeFlags.Any) report(catalog.untypedValue(locationOf(node), node.getText(), "any"));
  else if (type.getCallSignatures().length > 0)
    report(catalog.unknownFunction(locationOf(node), node.getText().split("\n")[0]));
  else report(catalog.notAFunction(locationOf(node), node.getText().split("\n")[0]));
  return undefined;
}

function customKey(requests: Requests, call: ts.CallExpression, asked: ts.Expression): string | undefined {
  const name = cotangentExport(call.expression, requests.checker);
  if (name === undefined || !name.startsWith("custom")) return refuseTarget(requests, asked);
  return readCustomConstant(newSession(readContext(requests)), requests.checker, call, name);
}

export function readContext(requests: Requests): ReadContext {
  return {
    checker: requests.checker,
    program: requests.functions,
    report: requests.report,
    typeErrors: requests.typeErrors,
    ...(requests.files && { files: requests.files }),
    derivative: (call) => {
      const made = answer(requests, call);
      if (!made) throw new DifferentiationError([]);
      if (made.request.mode !== "vjp") return made.derived.key;
      // What is differentiated again calls the pullback alone.
      return derive(requests.functions, made.of, made.request, requests.options).key;
    },
  };
}

function readOptions({ report }: Requests, node: ts.CallExpression, mode: Mode): Request | undefined {
  const none: Request = { mode, wrt: undefined, wrtIsTuple: false };
  const options = node.arguments.at(1);
  if (!options) return none;
  const literal = unwrap(options);
  const refuse = (): Request | undefined => {
    report(catalog.optionsNotConstant(locationOf(options)));
    return undefined;
  };
  if (!ts.isObjectLiteralExpression(literal)) return refuse();
  let request = none;
  for (const property of literal.properties) {
    if (!ts.isPropertyAssignment(property)) return refuse();
    const name = property.name.getText();
    const value = unwrap(property.initializer);
    if (name === "wrt" && ts.isNumericLiteral(value)) request = { ...request, wrt: [Number(value.text)] };
    else if (
      name === "wrt" &&
      ts.isArrayLiteralExpression(value) &&
      value.elements.every((element) => ts.isNumericLiteral(unwrap(element)))
    ) {
      request = {
        ...request,
        wrt: value.elements.map((element) => Number(unwrap(element).getText())),
        wrtIsTuple: true,
      };
    } else if (name === "mode" && ts.isStringLiteral(value) && mode === "jacobian") {
      request = value.text === "forward" ? { ...request, forward: true } : request;
    } else return refuse();
  }
  return request;
}
