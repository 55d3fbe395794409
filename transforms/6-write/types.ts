import { literalsIn } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { labelText } from "./names.ts";
import { propertyName } from "../ir/print-expression.ts";
import type { Helpers, Writer } from "./writer.ts";

const arrayNames: Readonly<Record<Exclude<ir.Storage, "plain">, string>> = {
  f64: "Float64Array",
  f32: "Float32Array",
  i8: "Int8Array",
  u8: "Uint8Array",
  u8c: "Uint8ClampedArray",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
};

/** The constructor of arrays of that storage, as in `new Float64Array(n)`. */
export function constructorOf(storage: ir.Storage): string {
  return storage === "plain" ? "Array" : arrayNames[storage];
}

/** A type as TypeScript, by its structure. */
export function typeText(type: ir.Type, helpers: Helpers): string {
  switch (type.kind) {
    case "real":
    case "index":
      return "number";
    case "boolean":
      return "boolean";
    case "string":
      return literalsIn(type).join();
    case "nothing":
      return "undefined";
    case "array": {
      if (type.storage !== "plain") return arrayNames[type.storage];
      const element = typeText(type.element, helpers);
      const array = `${/^[\w$.]+(\[\])*$|^"[^"|]*"$|^[[{][^|]*[\]}]$/.test(element) ? element : `(${element})`}[]`;
      return type.readonly ? `readonly ${array}` : array;
    }
    case "tuple": {
      const { elements, labels } = type;
      const places = elements.map(
        (element, i) => `${labels ? `${labelText(labels[i])}: ` : ""}${typeText(element, helpers)}`,
      );
      return `${type.readonly ? "readonly " : ""}[${places.join(", ")}]`;
    }
    case "record":
      return `{ ${type.fields.map((field) => `${propertyName(field.name)}: ${typeText(field.type, helpers)}`).join("; ")} }`;
    case "maybe":
      return `${typeText(type.of, helpers)} | ${helpers.nothing}`;
    case "tape":
      return isNumberTape(type)
        ? helpers.runtime("type Tape")
        : typeText({ kind: "array", storage: "plain", element: type.element }, helpers);
    case "tensor":
      return helpers.runtime("type Tensor");
    case "opaque":
      return type.own ? type.text.replace(/\b[A-Z]\w*/g, (name) => helpers.own(name)) : type.text;
  }
}

/** Numbers are kept on a tape of the runtime, anything else in a plain array. */
export function isNumberTape({ element }: ir.TapeType): boolean {
  return element.kind === "real" || element.kind === "index";
}

/** The type of a variable: in the user's words where there are some. */
export function variableType(variable: ir.Variable, helpers: Helpers): string {
  return variable.annotation ?? gradientType(variable, helpers) ?? typeText(variable.type, helpers);
}

/** `Gradient<Params>` for the shadow of a parameter whose type has a name and a structure worth hiding. */
function gradientType({ shadowOf, type }: ir.Variable, helpers: Helpers): string | undefined {
  if (!shadowOf || isPlainShape(type)) return undefined;
  return gradientOf(shadowOf, helpers);
}

function gradientOf(variable: ir.Variable, helpers: Helpers): string | undefined {
  if (hasSinglePrecision(variable.type)) return undefined;
  if (variable.annotation !== undefined) return `${helpers.type("Gradient")}<${variable.annotation}>`;
  // The gradient of a gradient has its type again.
  return variable.shadowOf && gradientOf(variable.shadowOf, helpers);
}

/** Numbers, and arrays of numbers however deep. */
function isPlainShape(type: ir.Type): boolean {
  if (type.kind === "array") return isPlainShape(type.element);
  return type.kind !== "record" && type.kind !== "tuple" && type.kind !== "maybe";
}

/** Shadows of single precision are summed in double precision, so their type is not the gradient's. */
function hasSinglePrecision(type: ir.Type): boolean {
  switch (type.kind) {
    case "array":
      return type.storage === "f32" || hasSinglePrecision(type.element);
    case "tuple":
      return type.elements.some(hasSinglePrecision);
    case "record":
      return type.fields.some((field) => hasSinglePrecision(field.type));
    case "maybe":
      return hasSinglePrecision(type.of);
    default:
      return false;
  }
}

/** The text between the parentheses of the function's head: parameters, those of a group as one destructured tuple. */
export function parametersText({ fn, name, helpers }: Writer): string {
  const parameters = fn.derivation?.mode === "vjp" ? fn.parameters.slice(0, -1) : fn.parameters;
  const lastNeeded = parameters.map(isOptional).lastIndexOf(false);
  const typed = parameters.map((parameter, i) => {
    const type = variableType(parameter, helpers);
    if (!isOptional(parameter)) return `${name(parameter)}: ${type}`;
    return i > lastNeeded ? `${name(parameter)}?: ${type}` : `${name(parameter)}: ${type} | undefined`;
  });
  const groups = fn.derivation?.groups ?? [];
  return typed
    .flatMap((text, i) => {
      const group = groups.find(({ from, to }) => from <= i && i < to);
      if (!group) return [text];
      if (group.from < i) return [];
      const names = parameters.slice(group.from, group.to).map(name);
      return [`[${names.join(", ")}]: [${typed.slice(group.from, group.to).join(", ")}]`];
    })
    .join(", ");
}

/** Whether a parameter may be left out although its type does not say so: it has a default value. */
function isOptional({ type, annotation }: ir.Variable): boolean {
  return type.kind === "maybe" && annotation !== undefined && !/\bundefined\b/.test(annotation);
}

/** The type of what the function returns. */
export function resultText(writer: Writer): string {
  const { fn, program, helpers, name } = writer;
  const seed = fn.derivation?.mode === "vjp" ? fn.parameters.at(-1) : undefined;
  if (!seed) return returnedText(writer);
  const primal = program.functions.get(fn.derivation?.of ?? "");
  const value = primal ? (primal.resultAnnotation ?? typeText(primal.results[0], helpers)) : "unknown";
  return `[value: ${value}, pullback: (${name(seed)}: ${variableType(seed, helpers)}) => ${returnedText(writer)}]`;
}

function returnedText(writer: Writer): string {
  const { fn } = writer;
  const texts = fn.results.map((_, i) => resultType(writer, i));
  if (texts.length === 0) return "void";
  if (texts.length === 1) return fn.results[0].kind === "nothing" ? "void" : texts[0];
  const labels = fn.derivation?.resultLabels;
  return `[${texts.map((text, i) => (labels ? `${labelText(labels[i])}: ${text}` : text)).join(", ")}]`;
}

function resultType({ fn, program, helpers }: Writer, at: number): string {
  const type = fn.results[at];
  const structural = (): string => typeText(type, helpers);
  if (!fn.derivation) return fn.resultAnnotation ?? structural();
  const { mode, of, wrt } = fn.derivation;
  const primal = program.functions.get(of);
  if (!primal) return structural();
  if (at === 0 && ["valueAndGradient", "jvp", "forward", "tangent"].includes(mode))
    return primal.resultAnnotation ?? structural();
  if (isPlainShape(type)) return structural();
  const parameterNamed = (name: string): ir.Variable | undefined =>
    primal.parameters.find((parameter) => parameter.name === name);
  if (type.kind === "tuple" && fn.derivation.resultLabels?.[at] === "gradients") {
    const parts = type.elements.map((element, i) => {
      const parameter = isPlainShape(element) ? undefined : parameterNamed(wrt[i]);
      return (parameter && gradientOf(parameter, helpers)) ?? typeText(element, helpers);
    });
    return `[${parts.join(", ")}]`;
  }
  const first = mode === "valueAndGradient" ? 1 : 0;
  const differentiated = ["gradient", "valueAndGradient", "pullback", "vjp"].includes(mode)
    ? parameterNamed(wrt[at - first])
    : undefined;
  return (differentiated && gradientOf(differentiated, helpers)) ?? structural();
}
