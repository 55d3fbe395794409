import { isGuarded } from "../2-normalize/guardStores.ts";
import type * as ir from "../ir/ir.ts";
import { tapesOfTheProgram, withoutTapes } from "./needless-restores.ts";
import { expressionsOf, rewrite, statementsIn, subexpressions, update } from "../ir/visit.ts";

/** A callee and the keys of its two halves. */
export interface HalvesOf {
  readonly primal: ir.FunctionIR;
  readonly forward: string;
  readonly backward: string;
}

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/**
 * Takes away what simplification left without use: parameters that a half does not touch, values that are kept for a
 * backward half which does not want them, and a forward half that records nothing, in place of which the primal is called.
 */
export function tidyHalves(
  functions: Functions,
  entry: string,
  callees: readonly HalvesOf[],
): Map<string, ir.FunctionIR> {
  const forward = new Set(callees.map((callee) => callee.forward));
  let lean = functions;
  for (let size = Infinity; size > sizeOf(lean);) {
    size = sizeOf(lean);
    lean = withoutUnwantedValues(withoutUnreadNames(withoutUnusedParameters(lean, entry, forward)));
  }
  return withPrimals(lean, callees);
}

/** What the tidying makes less. */
function sizeOf(functions: Functions): number {
  return [...functions.values()].reduce((sum, fn) => sum + fn.parameters.length + [...statementsIn(fn.body)].length, 0);
}

function withoutUnusedParameters(functions: Functions, entry: string, forward: ReadonlySet<string>): Functions {
  const used = usedParameters(functions, entry, forward);
  const kept = (key: string, i: number): boolean => used.get(key)?.has(i) ?? true;
  return new Map(
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
}

/** Without the names that only a dropped argument read: `const dRow = dRows[0]`. */
function withoutUnreadNames(functions: Functions): Functions {
  return new Map(
    [...functions].map(([key, fn]) => {
      const mentioned = mentionedIn(fn.body);
      const isUnread = (s: ir.Statement): boolean =>
        s.kind === "let" && s.variable.role !== "user" && s.value?.kind !== "newTape" && !mentioned.has(s.variable);
      return [key, { ...fn, body: rewrite(fn.body, (s) => (isUnread(s) ? [] : [s])) }];
    }),
  );
}

/** Without the tapes whose restores declare variables that nothing mentions. */
function withoutUnwantedValues(functions: Functions): Functions {
  const wanted = tapesOfTheProgram(functions);
  const tapes = new Set<ir.Variable>();
  for (const fn of functions.values()) {
    const mentioned = mentionedIn(fn.body);
    for (const s of statementsIn(fn.body)) {
      if (s.kind === "let" && s.value?.kind === "newTape") tapes.add(s.variable);
      if (s.kind !== "restore") continue;
      tapes.add(s.tape);
      if (!s.declares || s.target.kind !== "read" || mentioned.has(s.target.variable)) wanted.add(s.tape);
    }
  }
  const unwanted = new Set([...tapes].filter((tape) => !wanted.has(tape)));
  return unwanted.size === 0
    ? functions
    : new Map([...functions].map(([key, fn]) => [key, withoutTapes(fn, unwanted)]));
}

/** Variables that a body reads or assigns, their declarations not counted. */
function mentionedIn(body: ir.Block): ReadonlySet<ir.Variable> {
  const found = new Set<ir.Variable>();
  for (const s of statementsIn(body)) {
    const assigns = s.kind === "set" || (s.kind === "restore" && !s.declares);
    if (assigns && s.target.kind === "read") found.add(s.target.variable);
    for (const expression of expressionsOf(s)) {
      if (s.kind === "restore" && s.declares) continue;
      for (const part of subexpressions(expression)) if (part.kind === "read") found.add(part.variable);
    }
  }
  return found;
}

function withPrimals(functions: Functions, callees: readonly HalvesOf[]): Map<string, ir.FunctionIR> {
  const replaced = new Map(
    callees.flatMap(({ primal, forward }) => {
      const half = functions.get(forward);
      return half && recordsNothing(half, primal) ? [[forward, primal.key] as const] : [];
    }),
  );
  const result = new Map<string, ir.FunctionIR>();
  for (const [key, fn] of functions) {
    if (replaced.has(key)) continue;
    const body = rewrite(fn.body, (s) =>
      s.kind === "call" ? [update(s, { callee: replaced.get(s.callee) ?? s.callee })] : [s],
    );
    result.set(key, { ...fn, body });
  }
  return result;
}

/** Whether a forward half does what its primal does, and no more. */
function recordsNothing(half: ir.FunctionIR, primal: ir.FunctionIR): boolean {
  const isSame = half.parameters.length === primal.parameters.length && half.results.length === primal.results.length;
  return isSame && !isGuarded(half.body);
}

/**
 * For each half the parameters it needs: all but those that are only handed on, if at all, to halves that do not need them
 * either. A forward half keeps those of its primal. Tapes count as used wherever something is saved or restored.
 */
function usedParameters(
  functions: Functions,
  entry: string,
  forward: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<number>> {
  const used = new Map<string, Set<number>>();
  for (const [key, fn] of functions) {
    const isPrimals = (p: ir.Variable): boolean => p.shadowOf === undefined && p.role !== "tape";
    const needed = fn.parameters.flatMap((p, i) => (key === entry || (forward.has(key) && isPrimals(p)) ? [i] : []));
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
