/** Random numbers that can be repeated. */
import { requireInteger, requireWithin } from "./finite.ts";

/** Where a generator stands: four integers of 32 bits. Plain data: it can be saved as JSON. */
export type RandomState = readonly [number, number, number, number];

/** A generator of random numbers. Each draw moves it on. */
export interface Random {
  /**
   * A number from `low` (0 unless given) up to `high` (1 unless given), in 2⁵³ equal steps. 1 itself never comes; another
   * `high` may come by rounding. RangeError unless `low` ≤ `high`, both finite.
   */
  uniform(low?: number, high?: number): number;
  /** A number of the normal distribution with the given mean (0) and standard deviation (1). RangeError if that is negative. */
  normal(mean?: number, deviation?: number): number;
  /** An integer of at least 0 and less than `count`, each as likely as the others. RangeError unless 1 ≤ `count` ≤ 2³². */
  integer(count: number): number;
  /** The elements in a random order, as a new array: each order is as likely as the others. */
  shuffle<T>(elements: readonly T[]): T[];
  /** A generator of its own for another purpose: how much the one draws does not change what the other draws. */
  split(): Random;
  /** Where it stands now: `createRandom(state)` goes on from there. */
  state(): RandomState;
}

/**
 * A generator from a seed, an integer of at least 0, or from a saved state.
 *
 * The bits come from xoshiro128** 1.1 (D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021),
 * its state from the seed by SplitMix32 (G. L. Steele, D. Lea and C. H. Flood, "Fast Splittable Pseudorandom Number
 * Generators", 2014, with the finaliser of MurmurHash3). `normal` is the method of G. E. P. Box and M. E. Muller, 1958;
 * `shuffle` that of R. A. Fisher and F. Yates in the form of R. Durstenfeld, 1964. Not for secrets.
 *
 * Throws a RangeError for a seed that is not an integer of at least 0, and for a state that is none.
 */
export function createRandom(seed: number | RandomState): Random {
  const words = typeof seed === "number" ? seeded(seed) : resumed(seed);
  const bits = (): number => next(words);
  const unit = (): number => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) * 2 ** -53;
  const integer = (count: number): number => {
    requireInteger("integer", "count", count, 1);
    requireWithin("integer", "count", count, 1, 2 ** 32 + 1);
    // The last, incomplete round of `count` numbers is drawn again: without it the small ones would be more likely.
    const fair = 2 ** 32 - (2 ** 32 % count);
    let drawn = bits();
    while (drawn >= fair) drawn = bits();
    return drawn % count;
  };
  return {
    uniform(low = 0, high = 1) {
      requireWithin("uniform", "high - low", high - low, 0);
      return low + (high - low) * unit();
    },
    normal(mean = 0, deviation = 1) {
      requireWithin("normal", "the deviation", deviation, 0);
      const radius = Math.sqrt(-2 * Math.log(1 - unit()));
      return mean + deviation * radius * Math.cos(2 * Math.PI * unit());
    },
    integer,
    shuffle<T>(elements: readonly T[]): T[] {
      const order = [...elements];
      for (let i = order.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
    split: () => createRandom([mixed(bits()), mixed(bits()), mixed(bits()), mixed(bits() | 1)]),
    state: () => [words[0], words[1], words[2], words[3]],
  };
}

/** One step of xoshiro128**: an integer of at least 0 and less than 2³². */
function next(words: Uint32Array): number {
  const result = Math.imul(rotated(Math.imul(words[1], 5), 7), 9) >>> 0;
  const shifted = words[1] << 9;
  words[2] ^= words[0];
  words[3] ^= words[1];
  words[1] ^= words[2];
  words[0] ^= words[3];
  words[2] ^= shifted;
  words[3] = rotated(words[3], 11);
  return result;
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function seeded(seed: number): Uint32Array {
  requireInteger("createRandom", "the seed", seed, 0);
  // The upper half of a large seed goes in through a mix of its own, so that no two seeds give one state.
  let counter = (seed ^ mixed(Math.floor(seed / 2 ** 32))) >>> 0;
  const upper = Math.floor(seed / 2 ** 32);
  return Uint32Array.from({ length: 4 }, (_, k) => {
    counter = (counter + 0x9e3779b9) >>> 0;
    return mixed(counter) ^ (k === 3 ? upper : 0);
  });
}

function resumed(state: RandomState): Uint32Array {
  const isWord = (word: unknown): boolean => Number.isInteger(word) && (word as number) >>> 0 === word;
  if (!Array.isArray(state) || state.length !== 4 || !state.every(isWord) || state.every((word) => word === 0))
    throw new RangeError(
      `createRandom: a state is four integers of 32 bits, not all 0, but this is ${JSON.stringify(state)}`,
    );
  return Uint32Array.from(state);
}

/** The finaliser of MurmurHash3: one to one, and each bit depends on all. 0 only for 0. */
function mixed(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
