/** What a simplification is. */
import type { FunctionIR, Program } from "../ir/ir.ts";
import type { Effects } from "../3-analyze/effects.ts";

export interface PassContext {
  /** All functions, to look up callees. */
  readonly program: Program;
  /** What callees read and write. */
  readonly effects: Effects;
}

/**
 * Rewrites one derived function. Every pass is right in any order and when repeated: it relies only on what it sees
 * in `fn`, never on another pass having run or not.
 */
export type Pass = (fn: FunctionIR, context: PassContext) => FunctionIR;
