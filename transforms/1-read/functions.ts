/** Functions in the source: how they were made, and what they are called. */
import { ts } from "../typescript.ts";
import { cotangentExport, enclosingFunction, resolveSymbol, unwrap } from "./symbols.ts";

/** The call `primitive(f, rule)` that a function is the first argument of, if it is one: then that is what is called. */
export function primitiveOf(node: ts.FunctionLikeDeclaration, checker: ts.TypeChecker): ts.CallExpression | undefined {
  const { parent } = node;
  const isFirst = parent && ts.isCallExpression(parent) && parent.arguments[0] === node;
  return isFirst && madeBy(parent, checker)?.name === "primitive" ? parent : undefined;
}

/** The call `customVjp(f, rule)` (or another function of the package) that a constant was made by. */
export function madeBy(
  node: ts.Expression,
  checker: ts.TypeChecker,
): { readonly call: ts.CallExpression; readonly name: string } | undefined {
  const inner = unwrap(node);
  if (ts.isCallExpression(inner)) {
    const name = cotangentExport(inner.expression, checker);
    return name === undefined ? undefined : { call: inner, name };
  }
  if (!ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return undefined;
  const declaration = resolveSymbol(inner, checker)?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  if (!(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const)) return undefined;
  return madeBy(declaration.initializer, checker);
}

/** The name of a function for the reader: that of the constant that holds it, or its own. */
export function functionName(node: ts.FunctionLikeDeclaration): string {
  let parent: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent))
    parent = parent.parent;
  const holder =
    ts.isCallExpression(parent) && isCustom(parent) && parent.arguments[0] === node ? parent.parent : parent;
  if (ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name)) return holder.name.text;
  if (ts.isPropertyAssignment(holder) && isPropertyName(holder.name)) {
    const key = holder.name.text;
    return memberName(holder.parent, key) ?? key;
  }
  if (ts.isFunctionDeclaration(node)) return node.name?.text ?? "main";
  if (node.name && ts.isIdentifier(node.name)) return node.name.text;
  const place = ts.isArrayLiteralExpression(holder) ? holder.elements.findIndex((e) => unwrap(e) === node) : -1;
  return (place >= 0 ? memberName(holder, String(place)) : undefined) ?? "lambda";
}

/** `activations_leaky`, `layers_0`: what stands in a literal is called after the constant that holds it, too. */
function memberName(literal: ts.Node, key: string): string | undefined {
  let node = literal;
  while (!ts.isVariableDeclaration(node) && (ts.isExpression(node) || ts.isPropertyAssignment(node)))
    node = node.parent;
  return ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) ? `${node.name.text}_${key}` : undefined;
}

function isPropertyName(name: ts.PropertyName): name is ts.Identifier | ts.StringLiteral {
  return ts.isIdentifier(name) || ts.isStringLiteral(name);
}

/** Whether the module has the function under its name. */
export function isNamedInModule(node: ts.FunctionLikeDeclaration): boolean {
  if (enclosingFunction(node)) return false;
  if (ts.isFunctionDeclaration(node)) return node.name !== undefined;
  let parent: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent))
    parent = parent.parent;
  if (ts.isCallExpression(parent) && isCustom(parent) && parent.arguments[0] === node) parent = parent.parent;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name);
}

function isCustom(call: ts.CallExpression): boolean {
  return /(^|\.)(custom(Vjp|Jvp|Rule)|primitive)$/.test(call.expression.getText());
}
