/** Functions of the language itself: `Math`, `console`, `Number`, methods of numbers and strings; and `stopGradient`. */
import * as catalog from "../diagnostics.ts";
import {
  boolean,
  constant,
  element,
  index,
  isNumber,
  isReference,
  lengthOf,
  math,
  nothing,
  read,
  real,
  string,
  typeOf,
  variable,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import { asBoolean, readExpression, readExpressions } from "./expressions.ts";
import { quote } from "./names.ts";
import { readNumber } from "./operators.ts";
import { capture, emit, locationOf, nameValue, refuse, type Scope } from "./scope.ts";

/** Every function of `Math` (but `random`), with the number of its operands; undefined = any number. */
const mathFunctions: Readonly<Record<string, number | undefined>> = {
  ...Object.fromEntries(
    ["abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "clz32", "cos", "cosh", "exp"].map(
      (name) => [name, 1],
    ),
  ),
  ...Object.fromEntries(
    ["expm1", "floor", "fround", "log", "log10", "log1p", "log2", "round", "sign", "sin", "sinh", "sqrt"].map(
      (name) => [name, 1],
    ),
  ),
  ...Object.fromEntries(["tan", "tanh", "trunc"].map((name) => [name, 1])),
  ...Object.fromEntries(["atan2", "imul", "pow"].map((name) => [name, 2])),
  ...Object.fromEntries(["hypot", "max", "min"].map((name) => [name, undefined])),
};

/** `Math.sin(x)`; `Math.random()` is drawn where it stands. */
export function readMath(scope: Scope, node: ts.CallExpression, name: string): ir.Expression {
  if (name === "random") {
    const drawn = variable("random", real);
    emit(scope, { kind: "effect", text: "Math.random()", operands: [], result: drawn });
    return read(drawn);
  }
  if (!Object.hasOwn(mathFunctions, name)) refuse(scope, catalog.unknownCall(locationOf(node), `Math.${name}`));
  const spread = node.arguments.find(ts.isSpreadElement);
  if (spread) refuse(scope, catalog.spreadArgument(locationOf(spread)));
  const operands = readExpressions(scope, node.arguments);
  const wanted = mathFunctions[name];
  if (wanted !== undefined && operands.length !== wanted)
    refuse(scope, catalog.unsupportedSyntax(locationOf(node), `\`${quote(node)}\` with ${operands.length} arguments`));
  return operands.length === 0 ? emptyMath(name) : math(name, ...operands);
}

/** Whether a function of `Math` takes any number of operands. */
export function isVariadic(name: string): boolean {
  return Object.hasOwn(mathFunctions, name) && mathFunctions[name] === undefined;
}

/** A function of `Math` as a value, called with what there is: it leaves out what it does not take. */
export function mathOf(
  scope: Scope,
  name: string,
  values: readonly ir.Expression[],
  node: ts.CallExpression,
): ir.Expression {
  if (name === "random") return readMath(scope, node, name);
  if (!Object.hasOwn(mathFunctions, name)) refuse(scope, catalog.unknownCall(locationOf(node), `Math.${name}`));
  const operands = values.slice(0, mathFunctions[name] ?? values.length);
  const isFit = operands.length >= (mathFunctions[name] ?? 0) && operands.every((operand) => isNumber(typeOf(operand)));
  if (!isFit) refuse(scope, catalog.unsupportedSyntax(locationOf(node), `\`Math.${name}\` for \`${quote(node)}\``));
  return operands.length === 0 ? emptyMath(name) : math(name, ...operands);
}

/** `Math.max()`, `Math.min()`, `Math.hypot()`. */
function emptyMath(name: string): ir.Expression {
  if (name === "hypot") return constant(0);
  const infinity: ir.Global = { kind: "global", name: "Infinity", type: real };
  return name === "min" ? infinity : { kind: "unary", operator: "-", operand: infinity };
}

/** `console.log(…)` and the like: done once, where it stands. */
export function readConsole(scope: Scope, node: ts.CallExpression, name: string): ir.Expression {
  const spread = node.arguments.find(ts.isSpreadElement);
  if (spread) refuse(scope, catalog.spreadArgument(locationOf(spread)));
  const operands = readExpressions(scope, node.arguments);
  emit(scope, { kind: "effect", text: `console.${name}(${places(operands, 0)})`, operands });
  return constant(undefined);
}

function places(operands: readonly ir.Expression[], from: number): string {
  return operands.map((_, i) => `$${i + from}`).join(", ");
}

const numberTests: ReadonlySet<string> = new Set([
  "Number.isFinite",
  "Number.isInteger",
  "Number.isNaN",
  "Number.isSafeInteger",
  "isFinite",
  "isNaN",
]);
const parsing: ReadonlySet<string> = new Set(["parseFloat", "parseInt", "Number.parseFloat", "Number.parseInt"]);

/** `Number(x)`, `Number.isFinite(x)`, `String(x)` … */
export function readLibraryCall(scope: Scope, node: ts.CallExpression, name: string): ir.Expression {
  const [first] = node.arguments;
  if (name === "Number") return first ? readNumber(scope, first) : constant(0);
  if (name === "Boolean") return first ? asBoolean(readExpression(scope, first)) : constant(false);
  if (name === "eval" || name === "Function")
    refuse(scope, catalog.unsupportedSyntax(locationOf(node), `\`${name}\``, "write the expression in place"));
  if (name === "BigInt") refuse(scope, catalog.bigInteger(locationOf(node)));
  if (parsing.has(name)) refuse(scope, catalog.numberFromString(locationOf(node), quote(node)));
  const type = numberTests.has(name) ? boolean : name === "String" || name === "JSON.stringify" ? string : undefined;
  if (!type) refuse(scope, catalog.unknownCall(locationOf(node), name));
  const operands = readExpressions(scope, node.arguments);
  return pinned(scope, { kind: "extern", text: `${name}(${places(operands, 0)})`, operands, type });
}

/** What is made of the contents of an object is made now. */
function pinned(scope: Scope, value: ir.Extern): ir.Expression {
  return value.operands.some((operand) => isReference(typeOf(operand))) ? nameValue(scope, value, "text") : value;
}

/** Methods of strings and numbers whose result is of that type. */
const valueMethods: Readonly<Record<string, ir.Type>> = {
  toFixed: string,
  toPrecision: string,
  toExponential: string,
  toString: string,
  toLocaleString: string,
  padStart: string,
  padEnd: string,
  toUpperCase: string,
  toLowerCase: string,
  trim: string,
  repeat: string,
  slice: string,
  substring: string,
  charAt: string,
  concat: string,
  startsWith: boolean,
  endsWith: boolean,
  includes: boolean,
  indexOf: index,
  charCodeAt: index,
  valueOf: nothing,
};

/** `x.toFixed(2)`, `name.startsWith("a")`. */
export function readMethodOfValue(
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): ir.Expression {
  const method = callee.name.text;
  if (method === "valueOf") return readExpression(scope, callee.expression);
  if (!Object.hasOwn(valueMethods, method)) refuse(scope, catalog.methodNotYet(locationOf(callee), method));
  const operands = readExpressions(scope, [callee.expression, ...node.arguments]);
  return {
    kind: "extern",
    text: `$0.${method}(${places(operands.slice(1), 1)})`,
    operands,
    type: valueMethods[method],
  };
}

/** `stopGradient(x)` of a number or a tensor, or of an array of numbers (a copy of it). */
export function readStopGradient(scope: Scope, node: ts.CallExpression): ir.Expression {
  const [argument] = node.arguments;
  const value = readExpression(scope, argument);
  const type = typeOf(value);
  if (isNumber(type) || type.kind === "tensor") return { kind: "stop", value };
  if (!hasNumbers(type)) return value;
  if (type.kind !== "array" || !isNumber(type.element)) {
    refuse(
      scope,
      catalog.notYet(
        locationOf(node),
        "`stopGradient` of anything but a number, a tensor or an array of numbers",
        "apply it to each part",
      ),
    );
  }
  const source = value.kind === "read" ? value : nameValue(scope, value, "source");
  const stopped = nameValue(
    scope,
    {
      kind: "newArray",
      type: { kind: "array", storage: type.storage, element: type.element },
      length: lengthOf(source),
    },
    "stopped",
  );
  const counter = variable("i", index, "counter");
  const at = read(counter);
  const body = capture(scope, () =>
    emit(scope, { kind: "set", target: element(stopped, at), value: { kind: "stop", value: element(source, at) } }),
  );
  emit(scope, { kind: "for", counter, lo: constant(0), hi: lengthOf(source), descending: false, body });
  return stopped;
}

function hasNumbers(type: ir.Type): boolean {
  return isReference(type) || type.kind === "maybe";
}
