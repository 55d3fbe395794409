/** The map of a rule in the place of its call, where it is a few plain statements. */
import { fitted } from "../2-normalize/convertNumbers.ts";
import { freshen } from "../2-normalize/freshen.ts";
import { constant, read } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { expressionsIn, mapExpressions, renameVariables, statementsIn, substitute } from "../ir/visit.ts";

/** Longer maps stay functions, as the user wrote them. */
const mostStatements = 8;

export interface MapValue {
  readonly statements: ir.Block;
  readonly value: ir.Expression;
}

type Marks = Pick<ir.Statement, "origin" | "derived">;

/**
 * The value of a map for these arguments: a map that was written in place, and has no control flow, is written out; any
 * other is called, and `result` declared. A map may take fewer arguments than it is given, as any function may.
 */
export function valueOfMap(
  map: ir.FunctionIR,
  given: readonly ir.Expression[],
  result: ir.Variable,
  marks: Marks,
): MapValue {
  if (isPlain(map)) return writtenOut(freshen(map), given, result, marks);
  const passed = given.slice(0, map.parameters.length).map((value, i) => fitted(value, map.parameters[i].type));
  return {
    statements: [{ kind: "call", results: [result], callee: map.key, arguments: passed, ...marks }],
    value: read(result),
  };
}

function isPlain(map: ir.FunctionIR): boolean {
  const { body } = map;
  return (
    map.synthetic === true &&
    body.length <= mostStatements &&
    additions(body) <= 1 &&
    body.every((s, i) => s.kind === "call" || s.kind === "let" || (s.kind === "return" && i === body.length - 1))
  );
}

/** Derived sums are reassociated. The user's own arithmetic may rely on its rounding, and is written out only where it cannot. */
function additions(body: ir.Block): number {
  const isAddition = (e: ir.Expression): boolean => e.kind === "binary" && (e.operator === "+" || e.operator === "-");
  return [...expressionsIn(body)].filter(isAddition).length;
}

function writtenOut(map: ir.FunctionIR, given: readonly ir.Expression[], result: ir.Variable, marks: Marks): MapValue {
  const before: ir.Statement[] = [];
  const values = new Map(
    map.parameters.map((parameter, i) => {
      const value = given[i] ?? constant(undefined);
      const isRepeatable = value.kind === "read" || value.kind === "constant" || readsOf(map, parameter) < 2;
      if (isRepeatable) return [parameter, value];
      before.push({ kind: "let", variable: parameter, value, ...marks });
      return [parameter, read(parameter)];
    }),
  );
  const returned = map.body.at(-1);
  const own = returned?.kind === "return" && returned.values[0].kind === "read" ? returned.values[0].variable : result;
  const named = renameVariables(map.body, (v) => (v === own && !map.parameters.includes(v) ? result : v));
  const filled = named.map((s): ir.Statement => ({
    ...mapExpressions(s, (expression) => substitute(expression, (v) => values.get(v))),
    ...marks,
  }));
  const last = filled.at(-1);
  if (last?.kind !== "return") throw new Error(`${map.key} does not end in a return`);
  return { statements: [...before, ...filled.slice(0, -1)], value: last.values[0] };
}

function readsOf({ body }: ir.FunctionIR, parameter: ir.Variable): number {
  let count = 0;
  for (const s of statementsIn(body))
    mapExpressions(s, (expression) =>
      substitute(expression, (v) => {
        if (v === parameter) count++;
        return undefined;
      }),
    );
  return count;
}
