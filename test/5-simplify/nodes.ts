/** IR nodes in as few characters as possible, for tests. */
import * as build from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";

export {
  add,
  constant,
  divide,
  element,
  lengthOf,
  multiply,
  negate,
  read,
  subtract,
  math,
} from "../../transforms/ir/build.ts";

export type Value = ir.Expression | ir.Variable | number | boolean;

/** A variable, a number or an expression as an expression. */
export function value(of: Value): ir.Expression {
  if (typeof of !== "object") return build.constant(of);
  return "kind" in of ? of : build.read(of);
}

const derived = { derived: true } as const;

export const user = (name: string, type: ir.Type = build.real): ir.Variable => build.variable(name, type, "user");
export const parameter = (name: string, type: ir.Type = build.real): ir.Variable =>
  build.variable(name, type, "parameter");
export const temporary = (name: string, type: ir.Type = build.real): ir.Variable =>
  build.variable(name, type, "temporary");
export const counter = (name: string): ir.Variable => build.variable(name, build.index, "counter");
export const tape = (name: string, element: ir.Type = build.real): ir.Variable =>
  build.variable(name, { kind: "tape", element }, "tape");
export const shadow = (of: ir.Variable, name = `d${of.name}`): ir.Variable =>
  build.variable(name, of.type, "shadow", { shadowOf: of });

export const binary = (operator: ir.BinaryOperator, left: Value, right: Value): ir.Binary =>
  build.binary(operator, value(left), value(right));
export const at = (array: Value, index: Value): ir.Element => build.element(value(array), value(index));

export const declare = (variable: ir.Variable, of?: Value): ir.Let => ({
  kind: "let",
  variable,
  ...(of !== undefined && { value: value(of) }),
});
export const declareDerived = (variable: ir.Variable, of?: Value): ir.Let => ({ ...declare(variable, of), ...derived });
export const set = (target: ir.Place | ir.Variable, of: Value): ir.SetPlace => ({
  kind: "set",
  target: "kind" in target ? target : build.read(target),
  value: value(of),
});
export const setDerived = (target: ir.Place | ir.Variable, of: Value): ir.SetPlace => ({
  ...set(target, of),
  ...derived,
});
export const loop = (of: ir.Variable, lo: Value, hi: Value, body: ir.Block): ir.For => ({
  kind: "for",
  counter: of,
  lo: value(lo),
  hi: value(hi),
  descending: false,
  body,
});
export const loopDown = (of: ir.Variable, lo: Value, hi: Value, body: ir.Block): ir.For => ({
  ...loop(of, lo, hi, body),
  descending: true,
});
export const when = (test: Value, then: ir.Block, otherwise: ir.Block = []): ir.If => ({
  kind: "if",
  test: value(test),
  then,
  else: otherwise,
});
export const newTape = (variable: ir.Variable): ir.Let => ({
  kind: "let",
  variable,
  value: { kind: "newTape", type: variable.type as ir.TapeType },
  ...derived,
});
export const save = (variable: ir.Variable, of: Value): ir.Save => ({
  kind: "save",
  tape: variable,
  value: value(of),
  ...derived,
});
export const restore = (variable: ir.Variable, target: ir.Place | ir.Variable, declares = false): ir.Restore => ({
  kind: "restore",
  tape: variable,
  target: "kind" in target ? target : build.read(target),
  declares,
  ...derived,
});
export const give = (...values: Value[]): ir.Return => ({ kind: "return", values: values.map(value) });
export const section = (text: string): ir.Note => ({ kind: "note", text });
export const zerosLike = (of: ir.Variable): ir.Zeros => build.zeros(build.read(of), of.type);
export const f64: ir.ArrayType = build.arrayOf(build.real, "f64");
