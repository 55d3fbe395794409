import { add, converted, isFlat, isReference, read, typeOf, variable, zeroLike, zeros } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { valueOfMap, type MapValue } from "./inline-map.ts";
import type { Forward } from "./forward.ts";
import { tangent } from "./tangent.ts";

/** A custom rule gives, for each operand, its part of the tangent of the result. */
export function forwardCustom(state: Forward, call: ir.Call, maps: readonly (string | null)[]): ir.Block {
  const [result] = call.results;
  const dot = state.tangents.get(result);
  if (!dot) return [call];
  const { origin } = call;
  const derived = { origin, derived: true } as const;
  const callee = state.functionOf(call.callee);
  const callees: ir.FunctionIR[] = [];
  const parts = call.arguments.flatMap((argument, i): MapValue[] => {
    const map = maps[i];
    const own = tangent(state, argument);
    if (!map || !own) return [];
    const given = isReference(typeOf(own)) ? own : converted(own, callee.parameters[i].type);
    callees.push(state.functionOf(map));
    const all = [given, read(result), ...call.arguments];
    return [valueOfMap(state.functionOf(map), all, variable("part", dot.type), derived)];
  });
  const computed = parts.flatMap((part) => part.statements);
  const declaration = (value: ir.Expression): ir.Statement => ({ kind: "let", variable: dot, value, ...derived });
  const values = parts.map((part) => part.value);
  if (!isReference(dot.type)) {
    const [first = zeroLike(read(result)), ...others]: ir.Expression[] = values;
    return [call, ...computed, declaration(others.reduce(add, first))];
  }
  // The tangent is written where the result is, so no tangent that a map was given may be it.
  const isNew = parts.length > 0 && isFlat(dot.type) && state.allocates(callees[0].key);
  const sums = values.slice(isNew ? 1 : 0);
  return [
    call,
    ...computed,
    declaration(isNew ? values[0] : zeros(read(result), dot.type)),
    ...sums.map((source): ir.Statement => ({ kind: "addInto", target: read(dot), source, ...derived })),
  ];
}
