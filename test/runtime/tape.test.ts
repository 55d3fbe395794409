import { expect, test } from "vitest";
import { createTape, grow, pop, push } from "../../runtime/index.ts";

test("a tape gives back what was put on it, last first, and grows as needed", () => {
  const tape = createTape();
  for (let i = 0; i < 200; i++) push(tape, i / 2);
  for (let i = 199; i >= 0; i--) expect(pop(tape)).toBe(i / 2);
  expect(() => pop(tape)).toThrow(RangeError);
});

test("a tape keeps -0, NaN and the infinities", () => {
  const tape = createTape();
  for (const value of [-0, NaN, Infinity, -Infinity]) push(tape, value);
  expect([pop(tape), pop(tape), pop(tape), pop(tape)]).toEqual([-Infinity, Infinity, NaN, -0]);
});

test("grow doubles a tape and keeps its values", () => {
  expect(grow(new Float64Array(0)).length).toBe(64);
  const grown = grow(new Float64Array(100).fill(3));
  expect(grown.length).toBe(200);
  expect([grown[99], grown[100]]).toEqual([3, 0]);
});
