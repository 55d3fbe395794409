import type * as ir from "../ir/ir.ts";
import { isReference, literalsIn } from "../ir/build.ts";
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
  const asConstant = isConstantRecord(variable, value, writer) && holdsLiteral(variable.type);
  const annotation = !asConstant && needsType(variable, value, writer) ? `: ${type()}` : "";
  const text = printExpression(value, writer.expressions);
  return `${declared(variable, writer)}${annotation} = ${text}${asConstant ? " as const" : ""};`;
}

/** Whether the value is `{ stride: 2, padding: "same" }`, and nothing is ever assigned to it or in it. */
function isConstantRecord(variable: ir.Variable, value: ir.Expression, { facts }: Writer): boolean {
  if (value.kind !== "recordLiteral" || facts.assigned.has(variable)) return false;
  return value.fields.every((field) => field.value.kind === "constant" && !facts.assignedFields.has(field.name));
}

/** Whether there is a string in it that must be one of a few: TypeScript would infer any. */
function holdsLiteral(type: ir.Type): boolean {
  return literalsIn(type).some((text) => text !== "string");
}

function needsType(variable: ir.Variable, value: ir.Expression, { facts }: Writer): boolean {
  const { type } = variable;
  if (type.kind === "maybe") return facts.assigned.has(variable) || value.kind === "constant";
  // `new Float64Array(n)` is inferred to own its buffer; what is assigned later need not.
  if (facts.borrowing.has(variable) && holdsTypedArray(type)) return true;
  switch (value.kind) {
    case "arrayLiteral":
      return value.elements.length === 0 || holdsTuple(type) || holdsLiteral(type);
    case "newArray":
      return value.type.storage === "plain" && value.length.kind === "constant" && value.length.value === 0;
    case "newTape":
      return value.type.element.kind !== "real" && value.type.element.kind !== "index";
    case "recordLiteral":
    case "zeros":
      return (
        holdsTuple(type) ||
        holdsLiteral(type) ||
        (type.kind === "tape" && type.element.kind !== "real" && type.element.kind !== "index")
      );
    default:
      return holdsLiteral(type) && facts.assigned.has(variable);
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
