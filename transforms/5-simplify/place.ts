/** Where each tape lives. */
import type { Pass } from "./pass.ts";
import { stabilityIn } from "./facts/stable.ts";
import { placeCounted, type KnownSizes } from "./place/counted.ts";
import { placeByCounter, placeGrowable } from "./place/growable.ts";
import { placeOnce } from "./place/once.ts";
import { applyEdits, newEdits, tapeSites } from "./place/sites.ts";

/**
 * Replaces saves and restores by what suits the loops around them: a constant where there are none, a typed array of
 * known size where they are counted, an array that grows elsewhere. The backward loops run the same iterations as the
 * forward ones, backwards, and each tape has one save and one restore, so an index can stand for the order of a stack.
 * Tapes that come from or go to another function stay.
 */
export const place: Pass = (fn, context) => {
  const tapes = tapeSites(fn.body);
  if (tapes.length === 0) return fn;
  const stability = stabilityIn(fn, context);
  const edits = newEdits();
  const sizes: KnownSizes = new Map();
  for (const sites of tapes) {
    if (placeOnce(sites, stability, edits)) continue;
    if (placeCounted(sites, stability, edits, sizes)) continue;
    if (!placeByCounter(sites, edits)) placeGrowable(sites, edits);
  }
  return { ...fn, body: applyEdits(fn.body, edits) };
};
