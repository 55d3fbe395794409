import { describe, expect, it } from "vitest";
import { tail } from "../../transforms/5-simplify/tail.ts";
import { after } from "./hand-built.ts";
import {
  add,
  binary,
  counter,
  declareDerived,
  declare,
  give,
  loop,
  multiply,
  parameter,
  set,
  setDerived,
  shadow,
  user,
  value,
  when,
} from "./nodes.ts";

const x = parameter("x");
const dx = shadow(x, "dx");
const y = shadow(parameter("y"), "dy");
const double = multiply(value(2), value(x));
const test = binary(">", x, 0);

describe("tail", () => {
  it("returns from both branches", () => {
    expect(
      after([tail], [declareDerived(dx), when(test, [setDerived(dx, double)], [setDerived(dx, -1)]), give(dx)]),
    ).toBe("if (x > 0) {\n  return 2 * x;\n} else {\n  return -1;\n}\n");
  });
  it("goes into nested branches", () => {
    const inner = when(binary(">", x, 1), [setDerived(dx, double)], [setDerived(dx, 3)]);
    expect(
      after([tail], [declareDerived(dx), when(test, [inner], [setDerived(dx, -1)]), give(dx)]).match(/return/g),
    ).toHaveLength(3);
  });
  it("returns what is returned otherwise from an empty branch", () => {
    expect(after([tail], [declareDerived(dx, 0), when(test, [setDerived(dx, double)]), give(dx)])).toBe(
      "let dx = 0;\nif (x > 0) {\n  return 2 * x;\n} else {\n  return dx;\n}\n",
    );
  });
  it("returns several values at once", () => {
    const both = when(test, [setDerived(dx, double), setDerived(y, 1)], [setDerived(dx, 3), setDerived(y, 2)]);
    expect(after([tail], [declareDerived(dx), declareDerived(y), both, give(dx, y)])).toBe(
      "if (x > 0) {\n  return [2 * x, 1];\n} else {\n  return [3, 2];\n}\n",
    );
  });
  it("leaves a branch whose end is something else", () => {
    const body = [
      declareDerived(dx, 0),
      when(test, [loop(counter("i"), 0, 3, [setDerived(dx, add(value(dx), double))])]),
      give(dx),
    ];
    expect(after([tail], body)).toMatch(/}\nreturn dx;\n$/);
  });
  it("returns a value that needs no name", () => {
    expect(after([tail], [declareDerived(dx, double), give(dx)])).toBe("return 2 * x;\n");
    expect(after([tail], [declare(user("r"), double), give(x)])).toBe("let r = 2 * x;\nreturn x;\n");
  });
  it("keeps what the user named", () => {
    const r = user("r");
    expect(after([tail], [declare(r), set(r, double), give(r)])).toMatch(/return r;\n$/);
  });
});
