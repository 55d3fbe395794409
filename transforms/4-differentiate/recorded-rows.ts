/** Jacobians and Hessians that run the function once, and its pullback once for each row. */
import { arrayOf, constant, element, index, isReference, lengthOf, read, variable, zeros } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import type { Request } from "../derive.ts";
import { reachable } from "./activity-context.ts";
import { firstEffect } from "./repeatable.ts";
import {
  assertVector,
  countUp,
  gradientRow,
  hessianByRows,
  jacobianByColumns,
  jacobianByRows,
  newRows,
  rowsFunction,
  type Inner,
  type RowsOf,
} from "./rows.ts";

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/** The Jacobian in the form that the program keeps. */
export function wrapJacobian(program: Functions, of: RowsOf, forward: boolean, inner: Inner): ir.FunctionIR {
  if (!isReference(of.fn.results[0])) return gradientRow(program, of, inner);
  if (forward) return jacobianByColumns(program, of, inner);
  return firstEffect(program, of.fn) ? recordedJacobian(program, of, inner) : jacobianByRows(program, of, inner);
}

/** The Hessian: of a function with effects by the pullback of its gradient, in which they happen once. */
export function wrapHessian(program: Functions, of: RowsOf, inner: Inner): ir.FunctionIR {
  if (!firstEffect(program, of.fn)) return hessianByRows(program, of, inner);
  const gradient = inner({ mode: "grad", wrt: [of.wrt], wrtIsTuple: false });
  const vjp = inner({ mode: "vjp", wrt: [of.wrt], wrtIsTuple: false, recorded: true }, gradient);
  const { results } = functionOf(program, gradient);
  return recordedRows(functionOf(program, vjp), variable("gradient", results[0]), of);
}

/** The Jacobian in the form in which it is written. The program keeps it so only if its function has effects. */
function recordedJacobian(program: Functions, of: RowsOf, inner: Inner): ir.FunctionIR {
  const vjp = inner({ mode: "vjp", wrt: [of.wrt], wrtIsTuple: false, recorded: true });
  return recordedRows(functionOf(program, vjp), variable("value", of.fn.results[0]), of);
}

/**
 * The Jacobians among what a derivative calls, in the form in which they are written. `derive` makes another derivative
 * of a function and gives its key.
 */
export function writtenJacobians(
  program: Functions,
  entry: string,
  derive: (of: string, request: Request) => string,
): ReadonlyMap<string, ir.FunctionIR> {
  const found = reachable(program, entry).flatMap((key) => {
    const of = rowsThatRepeat(program, functionOf(program, key));
    return of ? [[key, of] as const] : [];
  });
  return new Map(
    found.map(([key, of]) => [key, recordedJacobian(program, of, (request) => derive(of.fn.key, request))]),
  );
}

/** What a Jacobian is of, if it is one that runs its function again for each row. */
function rowsThatRepeat(program: Functions, fn: ir.FunctionIR): RowsOf | undefined {
  if (fn.derivation?.mode !== "jacobian") return undefined;
  const of = functionOf(program, fn.derivation.of);
  const repeats = [...statementsIn(fn.body)].some(
    (s) => s.kind === "call" && program.get(s.callee)?.derivation?.mode === "pullback",
  );
  const wrt = of.parameters.findIndex(({ name }) => name === fn.derivation?.wrt[0]);
  return repeats ? { fn: of, name: fn.name, mode: "jacobian", wrt } : undefined;
}

function functionOf(program: Functions, key: string): ir.FunctionIR {
  const fn = program.get(key);
  if (!fn) throw new Error(`no function ${key}`);
  return fn;
}

/** The rows that the pullback of `vjp` gives for the unit vectors. */
function recordedRows(vjp: ir.FunctionIR, value: ir.Variable, of: RowsOf): ir.FunctionIR {
  const pullback = variable("pullback", { kind: "opaque", text: "pullback" });
  const [cotangent] = vjp.parameters.slice(-1);
  assertVector(of.fn, value.type);
  const seed = variable("seed", cotangent.type);
  const rows = variable("rows", arrayOf(vjp.results[0]));
  const i = variable("i", index, "counter");
  const operands = [read(pullback), read(seed)];
  const called: ir.Statement = {
    kind: "call",
    callee: vjp.key,
    arguments: of.fn.parameters.map(read),
    results: [value, pullback],
    derived: true,
  };
  const body: ir.Block = [
    { kind: "let", variable: seed, value: zeros(read(value), seed.type), derived: true },
    { kind: "set", target: element(read(seed), read(i)), value: constant(1), derived: true },
    {
      kind: "append",
      array: read(rows),
      value: { kind: "extern", text: "$0($1)", operands, type: vjp.results[0] },
      derived: true,
    },
  ];
  return rowsFunction(of, [called, newRows(rows), countUp(i, lengthOf(read(value)), body)], read(rows));
}
