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
  const named: Named = new Map();
  const body = writtenOut(fn.body, { functions, named, inside: new Set([fn.key]) });
  return update(fn, { body: renameVariables(body, (v) => named.get(v) ?? v) });
}

/** Results of calls that have no name of the user's, by what the function that was called calls them. */
type Named = Map<ir.Variable, ir.Variable>;

interface Context {
  readonly functions: Functions;
  readonly named: Named;
  /** What is being written out: a function that calls itself stays a call. */
  readonly inside: ReadonlySet<string>;
}

function writtenOut(block: ir.Block, { functions, named, inside }: Context): ir.Block {
  return rewrite(block, (statement) => {
    const callee = statement.kind === "call" ? functions.get(statement.callee) : undefined;
    if (statement.kind !== "call" || !callee || inside.has(callee.key) || !isPlain(callee)) return [statement];
    const own = freshen(callee);
    const body = writtenOut(own.body, { functions, named, inside: new Set([...inside, callee.key]) });
    return bodyFor(statement, { ...own, body }, functions, named);
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
function bodyFor(call: ir.Call, own: ir.FunctionIR, functions: Functions, named: Named): ir.Block {
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
  const filled = own.body.map((s): ir.Statement => ({
    ...mapExpressions(s, (expression) => substitute(expression, (v) => values.get(v))),
    ...marks,
  }));
  return [...before, ...withResult(filled, call, named, marks)];
}

/** The statements of a body without its `return`, and what it returns under the name of the call's result. */
function withResult(
  body: ir.Block,
  call: ir.Call,
  named: Named,
  marks: Pick<ir.Statement, "origin" | "derived">,
): ir.Block {
  const [result] = call.results;
  const returned = (body.at(-1) as ir.Return).values[0];
  const rest = body.slice(0, -1);
  if (returned.kind !== "read" || !rest.some((s) => declares(s, returned.variable)))
    return [...rest, { kind: "let", variable: result, value: returned, ...marks }];
  const local = returned.variable;
  if (result.role === "temporary") named.set(result, { ...result, name: (named.get(local) ?? local).name });
  return renameVariables(rest, (v) => (v === local ? result : v));
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
