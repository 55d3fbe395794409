/** Halves and tangents that several derivatives have alike are written once. */
import { isNumber, real, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { printFunction } from "../ir/print.ts";
import { renameVariables, rewrite, update } from "../ir/visit.ts";
import { isTape } from "./share/classes.ts";

/**
 * Of functions made for callees that do the same, only the first stays, and all call it. They are the same if they print
 * the same, where calls of the same count as the same: so recursive ones are found too. What their tapes are called does
 * not count, nor what numbers those hold that they are given: a tape that several values share differs in both from one of
 * a single value.
 */
export function mergeFunctions(functions: readonly ir.FunctionIR[]): readonly ir.FunctionIR[] {
  const made = functions.filter(isForCallee);
  let firstOf: ReadonlyMap<string, string> = new Map(made.map((fn) => [fn.key, fn.derivation?.of ?? fn.key]));
  for (let count = 0; ;) {
    firstOf = alike(made, firstOf);
    const found = new Set(firstOf.values()).size;
    if (found === count) break;
    count = found;
  }
  if (new Set(firstOf.values()).size === made.length) return functions;
  return functions
    .filter((fn) => (firstOf.get(fn.key) ?? fn.key) === fn.key)
    .map((fn) => ({ ...fn, body: calling(fn.body, (key) => firstOf.get(key) ?? key) }));
}

function isForCallee({ derivation }: ir.FunctionIR): boolean {
  return derivation?.mode === "forward" || derivation?.mode === "backward" || derivation?.mode === "tangent";
}

/** For each function the first that prints the same, where what it calls goes by the name it has in `called`. */
function alike(functions: readonly ir.FunctionIR[], called: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const firstWith = new Map<string, string>();
  return new Map(
    functions.map((fn) => {
      const { of, mode, wrt } = fn.derivation ?? { of: "", mode: "", wrt: [] };
      // The whole key, which printing would shorten.
      const body = calling(fn.body, (key) => (called.get(key) ?? key).replaceAll("#", " "));
      const text = [of, mode, ...wrt, printFunction(withNumberedTapes({ ...fn, name: "", body }))].join("\n");
      const first = firstWith.get(text) ?? fn.key;
      firstWith.set(text, first);
      return [fn.key, first];
    }),
  );
}

function withNumberedTapes(fn: ir.FunctionIR): ir.FunctionIR {
  const numbered = new Map<ir.Variable, ir.Variable>();
  const rename = (own: ir.Variable): ir.Variable => {
    if (!isTape(own)) return own;
    const type = fn.parameters.includes(own) ? ofAnyNumbers(own.type) : own.type;
    const known = numbered.get(own) ?? variable(`tape${numbered.size}`, type, own.role);
    numbered.set(own, known);
    return known;
  };
  return { ...fn, parameters: fn.parameters.map(rename), body: renameVariables(fn.body, rename) };
}

function ofAnyNumbers(type: ir.Type): ir.Type {
  return type.kind === "tape" && isNumber(type.element) ? { ...type, element: real } : type;
}

function calling(body: ir.Block, keyOf: (callee: string) => string): ir.Block {
  return rewrite(body, (s) => (s.kind === "call" ? [update(s, { callee: keyOf(s.callee) })] : [s]));
}
