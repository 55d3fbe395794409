/** Reading fields, elements, lengths, constants of libraries and members of enums. */
import * as catalog from "../diagnostics.ts";
import { arrayOf, constant, element, field, index, isNumber, lengthOf, real, string, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { readExpression, readExpressions } from "./expressions.ts";
import { quote, readGlobal } from "./names.ts";
import { readPair, refuseUse } from "./pullbacks.ts";
import { locationOf, refuse, type Scope } from "./scope.ts";
import { libraryMember, resolveSymbol, unwrap } from "./symbols.ts";

const mathConstants: ReadonlySet<string> = new Set(["PI", "E", "LN2", "LN10", "LOG2E", "LOG10E", "SQRT1_2", "SQRT2"]);
const numberConstants: ReadonlySet<string> = new Set([
  "EPSILON",
  "MAX_VALUE",
  "MIN_VALUE",
  "MAX_SAFE_INTEGER",
  "MIN_SAFE_INTEGER",
  "POSITIVE_INFINITY",
  "NEGATIVE_INFINITY",
  "NaN",
]);

/** What is known of a tensor besides its numbers. */
const tensorProperties: Readonly<Record<string, ir.Type>> = {
  shape: { ...arrayOf(index), readonly: true },
  size: index,
  dtype: string,
};

export function readProperty(scope: Scope, node: ts.PropertyAccessExpression): ir.Expression {
  if (node.questionDotToken) refuse(scope, catalog.optionalChaining(locationOf(node)));
  const member = libraryMember(node, scope.checker);
  if (member) return readLibraryConstant(scope, node, member);
  const symbol = resolveSymbol(node.name, scope.checker);
  const object = resolveSymbol(node.expression, scope.checker);
  if (symbol && symbol.flags & ts.SymbolFlags.EnumMember) return readEnumMember(scope, symbol, node);
  if (symbol && object && object.flags & ts.SymbolFlags.ValueModule && symbol.flags & ts.SymbolFlags.Variable) {
    return readGlobal(scope, symbol, node, node.getText());
  }
  const record = readExpression(scope, node.expression);
  return propertyOf(scope, record, node.name.text, node);
}

function propertyOf(scope: Scope, record: ir.Expression, name: string, node: ts.Expression): ir.Expression {
  const type = typeOf(record);
  if (name === "length") {
    if (type.kind === "array") return lengthOf(record);
    if (type.kind === "tuple") return constant(type.elements.length);
    if (type.kind === "string") return { kind: "extern", text: "$0.length", operands: [record], type: index };
  }
  if (type.kind === "tensor" && Object.hasOwn(tensorProperties, name))
    return { kind: "extern", text: `$0.${name}`, operands: [record], type: tensorProperties[name] };
  if (type.kind === "tensor") refuse(scope, catalog.tensorProperty(locationOf(node), quote(node)));
  if (type.kind === "record" && type.fields.some((candidate) => candidate.name === name)) return field(record, name);
  if (type.kind === "opaque" && (name === "message" || name === "name"))
    return { kind: "extern", text: `$0.${name}`, operands: [record], type: string };
  refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
}

function readLibraryConstant(
  scope: Scope,
  node: ts.Expression,
  [object, name]: readonly [string, string],
): ir.Expression {
  if (object === "Math" && mathConstants.has(name)) return { kind: "global", name: `Math.${name}`, type: real };
  if (object === "Number" && numberConstants.has(name)) return { kind: "global", name: `Number.${name}`, type: real };
  if (name === "BYTES_PER_ELEMENT") return { kind: "global", name: `${object}.${name}`, type: index };
  refuse(scope, catalog.unknownFunction(locationOf(node), `${object}.${name}`));
}

function readEnumMember(scope: Scope, symbol: ts.Symbol, node: ts.PropertyAccessExpression): ir.Expression {
  const value = scope.checker.getConstantValue(symbol.valueDeclaration as ts.EnumMember);
  if (value === undefined) refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
  return constant(value);
}

export function readElement(scope: Scope, node: ts.ElementAccessExpression): ir.Expression {
  if (node.questionDotToken) refuse(scope, catalog.optionalChaining(locationOf(node)));
  const key = unwrap(node.argumentExpression);
  if (ts.isStringLiteralLike(key)) return propertyOf(scope, readExpression(scope, node.expression), key.text, node);
  const pair = readPair(scope, node.expression);
  if (pair && node.argumentExpression.getText() === "0") return pair.value;
  if (pair) refuseUse(scope, node);
  const [array, at] = readExpressions(scope, [node.expression, node.argumentExpression]);
  checkIndex(scope, array, at, node);
  return element(array, at);
}

/** Refuses what cannot be read or written by index. */
export function checkIndex(
  scope: Scope,
  array: ir.Expression,
  at: ir.Expression,
  node: ts.ElementAccessExpression,
): void {
  const type = typeOf(array);
  if (type.kind === "array" && isNumber(typeOf(at))) return;
  if (type.kind === "tuple") {
    if (at.kind === "constant" && typeof at.value === "number" && at.value in type.elements) return;
    refuse(
      scope,
      catalog.notYet(
        locationOf(node),
        `an index into a tuple that is computed (\`${quote(node)}\`)`,
        "use an array, or a constant index",
      ),
    );
  }
  refuse(scope, catalog.unknownProperty(locationOf(node), quote(node)));
}
