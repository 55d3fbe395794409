import type { Expression } from "../../ir/ir.ts";
import { operandsOf } from "../../ir/visit.ts";

const cheapOperators: ReadonlySet<string> = new Set([
  ...[
    "+",
    "-",
    "*",
    "/",
    "<",
    "<=",
    ">",
    ">=",
    "===",
    "!==",
    "==",
    "!=",
    "&&",
    "||",
    "??",
    "&",
    "|",
    "^",
    "<<",
    ">>",
    ">>>",
  ],
]);
const cheapFunctions: ReadonlySet<string> = new Set(["abs", "min", "max", "floor", "ceil", "trunc", "round", "sign"]);

/** What is known of a tensor besides its numbers. */
const tensorProperty = /^\$0\.(shape|size|dtype)$/;

/** Whether evaluating an expression costs no more than keeping its value: loads, arithmetic, comparisons. */
export function isCheap(expression: Expression): boolean {
  return isCheapNode(expression) && operandsOf(expression).every(isCheap);
}

function isCheapNode(expression: Expression): boolean {
  switch (expression.kind) {
    case "constant":
    case "read":
    case "global":
    case "element":
    case "field":
    case "length":
    case "unary":
    case "conditional":
    case "stop":
      return true;
    case "binary":
      return cheapOperators.has(expression.operator);
    case "math":
      return cheapFunctions.has(expression.name);
    case "extern":
      return tensorProperty.test(expression.text);
    case "template":
    case "newArray":
    case "arrayLiteral":
    case "recordLiteral":
    case "copy":
    case "zeros":
    case "newTape":
      return false;
  }
}
