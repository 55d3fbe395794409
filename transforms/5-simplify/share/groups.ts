/** Which tapes can have anything to do with one another. */
import type * as ir from "../../ir/ir.ts";
import { statementsIn } from "../../ir/visit.ts";
import { isTape, type TapeClass } from "./classes.ts";

/** Tapes, and all functions that have one of them. */
export interface TapeGroup {
  readonly tapes: readonly TapeClass[];
  readonly keys: readonly string[];
}

/**
 * The tapes in groups of which no two have a function in common. What one group shares does not depend on the others: so a
 * derivative reads the same whatever else is differentiated, and many small groups take less time than one large one.
 */
export function groupsOf(
  tapes: readonly TapeClass[],
  functions: ReadonlyMap<string, ir.FunctionIR>,
): readonly TapeGroup[] {
  const classOf = new Map(tapes.flatMap((tape) => [...tape.variables].map((variable) => [variable, tape] as const)));
  let groups: readonly TapeGroup[] = [];
  for (const [key, fn] of functions) {
    const met = new Set(tapesOf(fn).flatMap((variable) => classOf.get(variable) ?? []));
    if (met.size === 0) continue;
    const [joined, others] = parted(groups, (group) => group.tapes.some((tape) => met.has(tape)));
    const all = new Set([...met, ...joined.flatMap((group) => group.tapes)]);
    groups = [...others, { tapes: [...all], keys: [...joined.flatMap(({ keys }) => keys), key] }];
  }
  return groups.map((group) => ({ ...group, tapes: tapes.filter((tape) => group.tapes.includes(tape)) }));
}

/** The tapes that a function declares or is given: it has no others. */
function tapesOf({ parameters, body }: ir.FunctionIR): readonly ir.Variable[] {
  const declared = [...statementsIn(body)].flatMap((s) => (s.kind === "let" ? [s.variable] : []));
  return [...parameters, ...declared].filter(isTape);
}

function parted<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
