/** Records to train on. */
import { requireInteger, requireWithin } from "../finite.ts";
import { createRandom } from "../random.ts";
import { batches, type Batches } from "./batches.ts";
import { lengthOf, rowOf, rowsOf, type Column, type Columns, type RowOf, type RowsOf } from "./columns.ts";
import { randomAt } from "./seeds.ts";
import { stackRecords, type Stacked } from "./stack.ts";

export interface BatchOptions {
  /** Leaves out the last batch where it would be smaller than the others. */
  readonly dropLast?: boolean;
}

/** Records of type `R`, whose batches are of type `B`. It is never changed: every method gives another one. */
export interface Dataset<R, B = Stacked<R>> {
  /** How many records. */
  readonly length: number;
  /** The record with number `index` before any shuffling; a promise where records are loaded or mapped asynchronously. */
  at(index: number): R | Promise<R>;
  /** The same records, in another random order each epoch. The order depends on `seed` and the number of the epoch only. A later call takes the place of an earlier one. */
  shuffle(seed: number): Dataset<R, B>;
  /** Two parts without a record in common, drawn at random: the first of `fraction · length` records, rounded, the second of the others. */
  split(fraction: number, seed: number): [Dataset<R, B>, Dataset<R, B>];
  /** The same records, each as `f` gives it, every time it is used; `index` is that of `at` before any `split`. */
  map<S>(f: (record: R, index: number) => S | Promise<S>): Dataset<S>;
  /** Batches of `size` records; the last one of an epoch may be smaller. */
  batch(size: number, options?: BatchOptions): Batches<B>;
}

/** Where records come from. */
interface Source<R, B> {
  record(index: number): R | Promise<R>;
  batch(indices: readonly number[]): B | Promise<B>;
}

/**
 * A dataset of columns (tensors or arrays of one length, or one tensor), of which a batch has the same kinds; or of an
 * array of records, of which a batch has tensors stacked along a new axis 0, records field by field, and arrays of
 * anything else.
 *
 * Throws a RangeError where columns have different lengths, a TypeError for what is no column.
 */
export function dataset<R>(records: readonly R[]): Dataset<R>;
export function dataset<C extends Column | Columns>(columns: C): Dataset<RowOf<C>, RowsOf<C>>;
export function dataset(given: Column | Columns): Dataset<unknown, unknown> {
  const length = lengthOf(given);
  const record = (index: number): unknown => rowOf(given, index);
  const source: Source<unknown, unknown> = Array.isArray(given)
    ? recordSource(record)
    : { record, batch: (indices) => rowsOf(given, indices) };
  return view(source, counted(length), undefined);
}

/** A dataset of `length` records that `load` gets by their numbers, perhaps asynchronously: from files or a server. */
export function loadedDataset<R>(length: number, load: (index: number) => R | Promise<R>): Dataset<R> {
  requireInteger("loadedDataset", "length", length, 0);
  return view(recordSource(load), counted(length), undefined);
}

function recordSource<R>(record: (index: number) => R | Promise<R>): Source<R, Stacked<R>> {
  return { record, batch: async (indices) => stackRecords(await Promise.all(indices.map(record))) };
}

/** The records of `source` at `indices`, in a random order if there is a seed. */
function view<R, B>(source: Source<R, B>, indices: readonly number[], seed: number | undefined): Dataset<R, B> {
  return {
    length: indices.length,
    at(index) {
      requireInteger("at", "index", index, 0);
      requireWithin("at", "index", index, 0, indices.length);
      return source.record(indices[index]);
    },
    shuffle: (newSeed) => {
      requireInteger("shuffle", "seed", newSeed, 0);
      return view(source, indices, newSeed);
    },
    split(fraction, splitSeed) {
      if (!(fraction >= 0 && fraction <= 1))
        throw new RangeError(`split: fraction must be at least 0 and at most 1, not ${fraction}`);
      const order = createRandom(splitSeed).shuffle(indices);
      const first = Math.round(fraction * order.length);
      return [view(source, order.slice(0, first), seed), view(source, order.slice(first), seed)];
    },
    map<S>(f: (record: R, index: number) => S | Promise<S>) {
      const mapped = async (index: number): Promise<S> => f(await source.record(index), index);
      return view(recordSource(mapped), indices, seed);
    },
    batch(size, { dropLast = false } = {}) {
      requireInteger("batch", "size", size, 1);
      const count = indices.length / size;
      return batches(dropLast ? Math.floor(count) : Math.ceil(count), (epoch) => {
        const order = seed === undefined ? indices : randomAt(seed, epoch).shuffle(indices);
        return async (index) => {
          const chosen = order.slice(index * size, (index + 1) * size);
          return { data: await source.batch(chosen), size: chosen.length };
        };
      });
    },
  };
}

function counted(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
