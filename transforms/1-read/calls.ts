/** Calls: which kind each is, and calls of the user's own functions. */
import * as catalog from "../diagnostics.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readArrayMethod } from "./array-methods.ts";
import { readArrayConstructor, readArrayStatic } from "./arrays.ts";
import { callDerived, derivedKey } from "./derived-calls.ts";
import { evaluateKnown } from "./evaluate-known.ts";
import { readExpression } from "./expressions.ts";
import { callKnown, callPrimitive } from "./function-calls.ts";
import { madeBy } from "./functions.ts";

import { readConsole, readLibraryCall, readMath, readMethodOfValue, readStopGradient } from "./library.ts";
import { quote, startsAtRefused } from "./names.ts";
import { readPrimitive } from "./primitive.ts";
import { callPullback, isFromVjp, readPullback, refuseUse } from "./pullbacks.ts";
import { readInOrder } from "./operands.ts";
import { captureValue, emit, locationOf, Refusal, refuse, type Scope } from "./scope.ts";
import { cotangentExport, libraryMember, isLibrary, libraryName, resolveSymbol, unwrap } from "./symbols.ts";
import { tryType, typedArrays } from "./types.ts";

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
  const pullback = readPullback(scope, callee);
  if (pullback) return callPullback(scope, pullback, node);
  const made = madeBy(callee, scope.checker);
  if (made) return readMade(scope, node, made);
  const { statements, value } = captureValue(scope, () => evaluateKnown(scope, callee));
  if (value) {
    statements.forEach((statement) => emit(scope, statement));
    return callKnown(scope, value, node);
  }
  if (ts.isPropertyAccessExpression(callee)) return readMethod(scope, node, callee);
  return refuseCall(scope, callee);
}

function refuseCall(scope: Scope, callee: ts.Expression): never {
  const at = locationOf(callee);
  if (isFromVjp(scope, callee)) refuseUse(scope, callee);
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
    if (made.name === "vjp") refuseUse(scope, node);
    return callDerived(scope, derivedKey(scope, made.call), node);
  }
  if (made.name === "checkpoint" || made.name === "gradHook")
    refuse(scope, catalog.notYet(locationOf(node), `\`${made.name}\``));
  if (made.name === "primitive") return callPrimitive(scope, readPrimitive(scope, made.call), node);
  return callKnown(scope, { kind: "ruled", ...made }, node);
}

function readMethod(scope: Scope, node: ts.CallExpression, callee: ts.PropertyAccessExpression): ir.Expression {
  if (callee.questionDotToken) refuse(scope, catalog.optionalChaining(locationOf(callee)));
  if (startsAtRefused(scope, callee.expression)) throw new Refusal();
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
  const isForeign = symbol !== undefined && isLibrary(symbol);
  refuse(scope, catalog[isForeign ? "unknownCall" : "unknownFunction"](locationOf(callee), quote(callee)));
}

function isArrayLike(scope: Scope, type: ts.Type): boolean {
  const { checker } = scope;
  const apparent = type.isUnion() ? type.types : [type];
  return apparent.every(
    (part) => checker.isArrayType(part) || checker.isTupleType(part) || (part.symbol?.name ?? "") in typedArrays,
  );
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
  const isTensor = tryType(type, scope.checker)?.kind === "tensor";
  const problem = isTensor ? catalog.newTensor : catalog.classOrThis;
  refuse(scope, problem(locationOf(node), `\`${quote(node)}\``));
}
