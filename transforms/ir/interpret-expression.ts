import type * as ir from "./ir.ts";

/** A JavaScript value, or a tape. */
export type Value = unknown;

/** A tape while it runs. */
export interface Tape {
  readonly saved: Value[];
}

const tapes = new WeakSet();

export function emptyTape(): Tape {
  const tape = { saved: [] };
  tapes.add(tape);
  return tape;
}

export function isTape(value: Value): value is Tape {
  return typeof value === "object" && value !== null && tapes.has(value);
}

/** The value of a constant of the module; of `@runtime.NAME` and `@primitive.NAME`. */
export type Lookup = (name: string) => Value;

/** Evaluates an expression as JavaScript would. */
export function evaluate(
  expression: ir.Expression,
  environment: ReadonlyMap<ir.Variable, Value>,
  global: Lookup = builtIn,
): Value {
  const value = (operand: ir.Expression): Value => evaluate(operand, environment, global);
  switch (expression.kind) {
    case "constant":
      return expression.type.kind === "tensor" ? global("@runtime.zero") : expression.value;
    case "read":
      if (!environment.has(expression.variable))
        throw new Error(`${expression.variable.name} is read before it is declared`);
      return environment.get(expression.variable);
    case "global":
      return expression.name.startsWith("Math.") ? builtIn(expression.name) : global(expression.name);
    case "element":
      return (value(expression.array) as Record<number, Value>)[value(expression.index) as number];
    case "field":
      return (value(expression.record) as Record<string, Value>)[expression.name];
    case "length":
      return (value(expression.array) as Value[]).length;
    case "unary":
      return unary(expression.operator, value(expression.operand) as number);
    case "binary":
      return (
        logical(expression, value) ??
        binary(expression.operator, value(expression.left) as number, value(expression.right) as number)
      );
    case "conditional":
      return value(expression.test) ? value(expression.whenTrue) : value(expression.whenFalse);
    case "math":
      return (builtIn(`Math.${expression.name}`) as (...operands: number[]) => number)(
        ...(expression.operands.map(value) as number[]),
      );
    case "stop":
      return value(expression.value);
    case "extern":
      return extern(expression.text, expression.operands.map(value), global);
    case "template":
      return expression.chunks
        .map((chunk, i) => chunk + (i < expression.values.length ? String(value(expression.values[i])) : ""))
        .join("");
    case "newArray":
    case "arrayLiteral":
    case "recordLiteral":
    case "copy":
    case "zeros":
    case "newTape":
      return allocate(expression, value, global);
  }
}

function builtIn(name: string): Value {
  const [first, second] = name.split(".");
  const found =
    first === "Math"
      ? (Math as unknown as Record<string, Value>)[second]
      : (globalThis as unknown as Record<string, Value>)[first];
  if (found === undefined && name !== "undefined") throw new Error(`no value for ${name}`);
  return found;
}

/** The text is evaluated as it stands; the interpreter serves tests only. */
function extern(text: string, operands: readonly Value[], global: Lookup): Value {
  const code = text.replace(/\$(\d+)/g, "operands[$1]").replace(/@runtime\.\w+/g, (name) => `global("${name}")`);
  const run = Reflect.construct(Function, ["operands", "global", `return (${code});`]) as (
    operands: readonly Value[],
    global: Lookup,
  ) => Value;
  return run(operands, global);
}

function unary(operator: ir.UnaryOperator, operand: number): Value {
  switch (operator) {
    case "-":
      return -operand;
    case "+":
      return operand;
    case "!":
      return !operand;
    case "~":
      return ~operand;
  }
}

/** A boxed result of an operator that may leave its right operand unevaluated. */
function logical({ operator, left, right }: ir.Binary, value: (operand: ir.Expression) => Value): Value {
  switch (operator) {
    case "&&":
      return value(left) ? value(right) : value(left);
    case "||":
      return value(left) ? value(left) : value(right);
    case "??":
      return value(left) ?? value(right);
    default:
      return undefined;
  }
}

function binary(operator: ir.BinaryOperator, left: number, right: number): Value {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "**":
      return left ** right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
      return left << right;
    case ">>":
      return left >> right;
    case ">>>":
      return left >>> right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "===":
    case "==":
      return left === right || (operator === "==" && left == right);
    case "!==":
    case "!=":
      return operator === "!==" ? left !== right : left != right;
    case "&&":
    case "||":
    case "??":
      return undefined;
  }
}

function allocate(expression: ir.Allocation, value: (operand: ir.Expression) => Value, global: Lookup): Value {
  switch (expression.kind) {
    case "newArray": {
      const length = value(expression.length) as number;
      const array = makeArray(expression.type.storage, length);
      if (expression.type.element.kind === "tensor") return (array as Value[]).fill(global("@runtime.zero"));
      return expression.fill ? (array as number[]).fill(expression.fill.value as number) : array;
    }
    case "arrayLiteral":
      return expression.elements.map(value);
    case "recordLiteral":
      return Object.fromEntries(expression.fields.map((field) => [field.name, value(field.value)]));
    case "copy": {
      const source = value(expression.source) as number[];
      const part = source.slice(
        expression.from && (value(expression.from) as number),
        expression.to && (value(expression.to) as number),
      );
      const copy = makeArray(expression.type.storage, part.length) as number[];
      for (let i = 0; i < part.length; i++) copy[i] = part[i];
      return copy;
    }
    case "zeros":
      return zerosLike(value(expression.like), expression.type, global, expression.aliased ? new Map() : undefined);
    case "newTape":
      return emptyTape();
  }
}

const typedArrays = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  u8: Uint8Array,
  u8c: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
};

function makeArray(storage: ir.Storage, length: number): Value {
  return storage === "plain" ? new Array<number>(length).fill(0) : new typedArrays[storage](length);
}

/** Zeros in the shape of `like`; `type` is the type of the shadow. With `known`, one object has one shadow. */
function zerosLike(like: Value, type: ir.Type, global: Lookup, known?: Map<Value, Value>): Value {
  const before = typeof like === "object" ? known?.get(like) : undefined;
  if (before !== undefined) return before;
  const remember = (made: Value): Value => {
    known?.set(like, made);
    return made;
  };
  switch (type.kind) {
    case "array": {
      const array = like as Value[];
      const made = remember(makeArray(type.storage, array.length)) as Value[];
      if (type.storage === "plain")
        for (let i = 0; i < made.length; i++) made[i] = zerosLike(array[i], type.element, global, known);
      return made;
    }
    case "tuple":
      return remember(type.elements.map((element, i) => zerosLike((like as Value[])[i], element, global, known)));
    case "record":
      return remember(
        Object.fromEntries(
          type.fields.map((field) => [
            field.name,
            zerosLike((like as Record<string, Value>)[field.name], field.type, global, known),
          ]),
        ),
      );
    case "tensor":
      return (global("@runtime.zerosOf") as (like: Value) => Value)(like);
    case "tape":
      return emptyTape();
    case "nothing":
      return undefined;
    default:
      return 0;
  }
}
