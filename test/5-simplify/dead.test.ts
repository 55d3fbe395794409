import { describe, expect, test } from "vitest";
import { dead } from "../../transforms/5-simplify/dead.ts";
import { propagate } from "../../transforms/5-simplify/propagate.ts";
import { arrayOf, real, zeros } from "../../transforms/ir/build.ts";
import { after, functionOf } from "./hand-built.ts";
import {
  at,
  binary,
  counter,
  declare,
  declareDerived,
  f64,
  give,
  loop,
  loopDown,
  newTape,
  parameter,
  read,
  restore,
  save,
  set,
  setDerived,
  shadow,
  tape,
  temporary,
  user,
  value,
  when,
} from "./nodes.ts";
import { heatBaseline } from "./heat.ts";

const x = parameter("x");
const u0 = parameter("u0", f64);

describe("dead", () => {
  test("the operands of a dead assignment are not uses", () => {
    const [energy, energyTape] = [user("energy"), tape("energyTape")];
    const [i, j] = [counter("i"), counter("j")];
    const body = [
      newTape(energyTape),
      declare(energy, 0),
      loop(i, 0, 3, [save(energyTape, energy), set(energy, binary("+", energy, x))]),
      loopDown(j, 0, 3, [restore(energyTape, energy)]),
      give(x),
    ];
    expect(after([dead], body, [x])).toBe("return x;\n");
  });

  test("a restore that is needed keeps its tape", () => {
    const [a, aTape, da] = [user("a"), tape("aTape"), temporary("da")];
    const [i, j] = [counter("i"), counter("j")];
    const body = [
      newTape(aTape),
      declare(a, x),
      loop(i, 0, 3, [save(aTape, a), set(a, binary("*", a, a))]),
      declareDerived(da, 1),
      loopDown(j, 0, 3, [restore(aTape, a), setDerived(da, binary("*", da, a))]),
      give(da),
    ];
    expect(after([dead], body, [x])).toBe(after([], body, [x]));
  });

  test("a variable whose first value is dead stays declared", () => {
    const a = user("a");
    const body = [declare(a, 0), when(binary(">", x, 0), [set(a, x)], [set(a, 1)]), give(a)];
    expect(after([dead], body, [x])).toBe("let a: number;\nif (x > 0) {\n  a = x;\n} else {\n  a = 1;\n}\nreturn a;\n");
  });

  test("a declaring restore whose value is dead leaves the declaration", () => {
    const [a, aTape, again] = [user("a"), tape("aTape"), user("a")];
    const i = counter("i");
    const body = [
      newTape(aTape),
      loop(i, 0, 3, [declare(a, x), save(aTape, a)]),
      restore(aTape, again, true),
      set(again, 2),
      give(again),
    ];
    expect(after([dead], body, [x])).toBe("let a: number;\na = 2;\nreturn a;\n");
  });

  test("arguments hold what they held", () => {
    const [old, other] = [tape("old"), user("other", f64)];
    const body = [
      newTape(old),
      declare(other, { kind: "copy", type: f64, source: value(u0) }),
      save(old, at(u0, 0)),
      set(at(u0, 0), x),
      set(at(other, 0), x),
      restore(old, at(u0, 0)),
      give(x),
    ];
    expect(after([dead], body, [u0, x])).toBe(
      "let old = newTape<number>();\npush(old, u0[0]);\nu0[0] = x;\nu0[0] = pop(old);\nreturn x;\n",
    );
  });

  test("a store is alive if the class is read, under whatever name", () => {
    const rows = arrayOf(arrayOf(real));
    const [m, row] = [user("m", rows), user("row", arrayOf(real))];
    const body = [
      declare(m, { kind: "newArray", type: rows, length: value(1) }),
      declare(row, { kind: "newArray", type: arrayOf(real), length: value(2) }),
      set(at(m, 0), row),
      set(at(row, 1), x),
      give(at(at(m, 0), 1)),
    ];
    expect(after([dead], body, [x])).toBe(after([], body, [x]));
  });

  test("zeros in the shape of an array need its length, not what is in it", () => {
    const [u, du] = [user("u", f64), temporary("du", f64)];
    const body = [
      declare(u, { kind: "copy", type: f64, source: value(u0) }),
      set(at(u, 0), x),
      declareDerived(du, zeros(value(u), f64)),
      give(du),
    ];
    expect(after([dead], body, [u0, x])).toBe("let u = copy<f64>(u0);\nlet du = zeros<f64>(u);\nreturn du;\n");
  });

  test("a while loop stays for its trips, without what does not decide them", () => {
    const [g, s, trips, t] = [user("g"), user("s"), counter("trips"), temporary("t")];
    const loops = [
      declare(g, x),
      declare(s, 0),
      {
        kind: "while",
        trips,
        test: binary(">", g, 1),
        body: [set(s, binary("+", s, g)), set(g, binary("*", g, 0.5))],
      } as const,
    ];
    expect(after([dead], [...loops, declare(t, trips), give(t)], [x])).toBe(
      "let g = x;\nwhile (g > 1) counting trips {\n  g = g * 0.5;\n}\nlet t = trips;\nreturn t;\n",
    );
    expect(after([dead], [...loops, give(x)], [x])).toBe("return x;\n");
  });

  test("throws and effects stay, with what decides about them", () => {
    const n = user("n");
    const body = [
      declare(n, binary("*", x, 2)),
      when(binary(">", n, 1), [
        {
          kind: "throw",
          value: { kind: "extern", text: 'new Error("x")', operands: [], type: { kind: "opaque", text: "Error" } },
        },
      ]),
      { kind: "effect", text: "console.log($0)", operands: [value(n)] } as const,
      give(x),
    ];
    expect(after([dead], body, [x])).toBe(after([], body, [x]));
  });

  test("a call is dead if nothing needs its results or what it writes", () => {
    const [a, da, y] = [parameter("a", f64), parameter("da", f64), parameter("y")];
    const adds = {
      ...functionOf([setDerived(at(da, 0), binary("*", at(a, 0), y)), give(y)], [a, da, y]),
      key: "f.ts#adds",
    };
    const [du, dv, r1, r2] = [temporary("du", f64), temporary("dv", f64), temporary("r1"), temporary("r2")];
    const body = [
      declareDerived(du, zeros(value(u0), f64)),
      declareDerived(dv, zeros(value(u0), f64)),
      { kind: "call", results: [r1], callee: "f.ts#adds", arguments: [u0, du, x].map(value) } as const,
      { kind: "call", results: [r2], callee: "f.ts#adds", arguments: [u0, dv, x].map(value) } as const,
      give(du),
    ];
    expect(after([dead], body, [u0, x], [adds])).toBe(
      "let du = zeros<f64>(u0);\nlet r1 = adds(u0, du, x);\nreturn du;\n",
    );
  });

  test("a loop whose body is dead goes, one that is needed by its own next iteration only goes too", () => {
    const [a, b] = [user("a"), user("b")];
    const body = [
      declare(a, 1),
      declare(b, 0),
      loop(counter("i"), 0, 9, [set(b, binary("+", b, a)), set(a, binary("+", b, a))]),
      give(x),
    ];
    expect(after([dead], body, [x])).toBe("return x;\n");
  });

  test("heat: the energy is read nowhere in the backward pass", () => {
    const { body, parameters } = heatBaseline();
    const text = after([propagate, dead], body, parameters);
    expect(text).not.toMatch(/energy\b|energyTape|dSteps/);
    expect(text).toContain("let dEnergy: number;\ndEnergy = 1;\n");
    expect(text).toContain("let dNew = dEnergy;\n  dEnergy = dNew;\n");
    expect(text).toContain("push(uTape, u[i]);");
  });
});

describe("propagate", () => {
  const [a, b, c] = [temporary("a"), temporary("b"), shadow(x, "c")];

  test("copies and constants go forward until what they read is written", () => {
    const body = [
      declare(a, x),
      declare(b, a),
      declareDerived(c, 0),
      setDerived(c, binary("+", c, b)),
      give(binary("+", b, c)),
    ];
    expect(after([propagate, dead], body, [x])).toBe("return x + x;\n");
    const y = user("y");
    const changed = [declare(y, x), declare(a, y), set(y, 2), give(binary("+", a, y))];
    expect(after([propagate], changed, [x])).toBe("let y = x;\nlet a = y;\ny = 2;\nreturn a + y;\n");
  });

  test("before a loop what its body writes is forgotten, in its bounds too", () => {
    const n = user("n");
    const body = [
      declare(n, x),
      declare(a, n),
      declareDerived(c, 1),
      loop(counter("i"), 0, a, [set(n, binary("+", n, 1)), setDerived(c, binary("*", c, a))]),
      give(c),
    ];
    expect(after([propagate], body, [x])).toBe(after([], body, [x]));
  });

  test("after an if what both branches agree on is kept", () => {
    const body = [
      declare(a, 1),
      declare(b, 1),
      when(binary(">", x, 0), [set(a, 2), set(b, 3)], [set(a, 2), set(b, 4)]),
      give(binary("*", a, b)),
    ];
    expect(after([propagate, dead], body, [x])).toBe(
      "let b: number;\nif (x > 0) {\n  b = 3;\n} else {\n  b = 4;\n}\nreturn 2 * b;\n",
    );
  });

  test("a copy of a block's own variable is not carried out of the block", () => {
    const own = user("own");
    const body = [declare(a), when(binary(">", x, 0), [declare(own, 2), set(a, own)], [set(a, 1)]), give(a)];
    expect(after([propagate], body, [x])).toBe(after([], body, [x]));
  });

  test("names of the user stay, and primal sums keep their zeros", () => {
    const last = user("last");
    const body = [declare(last, 0), declare(a, 0), declare(b, binary("+", x, a)), give(binary("*", b, read(last)))];
    expect(after([propagate], body, [x])).toBe("let last = 0;\nlet a = 0;\nlet b = x + 0;\nreturn b * last;\n");
  });

  test("a restored variable is not what it was", () => {
    const [t, g] = [tape("t"), temporary("g")];
    const body = [newTape(t), declare(g, 1), save(t, g), set(g, 2), restore(t, g), give(g)];
    expect(after([propagate], body)).toContain("g = pop(t);\nreturn g;\n");
  });
});
