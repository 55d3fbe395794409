/** The generator against its definition, its saved state, and the moments of what it draws. */
import { describe, expect, it } from "vitest";
import { createRandom, type RandomState } from "../../runtime/nn.ts";

/** The published C code of xoshiro128** in whole numbers of any size. */
function* reference(state: RandomState): Generator<number> {
  const s = state.map(BigInt);
  const word = (x: bigint): bigint => x & 0xffffffffn;
  const rotl = (x: bigint, k: bigint): bigint => word((x << k) | (x >> (32n - k)));
  for (;;) {
    const result = word(rotl(word(s[1] * 5n), 7n) * 9n);
    const t = word(s[1] << 9n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
    yield Number(result);
  }
}

const draws = 20_000;
const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
const variance = (xs: readonly number[]): number => mean(xs.map((x) => (x - mean(xs)) ** 2));

describe("createRandom", () => {
  it("draws what xoshiro128** draws", () => {
    for (const state of [
      [1, 2, 3, 4],
      [0xffffffff, 0, 0x80000000, 12345],
    ] as const) {
      const random = createRandom(state);
      const expected = reference(state);
      // 2³² is a whole round: `integer` gives the bits as they come.
      for (let k = 0; k < 1000; k++) expect(random.integer(2 ** 32)).toBe(expected.next().value);
    }
    // The published sequence; the first by hand: 5 · 2 = 10, rotated by 7 bits 1280, times 9.
    const random = createRandom([1, 2, 3, 4]);
    const first = Array.from({ length: 6 }, () => random.integer(2 ** 32));
    expect(first).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });

  it("goes on from a saved state", () => {
    const random = createRandom(7);
    random.normal();
    const resumed = createRandom(JSON.parse(JSON.stringify(random.state())) as RandomState);
    const all = [random, resumed].map((r) => [
      r.uniform(),
      r.normal(),
      r.integer(10),
      r.shuffle([1, 2, 3, 4]),
      r.split().uniform(),
    ]);
    expect(all[0]).toEqual(all[1]);
  });

  it("gives each seed a sequence of its own, and the same one always", () => {
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52];
    expect(new Set(seeds.map((seed) => createRandom(seed).uniform())).size).toBe(seeds.length);
    expect(createRandom(42).uniform()).toBe(createRandom(42).uniform());
    expect([createRandom(42).uniform(), createRandom(42).normal()]).toMatchInlineSnapshot(`
      [
        0.6606157208001621,
        1.1226591822802086,
      ]
    `);
  });

  it("spreads uniform numbers evenly, in the given range", () => {
    const random = createRandom(1);
    const xs = Array.from({ length: draws }, () => random.uniform(-1, 3));
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...xs)).toBeLessThan(3);
    // Five standard errors: the mean of n has deviation √(16 / 12 / n).
    expect(Math.abs(mean(xs) - 1)).toBeLessThan(5 * Math.sqrt(16 / 12 / draws));
    const counts = new Array<number>(7).fill(0);
    for (let k = 0; k < draws; k++) counts[random.integer(7)]++;
    for (const count of counts) expect(Math.abs(count - draws / 7)).toBeLessThan(5 * Math.sqrt(draws / 7));
  });

  it("draws normal numbers", () => {
    const random = createRandom(2);
    const xs = Array.from({ length: draws }, () => random.normal(5, 2));
    expect(Math.abs(mean(xs) - 5)).toBeLessThan((5 * 2) / Math.sqrt(draws));
    expect(Math.abs(variance(xs) / 4 - 1)).toBeLessThan(5 * Math.sqrt(2 / draws));
    // 68.27 % lie within one deviation.
    const within = xs.filter((x) => Math.abs(x - 5) < 2).length / draws;
    expect(Math.abs(within - 0.6827)).toBeLessThan(5 * Math.sqrt((0.6827 * 0.3173) / draws));
  });

  it("shuffles into every order equally often, and leaves its argument alone", () => {
    const random = createRandom(3);
    const orders = new Map<string, number>();
    const letters = ["a", "b", "c"];
    for (let k = 0; k < 6000; k++) {
      const order = random.shuffle(letters).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(letters).toEqual(["a", "b", "c"]);
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
  });

  it("splits into generators that do not follow each other", () => {
    const random = createRandom(4);
    const child = random.split();
    const xs = Array.from({ length: draws }, () => [random.uniform(), child.uniform()]);
    const product = mean(xs.map(([x, y]) => (x - 0.5) * (y - 0.5)));
    expect(Math.abs(product)).toBeLessThan(5 / 12 / Math.sqrt(draws));
    const once = createRandom(5);
    const twin = createRandom(5);
    const [a, b] = [once.split(), twin.split()];
    a.uniform();
    expect(once.uniform()).toBe(twin.uniform());
    expect(a.uniform()).not.toBe(b.uniform());
  });

  it("refuses seeds, states and arguments that make no sense", () => {
    expect(() => createRandom(-1)).toThrow("createRandom: the seed must be an integer of at least 0, not -1");
    expect(() => createRandom(0.5)).toThrow("the seed must be an integer");
    expect(() => createRandom([0, 0, 0, 0])).toThrow("a state is four integers of 32 bits, not all 0");
    expect(() => createRandom([1, 2, 3, 2 ** 32])).toThrow("a state is four integers of 32 bits");
    expect(() => createRandom(1).integer(0)).toThrow("integer: count must be an integer of at least 1, not 0");
    expect(() => createRandom(1).uniform(1, 0)).toThrow("uniform: high - low must be at least 0");
    expect(() => createRandom(1).normal(0, -1)).toThrow("normal: the deviation must be at least 0");
  });
});
