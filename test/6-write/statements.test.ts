import { describe, expect, test } from "vitest";
import {
  add,
  arrayOf,
  binary,
  boolean,
  constant,
  divide,
  element,
  field,
  index,
  lengthOf,
  multiply,
  read,
  real,
  subtract,
  variable,
  zeros,
} from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { functionOf, originOf, run, typeErrors, written } from "./helpers.ts";

const c = constant;
const f64 = arrayOf(real, "f64");
const x = variable("x", real, "parameter");
const n = variable("n", index, "parameter");
const a = variable("a", f64, "parameter");
const parameters = [x, n, a];

/** The text between the braces of a function with that body. */
async function body(statements: ir.Block, more: Partial<ir.FunctionIR> = {}): Promise<string> {
  const module = await written([functionOf("f", parameters, [], statements, more)]);
  expect(typeErrors(module)).toEqual([]);
  const inside = /: void \{\n([^]*?)\n?\}\n$/.exec(module.text)?.[1];
  if (inside === undefined) throw new Error(module.text);
  return inside.replace(/^ {2}/gm, "");
}

const derived = true as const;
const declared = (v: ir.Variable, value?: ir.Expression): ir.Statement => ({
  kind: "let",
  variable: v,
  ...(value && { value }),
});
const assigned = (target: ir.Place, value: ir.Expression): ir.Statement => ({ kind: "set", target, value });

describe("assignments", () => {
  const s = variable("s", real, "user");
  const k = variable("k", index, "user");
  const [rs, rk] = [read(s), read(k)];
  const at = element(read(a), read(n));
  test.each<readonly [ir.Statement, string]>([
    [assigned(rs, add(rs, read(x))), "s += x;"],
    [assigned(rs, subtract(rs, add(read(x), c(1)))), "s -= x + 1;"],
    [assigned(rs, add(rs, multiply(c(-2), read(x)))), "s -= 2 * x;"],
    [assigned(rs, multiply(rs, read(x))), "s *= x;"],
    [assigned(rs, divide(rs, read(x))), "s /= x;"],
    [assigned(rs, subtract(read(x), rs)), "s = x - s;"],
    [assigned(rs, add(add(rs, read(x)), c(1))), "s = s + x + 1;"],
    [assigned(rs, add(read(x), rs)), "s = x + s;"],
    [{ kind: "set", target: rs, value: add(read(x), rs), derived }, "s += x;"],
    [assigned(rs, add(rs, c(1))), "s += 1;"],
    [assigned(rk, add(rk, c(1))), "k++;"],
    [assigned(rk, subtract(rk, c(1))), "k--;"],
    [assigned(at, add(at, read(x))), "a[n] += x;"],
    [{ ...assigned(rs, add(rs, read(x))), origin: originOf("s = s + x") }, "s = s + x;"],
    [{ ...assigned(rs, add(rs, read(x))), origin: originOf("s += x") }, "s += x;"],
  ])("%#: %s", async (statement, text) => {
    const written = await body([declared(s, c(0)), declared(k, c(0)), statement]);
    expect(written.split("\n").at(-1)).toBe(text);
  });
});

describe("loops", () => {
  const total = variable("total", real, "user");
  const counter = (): ir.Variable => variable("i", index, "counter");
  const loop = (lo: ir.Expression, hi: ir.Expression, descending: boolean): ir.Block => {
    const i = counter();
    return [
      declared(total, c(0)),
      {
        kind: "for",
        counter: i,
        lo,
        hi,
        descending,
        body: [assigned(read(total), add(read(total), element(read(a), read(i))))],
      },
    ];
  };
  test.each<readonly [ir.Expression, ir.Expression, boolean, string]>([
    [c(0), read(n), false, "let i = 0; i < n; i++"],
    [c(1), add(read(n), c(1)), false, "let i = 1; i <= n; i++"],
    [c(0), c(5), true, "let i = 4; i >= 0; i--"],
    [c(0), add(read(n), c(1)), true, "let i = n; i >= 0; i--"],
    [add(read(n), c(1)), subtract(lengthOf(read(a)), c(1)), true, "let i = a.length - 2; i >= n + 1; i--"],
    [c(0), binary("&", read(n), c(7)), false, "let i = 0; i < (n & 7); i++"],
    [add(add(read(n), c(1)), c(-1)), add(read(n), c(3)), false, "let i = n; i < n + 3; i++"],
  ])("%#", async (lo, hi, descending, head) => {
    expect(await body(loop(lo, hi, descending))).toBe(`let total = 0;\nfor (${head}) total += a[i];`);
  });

  const trips = variable("trips", index, "temporary");
  const halve = (extra: ir.Block = []): ir.While => ({
    kind: "while",
    trips,
    test: binary(">", read(total), c(1)),
    body: [...extra, assigned(read(total), divide(read(total), c(2)))],
  });
  const start = declared(total, read(x));

  test("a while whose trips nobody reads", async () => {
    expect(await body([start, halve()])).toBe("let total = x;\nwhile (total > 1) total /= 2;");
  });
  test("a while whose trips are read inside only", async () => {
    const stored = assigned(element(read(a), read(trips)), c(0));
    expect(await body([start, halve([stored])])).toBe(
      "let total = x;\nfor (let trips = 0; total > 1; trips++) {\n  a[trips] = 0;\n  total /= 2;\n}",
    );
  });
  test("a while whose trips are read later counts as it stores", async () => {
    const stored = assigned(element(read(a), read(trips)), read(total));
    const text = await body([start, halve([stored]), assigned(element(read(a), c(0)), read(trips))]);
    expect(text).toBe(
      "let total = x;\nlet trips = 0;\nwhile (total > 1) {\n  a[trips++] = total;\n  total /= 2;\n}\na[0] = trips;",
    );
  });
  test("a top steps in its store and its load", async () => {
    const top = variable("top", index);
    const step = (operator: "+" | "-"): ir.Statement => ({
      kind: "set",
      target: read(top),
      value: binary(operator, read(top), c(1)),
      derived,
    });
    const last = variable("last", real);
    const text = await body([
      declared(top, c(0)),
      { kind: "set", target: element(read(a), read(top)), value: read(x), derived },
      step("+"),
      step("-"),
      declared(last, element(read(a), read(top))),
      assigned(element(read(a), c(0)), read(last)),
    ]);
    expect(text).toBe("let top = 0;\na[top++] = x;\nconst last = a[--top];\na[0] = last;");
  });
});

describe("conditionals", () => {
  const s = variable("s", real, "user");
  const set = (value: number): ir.Statement => assigned(read(s), c(value));
  const choose = (test: ir.Expression, then: ir.Block, otherwise: ir.Block): ir.Statement => ({
    kind: "if",
    test,
    then,
    else: otherwise,
  });
  const positive = binary(">", read(x), c(0));
  test("an empty first branch, no branch at all", async () => {
    expect(await body([declared(s, c(0)), choose(positive, [], [set(1)])])).toBe("let s = 0;\nif (!(x > 0)) s = 1;");
    expect(await body([declared(s, c(0)), choose(positive, [], [])])).toBe("const s = 0;");
  });
  test("else if, and no else that hangs", async () => {
    const text = await body([
      declared(s, c(0)),
      choose(
        positive,
        [choose(binary("===", read(n), c(1)), [set(1)], [])],
        [choose(binary("<", read(x), c(-1)), [set(2)], [])],
      ),
    ]);
    expect(text).toBe("let s = 0;\nif (x > 0) {\n  if (n === 1) s = 1;\n} else if (x < -1) {\n  s = 2;\n}");
  });
});

describe("tapes before they are placed", () => {
  const numbers = variable("xTape", { kind: "tape", element: real }, "tape");
  const flags = variable("condTape", { kind: "tape", element: boolean }, "tape");
  const rows = variable("rowTape", { kind: "tape", element: f64 }, "tape");
  const [v, cond, row] = [variable("v", real), variable("cond", boolean), variable("row", f64)];
  test("numbers on tapes of the runtime, anything else in arrays", async () => {
    const made = (tape: ir.Variable): ir.Statement =>
      declared(tape, { kind: "newTape", type: tape.type as ir.TapeType });
    const text = await body([
      made(numbers),
      made(flags),
      made(rows),
      { kind: "save", tape: numbers, value: read(x) },
      { kind: "save", tape: flags, value: c(true) },
      { kind: "save", tape: rows, value: read(a) },
      { kind: "restore", tape: rows, target: read(row), declares: true },
      { kind: "restore", tape: flags, target: read(cond), declares: true },
      { kind: "restore", tape: numbers, target: element(read(row), c(0)), declares: false },
      { kind: "restore", tape: numbers, target: read(v), declares: true },
      { kind: "if", test: read(cond), then: [assigned(element(read(row), c(1)), read(v))], else: [] },
    ]);
    expect(text.split("\n")).toEqual([
      "const xTape = createTape();",
      "const condTape: boolean[] = [];",
      "const rowTape: Float64Array[] = [];",
      "push(xTape, x);",
      "condTape.push(true);",
      "rowTape.push(a);",
      "const row = rowTape.pop()!;",
      "const cond = condTape.pop()!;",
      "row[0] = pop(xTape);",
      "const v = pop(xTape);",
      "if (cond) row[1] = v;",
    ]);
  });
});

test("sums of arrays: flat ones in a loop, nested ones by the runtime", async () => {
  const rows = variable("m", arrayOf(arrayOf(real)), "parameter");
  const dm = variable("dm", rows.type, "parameter");
  const fn = functionOf(
    "f",
    [rows, dm, a],
    [],
    [
      { kind: "addInto", target: read(dm), source: read(rows), derived },
      { kind: "addInto", target: read(a), source: read(a), from: c(1), derived },
    ],
  );
  const module = await written([fn]);
  expect(module.text).toContain("  addInto(dm, m);\n  for (let i = 0; i < a.length; i++) a[1 + i] += a[i];\n");
  expect(module.runtime).toEqual(["addInto"]);
});

test("unused results are left out, groups are passed as tuples", async () => {
  const [p, q] = [variable("p", real, "parameter"), variable("q", real, "parameter")];
  const callee = functionOf("pair", [p, q], [real, real], [{ kind: "return", values: [read(p), read(q)] }], {
    derivation: {
      of: "model.ts#f",
      mode: "jvp",
      wrt: ["x"],
      groups: [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
      ],
      resultLabels: ["value", "tangent"],
    },
  });
  const call = (...results: ir.Variable[]): ir.Statement => ({
    kind: "call",
    callee: callee.key,
    arguments: [read(x), c(2)],
    results,
  });
  const [r, s, t, u] = ["r", "s", "t", "u"].map((name) => variable(name, real));
  const fn = functionOf(
    "f",
    [x],
    [real],
    [
      call(r, s),
      call(t, u),
      call(variable("v", real), variable("w", real)),
      { kind: "return", values: [add(read(s), read(t))] },
    ],
  );
  const module = await written([fn, callee]);
  expect(module.text).toContain("  const [, s] = pair([x], [2]);\n  const [t] = pair([x], [2]);\n  pair([x], [2]);\n");
  expect(module.text).toContain(
    "export function pair([p]: [p: number], [q]: [q: number]): [value: number, tangent: number] {",
  );
  expect(typeErrors(module)).toEqual([]);
  expect(run(module, ["f"]).f(...([7] as never[]))).toBe(9);
});

test("types: gradients of named types, results without a value", async () => {
  const type: ir.Type = {
    kind: "record",
    fields: [
      { name: "w", type: f64 },
      { name: "b", type: real },
    ],
  };
  const p = variable("p", type, "parameter", { annotation: "Params" });
  const primal = functionOf("loss", [p], [real], [{ kind: "return", values: [field(read(p), "b")] }], {
    resultAnnotation: "number",
  });
  const dp = variable("dp", type, "shadow", { shadowOf: p });
  const gradient = functionOf(
    "loss_grad",
    [p],
    [type],
    [declared(dp, zeros(read(p), type)), { kind: "return", values: [read(dp)] }],
    {
      derivation: { of: primal.key, mode: "gradient", wrt: ["p"] },
    },
  );
  const backward = functionOf(
    "loss_backward",
    [p, dp, variable("dy", real, "shadow")],
    [],
    [{ kind: "return", values: [] }],
    {
      derivation: { of: primal.key, mode: "backward", wrt: ["p"] },
    },
  );
  const module = await written([gradient, backward], [primal]);
  expect(module.text).toContain(
    "export function loss_grad(p: Params): Gradient<Params> {\n  const dp = { w: new Float64Array(p.w.length), b: 0 };\n",
  );
  expect(module.text).toContain(
    "Adds `dy` times the gradient of {@link loss} (model.ts:1) with respect to `p` to `dp`. */",
  );
  expect(module.text).toContain(
    "export function loss_backward(p: Params, dp: Gradient<Params>, dy: number): void {}\n",
  );
  expect(module.types).toEqual(["Gradient"]);
  expect(
    typeErrors(module, "interface Params { w: Float64Array; b: number }\ndeclare function loss(): number;"),
  ).toEqual([]);
});
