import { describe, expect, it } from "vitest";
import { sink } from "../../transforms/5-simplify/sink.ts";
import { after } from "./hand-built.ts";
import {
  add,
  at,
  counter,
  declare,
  declareDerived,
  f64,
  give,
  loop,
  multiply,
  parameter,
  section,
  set,
  setDerived,
  shadow,
  user,
  value,
  when,
  zerosLike,
} from "./nodes.ts";
import type * as ir from "../../transforms/ir/ir.ts";

const x = parameter("x");
const u = user("u", f64);
const [dx, du] = [shadow(x, "dx"), shadow(u, "du")];
const i = counter("i");
const note = section("Backward pass");
const use = setDerived(dx, add(value(dx), value(x)));

describe("sink", () => {
  it("declares a shadow where the backward pass begins to use it", () => {
    const addTo = setDerived(at(du, 0), 1);
    expect(after([sink], [declareDerived(du, zerosLike(u)), set(x, 2), note, addTo])).toBe(
      "x = 2;\n// Backward pass\nlet du = zeros<f64>(u);\ndu[0] = 1;\n",
    );
  });
  it("stops before a write of what the value reads", () => {
    const push: ir.Append = { kind: "append", array: value(u), value: value(1) };
    const text = after(
      [sink],
      [
        declareDerived(du, zerosLike({ ...u, type: { kind: "array", storage: "plain", element: { kind: "real" } } })),
        set(x, 2),
        push,
        give(du),
      ],
    );
    expect(text.indexOf("let du")).toBeGreaterThan(text.indexOf("x = 2"));
    expect(after([sink], [declareDerived(dx, x), set(x, 2), use])).toMatch(/^let dx = x;\nx = 2/);
  });
  it("joins a bare declaration with its first assignment", () => {
    expect(after([sink], [declareDerived(dx), set(x, 2), setDerived(dx, multiply(value(x), value(x))), use])).toBe(
      "x = 2;\nlet dx = x * x;\ndx = dx + x;\n",
    );
  });
  it("goes before a loop and not into it", () => {
    expect(after([sink], [declareDerived(dx, 0), note, loop(i, 0, 3, [use]), give(dx)])).toBe(
      "// Backward pass\nlet dx = 0;\nfor (let i = 0; i < 3; i++) {\n  dx = dx + x;\n}\nreturn dx;\n",
    );
    expect(after([sink], [declareDerived(dx), loop(i, 0, 3, [use])])).toMatch(/^let dx: number;\nfor/);
  });
  it("gives every iteration a variable of its own if it is assigned first", () => {
    expect(after([sink], [declareDerived(dx), loop(i, 0, 3, [setDerived(dx, x), use])])).toBe(
      "for (let i = 0; i < 3; i++) {\n  let dx = x;\n  dx = dx + x;\n}\n",
    );
    expect(after([sink], [declareDerived(dx), loop(i, 0, 3, [setDerived(dx, x)]), give(dx)])).toMatch(
      /^let dx: number;/,
    );
  });
  it("goes into the one branch that uses it", () => {
    expect(after([sink], [declareDerived(dx, 0), when(true, [set(x, 1), use])])).toBe(
      "if (true) {\n  x = 1;\n  let dx = 0;\n  dx = dx + x;\n}\n",
    );
    expect(after([sink], [declareDerived(dx, 0), when(true, [use], [use])])).toMatch(/^let dx = 0;/);
  });
  it("leaves the user's declarations", () => {
    expect(after([sink], [declare(user("a"), 1), set(x, 2), give(x)])).toMatch(/^let a = 1;/);
  });
});
