import { freshen } from "../2-normalize/freshen.ts";
import type { Block, FunctionIR, Program } from "../ir/ir.ts";
import { rewrite, update } from "../ir/visit.ts";

/** A program is given up on when it becomes larger than this. */
const maximumCopies = 200;

/**
 * The function and all it calls, where every call has a copy of its callee for itself: so an analysis that knows one
 * answer for each function tells two calls of it apart. A recursive call means the copy it stands in. Undefined where
 * there are too many calls.
 */
export function callsApart({ functions }: Program, entry: string): Program | undefined {
  const copies = new Map<string, FunctionIR>();
  let count = 0;
  const add = (key: string, as: string, around: ReadonlyMap<string, string>): void => {
    const fn = functions.get(key);
    if (!fn) throw new Error(`no function ${key} in the program`);
    const inside = new Map([...around, [key, as]]);
    const copy = freshen(fn);
    copies.set(as, { ...copy, key: as, body: callsOf(copy.body, inside) });
  };
  const callsOf = (body: Block, around: ReadonlyMap<string, string>): Block =>
    rewrite(body, (s) => {
      if (s.kind !== "call") return [s];
      const known = around.get(s.callee);
      if (known !== undefined) return [update(s, { callee: known })];
      const own = `${s.callee} ${++count}`;
      if (count <= maximumCopies) add(s.callee, own, around);
      return [update(s, { callee: own })];
    });
  add(entry, entry, new Map());
  return count <= maximumCopies ? { functions: copies } : undefined;
}
