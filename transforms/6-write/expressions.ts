import { typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import {
  precedenceOf,
  printExpression,
  printOperand,
  propertyName,
  type ExpressionPrinter,
} from "../ir/print-expression.ts";
import { firstFree } from "./names.ts";
import { constructorOf, isNumberTape, typeText } from "./types.ts";
import type { Helpers } from "./writer.ts";

/** Plain arrays up to this length are written as literals: they are several times faster than filled ones. */
const longestLiteral = 8;

/** Writes expressions; `names` are all names in use, which the arrow functions made here avoid. */
export function expressionPrinter(
  name: (variable: ir.Variable) => string,
  helpers: Helpers,
  names: ReadonlySet<string>,
): ExpressionPrinter {
  const printer: ExpressionPrinter = {
    name,
    allocation: (allocation) => allocationText(allocation, printer, helpers, names),
    stop: (value) => value,
  };
  return printer;
}

function allocationText(
  allocation: ir.Allocation,
  printer: ExpressionPrinter,
  helpers: Helpers,
  names: ReadonlySet<string>,
): string {
  const text = (expression: ir.Expression): string => printExpression(expression, printer);
  switch (allocation.kind) {
    case "newArray":
      return newArrayText(allocation, printer, helpers);
    case "arrayLiteral":
      return `[${allocation.elements.map(text).join(", ")}]`;
    case "recordLiteral":
      return recordText(allocation.fields.map((field) => [field.name, text(field.value)]));
    case "copy":
      return copyText(allocation, printer);
    case "zeros": {
      const like = printOperand(allocation.like, precedenceOf.postfix, printer);
      if (allocation.aliased) return `${helpers.runtime("zerosLike")}(${like})`;
      return zerosText(like, typeOf(allocation.like), allocation.type, helpers, names);
    }
    case "newTape":
      return isNumberTape(allocation.type) ? `${helpers.runtime("createTape")}()` : "[]";
  }
}

function recordText(fields: readonly (readonly [string, string])[]): string {
  return `{ ${fields.map(([name, value]) => (name === value ? name : `${propertyName(name)}: ${value}`)).join(", ")} }`;
}

function newArrayText({ type, length, fill }: ir.NewArray, printer: ExpressionPrinter, helpers: Helpers): string {
  const size = printExpression(length, printer);
  const value = fill ? printExpression(fill, printer) : firstElement(type.element, helpers);
  if (type.storage !== "plain")
    return `new ${constructorOf(type.storage)}(${size})${value === "0" ? "" : `.fill(${value})`}`;
  if (length.kind === "constant" && typeof length.value === "number" && length.value <= longestLiteral) {
    return `[${Array.from({ length: length.value }, () => value).join(", ")}]`;
  }
  return `new Array<${typeText(type.element, helpers)}>(${size}).fill(${value})`;
}

/** What the elements of a new array are until they are written. */
function firstElement({ kind }: ir.Type, helpers: Helpers): string {
  if (kind === "tensor") return helpers.runtime("zero");
  return kind === "boolean" ? "false" : "0";
}

function copyText({ type, source, from, to }: ir.Copy, printer: ExpressionPrinter): string {
  const sourceType = typeOf(source);
  const whole = from === undefined && to === undefined;
  const storage = sourceType.kind === "array" ? sourceType.storage : "plain";
  if (storage !== type.storage && whole)
    return `${constructorOf(type.storage)}.from(${printExpression(source, printer)})`;
  const range = whole
    ? []
    : [from ? printExpression(from, printer) : "0", ...(to ? [printExpression(to, printer)] : [])];
  const slice = `${printOperand(source, precedenceOf.postfix, printer)}.slice(${range.join(", ")})`;
  return storage === type.storage ? slice : `${constructorOf(type.storage)}.from(${slice})`;
}

/** Zeros in the shape of the value written `like`. `type` is the type of the zeros, `likeType` that of the value. */
function zerosText(
  like: string,
  likeType: ir.Type,
  type: ir.Type,
  helpers: Helpers,
  names: ReadonlySet<string>,
): string {
  const value = likeType.kind === "maybe" ? likeType.of : likeType;
  switch (type.kind) {
    case "array": {
      if (type.storage !== "plain") return `new ${constructorOf(type.storage)}(${like}.length)`;
      if (type.element.kind === "real" || type.element.kind === "index")
        return `new Array<number>(${like}.length).fill(0)`;
      const row = firstFree(names.has("row") ? "part" : "row", (name) => !names.has(name));
      const element = value.kind === "array" ? value.element : type.element;
      const zeros = zerosText(row, element, type.element, helpers, new Set([...names, row]));
      return `${like}.map((${zeros.includes(row) ? row : ""}) => ${zeros.startsWith("{") ? `(${zeros})` : zeros})`;
    }
    case "tuple":
      return `[${type.elements.map((element, i) => zerosText(`${like}[${i}]`, placeType(value, i, element), element, helpers, names)).join(", ")}]`;
    case "record":
      return recordText(
        type.fields.map((field) => {
          const place = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(field.name)
            ? `.${field.name}`
            : `[${JSON.stringify(field.name)}]`;
          const of = value.kind === "record" ? value.fields.find(({ name }) => name === field.name)?.type : undefined;
          return [field.name, zerosText(`${like}${place}`, of ?? field.type, field.type, helpers, names)];
        }),
      );
    case "tape":
      return isNumberTape(type) ? `${helpers.runtime("createTape")}()` : "[]";
    case "tensor":
      return `${helpers.runtime("zerosOf")}(${like})`;
    case "nothing":
      return "undefined";
    case "maybe":
      return zerosText(like, value, type.of, helpers, names);
    default:
      return "0";
  }
}

function placeType(value: ir.Type, at: number, otherwise: ir.Type): ir.Type {
  return value.kind === "tuple" ? value.elements[at] : otherwise;
}

/** The text of an extern or an effect; `@runtime.grow($0)` calls a helper by the name it is imported under. */
export function withHelpers(text: string, helpers: Helpers): string {
  return text.replace(/@runtime\.(\w+)/g, (_, helper: string) => helpers.runtime(helper));
}
