/** Jacobians and Hessians in a form that can be differentiated again: they call another derivative for each row. */
import {
  holdsTensor,
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
import { effectsOf } from "../3-analyze/effects.ts";
import { copyWrittenParameters } from "../2-normalize/copyWrittenParameters.ts";
import { notYet } from "../diagnostics/catalog.ts";
import { DifferentiationError } from "../diagnostics/diagnostic.ts";
import type { Request } from "../derive.ts";
import { assertRepeatable } from "./repeatable.ts";

/** Makes (or finds) another derivative of a function, the same one if none is given, and gives its key. */
export type Inner = (request: Request, of?: string) => string;
type Functions = ReadonlyMap<string, ir.FunctionIR>;

/** What the rows are asked of, and the function that will compute them. */
export interface RowsOf {
  readonly fn: ir.FunctionIR;
  readonly name: string;
  readonly mode: "jacobian" | "hessian";
  readonly wrt: number;
}

/** The one row of a number is its gradient. */
export function gradientRow(program: Functions, of: RowsOf, inner: Inner): ir.FunctionIR {
  const gradient = inner({ mode: "grad", wrt: [of.wrt], wrtIsTuple: false });
  const result = variable("row", resultOf(program, gradient, 0));
  return rowsFunction(of, [call(gradient, of.fn.parameters, [], [result])], read(result));
}

/** A pullback of each unit vector; the number of rows is the length of the value. */
export function jacobianByRows(program: Functions, of: RowsOf, inner: Inner): ir.FunctionIR {
  const { fn, wrt } = of;
  const pullback = inner({ mode: "vjp", wrt: [wrt], wrtIsTuple: false });
  const row = variable("row", resultOf(program, pullback, 0));
  const value = variable("value", fn.results[0]);
  // The primal works on copies of what it writes, as it does in every derivative.
  const evaluated = copyWrittenParameters(
    { ...fn, body: [call(fn.key, fn.parameters, [], [value])] },
    effectsOf({ functions: program })(fn.key),
    { functions: program },
  );
  const seed = variable("seed", shadowOf(fn, fn.results[0]));
  const rows = variable("rows", arrayOf(row.type));
  const i = variable("i", index, "counter");
  const body: ir.Block = [
    { kind: "let", variable: seed, value: zeros(read(value), seed.type), derived: true },
    { kind: "set", target: element(read(seed), read(i)), value: constant(1), derived: true },
    call(pullback, evaluated.parameters, [read(seed)], [row]),
    { kind: "append", array: read(rows), value: read(row), derived: true },
  ];
  const statements = [...evaluated.body, newRows(rows), countUp(i, lengthOf(read(value)), body)];
  return rowsFunction({ ...of, fn: { ...fn, parameters: evaluated.parameters } }, statements, read(rows));
}

/** Column by column, in forward mode. */
export function jacobianByColumns(program: Functions, of: RowsOf, inner: Inner): ir.FunctionIR {
  const { fn, wrt } = of;
  assertRepeatable(program, fn, "`jacobian` in forward mode", 'leave out `mode: "forward"`');
  const jvp = inner({ mode: "jvp", wrt: [wrt], wrtIsTuple: false });
  const parameter = fn.parameters[wrt];
  const column = variable("column", resultOf(program, jvp, 1));
  const ignored = variable("value", resultOf(program, jvp, 0));
  if (!isReference(parameter.type))
    return rowsFunction(of, [call(jvp, fn.parameters, [constant(1)], [ignored, column])], read(column));
  const v = variable("v", shadowOf(fn, parameter.type));
  const rows = variable("rows", arrayOf(arrayOf({ kind: "real" })));
  const [i, j, k] = ["i", "j", "k"].map((wish) => variable(wish, index, "counter"));
  const empty = variable("row", arrayOf({ kind: "real" }));
  const emptyRow: ir.Expression = {
    kind: "newArray",
    type: arrayOf({ kind: "real" }),
    length: lengthOf(read(parameter)),
  };
  const grow: ir.Block = [
    { kind: "let", variable: empty, value: emptyRow, derived: true },
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
      then: [countUp(k, lengthOf(read(column)), grow)],
      else: [],
      derived: true,
    },
    countUp(i, lengthOf(read(column)), [fill]),
  ];
  return rowsFunction(of, [newRows(rows), countUp(j, lengthOf(read(parameter)), body)], read(rows));
}

/** Row by row: the Hessian times each unit vector. */
export function hessianByRows(program: Functions, of: RowsOf, inner: Inner): ir.FunctionIR {
  const { fn, wrt } = of;
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
  return rowsFunction(of, [newRows(rows), countUp(i, lengthOf(read(parameter)), body)], read(rows));
}

/** The type of a unit vector. */
function shadowOf(fn: ir.FunctionIR, type: ir.Type): ir.Type {
  assertVector(fn, type);
  return shadowType(type) ?? type;
}

/** Rows are for numbers and arrays of numbers. */
export function assertNoTensor(fn: ir.FunctionIR, wrt: number, mode: "jacobian" | "hessian"): void {
  if (![fn.parameters[wrt].type, ...fn.results].some(holdsTensor)) return;
  const instead =
    mode === "hessian" ? "use `hvp`, its product with a tangent" : "use `vjp` or `jvp`, its products with a tensor";
  throw new DifferentiationError([notYet(fn.origin, `\`${mode}\` of \`${fn.name}\`, a function of tensors,`, instead)]);
}

/** Refuses what has no rows of numbers. */
export function assertVector(fn: ir.FunctionIR, type: ir.Type): void {
  const shadow = shadowType(type);
  if (shadow?.kind === "array" && !isReference(shadow.element)) return;
  const what = "a Jacobian or Hessian of anything but numbers and arrays of numbers";
  throw new DifferentiationError([notYet(fn.origin, what)]);
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

export function newRows(rows: ir.Variable): ir.Statement {
  return {
    kind: "let",
    variable: rows,
    value: { kind: "arrayLiteral", type: rows.type as ir.ArrayType, elements: [] },
    derived: true,
  };
}

export function countUp(counter: ir.Variable, hi: ir.Expression, body: ir.Block): ir.Statement {
  return { kind: "for", counter, lo: constant(0), hi, descending: false, body, derived: true };
}

/** The function itself, which returns `result`. */
export function rowsFunction({ fn, name, mode, wrt }: RowsOf, body: ir.Block, result: ir.Expression): ir.FunctionIR {
  return {
    key: `${fn.file}#${name}`,
    name,
    file: fn.file,
    origin: fn.origin,
    parameters: fn.parameters,
    results: [typeOf(result)],
    body: [...body, { kind: "return", values: [result], derived: true }],
    derivation: { of: fn.key, mode, wrt: [fn.parameters[wrt].name] },
  };
}
