import {
  arrayOf,
  constant,
  element,
  index,
  isReference,
  lengthOf,
  read,
  shadowType,
  typeOf,
  variable,
  zeros,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { notYet } from "../diagnostics/catalog.ts";
import { DifferentiationError } from "../diagnostics/diagnostic.ts";
import type { Request } from "../derive.ts";
import { assertLeavesArguments, assertRepeatable } from "./repeatable.ts";

/** Makes (or finds) another derivative of the same function, and gives its key. */
type Inner = (request: Request) => string;
type Functions = ReadonlyMap<string, ir.FunctionIR>;

/** Row by row in reverse mode: a pullback of each unit vector. Column by column in forward mode. */
export function wrapJacobian(
  program: Functions,
  fn: ir.FunctionIR,
  name: string,
  wrt: number,
  request: Request,
  inner: Inner,
): ir.FunctionIR {
  if (!isReference(fn.results[0])) {
    const gradient = inner({ mode: "grad", wrt: [wrt], wrtIsTuple: false });
    const result = variable("row", resultOf(program, gradient, 0));
    return wrapper(fn, name, "jacobian", wrt, [call(gradient, fn.parameters, [], [result])], result);
  }
  assertRepeatable(program, fn, "jacobian");
  assertLeavesArguments(program, fn, "jacobian");
  return request.forward ? byColumns(program, fn, name, wrt, inner) : byRows(program, fn, name, wrt, inner);
}

function byRows(program: Functions, fn: ir.FunctionIR, name: string, wrt: number, inner: Inner): ir.FunctionIR {
  const pullback = inner({ mode: "vjp", wrt: [wrt], wrtIsTuple: false });
  const row = variable("row", resultOf(program, pullback, 0));
  const value = variable("value", fn.results[0]);
  const seed = variable("seed", shadowOf(fn, fn.results[0]));
  const rows = variable("rows", arrayOf(row.type));
  const i = variable("i", index, "counter");
  const body: ir.Block = [
    { kind: "let", variable: seed, value: zeros(read(value), seed.type), derived: true },
    { kind: "set", target: element(read(seed), read(i)), value: constant(1), derived: true },
    call(pullback, fn.parameters, [read(seed)], [row]),
    { kind: "append", array: read(rows), value: read(row), derived: true },
  ];
  return wrapper(
    fn,
    name,
    "jacobian",
    wrt,
    [call(fn.key, fn.parameters, [], [value]), newRows(rows), loop(i, lengthOf(read(value)), body)],
    rows,
  );
}

function byColumns(program: Functions, fn: ir.FunctionIR, name: string, wrt: number, inner: Inner): ir.FunctionIR {
  const jvp = inner({ mode: "jvp", wrt: [wrt], wrtIsTuple: false });
  const parameter = fn.parameters[wrt];
  const tangent = resultOf(program, jvp, 1);
  const column = variable("column", tangent);
  const ignored = variable("value", resultOf(program, jvp, 0));
  if (!isReference(parameter.type)) {
    return wrapper(fn, name, "jacobian", wrt, [call(jvp, fn.parameters, [constant(1)], [ignored, column])], column);
  }
  const v = variable("v", shadowOf(fn, parameter.type));
  const rows = variable("rows", arrayOf(arrayOf({ kind: "real" })));
  const [i, j, k] = ["i", "j", "k"].map((wish) => variable(wish, index, "counter"));
  const empty = variable("row", arrayOf({ kind: "real" }));
  const grow: ir.Block = [
    {
      kind: "let",
      variable: empty,
      value: { kind: "newArray", type: arrayOf({ kind: "real" }), length: lengthOf(read(parameter)) },
      derived: true,
    },
    { kind: "append", array: read(rows), value: read(empty), derived: true },
  ];
  const fill: ir.Statement = {
    kind: "set",
    target: element(element(read(rows), read(i)), read(j)),
    value: element(read(column), read(i)),
    derived: true,
  };
  const body: ir.Block = [
    { kind: "let", variable: v, value: zeros(read(parameter), v.type), derived: true },
    { kind: "set", target: element(read(v), read(j)), value: constant(1), derived: true },
    call(jvp, fn.parameters, [read(v)], [ignored, column]),
    {
      kind: "if",
      test: { kind: "binary", operator: "===", left: read(j), right: constant(0) },
      then: [loop(k, lengthOf(read(column)), grow)],
      else: [],
      derived: true,
    },
    loop(i, lengthOf(read(column)), [fill]),
  ];
  return wrapper(fn, name, "jacobian", wrt, [newRows(rows), loop(j, lengthOf(read(parameter)), body)], rows);
}

/** Row by row: the Hessian times each unit vector. */
export function wrapHessian(
  program: Functions,
  fn: ir.FunctionIR,
  name: string,
  wrt: number,
  inner: Inner,
): ir.FunctionIR {
  assertRepeatable(program, fn, "hessian");
  const hvp = inner({ mode: "hvp", wrt: [wrt], wrtIsTuple: false });
  const parameter = fn.parameters[wrt];
  const row = variable("row", resultOf(program, hvp, 0));
  const v = variable("v", shadowOf(fn, parameter.type));
  const rows = variable("rows", arrayOf(row.type));
  const i = variable("i", index, "counter");
  const body: ir.Block = [
    { kind: "let", variable: v, value: zeros(read(parameter), v.type), derived: true },
    { kind: "set", target: element(read(v), read(i)), value: constant(1), derived: true },
    call(hvp, fn.parameters, [read(v)], [row]),
    { kind: "append", array: read(rows), value: read(row), derived: true },
  ];
  return wrapper(fn, name, "hessian", wrt, [newRows(rows), loop(i, lengthOf(read(parameter)), body)], rows);
}

function shadowOf(fn: ir.FunctionIR, type: ir.Type): ir.Type {
  const shadow = shadowType(type);
  if (shadow?.kind !== "array" || isReference(shadow.element)) {
    throw new DifferentiationError([
      notYet(fn.origin, "a Jacobian or Hessian of anything but numbers and arrays of numbers"),
    ]);
  }
  return shadow;
}

function resultOf(program: Functions, key: string, i: number): ir.Type {
  const fn = program.get(key);
  if (!fn) throw new Error(`no function ${key}`);
  return fn.results[i];
}

function call(
  callee: string,
  parameters: readonly ir.Variable[],
  more: readonly ir.Expression[],
  results: readonly ir.Variable[],
): ir.Statement {
  return { kind: "call", callee, arguments: [...parameters.map(read), ...more], results, derived: true };
}

function newRows(rows: ir.Variable): ir.Statement {
  return {
    kind: "let",
    variable: rows,
    value: { kind: "arrayLiteral", type: rows.type as ir.ArrayType, elements: [] },
    derived: true,
  };
}

function loop(counter: ir.Variable, hi: ir.Expression, body: ir.Block): ir.Statement {
  return { kind: "for", counter, lo: constant(0), hi, descending: false, body, derived: true };
}

function wrapper(
  fn: ir.FunctionIR,
  name: string,
  mode: "jacobian" | "hessian",
  wrt: number,
  body: ir.Block,
  result: ir.Variable,
): ir.FunctionIR {
  return {
    key: `${fn.file}#${name}`,
    name,
    file: fn.file,
    origin: fn.origin,
    parameters: fn.parameters,
    results: [typeOf(read(result))],
    body: [...body, { kind: "return", values: [read(result)], derived: true }],
    derivation: { of: fn.key, mode, wrt: [fn.parameters[wrt].name] },
  };
}
