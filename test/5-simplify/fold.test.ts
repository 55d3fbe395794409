import { describe, expect, it } from "vitest";
import { fold } from "../../transforms/5-simplify/fold.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { after } from "./hand-built.ts";
import {
  add,
  at,
  binary,
  counter,
  declare,
  declareDerived,
  divide,
  f64,
  give,
  loop,
  math,
  multiply,
  negate,
  parameter,
  set,
  setDerived,
  shadow,
  subtract,
  temporary,
  user,
  value,
  when,
} from "./nodes.ts";

const x = parameter("x");
const y = parameter("y");
const u = parameter("u", f64);
const i = parameter("i", { kind: "index" });
const dx = shadow(x, "dx");
const dNew = temporary("dNew");
const [X, Y, D] = [value(x), value(y), value(dNew)];
const one = value(1);

/** What becomes of the value of a derived declaration. */
function derived(of: ir.Expression): string {
  const named = declareDerived(dNew, at(u, 0));
  return after([fold], [named, declareDerived(dx, of)])
    .split("dx = ")[1]
    .replace(";\n", "");
}
/** What becomes of the value of a user's declaration. */
function primal(of: ir.Expression): string {
  return after([fold], [declare(user("v"), of)])
    .split("v = ")[1]
    .replace(";\n", "");
}

describe("fold, derived", () => {
  it.each([
    [multiply(X, one), "x"],
    [add(X, value(0)), "x"],
    [multiply(value(0), X), "0"],
    [divide(value(0), X), "0"],
    [negate(negate(X)), "x"],
    [add(X, negate(Y)), "x - y"],
    [subtract(X, negate(Y)), "x + y"],
    [multiply(X, negate(Y)), "-(x * y)"],
    [multiply(X, divide(one, Y)), "x / y"],
    [binary("**", X, one), "x"],
    [add(multiply(D, X), multiply(D, X)), "2 * x * dNew"],
    [add(multiply(D, at(u, i)), multiply(at(u, i), D)), "2 * u[i] * dNew"],
    [subtract(X, X), "0"],
    [add(negate(X), Y), "y - x"],
    [multiply(D, value(0.5)), "0.5 * dNew"],
    [multiply(D, X), "x * dNew"],
    [multiply(X, multiply(value(2), multiply(D, value(3)))), "6 * x * dNew"],
    [multiply(D, negate(divide(X, multiply(Y, Y)))), "-(x * dNew / (y * y))"],
    [multiply(D, subtract(multiply(X, value(2)), Y)), "dNew * (x * 2 - y)"],
    [multiply(multiply(value(2), X), binary("**", X, subtract(value(2), one))), "2 * x * x ** 1"],
  ])("%#", (before, expected) => {
    expect(derived(before).replace(/ \*\* 1$/, "")).toBe(expected.replace(/ \*\* 1$/, ""));
  });

  it("puts what is assigned first", () => {
    const text = after([fold], [setDerived(dx, add(multiply(X, Y), subtract(value(dx), X)))]);
    expect(text).toBe("dx = dx + (x * y - x);\n");
  });

  it("takes the coefficient of equal terms together with the target", () => {
    expect(after([fold], [setDerived(dx, subtract(subtract(value(dx), X), Y))])).toBe("dx = dx - (x + y);\n");
  });
});

describe("fold, primal", () => {
  it("keeps what could be NaN, infinite or -0", () => {
    expect(primal(multiply(value(0), X))).toBe("0 * x");
    expect(primal(add(X, value(0)))).toBe("x + 0");
    expect(primal(add(multiply(X, Y), multiply(X, Y)))).toBe("x * y + x * y");
    expect(primal(multiply(value(0.1), value(3)))).toBe("0.1 * 3");
  });
  it("does what is exact", () => {
    expect(primal(multiply(X, one))).toBe("x");
    expect(primal(add(value(2), value(3)))).toBe("5");
    expect(primal(subtract(X, negate(Y)))).toBe("x + y");
  });
  it("keeps the bits of tests in derived code", () => {
    const test = { ...when(binary(">", add(X, multiply(value(0), Y)), 0), [set(x, 1)]), derived: true as const };
    expect(after([fold], [test])).toContain("x + 0 * y > 0");
  });
  it("folds integer arithmetic in indices", () => {
    const index = add(subtract(value(i), one), one);
    expect(after([fold], [give(at(u, index))])).toBe("return u[i];\n");
  });
});

describe("fold, control flow", () => {
  it("takes the branch that is known", () => {
    const [a, b] = [set(x, 1), set(x, 2)];
    expect(after([fold], [when(true, [a], [b]), when(binary("<", 2, 1), [a], [b])])).toBe("x = 1;\nx = 2;\n");
  });
  it("drops loops that never run, but not their trip count", () => {
    const trips = counter("trips");
    const never: ir.While = { kind: "while", trips, test: value(false), body: [set(x, math("exp", X))] };
    expect(after([fold], [loop(counter("k"), 3, 3, [set(x, 1)]), never, give(trips)])).toBe(
      "let trips = 0;\nreturn trips;\n",
    );
  });
});
