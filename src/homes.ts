/** In which modules the functions of an answer are written. */
import type { FunctionIR } from "../transforms/ir/ir.ts";
import { calleesIn } from "../transforms/ir/visit.ts";
import { isOwnFile } from "../transforms/own-package.ts";

/**
 * The functions that each module gets, by its path, for an answer with the key `entry`. What is derived from a function
 * of the user stands beside it. What is derived from `cotangent/nn` stands in every module that calls it (`asker`, where
 * the request is about such a function itself), so that no module is imported, and run, only because it was the first
 * that needed the same derivative. `written` has the functions of all answers: equal ones have become one.
 */
export function homesOf(
  written: ReadonlyMap<string, FunctionIR>,
  entry: string,
  asker: string,
): ReadonlyMap<string, readonly FunctionIR[]> {
  const homes = new Map<string, Set<FunctionIR>>();
  const place = (key: string, caller: string): void => {
    const fn = written.get(key);
    if (!fn) return;
    const home = isOwnFile(fn.file) ? caller : fn.file;
    const here = homes.get(home) ?? new Set();
    homes.set(home, here);
    if (here.has(fn)) return;
    here.add(fn);
    for (const callee of calleesIn(fn)) place(callee, home);
  };
  place(entry, asker);
  return new Map([...homes].map(([home, here]) => [home, [...here]]));
}
