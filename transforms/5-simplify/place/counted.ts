/** A tape between two nests of counted loops: an array that is as long as the loops run, indexed by their counters. */
import { add, constant, index, math, multiply, read, element, subtract, variable } from "../../ir/build.ts";
import type * as ir from "../../ir/ir.ts";
import { mapExpression } from "../../ir/visit.ts";
import { isTrivial, readsMemory, sameExpression, variablesOf } from "../facts/algebra.ts";
import { plus, simplifyIndex } from "../facts/exact.ts";
import type { Stability } from "../facts/stable.ts";
import { declaredIn } from "../facts/uses.ts";
import { assignment, declaration, marksOf, restored, stored, tapeArray } from "./nodes.ts";
import { insertBefore, loopsOf, type Edits, type TapeSites } from "./sites.ts";

/** Sizes of loops that have a name already, by the statement they are declared before. */
export type KnownSizes = Map<ir.Statement, { readonly size: ir.Expression; readonly variable: ir.Variable }[]>;

/** Places the tape if the loops around its two ends are the same, backwards, with bounds that are known beforehand. */
export function placeCounted(sites: TapeSites, stability: Stability, edits: Edits, known: KnownSizes): boolean {
  const loops = pairedLoops(sites, stability);
  const type = tapeArray(sites);
  if (!loops || !hasZero(type.element)) return false;
  const { tape, save, restore, toSave } = sites;
  const array = variable(tape.name, type, "tape");
  const marks = marksOf(save);
  const anchor = toSave[0].statement;
  const sizes = loops.map(({ forward }) => sizeOf(forward, stability));
  const strides = sizes.map((size, i) =>
    i === 0 || isTrivial(size) ? size : named(size, anchor, edits, known, marks),
  );
  const room = newArray(
    type,
    strides.reduce((product, size) => multiply(product, size)),
  );
  edits.instead.set(sites.declaration[sites.declaration.length - 1].statement, []);
  const outermost = loops[0].forward;
  insertBefore(edits, anchor, declaration(array, anchor === outermost ? room : newArray(type, constant(0)), marks));
  if (anchor !== outermost) insertBefore(edits, outermost, assignment(read(array), room, marks));
  edits.instead.set(save, [
    stored(
      array,
      indexOf(
        loops.map(({ forward }) => forward),
        strides,
      ),
      save,
    ),
  ]);
  edits.instead.set(restore, [
    restored(
      restore,
      element(
        read(array),
        indexOf(
          loops.map(({ backward }) => backward),
          strides,
        ),
      ),
    ),
  ]);
  return true;
}

interface LoopPair {
  readonly forward: ir.For;
  readonly backward: ir.For;
}

function pairedLoops(
  { toSave, toRestore, sharedLoop }: TapeSites,
  { isStable }: Stability,
): readonly LoopPair[] | undefined {
  const [forward, backward] = [loopsOf(toSave), loopsOf(toRestore)];
  if (sharedLoop || forward.length === 0 || forward.length !== backward.length) return undefined;
  const inner = declaredIn([toSave[0].statement]);
  const isKnown = (bound: ir.Expression): boolean =>
    isStable(bound) && [...variablesOf(bound)].every((variable) => !inner.has(variable));
  const pairs = forward.flatMap((loop, i) => {
    const mirrored = backward[i];
    if (loop.kind !== "for" || mirrored.kind !== "for" || loop.descending === mirrored.descending) return [];
    const same = sameExpression(loop.lo, mirrored.lo) && sameExpression(loop.hi, mirrored.hi);
    return same && isKnown(loop.lo) && isKnown(loop.hi) && !readsMemory(loop.lo)
      ? [{ forward: loop, backward: mirrored }]
      : [];
  });
  return pairs.length === forward.length ? pairs : undefined;
}

function hasZero({ kind }: ir.Type): boolean {
  return kind === "real" || kind === "index" || kind === "boolean";
}

function newArray(type: ir.ArrayType, length: ir.Expression): ir.NewArray {
  const fill = type.element.kind === "boolean" ? { fill: constant(false) } : {};
  return { kind: "newArray", type, length: mapExpression(length, simplifyIndex), ...fill };
}

/** How often a loop runs. */
function sizeOf({ lo, hi }: ir.For, { isNonNegative }: Stability): ir.Expression {
  const startsAtZero = lo.kind === "constant" && lo.value === 0;
  if (startsAtZero && isNonNegative(hi)) return hi;
  const size = startsAtZero ? hi : mapExpression(subtract(hi, lo), simplifyIndex);
  return size.kind === "constant" && typeof size.value === "number"
    ? constant(Math.max(0, size.value))
    : math("max", constant(0), size);
}

/** A size that an index needs gets a name, once: the index of a store reads no memory. */
function named(
  size: ir.Expression,
  anchor: ir.Statement,
  edits: Edits,
  known: KnownSizes,
  marks: Pick<ir.Let, "origin" | "derived">,
): ir.Expression {
  const list = known.get(anchor) ?? [];
  const present = list.find((other) => sameExpression(other.size, size));
  if (present) return read(present.variable);
  const inner = variable("inner", index, "temporary");
  insertBefore(edits, anchor, declaration(inner, size, marks));
  known.set(anchor, [...list, { size, variable: inner }]);
  return read(inner);
}

/** `((t - lo) * inner + i) - lo`: constants are subtracted last. */
function indexOf(loops: readonly ir.For[], sizes: readonly ir.Expression[]): ir.Expression {
  return loops.reduce<ir.Expression>((outer, loop, i) => {
    const at = i === 0 ? read(loop.counter) : add(multiply(outer, sizes[i]), read(loop.counter));
    return lessLo(at, loop.lo);
  }, constant(0));
}

function lessLo(at: ir.Expression, lo: ir.Expression): ir.Expression {
  return lo.kind === "constant" && typeof lo.value === "number" ? plus(at, -lo.value) : subtract(at, lo);
}
