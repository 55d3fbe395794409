/** Two tapes of the same values are one. */
import type * as ir from "../ir/ir.ts";
import { read, variable } from "../ir/build.ts";
import type { Pass } from "./pass.ts";
import { sameExpression } from "./facts/algebra.ts";
import { interferenceIn, type Interference } from "./facts/interference.ts";
import { elementOf, marksOf, restored } from "./place/nodes.ts";
import { applyEdits, newEdits, tapeSites, type Path, type TapeSites } from "./place/sites.ts";

/**
 * Where two tapes save the same value in one block, with nothing between that changes it, and are restored in one
 * block, only one is kept: the first restore names the value and both places get it.
 */
export const mergeTapes: Pass = (fn, context) => {
  let body = fn.body;
  for (;;) {
    const interference = interferenceIn({ ...fn, body }, context);
    const pair = equalPair(tapeSites(body), interference);
    if (!pair) return body === fn.body ? fn : { ...fn, body };
    body = merged(body, pair[0], pair[1]);
  }
};

function equalPair(
  tapes: readonly TapeSites[],
  interference: Interference,
): readonly [TapeSites, TapeSites] | undefined {
  for (const [i, a] of tapes.entries())
    for (const b of tapes.slice(i + 1)) if (areEqual(a, b, interference)) return [a, b];
  return undefined;
}

function blockOf(path: Path): ir.Block {
  return path[path.length - 1].block;
}

function areEqual(a: TapeSites, b: TapeSites, interference: Interference): boolean {
  const block = blockOf(a.toSave);
  if (
    block !== blockOf(b.toSave) ||
    blockOf(a.toRestore) !== blockOf(b.toRestore) ||
    !sameExpression(a.save.value, b.save.value)
  )
    return false;
  const [from, to] = [block.indexOf(a.save), block.indexOf(b.save)].sort((x, y) => x - y);
  return block.slice(from + 1, to).every((statement) => !interference.changes(statement, a.save.value));
}

function merged(body: ir.Block, kept: TapeSites, gone: TapeSites): ir.Block {
  const edits = newEdits();
  const block = blockOf(kept.toRestore);
  const [first, second] =
    block.indexOf(kept.restore) < block.indexOf(gone.restore)
      ? [kept.restore, gone.restore]
      : [gone.restore, kept.restore];
  const value = variable(`${kept.tape.name.replace(/Tape$/, "")}Before`, elementOf(kept.tape), "temporary");
  edits.instead.set(gone.declaration[gone.declaration.length - 1].statement, []);
  edits.instead.set(gone.save, []);
  edits.instead.set(first, [
    { kind: "restore", tape: kept.tape, target: read(value), declares: true, ...marksOf(first) },
    restored(first, read(value)),
  ]);
  edits.instead.set(second, [restored(second, read(value))]);
  return applyEdits(body, edits);
}
