import type { FunctionIR } from "../../transforms/ir/ir.ts";

/** A free name in the module for every function that is written, by key. */
export function deriveFunctionsNames(
  functions: readonly FunctionIR[],
  taken: ReadonlySet<string>,
): Map<string, string> {
  const used = new Set(taken);
  const names = new Map<string, string>();
  for (const { key, name } of functions) {
    let free = name;
    for (let i = 2; used.has(free); i++) free = `${name}${String(i)}`;
    used.add(free);
    names.set(key, free);
  }
  return names;
}
