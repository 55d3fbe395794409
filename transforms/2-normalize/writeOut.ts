/** Small functions of `cotangent/nn` are written out where they are called. */
import { isAllocation, read } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { expressionsIn, mapExpressions, renameVariables, rewrite, substitute, update } from "../ir/visit.ts";
import { isOwnFile } from "../own-package.ts";
import { freshen } from "./freshen.ts";

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/** Longer functions stay calls. */
const mostStatements = 12;

/**
 * A layer or a loss that is a few plain statements becomes those statements: so each use is differentiated with respect
 * to what is active there (the first layer has no gradient of the images), and nothing goes over tapes.
 */
export function writeOut(fn: ir.FunctionIR, functions: Functions): ir.FunctionIR {
  return update(fn, { body: writtenOut(fn.body, functions, new Set([fn.key])) });
}

/** `inside` are the functions that are being written out: one that calls itself stays a call. */
function writtenOut(block: ir.Block, functions: Functions, inside: ReadonlySet<string>): ir.Block {
  return rewrite(block, (statement) => {
    const callee = statement.kind === "call" ? functions.get(statement.callee) : undefined;
    if (statement.kind !== "call" || !callee || inside.has(callee.key) || !isPlain(callee)) return [statement];
    return writtenOut(bodyFor(statement, callee, functions), functions, new Set([...inside, callee.key]));
  });
}

function isPlain({ file, body, results, custom, derivation }: ir.FunctionIR): boolean {
  return (
    isOwnFile(file) &&
    !custom &&
    !derivation &&
    results.length === 1 &&
    body.length <= mostStatements &&
    body.at(-1)?.kind === "return" &&
    body.every((s, i) => s.kind === "let" || s.kind === "call" || i === body.length - 1)
  );
}

/** The statements of the callee for these arguments, which declare the result of the call. */
function bodyFor(call: ir.Call, callee: ir.FunctionIR, functions: Functions): ir.Block {
  const own = freshen(callee);
  const marks = { ...(call.origin && { origin: call.origin }), ...(call.derived && { derived: call.derived }) };
  const isQuiet = own.body.every((s) => s.kind !== "call" || functions.get(s.callee)?.primitive === true);
  const before: ir.Statement[] = [];
  const values = new Map(
    own.parameters.map((parameter, i): [ir.Variable, ir.Expression] => {
      const value = call.arguments[i];
      if (value.kind === "read" || value.kind === "constant") return [parameter, value];
      // What other functions may write is read before they are called.
      if (isQuiet && !isAllocation(value) && (isPath(value) || usesOf(own, parameter) < 2)) return [parameter, value];
      const local = { ...parameter, role: "temporary" } as const;
      before.push({ kind: "let", variable: local, value, ...marks });
      return [parameter, read(local)];
    }),
  );
  const [result] = call.results;
  const filled = own.body.map((s): ir.Statement => ({
    ...mapExpressions(s, (expression) => substitute(expression, (v) => values.get(v))),
    ...marks,
  }));
  const returned = (filled.at(-1) as ir.Return).values[0];
  const rest = filled.slice(0, -1);
  const isLocal = returned.kind === "read" && rest.some((s) => declares(s, returned.variable));
  if (isLocal && returned.kind === "read")
    return [...before, ...renameVariables(rest, (v) => (v === returned.variable ? result : v))];
  return [...before, ...rest, { kind: "let", variable: result, value: returned, ...marks }];
}

function declares(s: ir.Statement, variable: ir.Variable): boolean {
  return (s.kind === "let" && s.variable === variable) || (s.kind === "call" && s.results.includes(variable));
}

function isPath(expression: ir.Expression): boolean {
  switch (expression.kind) {
    case "read":
      return true;
    case "field":
      return isPath(expression.record);
    case "element":
      return isPath(expression.array) && (expression.index.kind === "read" || expression.index.kind === "constant");
    default:
      return false;
  }
}

function usesOf({ body }: ir.FunctionIR, parameter: ir.Variable): number {
  return [...expressionsIn(body)].filter((e) => e.kind === "read" && e.variable === parameter).length;
}
