/** One use, or overwritten by its one use. */
import { update } from "../ir/visit.ts";
import type { Pass } from "./pass.ts";
import { interferenceIn } from "./facts/interference.ts";
import { mergeStores } from "./facts/mergeStores.ts";
import { moveToUses } from "./facts/moveToUse.ts";

/**
 * A value that the compiler named and used once moves to its use: not into a loop, not across a write of what it
 * reads. Two stores to one place become one if nothing in between reads or writes it, or writes what the first store
 * reads. Nothing is evaluated more often than before, and no sum is reassociated.
 */
export const substitute: Pass = (fn, context) => {
  const interference = interferenceIn(fn, context);
  let body = fn.body;
  for (;;) {
    const next = mergeStores(moveToUses(body, interference), interference);
    if (next === body) return update(fn, { body });
    body = next;
  }
};
