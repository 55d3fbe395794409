import type * as ir from "../ir/ir.ts";
import { isReference } from "../ir/build.ts";
import { printExpression } from "../ir/print-expression.ts";
import { typeText, variableType } from "./types.ts";
import type { Writer } from "./writer.ts";

/** `const x`, or `let x` where something assigns it again. */
export function declared(variable: ir.Variable, { name, facts }: Writer): string {
  return `${facts.assigned.has(variable) ? "let" : "const"} ${name(variable)}`;
}

/** The declaration of a variable, with its type where TypeScript would infer another. */
export function declarationText({ variable, value }: ir.Let, writer: Writer): string {
  const type = (): string =>
    variable.role === "shadow" ? variableType(variable, writer.helpers) : typeText(variable.type, writer.helpers);
  // What one branch keeps, and the same branch of the backward pass reads: TypeScript cannot see that it is assigned.
  const isObject = isReference(variable.type) || variable.type.kind === "tensor";
  const sure = isObject && variable.role !== "user" ? "!" : "";
  if (!value) return `let ${writer.name(variable)}${sure}: ${type()};`;
  const annotation = needsType(variable, value, writer) ? `: ${type()}` : "";
  return `${declared(variable, writer)}${annotation} = ${printExpression(value, writer.expressions)};`;
}

function needsType(variable: ir.Variable, value: ir.Expression, { facts }: Writer): boolean {
  const { type } = variable;
  if (type.kind === "maybe") return facts.assigned.has(variable) || value.kind === "constant";
  // `new Float64Array(n)` is inferred to own its buffer; what is assigned later need not.
  if (facts.borrowing.has(variable) && holdsTypedArray(type)) return true;
  switch (value.kind) {
    case "arrayLiteral":
      return value.elements.length === 0 || holdsTuple(type);
    case "newArray":
      return value.type.storage === "plain" && value.length.kind === "constant" && value.length.value === 0;
    case "newTape":
      return value.type.element.kind !== "real" && value.type.element.kind !== "index";
    case "recordLiteral":
    case "zeros":
      return (
        holdsTuple(type) || (type.kind === "tape" && type.element.kind !== "real" && type.element.kind !== "index")
      );
    default:
      return false;
  }
}

/** Tuples, values that may be undefined: a literal of them is inferred to be something wider or narrower. */
function holdsTuple(type: ir.Type): boolean {
  switch (type.kind) {
    case "tuple":
    case "maybe":
    case "nothing":
      return true;
    case "array":
      return holdsTuple(type.element);
    case "record":
      return type.fields.some((field) => holdsTuple(field.type));
    default:
      return false;
  }
}

function holdsTypedArray(type: ir.Type): boolean {
  switch (type.kind) {
    case "array":
      return type.storage !== "plain" || holdsTypedArray(type.element);
    case "tuple":
      return type.elements.some(holdsTypedArray);
    case "record":
      return type.fields.some((field) => holdsTypedArray(field.type));
    default:
      return false;
  }
}
