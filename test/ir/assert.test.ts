import { describe, expect, test } from "vitest";
import { add, arrayOf, constant, element, index, read, real, variable, zeros } from "../../transforms/ir/build.ts";
import { assertWellFormed } from "../../transforms/ir/assert.ts";
import type * as ir from "../../transforms/ir/ir.ts";

const c = constant;
const x = variable("x", real, "parameter");
const a = variable("a", arrayOf(real), "parameter");
const m = variable("m", arrayOf(arrayOf(real)), "parameter");
const y = variable("y", real);
const tape = variable("xTape", { kind: "tape", element: real }, "tape");
const end: ir.Statement = { kind: "return", values: [c(0)] };
const empty: ir.Program = { functions: new Map() };

function functionOf(body: ir.Block): ir.FunctionIR {
  const origin = { file: "f.ts", start: 0, end: 0, line: 1, column: 1, text: "" };
  return { key: "f.ts#f", name: "f", file: "f.ts", parameters: [x, a, m], results: [real], body, origin };
}

const newTape: ir.Statement = {
  kind: "let",
  variable: tape,
  value: { kind: "newTape", type: { kind: "tape", element: real } },
};
const save: ir.Statement = { kind: "save", tape, value: read(x) };
const declared = (value: ir.Expression, v = y): ir.Statement => ({ kind: "let", variable: v, value });
const choice: ir.Expression = { kind: "conditional", test: c(true), whenTrue: read(x), whenFalse: c(0.5) };
const label: ir.Label = { name: "loop" };

describe("a violation is named with its statement", () => {
  test.each<readonly [string, ir.Block, string]>([
    ["declared twice", [declared(c(1)), declared(c(2)), end], "`y` is declared twice\nlet y = 2;"],
    [
      "used before",
      [{ kind: "set", target: read(y), value: c(1) }, declared(c(2)), end],
      "`y` is used before or outside its declaration\ny = 1;",
    ],
    [
      "out of scope",
      [
        { kind: "if", test: c(true), then: [declared(c(1))], else: [] },
        { kind: "return", values: [read(y)] },
      ],
      "return y;",
    ],
    [
      "counter",
      [
        { kind: "for", counter: variable("i", index), lo: c(0), hi: c(1), descending: false, body: [] },
        { kind: "return", values: [read(y)] },
      ],
      "`y` is used",
    ],
    [
      "store index",
      [{ kind: "set", target: element(read(a), element(read(a), c(0))), value: c(1) }, end],
      "the index of a store reads memory\na[a[0]] = 1;",
    ],
    [
      "reference path",
      [
        { kind: "set", target: element(element(read(variable("deep", arrayOf(m.type))), c(0)), c(0)), value: read(a) },
        end,
      ],
      "`deep` is used",
    ],
    [
      "allocation",
      [{ kind: "append", array: read(m), value: zeros(read(a), a.type) }, end],
      "the allocation `zeros` is not the whole value of a variable",
    ],
    ["tape", [newTape, save, end], "the tape `xTape` has not as many saves as restores"],
    [
      "conditional",
      [declared(choice), end],
      "a conditional expression that may carry a derivative\nlet y = true ? x : 0.5;",
    ],
    ["early return", [{ ...end }, end], "a return that is not the last statement"],
    ["no return", [declared(c(1))], "the last statement is no return"],
    ["values", [{ kind: "return", values: [] }], "the number of values is not that of the results"],
    [
      "scope",
      [{ kind: "scope", label, body: [{ kind: "exit", label }] }, end],
      "scopes and exits belong to the surface form",
    ],
    [
      "callee",
      [{ kind: "call", callee: "f.ts#g", arguments: [], results: [] }, end],
      "the program has no function `f.ts#g`",
    ],
  ])("%s", (_, body, message) => {
    expect(() => {
      assertWellFormed(functionOf(body), empty);
    }).toThrow(message);
  });
});

test("what is well formed passes, in each form", () => {
  const restore: ir.Statement = { kind: "restore", tape, target: read(y), declares: true };
  assertWellFormed(functionOf([newTape, save, restore, { kind: "return", values: [add(read(y), read(x))] }]), empty);
  assertWellFormed(
    functionOf([{ kind: "scope", label, body: [declared(choice), { kind: "exit", label }] }, end]),
    empty,
    "surface",
  );
  assertWellFormed(functionOf([{ kind: "if", test: c(true), then: [end], else: [end] }]), empty, "final");
});
