import type * as ir from "../ir/ir.ts";
import { expressionsOf, rewrite, statementsIn, subexpressions, update } from "../ir/visit.ts";

/** A callee and the keys of its two halves. */
export interface HalvesOf {
  readonly primal: ir.FunctionIR;
  readonly forward: string;
}

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/**
 * Takes away what simplification left without use: shadows that a half is given and does not touch, and a forward half
 * that records nothing, in place of which the primal is called.
 */
export function tidyHalves(
  functions: Functions,
  entry: string,
  callees: readonly HalvesOf[],
): Map<string, ir.FunctionIR> {
  const used = usedParameters(functions, entry);
  const kept = (key: string, i: number): boolean => used.get(key)?.has(i) ?? true;
  const lean = new Map(
    [...functions].map(([key, fn]) => {
      const parameters = fn.parameters.filter((_, i) => kept(key, i));
      const body = rewrite(fn.body, (s) =>
        s.kind === "call" && functions.has(s.callee)
          ? [update(s, { arguments: s.arguments.filter((_, i) => kept(s.callee, i)) })]
          : [s],
      );
      return [key, { ...fn, parameters, body }];
    }),
  );
  const replaced = new Map(
    callees.flatMap(({ primal, forward }) => {
      const half = lean.get(forward);
      return half && recordsNothing(half, primal) ? [[forward, primal.key] as const] : [];
    }),
  );
  const result = new Map<string, ir.FunctionIR>();
  for (const [key, fn] of lean) {
    if (replaced.has(key)) continue;
    const body = rewrite(fn.body, (s) =>
      s.kind === "call" ? [update(s, { callee: replaced.get(s.callee) ?? s.callee })] : [s],
    );
    result.set(key, { ...fn, body });
  }
  return result;
}

function recordsNothing(half: ir.FunctionIR, primal: ir.FunctionIR): boolean {
  return half.parameters.length === primal.parameters.length && half.results.length === primal.results.length;
}

/**
 * For each half the parameters it needs: all but those shadows and tapes that are only handed on, if at all, to halves that
 * do not need them either. Tapes count as used wherever something is saved or restored.
 */
function usedParameters(functions: Functions, entry: string): ReadonlyMap<string, ReadonlySet<number>> {
  const used = new Map<string, Set<number>>();
  for (const [key, fn] of functions) {
    const needed = fn.parameters.flatMap((p, i) =>
      key === entry || (p.shadowOf === undefined && p.role !== "tape") ? [i] : [],
    );
    used.set(key, new Set(needed));
  }
  for (let changed = true; changed;) {
    changed = false;
    for (const [key, fn] of functions) {
      const own = used.get(key) ?? new Set();
      const touched = touchedVariables(fn, functions, used);
      fn.parameters.forEach((parameter, i) => {
        if (own.has(i) || !touched.has(parameter)) return;
        own.add(i);
        changed = true;
      });
    }
  }
  return used;
}

function touchedVariables(
  fn: ir.FunctionIR,
  functions: Functions,
  used: ReadonlyMap<string, ReadonlySet<number>>,
): ReadonlySet<ir.Variable> {
  const touched = new Set<ir.Variable>();
  for (const s of statementsIn(fn.body)) {
    if (s.kind === "save" || s.kind === "restore") touched.add(s.tape);
    if ((s.kind === "set" || s.kind === "restore") && s.target.kind === "read") touched.add(s.target.variable);
    const needs = s.kind === "call" && functions.has(s.callee) ? used.get(s.callee) : undefined;
    for (const [i, expression] of expressionsOf(s).entries()) {
      if (needs && !needs.has(i)) continue;
      for (const part of subexpressions(expression)) if (part.kind === "read") touched.add(part.variable);
    }
  }
  return touched;
}
