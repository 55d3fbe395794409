import { expect, test } from "vitest";
import { liftConditionals } from "../../transforms/2-normalize/liftConditionals.ts";
import { nameExpensive } from "../../transforms/2-normalize/nameExpensive.ts";
import { normalize } from "../../transforms/2-normalize/normalize.ts";
import { sinkDefinitions } from "../../transforms/2-normalize/sinkDefinitions.ts";
import { structureExits } from "../../transforms/2-normalize/structureExits.ts";
import {
  add,
  binary,
  constant,
  element,
  index,
  lengthOf,
  math,
  multiply,
  read,
  real,
  variable,
  arrayOf,
} from "../../transforms/ir/build.ts";
import { interpret } from "../../transforms/ir/interpret.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { printBlock } from "../../transforms/ir/print.ts";

const x = variable("x", real, "parameter");
const origin: ir.Origin = { file: "f.ts", start: 0, end: 0, line: 1, column: 1, text: "" };

function fn(body: ir.Block, parameters: readonly ir.Variable[] = [x]): ir.FunctionIR {
  return { key: "f.ts#f", name: "f", file: "f.ts", parameters, results: [real], body, origin };
}
const result = (value: ir.Expression): ir.Return => ({ kind: "return", values: [value] });
const isPositive = binary(">", read(x), constant(0));

test("structureExits: an early return becomes the other branch", () => {
  const early = fn([{ kind: "if", test: isPositive, then: [result(read(x))], else: [] }, result(constant(0.5))]);
  expect(printBlock(structureExits(early).body)).toMatchInlineSnapshot(`
    "let result: number;
    if (x > 0) {
      result = x;
    } else {
      result = 0.5;
    }
    return result;
    "
  `);
});

test("structureExits: a loop that can be left early tests a flag, and counts the iterations it began", () => {
  const i = variable("i", index, "counter");
  const sum = variable("sum", real, "user");
  const xs = variable("xs", arrayOf(real), "parameter");
  const label: ir.Label = { name: "break" };
  const leave: ir.Statement = {
    kind: "if",
    test: binary("<", element(read(xs), read(i)), constant(0)),
    then: [{ kind: "exit", label }],
    else: [],
  };
  const loop: ir.Statement = {
    kind: "for",
    counter: i,
    lo: constant(0),
    hi: lengthOf(read(xs)),
    descending: false,
    body: [leave, { kind: "set", target: read(sum), value: add(read(sum), element(read(xs), read(i))) }],
  };
  const program = fn(
    [{ kind: "let", variable: sum, value: constant(0) }, { kind: "scope", label, body: [loop] }, result(read(sum))],
    [xs],
  );
  const structured = structureExits(program);
  const run = (values: readonly number[]): unknown =>
    interpret({ functions: new Map([[structured.key, structured]]) }, structured.key, [[...values]])[0];
  expect([run([1, 2, -1, 5]), run([]), run([-1]), run([1, 2])]).toEqual([3, 0, 0, 3]);
});

test("liftConditionals: a conditional value becomes an if", () => {
  const conditional: ir.Expression = {
    kind: "conditional",
    test: isPositive,
    whenTrue: read(x),
    whenFalse: multiply(constant(2), read(x)),
  };
  expect(printBlock(liftConditionals(fn([result(multiply(conditional, read(x)))])).body)).toMatchInlineSnapshot(`
    "let chosen: number;
    if (x > 0) {
      chosen = x;
    } else {
      chosen = 2 * x;
    }
    return chosen * x;
    "
  `);
});

test("nameExpensive: results worth keeping get a name, products and squares do not", () => {
  const value = add(multiply(math("exp", read(x)), math("sqrt", read(x))), binary("**", read(x), constant(2)));
  expect(printBlock(nameExpensive(fn([result(value)])).body)).toMatchInlineSnapshot(`
    "let e = Math.exp(x);
    let root = Math.sqrt(x);
    return e * root + x ** 2;
    "
  `);
});

test("sinkDefinitions: a definition moves into the only branch that uses it, and not over a write of its operands", () => {
  const y = variable("y", real, "user");
  const r = variable("r", real, "user");
  const define: ir.Statement = { kind: "let", variable: y, value: math("sqrt", read(x)) };
  const use: ir.Statement = {
    kind: "if",
    test: isPositive,
    then: [{ kind: "set", target: read(r), value: read(y) }],
    else: [],
  };
  const declare: ir.Statement = { kind: "let", variable: r, value: read(x) };
  expect(printBlock(sinkDefinitions(fn([define, declare, use, result(read(r))])).body)).toMatchInlineSnapshot(`
    "let r = x;
    if (x > 0) {
      let y = Math.sqrt(x);
      r = y;
    }
    return r;
    "
  `);
  const write: ir.Statement = { kind: "set", target: read(x), value: constant(1) };
  expect(sinkDefinitions(fn([define, declare, write, use, result(read(r))])).body[0]).toBe(define);
});

test("normalize: doing it again changes nothing but the identities of variables", () => {
  const conditional: ir.Expression = {
    kind: "conditional",
    test: isPositive,
    whenTrue: math("sqrt", read(x)),
    whenFalse: read(x),
  };
  const once = normalize(
    fn([{ kind: "if", test: isPositive, then: [result(conditional)], else: [] }, result(math("exp", conditional))]),
    new Map(),
  );
  expect(printBlock(normalize(once, new Map()).body)).toBe(printBlock(once.body));
});
