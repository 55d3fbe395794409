/** `customVjp(f, [maps])`, `customJvp`, `customRule(f, { vjp, jvp })`: a function that brings its own derivative. */
import * as catalog from "../diagnostics.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { functionName } from "./functions.ts";
import type { FunctionValue } from "./known.ts";
import { quote } from "./names.ts";
import { readSpecialised, unspecialised } from "./read-function.ts";
import { resolveFunction } from "./resolve.ts";
import { locationOf, moduleScope, Refusal, refuse, type Scope, type Session } from "./scope.ts";
import { unwrap } from "./symbols.ts";

/** Reads the primal and the maps of a rule; the key is that of the primal with its rule. */
export function readCustom(
  scope: Scope,
  call: ts.CallExpression,
  kind: string,
): { readonly key: string; readonly value: FunctionValue } {
  const [primal, rule] = call.arguments;
  const value = primal && resolveFunction(scope, primal);
  if (!value || !rule)
    refuse(scope, catalog.badCustomRule(locationOf(call), quote(call), "it needs a function and its rule"));
  const name = nameOf(call) ?? functionName(value.node);
  const file = call.getSourceFile().fileName;
  const key = `${file}#${name}`;
  const { program } = scope.session.context;
  if (program.get(key)?.custom) return { key, value };
  const plainKey = readOne(scope, value);
  const plain = program.get(plainKey);
  if (!plain) throw new Refusal();
  const { vjp, jvp } = partsOf(scope, rule, kind);
  program.set(key, { ...plain, key, name, file, custom: {} }); // a map may call the function itself
  const custom: ir.CustomRule = {
    ...(vjp && { vjp: readMaps(scope, vjp, `${key}_vjp`, plain) }),
    ...(jvp && { jvp: readMaps(scope, jvp, `${key}_jvp`, plain) }),
  };
  const { synthetic, ...rest } = plain;
  program.set(key, { ...rest, key, name, file, custom });
  if (synthetic && plainKey !== key) program.delete(plainKey);
  return { key, value };
}

/** The name of the constant that a call is the value of. */
export function nameOf(call: ts.CallExpression): string | undefined {
  let parent: ts.Node = call.parent;
  while (ts.isAsExpression(parent) || ts.isParenthesizedExpression(parent) || ts.isSatisfiesExpression(parent))
    parent = parent.parent;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name.text : undefined;
}

/** The key of a constant that a custom rule made, for a request made outside of functions; undefined if it was refused. */
export function readCustomConstant(
  session: Session,
  checker: ts.TypeChecker,
  call: ts.CallExpression,
  kind: string,
): string | undefined {
  try {
    return readCustom(moduleScope(session, checker, call), call, kind).key;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

interface Parts {
  readonly vjp?: ts.Expression | undefined;
  readonly jvp?: ts.Expression | undefined;
}

export function partsOf(scope: Scope, rule: ts.Expression, kind: string): Parts {
  if (kind === "customVjp") return { vjp: rule };
  if (kind === "customJvp") return { jvp: rule };
  const literal = unwrap(rule);
  if (!ts.isObjectLiteralExpression(literal))
    refuse(scope, catalog.badCustomRule(locationOf(rule), quote(rule), "it must be written in place"));
  const part = (name: string): ts.Expression | undefined =>
    literal.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)
      ?.initializer;
  return { vjp: part("vjp"), jvp: part("jvp") };
}

export function readMaps(scope: Scope, node: ts.Expression, key: string, primal: ir.FunctionIR): (string | null)[] {
  const list = unwrap(node);
  if (!ts.isArrayLiteralExpression(list))
    refuse(scope, catalog.badCustomRule(locationOf(node), primal.name, "the maps must be written in place"));
  if (list.elements.length !== primal.parameters.length) {
    const count = `${list.elements.length} maps for ${primal.parameters.length} parameters`;
    refuse(scope, catalog.badCustomRule(locationOf(list), primal.name, count));
  }
  return list.elements.map((map, i) =>
    unwrap(map).kind === ts.SyntaxKind.NullKeyword ? null : readMap(scope, map, `${key}${i}`),
  );
}

function readMap(scope: Scope, node: ts.Expression, key: string): string {
  const value = resolveFunction(scope, node);
  if (!value) refuse(scope, catalog.unknownFunction(locationOf(node), quote(node)));
  const own = readOne(scope, value);
  const { program } = scope.session.context;
  const fn = program.get(own);
  if (!fn) throw new Refusal();
  if (!fn.synthetic) return own;
  program.set(key, { ...fn, key, name: key.slice(key.indexOf("#") + 1) });
  program.delete(own);
  return key;
}

function readOne(scope: Scope, value: FunctionValue): string {
  const key = readSpecialised(scope.session, scope.checker, unspecialised(value, scope.callers));
  if (key === undefined) throw new Refusal();
  return key;
}
