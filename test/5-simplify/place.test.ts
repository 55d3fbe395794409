import { describe, expect, it } from "vitest";
import { place } from "../../transforms/5-simplify/place.ts";
import { boolean, index, lengthOf, real } from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { after } from "./hand-built.ts";
import {
  at,
  binary,
  counter,
  declare,
  f64,
  give,
  loop,
  loopDown,
  math,
  multiply,
  newTape,
  parameter,
  restore,
  save,
  section,
  set,
  subtract,
  tape,
  user,
  value,
  when,
} from "./nodes.ts";

const x = parameter("x");
const u = parameter("u", f64);
const a = user("a");
const aTape = tape("aTape");
const note = section("Backward pass");
const [i, j, k, l] = ["i", "j", "i", "j"].map(counter);
const body = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

function placed(...statements: ir.Statement[]): string {
  return after([place], statements, [x, u]).trimEnd().concat("\n");
}

describe("place without loops", () => {
  it("keeps the value in a constant", () => {
    expect(placed(newTape(aTape), save(aTape, a), set(a, 2), note, restore(aTape, a))).toBe(
      body(["let aBefore = a;", "a = 2;", "// Backward pass", "a = aBefore;"]),
    );
  });
  it("keeps nothing where the variable is never overwritten", () => {
    const b = user("b");
    expect(placed(newTape(aTape), save(aTape, x), note, restore(aTape, b, true), give(b))).toBe(
      body(["// Backward pass", "let b = x;", "return b;"]),
    );
  });
  it("uses a variable for what a branch saves", () => {
    const text = placed(newTape(aTape), when(true, [save(aTape, a), set(a, 2)]), note, when(true, [restore(aTape, a)]));
    expect(text).toBe(
      body([
        "let aBefore = 0;",
        "if (true) {",
        "  aBefore = a;",
        "  a = 2;",
        "}",
        "// Backward pass",
        "if (true) {",
        "  a = aBefore;",
        "}",
      ]),
    );
  });
});

describe("place in counted loops", () => {
  const n = user("n", index);
  const trips = declare(n, math("max", value(0), math("ceil", value(x))));

  it("makes an array that is as long as the loop runs", () => {
    const text = placed(
      newTape(aTape),
      trips,
      loop(i, 0, n, [save(aTape, a), set(a, 2)]),
      note,
      loopDown(k, 0, n, [restore(aTape, a)]),
    );
    expect(text).toContain("let aTape = newArray<f64>(n);\nfor (let i = 0; i < n; i++) {\n  aTape[i] = a;\n");
    expect(text).toContain("a = aTape[i2];");
  });
  it("indexes nested loops with bounds of their own", () => {
    const last = user("last", index);
    const at0 = [declare(last, subtract(lengthOf(value(u)), value(1))), trips];
    const forward = loop(i, 0, n, [loop(j, 1, last, [save(aTape, at(u, j)), set(at(u, j), 2)])]);
    const backward = loopDown(k, 0, n, [loopDown(l, 1, last, [restore(aTape, at(u, l))])]);
    const text = placed(newTape(aTape), ...at0, forward, note, backward);
    expect(text).toContain("let inner = Math.max(0, last - 1);\nlet aTape = newArray<f64>(n * inner);\n");
    expect(text).toContain("aTape[i * inner + j - 1] = u[j];");
  });
  it("waits with the room for a loop in a branch until the branch is taken", () => {
    const forward = when(true, [loop(i, 0, n, [save(aTape, a), set(a, 2)])]);
    const text = placed(newTape(aTape), trips, forward, note, when(true, [loopDown(k, 0, n, [restore(aTape, a)])]));
    expect(text).toContain("let aTape = newArray<f64>(0);\nif (true) {\n  aTape = newArray<f64>(n);\n");
  });
  it("names a size once for all tapes", () => {
    const bTape = tape("bTape");
    const forward = loop(i, 0, n, [loop(j, 1, n, [save(aTape, a), save(bTape, x)])]);
    const backward = loopDown(k, 0, n, [loopDown(l, 1, n, [restore(bTape, x), restore(aTape, a)])]);
    expect(
      placed(newTape(aTape), newTape(bTape), trips, forward, note, backward).match(/Math\.max\(0, n - 1\)/g),
    ).toHaveLength(1);
  });
  it("grows where an inner bound is not known beforehand", () => {
    const forward = loop(i, 0, n, [loop(j, 0, i, [save(aTape, a), set(a, 2)])]);
    const backward = loopDown(k, 0, n, [loopDown(l, 0, k, [restore(aTape, a)])]);
    const text = placed(newTape(aTape), trips, forward, note, backward);
    expect(text).toContain("let aTape = newArray<f64>(64);\nlet aTop = 0;\n");
    expect(text).toContain(
      "if (aTop === aTape.length) {\n      aTape = grow(aTape);\n    }\n    aTape[aTop] = a;\n    aTop = aTop + 1;",
    );
    expect(text).toContain("aTop = aTop - 1;\n    a = aTape[aTop];");
  });
  it("grows where the function writes a bound", () => {
    const m = user("m", index);
    const forward = loop(i, 0, m, [save(aTape, a)]);
    const text = placed(
      newTape(aTape),
      declare(m, 3),
      forward,
      set(m, 4),
      note,
      loopDown(k, 0, m, [restore(aTape, a)]),
    );
    expect(text).toContain("grow");
  });
  it("fills an array of outcomes with false", () => {
    const taken = user("taken", boolean);
    const takenTape = tape("takenTape", boolean);
    const test = binary(">", a, 0);
    const text = placed(
      newTape(takenTape),
      trips,
      loop(i, 0, n, [save(takenTape, test)]),
      note,
      loopDown(k, 0, n, [restore(takenTape, taken, true)]),
    );
    expect(text).toContain("takenTape[i] = a > 0;");
    expect(text).toContain("let taken = takenTape[i2];");
  });
  it("pushes references", () => {
    const row = user("row", f64);
    const rowTape = tape("rowTape", f64);
    const text = placed(
      newTape(rowTape),
      trips,
      loop(i, 0, n, [save(rowTape, row)]),
      note,
      loopDown(k, 0, n, [restore(rowTape, row)]),
    );
    expect(text).toContain("let rowTape = [];");
    expect(text).toContain("rowTape.push(row);");
    expect(text).toContain("row = rowTape[i2];");
  });
});

describe("place in other loops", () => {
  const trips = counter("trips");
  const step: ir.While = {
    kind: "while",
    trips,
    test: binary(">", a, 1),
    body: [save(aTape, a), set(a, multiply(value(a), value(0.5)))],
  };

  it("indexes by the iterations of a while", () => {
    const text = placed(newTape(aTape), step, note, loopDown(k, 0, trips, [restore(aTape, a)]));
    expect(text).toContain("aTape[trips] = a;");
    expect(text).toContain("a = aTape[i];");
  });
  it("leaves what goes to another function", () => {
    const [forward] = [{ kind: "call", results: [], callee: "f.ts#g", arguments: [value(aTape)] } as const];
    expect(after([place], [newTape(aTape), forward, restore(aTape, a)], [], [other])).toContain("pop(aTape)");
  });
});

const other: ir.FunctionIR = {
  key: "f.ts#g",
  name: "g",
  file: "f.ts",
  parameters: [tape("t", real)],
  results: [],
  body: [{ kind: "return", values: [] }],
  origin: { file: "f.ts", start: 0, end: 1, line: 1, column: 1, text: "" },
};
