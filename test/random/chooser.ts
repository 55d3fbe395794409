/** Makes the choices of a random program; one seed always makes the same ones. */
export interface Chooser {
  /** A number from 0 to n - 1. */
  readonly below: (n: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** True about once in `n` times. */
  readonly oneIn: (n: number) => boolean;
}

export function chooserOf(seed: number): Chooser {
  let state = seed | 0;
  // The generator "mulberry32".
  const below = (n: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
  return {
    below,
    pick: (items) => items[below(items.length)],
    oneIn: (n) => below(n) === n - 1,
  };
}
