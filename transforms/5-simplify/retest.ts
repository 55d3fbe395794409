import { isReference } from "../ir/build.ts";
import { replay } from "./facts/replay.ts";
import type { Pass } from "./pass.ts";

/**
 * A saved branch outcome (or integer) is tested again if the test is cheap and reads only what is stable: `if (x > 0)`
 * in both passes instead of a tape of booleans. See `replay` for what makes that right.
 */
export const retest: Pass = (fn, context) =>
  replay(fn, context, ({ type }) => type.kind !== "real" && !isReference(type));
