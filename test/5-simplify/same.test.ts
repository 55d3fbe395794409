import { describe, expect, test } from "vitest";
import { same } from "../../transforms/5-simplify/same.ts";
import { after } from "./hand-built.ts";
import {
  at,
  binary,
  counter,
  declareDerived,
  f64,
  give,
  loop,
  math,
  parameter,
  setDerived,
  temporary,
  value,
  when,
} from "./nodes.ts";

const [u, v, x] = [parameter("u", f64), parameter("v", f64), parameter("x")];
const [a, b, d] = [temporary("a"), temporary("b"), temporary("d")];

describe("same", () => {
  test("storing what is there already", () => {
    const body = [declareDerived(d, at(u, 1)), setDerived(at(u, 2), x), setDerived(at(u, 1), d), give(d)];
    expect(after([same], body, [u, x])).toBe("let d = u[1];\nu[2] = x;\nreturn d;\n");
  });

  test("not if another parameter may be the same array", () => {
    const body = [declareDerived(d, at(u, 1)), setDerived(at(v, 1), x), setDerived(at(u, 1), d), give(d)];
    expect(after([same], body, [u, v, x])).toBe(after([], body, [u, v, x]));
  });

  test("equal definitions are computed once, in nested blocks too", () => {
    const e = math("exp", value(x));
    const body = [
      declareDerived(a, e),
      when(binary(">", x, 0), [declareDerived(b, e), setDerived(a, b)]),
      declareDerived(d, e),
      give(d),
    ];
    expect(after([same], body, [x])).toBe(
      "let a = Math.exp(x);\nif (x > 0) {\n  let b = a;\n  a = b;\n}\nlet d = Math.exp(x);\nreturn d;\n",
    );
  });

  test("a loop forgets what its body writes before it begins", () => {
    const body = [
      declareDerived(a, at(u, 0)),
      loop(counter("i"), 0, 3, [declareDerived(b, at(u, 0)), setDerived(at(u, 0), binary("*", b, x))]),
      give(a),
    ];
    expect(after([same], body, [u, x])).toBe(after([], body, [u, x]));
  });
});
