/** What belongs together because it shares a tape. A derivative is differentiated again only if its tapes balance. */
import type { Block, Call, Variable } from "../../ir/ir.ts";
import { statementsIn } from "../../ir/visit.ts";

/** The tapes that are both saved to and restored from in a block. */
export function tapesWithin(block: Block): ReadonlySet<Variable> {
  const saved = new Set<Variable>();
  const restored = new Set<Variable>();
  for (const statement of statementsIn(block)) {
    if (statement.kind === "save") saved.add(statement.tape);
    if (statement.kind === "restore") restored.add(statement.tape);
  }
  return new Set([...saved].filter((tape) => restored.has(tape)));
}

/** The calls in `before` that are not in `after`, though a call is that shares a tape: one records, the other consumes. */
export function callsWithoutPartner(before: Block, after: Block): readonly Call[] {
  const kept = new Set(callsIn(after));
  const tapes = new Set([...kept].flatMap(tapesOf));
  return callsIn(before).filter((call) => !kept.has(call) && tapesOf(call).some((tape) => tapes.has(tape)));
}

function callsIn(block: Block): readonly Call[] {
  return [...statementsIn(block)].filter((statement) => statement.kind === "call");
}

function tapesOf(call: Call): readonly Variable[] {
  return call.arguments.flatMap((value) =>
    value.kind === "read" && value.variable.type.kind === "tape" ? [value.variable] : [],
  );
}
