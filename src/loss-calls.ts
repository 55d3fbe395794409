/** `fit(loss, …)`: calls of functions of `cotangent/nn` whose first argument needs its gradient as well. */
import { resolveSymbol, unwrap } from "../transforms/1-read/symbols.ts";
import { isOwnFile } from "../transforms/own-package.ts";
import { ts } from "../transforms/typescript.ts";

/** The function of `cotangent/nn` that attaches a gradient to a loss. */
export const attaching = "differentiable";

/** The loss that a call is given to minimise, if it is such a call and nobody has attached a gradient yet. */
export function lossOf(node: ts.Node, checker: ts.TypeChecker): ts.Expression | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const loss = node.arguments.at(0);
  return loss && takesLoss(node, checker) && !isAttached(loss, checker) ? loss : undefined;
}

function takesLoss({ expression }: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const declaration = ownFunction(expression, checker);
  const type = declaration?.parameters.at(0)?.type;
  return type !== undefined && ts.isTypeReferenceNode(type) && type.typeName.getText() === "Loss";
}

function isAttached(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const inner = unwrap(node);
  if (ts.isCallExpression(inner)) return ownFunction(inner.expression, checker)?.name?.text === attaching;
  const declaration = ts.isIdentifier(inner) ? resolveSymbol(inner, checker)?.valueDeclaration : undefined;
  return (
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    isAttached(declaration.initializer, checker)
  );
}

function ownFunction(node: ts.Expression, checker: ts.TypeChecker): ts.FunctionDeclaration | undefined {
  const inner = unwrap(node);
  const name = ts.isPropertyAccessExpression(inner) ? inner.name : inner;
  const [declaration] = resolveSymbol(name, checker)?.declarations ?? [];
  const isOwn = declaration && ts.isFunctionDeclaration(declaration) && isOwnFile(declaration.getSourceFile().fileName);
  return isOwn ? declaration : undefined;
}
