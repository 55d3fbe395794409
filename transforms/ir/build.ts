/** Short ways to make IR nodes, and the questions one asks of types. */
import type * as ir from "./ir.ts";

/**
 * The text of the effect that stands between the two passes of a derivative where they are two functions, with the
 * values that the first one returns as its operands.
 */
export const forwardResults = "forward results";

/** The extern that copies a nested value and keeps the aliasing within it. */
export const deepCopy = "@runtime.cloneAliased($0)";

/** The extern that adds two adjoints of a tensor, either of which may be zero. */
export const tensorSum = "@runtime.plus($0, $1)";

/** The externs that turn a number into a tensor without axes, and back. */
export const tensorOfNumber = "@runtime.tensorOf($0)";
export const numberOfTensor = "@runtime.numberOf($0)";

/** In the text of an extern: the function of the program that is called there, by its key. */
export const calledFunction = /@call\{([^}]+)\}/g;

/** The extern that makes zeros in the shape of a tensor. */
export const tensorZeros = "@runtime.zerosOf($0)";

// -------------------------------------------------------------------------------------------------- types

export const real: ir.RealType = { kind: "real" };
export const index: ir.IndexType = { kind: "index" };
export const boolean: ir.BooleanType = { kind: "boolean" };
export const string: ir.StringType = { kind: "string" };
export const nothing: ir.NothingType = { kind: "nothing" };
export const tensor: ir.TensorType = { kind: "tensor" };

export function arrayOf(element: ir.Type, storage: ir.Storage = "plain"): ir.ArrayType {
  return { kind: "array", storage, element };
}

/** The type of the shadow (adjoint or tangent) of a value, or undefined where it has none. */
export function shadowType(type: ir.Type): ir.Type | undefined {
  switch (type.kind) {
    case "real":
      return real;
    case "tensor":
      return tensor;
    case "maybe":
      return shadowType(type.of);
    case "array": {
      const element = shadowType(type.element);
      // A shadow of single precision accumulates in double precision and is rounded when it is returned.
      return element && arrayOf(element, type.storage === "f32" ? "f64" : type.storage);
    }
    case "tuple": {
      const elements = type.elements.map((element) => shadowType(element) ?? nothing);
      return elements.every((element) => element.kind === "nothing") ? undefined : { kind: "tuple", elements };
    }
    case "record": {
      const fields = type.fields.flatMap((field) => {
        const shadow = shadowType(field.type);
        return shadow ? [{ name: field.name, type: shadow }] : [];
      });
      return fields.length > 0 ? { kind: "record", fields } : undefined;
    }
    case "tape": {
      const element = shadowType(type.element);
      return element && { kind: "tape", element };
    }
    case "index":
    case "boolean":
    case "string":
    case "nothing":
    case "opaque":
      return undefined;
  }
}

/** Whether a value of the type is an object that can be reached under several names. */
export function isReference(type: ir.Type): boolean {
  return type.kind === "array" || type.kind === "tuple" || type.kind === "record" || type.kind === "tape";
}

/** Whether an object of the type holds no other objects. */
export function isFlat(type: ir.Type): boolean {
  switch (type.kind) {
    case "array":
      return !isReference(type.element);
    case "tuple":
      return !type.elements.some(isReference);
    case "record":
      return !type.fields.some((field) => isReference(field.type));
    default:
      return false;
  }
}

/** Whether a type or one inside it is of a kind. */
function holds(type: ir.Type, isWanted: (part: ir.Type) => boolean): boolean {
  const holdsOne = (part: ir.Type): boolean => holds(part, isWanted);
  if (isWanted(type)) return true;
  switch (type.kind) {
    case "array":
      return holdsOne(type.element);
    case "tuple":
      return type.elements.some(holdsOne);
    case "record":
      return type.fields.some((field) => holdsOne(field.type));
    case "maybe":
      return holdsOne(type.of);
    default:
      return false;
  }
}

/** Whether a value of the type may have a number that is undefined somewhere inside. */
export function holdsMaybe(type: ir.Type): boolean {
  return holds(type, (part) => part.kind === "maybe");
}

/** Whether a value of the type is a tensor, or has one somewhere inside. */
export function holdsTensor(type: ir.Type): boolean {
  return holds(type, (part) => part.kind === "tensor");
}

/** Whether a value of the type is what may be a tensor or a number, or has one somewhere inside. */
export function holdsTensorOrNumber(type: ir.Type): boolean {
  return holds(type, (part) => part.kind === "tensor" && part.orNumber === true);
}

export function isNumber(type: ir.Type): boolean {
  return type.kind === "real" || type.kind === "index";
}

/** Structural equality. */
export function sameType(a: ir.Type, b: ir.Type): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "array":
      return b.kind === "array" && a.storage === b.storage && sameType(a.element, b.element);
    case "tuple":
      return (
        b.kind === "tuple" &&
        a.elements.length === b.elements.length &&
        a.elements.every((type, i) => sameType(type, b.elements[i]))
      );
    case "record":
      return (
        b.kind === "record" &&
        a.fields.length === b.fields.length &&
        a.fields.every((field) =>
          b.fields.some((other) => other.name === field.name && sameType(field.type, other.type)),
        )
      );
    case "maybe":
      return b.kind === "maybe" && sameType(a.of, b.of);
    case "tape":
      return b.kind === "tape" && sameType(a.element, b.element);
    case "opaque":
      return b.kind === "opaque" && a.text === b.text;
    default:
      return true;
  }
}

// ---------------------------------------------------------------------------------------------- variables

export function variable(
  name: string,
  type: ir.Type,
  role: ir.Role = "temporary",
  more: Pick<ir.Variable, "shadowOf" | "annotation"> = {},
): ir.Variable {
  return { name, type, role, ...more };
}

/** A variable of its own that is like another. */
export function copyOf(variable: ir.Variable): ir.Variable {
  return { ...variable };
}

// -------------------------------------------------------------------------------------------- expressions

export function constant(value: ir.Constant["value"]): ir.Constant {
  return { kind: "constant", value, type: constantType(value) };
}
function constantType(value: ir.Constant["value"]): ir.Type {
  if (typeof value === "number") return Number.isInteger(value) ? index : real;
  if (typeof value === "boolean") return boolean;
  if (typeof value === "string") return string;
  return nothing;
}

export function read(variable: ir.Variable): ir.Read {
  return { kind: "read", variable };
}
export function element(array: ir.Expression, at: ir.Expression): ir.Element {
  return { kind: "element", array, index: at };
}
export function field(record: ir.Expression, name: string): ir.Field {
  return { kind: "field", record, name };
}
export function lengthOf(array: ir.Expression): ir.Length {
  return { kind: "length", array };
}
export function unary(operator: ir.UnaryOperator, operand: ir.Expression): ir.Unary {
  return { kind: "unary", operator, operand };
}
export function negate(operand: ir.Expression): ir.Unary {
  return unary("-", operand);
}
export function binary(operator: ir.BinaryOperator, left: ir.Expression, right: ir.Expression): ir.Binary {
  return { kind: "binary", operator, left, right };
}
/** A sum of numbers, or of the adjoints or tangents of one tensor. */
export function add(left: ir.Expression, right: ir.Expression): ir.Expression {
  if (!isTensor(typeOf(left))) return binary("+", left, right);
  return { kind: "extern", text: tensorSum, operands: [left, right], type: tensor };
}
export function subtract(left: ir.Expression, right: ir.Expression): ir.Binary {
  return binary("-", left, right);
}
export function multiply(left: ir.Expression, right: ir.Expression): ir.Binary {
  return binary("*", left, right);
}
export function divide(left: ir.Expression, right: ir.Expression): ir.Binary {
  return binary("/", left, right);
}
export function math(name: string, ...operands: ir.Expression[]): ir.MathCall {
  return { kind: "math", name, operands };
}
/** The first value of the adjoint of a value that is no reference. */
export function zeroOf(type: ir.Type): ir.Constant {
  return isTensor(type) ? { kind: "constant", value: 0, type: tensor } : constant(0);
}
/** Whether a value is a tensor, or may be one: then its shadow is a tensor. */
export function isTensor(type: ir.Type): boolean {
  return shadowType(type)?.kind === "tensor";
}
/** A number where a tensor is wanted, or the other way round; anything else as it is. */
export function converted(value: ir.Expression, to: ir.Type): ir.Expression {
  const fromTensor = isTensor(typeOf(value));
  if (fromTensor === isTensor(to)) return value;
  return fromTensor
    ? { kind: "extern", text: numberOfTensor, operands: [value], type: real }
    : { kind: "extern", text: tensorOfNumber, operands: [value], type: tensor };
}
/** Whether an extern is linear in its operands, so that derivatives pass through it. */
export function isLinearExtern({ text }: ir.Extern): boolean {
  return text === tensorSum || text === tensorOfNumber || text === numberOfTensor;
}
/** The zero tangent or gradient of a value that is no reference; that of a tensor has its shape, that of a missing one has none. */
export function zeroLike(value: ir.Expression): ir.Expression {
  if (!isTensor(typeOf(value))) return constant(0);
  const isZero = value.kind === "constant" || (value.kind === "extern" && value.text === tensorZeros);
  return isZero ? value : { kind: "extern", text: tensorZeros, operands: [value], type: tensor };
}
export function zeros(like: ir.Expression, type: ir.Type): ir.Zeros {
  return { kind: "zeros", like, type };
}

const comparisons: ReadonlySet<ir.BinaryOperator> = new Set(["<", "<=", ">", ">=", "===", "!==", "==", "!="]);
const bits: ReadonlySet<ir.BinaryOperator> = new Set(["&", "|", "^", "<<", ">>", ">>>"]);
/** Functions of `Math` whose result is an integer whatever their operand. */
const rounding: ReadonlySet<string> = new Set(["floor", "ceil", "round", "trunc", "sign", "clz32", "imul"]);

/** The type of an expression. */
export function typeOf(expression: ir.Expression): ir.Type {
  switch (expression.kind) {
    case "constant":
    case "global":
    case "extern":
    case "newArray":
    case "arrayLiteral":
    case "recordLiteral":
    case "copy":
    case "zeros":
    case "newTape":
      return expression.type;
    case "read":
      return expression.variable.type;
    case "element":
      return elementType(expression);
    case "field": {
      const record = typeOf(expression.record);
      const found =
        record.kind === "record" ? record.fields.find((field) => field.name === expression.name) : undefined;
      if (!found) throw new Error(`no field ${expression.name} in a value of type ${record.kind}`);
      return found.type;
    }
    case "length":
      return index;
    case "unary":
      if (expression.operator === "!") return boolean;
      if (expression.operator === "~") return index;
      return isIndex(expression.operand) ? index : real;
    case "binary":
      return binaryType(expression);
    case "conditional":
      return join(typeOf(expression.whenTrue), typeOf(expression.whenFalse));
    case "math":
      if (rounding.has(expression.name)) return index;
      return ["abs", "max", "min"].includes(expression.name) && expression.operands.every(isIndex) ? index : real;
    case "stop":
      return typeOf(expression.value);
    case "template":
      return string;
  }
}

function elementType(expression: ir.Element): ir.Type {
  const array = typeOf(expression.array);
  if (array.kind === "array") return array.element;
  if (array.kind === "tuple" && expression.index.kind === "constant")
    return array.elements[expression.index.value as number];
  throw new Error(`an element of a value of type ${array.kind}`);
}

function binaryType({ operator, left, right }: ir.Binary): ir.Type {
  if (comparisons.has(operator)) return boolean;
  if (bits.has(operator)) return index;
  if (operator === "&&" || operator === "||") return join(typeOf(left), typeOf(right));
  if (operator === "??") {
    const type = typeOf(left);
    return join(type.kind === "maybe" ? type.of : type, typeOf(right));
  }
  return operator !== "/" && operator !== "**" && isIndex(left) && isIndex(right) ? index : real;
}

function isIndex(expression: ir.Expression): boolean {
  return typeOf(expression).kind === "index";
}

/** What each string in a value of the type may be: `"a" | "b"`. */
export function literalsIn(type: ir.Type): readonly string[] {
  switch (type.kind) {
    case "string":
      return [type.literals?.map((value) => JSON.stringify(value)).join(" | ") ?? "string"];
    case "array":
      return literalsIn(type.element);
    case "tuple":
      return type.elements.flatMap(literalsIn);
    case "record":
      return type.fields.flatMap((field) => literalsIn(field.type));
    case "maybe":
      return literalsIn(type.of);
    default:
      return [];
  }
}

/** A type that has the values of both, which are the same but for their strings. */
export function withLiteralsOf(a: ir.Type, b: ir.Type): ir.Type {
  switch (a.kind) {
    case "string": {
      const other = b.kind === "string" ? b.literals : undefined;
      return a.literals && other ? { ...a, literals: [...new Set([...a.literals, ...other])].sort() } : string;
    }
    case "array":
      return b.kind === "array" ? { ...a, element: withLiteralsOf(a.element, b.element) } : a;
    case "tuple":
      return b.kind === "tuple"
        ? { ...a, elements: a.elements.map((element, i) => withLiteralsOf(element, b.elements[i])) }
        : a;
    case "record": {
      if (b.kind !== "record") return a;
      const typeIn = (name: string): ir.Type | undefined => b.fields.find((field) => field.name === name)?.type;
      return {
        ...a,
        fields: a.fields.map(({ name, type }) => ({ name, type: withLiteralsOf(type, typeIn(name) ?? type) })),
      };
    }
    case "maybe":
      return b.kind === "maybe" ? { ...a, of: withLiteralsOf(a.of, b.of) } : a;
    default:
      return a;
  }
}

/** The type of a value that is of one type on one path and of the other on another. */
export function join(a: ir.Type, b: ir.Type): ir.Type {
  if (a.kind === "real" && b.kind === "index") return a;
  if (a.kind === "index" && b.kind === "real") return b;
  if (a.kind === "nothing" && b.kind !== "nothing") return b.kind === "maybe" ? b : { kind: "maybe", of: b };
  if (b.kind === "nothing" && a.kind !== "nothing") return a.kind === "maybe" ? a : { kind: "maybe", of: a };
  return sameType(a, b) ? withLiteralsOf(a, b) : a;
}

export function isAllocation(expression: ir.Expression): expression is ir.Allocation {
  switch (expression.kind) {
    case "newArray":
    case "arrayLiteral":
    case "recordLiteral":
    case "copy":
    case "zeros":
    case "newTape":
      return true;
    default:
      return false;
  }
}
