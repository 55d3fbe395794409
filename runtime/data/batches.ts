/** Mini-batches: what training goes through, epoch after epoch. */
import { requireInteger } from "../finite.ts";

/** Some records together. */
export interface Batch<B> {
  readonly data: B;
  /** How many records. */
  readonly size: number;
}

/** The batches of every epoch. Each can be asked for by its number, so that training goes on where it stopped. */
export interface Batches<B> {
  /** How many batches an epoch has. */
  readonly length: number;
  /** For one epoch (from 0): what gives its batches, by their numbers from 0 to `length - 1`. */
  loader(epoch: number): (index: number) => Promise<Batch<B>>;
  /** How many batches are begun ahead of the one that is waited for. */
  readonly ahead: number;
  /** The same batches, each as `f` gives it. */
  map<C>(f: (data: B, size: number) => C | Promise<C>): Batches<C>;
  /**
   * The same batches, of which up to `count` are begun ahead of the one that is waited for: for records that come from
   * elsewhere. An error is thrown where its batch would have come.
   */
  prefetch(count: number): Batches<B>;
  /** The batches of one epoch (0 unless given), from number `from` (0) on. */
  epoch(epoch?: number, from?: number): AsyncGenerator<Batch<B>, void>;
}

/** Batches of your own: `loader` gets the number of an epoch and gives what loads its batches by their numbers. */
export function batches<B>(
  length: number,
  loader: (epoch: number) => (index: number) => Promise<Batch<B>>,
): Batches<B> {
  requireInteger("batches", "length", length, 0);
  return withAhead(length, loader, 0);
}

function withAhead<B>(length: number, loader: Batches<B>["loader"], ahead: number): Batches<B> {
  return {
    length,
    ahead,
    loader,
    map<C>(f: (data: B, size: number) => C | Promise<C>) {
      const mapped = (epoch: number): ((index: number) => Promise<Batch<C>>) => {
        const load = loader(epoch);
        return async (index) => {
          const { data, size } = await load(index);
          return { data: await f(data, size), size };
        };
      };
      return withAhead(length, mapped, ahead);
    },
    prefetch(count) {
      requireInteger("prefetch", "count", count, 0);
      return withAhead(length, loader, count);
    },
    epoch(epoch = 0, from = 0) {
      requireInteger("epoch", "its number", epoch, 0);
      requireInteger("epoch", "the number of the first batch", from, 0);
      return inOrder(loader(epoch), from, length, ahead);
    },
  };
}

async function* inOrder<B>(
  load: (index: number) => Promise<Batch<B>>,
  from: number,
  end: number,
  ahead: number,
): AsyncGenerator<Batch<B>, void> {
  const begun: Promise<Batch<B>>[] = [];
  let next = from;
  for (let k = from; k < end; k++) {
    for (; next < end && next <= k + ahead; next++) begun.push(handled(load(next)));
    const batch = begun.shift();
    if (batch) yield await batch;
  }
}

/** The promise itself, whose failure is no longer reported as unhandled: whoever comes to its batch gets it, perhaps nobody. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
