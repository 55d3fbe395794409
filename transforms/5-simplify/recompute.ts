import { isNumber, isReference } from "../ir/build.ts";
import { replay } from "./facts/replay.ts";
import type { Pass } from "./pass.ts";

/**
 * A saved local whose definition is cheap and reads only what is stable is computed again: `const row = m[i]` in the
 * backward loop instead of a tape of rows. See `replay` for what makes that right.
 */
export const recompute: Pass = (fn, context) =>
  replay(fn, context, ({ type }) => (isNumber(type) && type.kind !== "index") || isReference(type));
