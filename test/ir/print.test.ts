import { expect, test } from "vitest";
import {
  add,
  arrayOf,
  binary,
  boolean,
  constant,
  element,
  index,
  lengthOf,
  read,
  real,
  variable,
  zeros,
} from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { printBlock, printFunction, printType } from "../../transforms/ir/print.ts";

const x = variable("x", arrayOf(real, "f64"), "parameter");
const s = variable("s", real, "user");

test("a function is printed with unique names, tapes as push and pop", () => {
  const tape = variable("sTape", { kind: "tape", element: real }, "tape");
  const i = variable("i", index, "counter");
  const inner = variable("s", real);
  const body: ir.Block = [
    { kind: "let", variable: tape, value: { kind: "newTape", type: { kind: "tape", element: real } } },
    { kind: "let", variable: s },
    {
      kind: "for",
      counter: i,
      lo: constant(0),
      hi: lengthOf(read(x)),
      descending: true,
      body: [
        { kind: "save", tape, value: read(s) },
        { kind: "set", target: read(s), value: add(read(s), element(read(x), read(i))) },
        { kind: "restore", tape, target: read(inner), declares: true },
      ],
    },
    { kind: "return", values: [read(s), constant(-0)] },
  ];
  const origin = { file: "f.ts", start: 0, end: 0, line: 1, column: 1, text: "" };
  const fn: ir.FunctionIR = {
    key: "f.ts#f",
    name: "f",
    file: "f.ts",
    parameters: [x],
    results: [real, real],
    body,
    origin,
  };
  expect(printFunction(fn)).toBe(`function f(x: f64): [number, number] {
  let sTape = newTape<number>();
  let s: number;
  for (let i = x.length - 1; i >= 0; i--) {
    push(sTape, s);
    s = s + x[i];
    let s2 = pop(sTape);
  }
  return [s, -0];
}
`);
});

test("the surface form is printed too", () => {
  const label: ir.Label = { name: "loop" };
  const trips = variable("trips", index);
  const block: ir.Block = [
    {
      kind: "scope",
      label,
      body: [
        {
          kind: "while",
          trips,
          test: binary("<", read(s), constant(1)),
          body: [
            {
              kind: "if",
              test: binary(">", read(trips), constant(9)),
              then: [{ kind: "exit", label }],
              else: [{ kind: "return", values: [read(s)] }],
            },
          ],
        },
      ],
    },
    { kind: "addInto", target: read(x), source: read(x) },
    { kind: "let", variable: variable("dx", x.type), value: zeros(read(x), x.type) },
    { kind: "effect", text: "console.log($0)", operands: [add(read(s), constant(1))] },
    {
      kind: "call",
      callee: "f.ts#g",
      arguments: [{ kind: "stop", value: read(s) }],
      results: [variable("a", real), variable("b", boolean)],
    },
  ];
  expect(printBlock(block)).toBe(`loop: {
  while (s < 1) counting trips {
    if (trips > 9) {
      exit loop;
    } else {
      return s;
    }
  }
}
addInto(x, x);
let dx = zeros<f64>(x);
console.log(s + 1);
let [a, b] = g(stopGradient(s));
`);
});

test("types", () => {
  expect(printType({ kind: "record", fields: [{ name: "m", type: arrayOf({ kind: "maybe", of: index }) }] })).toBe(
    "{ m: (index | undefined)[] }",
  );
});
