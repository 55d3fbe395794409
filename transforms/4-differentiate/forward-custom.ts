import { add, constant, isFlat, isReference, read, variable, zeros } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import type { Forward } from "./forward.ts";
import { tangent } from "./tangent.ts";

/** A custom rule gives, for each operand, its part of the tangent of the result. */
export function forwardCustom(state: Forward, call: ir.Call, maps: readonly (string | null)[]): ir.Block {
  const [result] = call.results;
  const dot = state.tangents.get(result);
  if (!dot) return [call];
  const { origin } = call;
  const derived = { origin, derived: true } as const;
  const parts = call.arguments.flatMap((argument, i): ir.Call[] => {
    const map = maps[i];
    const given = tangent(state, argument);
    if (!map || !given) return [];
    // A map may take fewer arguments than it is given, as any function may.
    const all = [given, read(result), ...call.arguments].slice(0, state.functionOf(map).parameters.length);
    return [{ kind: "call", results: [variable("part", dot.type)], callee: map, arguments: all, ...derived }];
  });
  const declaration = (value: ir.Expression): ir.Statement => ({ kind: "let", variable: dot, value, ...derived });
  const values = parts.flatMap((part) => part.results.map(read));
  if (!isReference(dot.type)) {
    const [first = constant(0), ...others]: ir.Expression[] = values;
    return [call, ...parts, declaration(others.reduce(add, first))];
  }
  // The tangent is written where the result is, so no tangent that a map was given may be it.
  const isNew = parts.length > 0 && isFlat(dot.type) && state.allocates(parts[0].callee);
  const sums = values.slice(isNew ? 1 : 0);
  return [
    call,
    ...parts,
    declaration(isNew ? values[0] : zeros(read(result), dot.type)),
    ...sums.map((source): ir.Statement => ({ kind: "addInto", target: read(dot), source, ...derived })),
  ];
}
