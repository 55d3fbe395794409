import { describe, expect, it } from "vitest";
import { renest } from "../../transforms/5-simplify/renest.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { boolean } from "../../transforms/ir/build.ts";
import { after } from "./hand-built.ts";
import {
  add,
  binary,
  declare,
  declareDerived,
  multiply,
  parameter,
  set,
  setDerived,
  shadow,
  temporary,
  value,
  when,
} from "./nodes.ts";

const x = parameter("x");
const dx = shadow(x, "dx");
const t = temporary("t");
const test = binary(">", x, 0);
const at = (start: number): { origin: ir.Origin } => ({
  origin: { file: "f.ts", start, end: start + 1, line: 1, column: 1, text: "" },
});

describe("renest", () => {
  it("makes an expression of a conditional that was one", () => {
    expect(after([renest], [declare(t), when(test, [set(t, x)], [set(t, 2)])])).toBe("let t = x > 0 ? x : 2;\n");
  });
  it("leaves the user's if", () => {
    const written = {
      ...when(test, [{ ...setDerived(dx, x), ...at(5) }], [{ ...setDerived(dx, 2), ...at(9) }]),
      ...at(1),
    };
    expect(after([renest], [declareDerived(dx), written])).toContain("if (x > 0)");
  });
  it("chooses what is added", () => {
    const plus = (e: ir.Expression): ir.SetPlace => setDerived(dx, add(value(dx), e));
    expect(after([renest], [when(test, [plus(value(x))], [plus(multiply(value(x), value(x)))])])).toBe(
      "dx = dx + (x > 0 ? x : x * x);\n",
    );
  });
  it("leaves branches with more to do", () => {
    expect(after([renest], [when(test, [set(t, x), set(x, 1)], [set(t, 2)])])).toContain("if (x > 0)");
  });
  it("writes logic as logic", () => {
    const b = temporary("b", boolean);
    expect(after([renest], [declare(b), when(test, [set(b, binary("<", x, 1))], [set(b, false)])])).toBe(
      "let b = x > 0 && x < 1;\n",
    );
  });
  it("turns an empty branch around", () => {
    expect(after([renest], [when(binary("===", x, 0), [], [set(t, x), set(x, 1)])])).toMatch(
      /^if \(x !== 0\) {\n {2}t = x;/,
    );
  });
});
