import { describe, expect, it } from "vitest";
import type * as ir from "../../transforms/ir/ir.ts";
import { fold } from "../../transforms/5-simplify/fold.ts";
import { substitute } from "../../transforms/5-simplify/substitute.ts";
import { after } from "./hand-built.ts";
import {
  add,
  at,
  binary,
  counter,
  declare,
  declareDerived,
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
const u = parameter("u", f64);
const v = parameter("v", f64);
const [du, dv, dx] = [shadow(u, "du"), shadow(v, "dv"), shadow(x, "dx")];
const i = counter("i");
const [t, s] = [temporary("t"), temporary("s")];
const squared = multiply(value(x), value(x));

describe("substitute, one use", () => {
  it("moves a value to its use", () => {
    expect(after([substitute], [declare(t, squared), declare(s, add(value(t), value(x))), give(s)])).toBe(
      "return x * x + x;\n",
    );
  });
  it("moves into a branch but not into a loop", () => {
    expect(after([substitute], [declare(t, squared), when(true, [set(x, t)])])).toBe("if (true) {\n  x = x * x;\n}\n");
    expect(after([substitute], [declare(t, squared), loop(i, 0, 3, [set(x, t)])])).toContain("let t = x * x;");
  });
  it("does not cross a write of what the value reads", () => {
    expect(after([substitute], [declare(t, squared), set(x, 1), give(t)])).toContain("let t = x * x;");
    expect(after([substitute], [declare(t, at(u, 0)), set(at(v, 1), 1), give(t)])).toContain("let t = u[0];");
    expect(after([substitute], [declare(t, at(u, 0)), set(at(u, 1), 1), give(t)])).toBe("u[1] = 1;\nreturn u[0];\n");
    expect(after([substitute], [declare(t, at(u, 0)), set(at(dv, 0), 1), give(t)])).toBe("dv[0] = 1;\nreturn u[0];\n");
  });
  it("may stand in the statement that overwrites what it reads", () => {
    expect(after([substitute], [declareDerived(t, dx), setDerived(dx, multiply(value(2), value(t)))])).toBe(
      "dx = 2 * dx;\n",
    );
  });
  it("keeps an index free of memory", () => {
    const k = temporary("k", { kind: "index" });
    expect(after([substitute], [declare(k, at(u, 0)), set(at(u, k), 1)])).toContain("let k = u[0];");
  });
  it("keeps the user's names", () => {
    expect(after([substitute], [declare(user("y"), squared), give(x)])).toContain("y = x * x");
  });
  it("keeps lines short", () => {
    const long = Array.from({ length: 9 }, (): ir.Expression => squared).reduce((a, b) => add(a, b));
    expect(
      after([substitute], [declareDerived(t, long), setDerived(dx, add(value(dx), multiply(value(t), value(x))))]),
    ).toContain("let t");
  });
});

describe("substitute, use before the write in its way", () => {
  it("pulls the use up", () => {
    const dSum = shadow(parameter("sum"), "dSum");
    const body = [
      declareDerived(t, dSum),
      setDerived(dSum, multiply(value(x), value(dSum))),
      setDerived(dx, add(value(dx), multiply(at(u, 0), value(t)))),
    ];
    expect(after([substitute], body)).toBe("dx = dx + u[0] * dSum;\ndSum = x * dSum;\n");
  });
  it("does not where what is between reads the place or writes an operand", () => {
    const use = setDerived(dx, add(value(dx), value(t)));
    expect(after([substitute], [declareDerived(t, at(dv, 0)), setDerived(at(dv, 0), dx), use])).toContain(
      "let t = dv[0];",
    );
    const product = setDerived(dx, add(value(dx), multiply(value(x), value(t))));
    expect(after([substitute], [declareDerived(t, s), set(s, 1), set(x, 2), product])).toContain("let t = s;");
  });
});

describe("substitute, overwritten by its one use", () => {
  it("collects the sum of an adjoint in one assignment", () => {
    const dNew = temporary("dNew");
    const body = [
      declareDerived(dNew, at(du, i)),
      setDerived(at(du, i), 0),
      setDerived(at(du, i), add(at(du, i), value(dNew))),
      setDerived(at(du, binary("-", i, 1)), add(at(du, binary("-", i, 1)), multiply(value(dNew), value(x)))),
      setDerived(at(du, i), subtract(at(du, i), multiply(value(2), value(dNew)))),
      setDerived(at(du, binary("+", i, 1)), add(at(du, binary("+", i, 1)), value(dNew))),
    ];
    expect(after([substitute, fold], [loop(i, 1, 9, body)], [x, u])).toBe(
      [
        "for (let i = 1; i < 9; i++) {",
        "  let dNew = du[i];",
        "  du[i - 1] = du[i - 1] + x * dNew;",
        "  du[i] = -dNew;",
        "  du[i + 1] = du[i + 1] + dNew;",
        "}\n",
      ].join("\n"),
    );
  });
  it("does not cross a read or a write of the place, under any name", () => {
    const first = setDerived(at(du, i), 0);
    const second = setDerived(at(du, i), add(at(du, i), value(x)));
    for (const between of [
      setDerived(dx, at(dv, 0)),
      setDerived(at(dv, 3), 1),
      loop(counter("k"), 0, 3, [setDerived(at(dv, 3), 1)]),
    ])
      expect(after([substitute], [first, between, second])).toContain("du[i] = 0;");
    expect(after([substitute], [first, setDerived(dx, at(u, i)), second])).not.toContain("du[i] = 0;");
  });
  it("does not replace a read that may be the place under another name", () => {
    const second = setDerived(at(du, i), add(at(du, i), at(dv, i)));
    expect(after([substitute], [setDerived(at(du, i), 0), second])).toContain("du[i] = 0;");
  });
  it("keeps a declaration a declaration", () => {
    const body = [
      declareDerived(dx, 0),
      declareDerived(s, math("sin", value(x))),
      setDerived(dx, add(value(dx), multiply(value(s), value(s)))),
    ];
    expect(after([substitute, fold], body)).toBe("let s = Math.sin(x);\nlet dx = s * s;\n");
  });
  it("does not merge what different statements of the user add", () => {
    const origin = (start: number) => ({
      origin: { file: "f.ts", start, end: start + 1, line: 1, column: 1, text: "" },
    });
    const body = [
      { ...setDerived(dx, add(value(dx), squared)), ...origin(1) },
      { ...setDerived(dx, add(value(dx), negate(squared))), ...origin(5) },
    ];
    expect(after([substitute], body).split("\n")).toHaveLength(3);
  });
});
