import { expect, test } from "vitest";
import { followsFrom } from "../../transforms/3-analyze/inequalities.ts";
import type { Polynomial } from "../../transforms/3-analyze/polynomials.ts";

function polynomial(factors: Readonly<Record<string, number>>): Polynomial {
  return new Map(Object.entries(factors));
}

const counter = [polynomial({ i: 1 }), polynomial({ "length a": 1, i: -1, "": -1 })];

test("a counter below a length is within the array", () => {
  expect(followsFrom(polynomial({ "length a": 1, i: -1, "": -1 }), counter)).toBe(true);
  expect(followsFrom(polynomial({ "length a": 1, i: -1, "": -2 }), counter)).toBe(false);
  expect(followsFrom(polynomial({ "length a": 1, "": -1 }), counter)).toBe(true);
  expect(followsFrom(polynomial({ "length b": 1, i: -1, "": -1 }), counter)).toBe(false);
});

test("a matrix kept in one array: i * m + j", () => {
  const rows = [polynomial({ i: 1 }), polynomial({ n: 1, i: -1, "": -1 })];
  const columns = [polynomial({ j: 1 }), polynomial({ m: 1, j: -1, "": -1 })];
  const below = polynomial({ "m * n": 1, "i * m": -1, j: -1, "": -1 });
  expect(followsFrom(below, [...rows, ...columns])).toBe(true);
  expect(followsFrom(below, [...rows, ...columns.slice(0, 1)])).toBe(false);
  expect(followsFrom(below, [...rows, polynomial({ j: 1 }), polynomial({ m: 1, j: -1 })])).toBe(false);
});

test("a triangle: j <= i < n", () => {
  const facts = [polynomial({ i: 1, j: -1 }), polynomial({ n: 1, i: -1, "": -1 }), polynomial({ j: 1 })];
  expect(followsFrom(polynomial({ n: 1, j: -1, "": -1 }), facts)).toBe(true);
  expect(followsFrom(polynomial({ i: 1 }), facts)).toBe(true);
});

test("nothing follows from nothing", () => {
  expect(followsFrom(polynomial({ n: 1 }), [])).toBe(false);
  expect(followsFrom(polynomial({ "length a": 1 }), [])).toBe(true);
  expect(followsFrom(polynomial({}), [])).toBe(true);
});
