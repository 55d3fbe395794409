/** Turns a list of numbers (which fast-check makes and shrinks) into choices; zeros choose what is simplest. */
export interface Chooser {
  /** A number from 0 to n - 1. */
  readonly below: (n: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** True about once in `n` times. */
  readonly oneIn: (n: number) => boolean;
}

export function chooserOf(entropy: readonly number[]): Chooser {
  let position = 0;
  const below = (n: number): number => (position < entropy.length ? entropy[position++] % n : 0);
  return {
    below,
    pick: (items) => items[below(items.length)],
    oneIn: (n) => below(n) === n - 1,
  };
}
