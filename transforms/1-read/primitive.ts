/** `primitive(f, { vjp, jvp })`: a function that is not looked into, and brings its derivative. */
import * as catalog from "../diagnostics.ts";
import { variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { nameOf, partsOf, readMaps } from "./custom.ts";
import { quote } from "./names.ts";
import { locationOf, originOf, refuse, type Scope } from "./scope.ts";
import { tryType } from "./types.ts";

/** Reads the signature and the maps of a primitive, once; the key of the function. */
export function readPrimitive(scope: Scope, call: ts.CallExpression): string {
  const rule = call.arguments.at(1);
  const name = nameOf(call);
  if (!rule || name === undefined)
    refuse(scope, catalog.badCustomRule(locationOf(call), quote(call), "it must be the value of a constant"));
  const file = call.getSourceFile().fileName;
  const key = `${file}#${name}`;
  const { program } = scope.session.context;
  if (program.has(key)) return key;
  const plain = signatureOf(scope, call, key, name);
  program.set(key, plain); // a map may call the function itself
  const { vjp, jvp } = partsOf(scope, rule, "customRule");
  if (!vjp || !jvp) refuse(scope, catalog.badCustomRule(locationOf(rule), name, "it needs maps for both modes"));
  const custom = {
    vjp: readMaps(scope, vjp, `${key}_vjp`, plain),
    jvp: readMaps(scope, jvp, `${key}_jvp`, plain),
  };
  program.set(key, { ...plain, custom });
  return key;
}

function signatureOf(scope: Scope, call: ts.CallExpression, key: string, name: string): ir.FunctionIR {
  const { checker } = scope;
  const signature = checker.getTypeAtLocation(call.arguments[0]).getCallSignatures().at(0);
  if (!signature) refuse(scope, catalog.badCustomRule(locationOf(call), name, "its first argument is not a function"));
  const typeOf = (type: ts.Type): ir.Type =>
    tryType(type, checker) ?? { kind: "opaque", text: checker.typeToString(type), own: true };
  const parameters = signature
    .getParameters()
    .map((symbol) => variable(symbol.name, typeOf(checker.getTypeOfSymbolAtLocation(symbol, call)), "parameter"));
  return {
    key,
    name,
    file: call.getSourceFile().fileName,
    parameters,
    results: [typeOf(signature.getReturnType())],
    body: [],
    origin: originOf(call),
    custom: {},
    primitive: true,
  };
}
