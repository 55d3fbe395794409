import fc from "fast-check";
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
  lengthOf,
  math,
  multiply,
  negate,
  read,
  real,
  subtract,
  unary,
  variable,
  zeros,
} from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { functionOf, run, typeErrors, written } from "./helpers.ts";

const x = variable("x", real, "parameter");
const y = variable("y", real, "parameter");
const c = constant;
const [rx, ry] = [read(x), read(y)];

async function returned(
  value: ir.Expression,
  type: ir.Type = real,
  parameters: readonly ir.Variable[] = [x, y],
): Promise<string> {
  const module = await written([functionOf("f", parameters, [type], [{ kind: "return", values: [value] }])]);
  expect(typeErrors(module)).toEqual([]);
  const line = /^ {2}return ([^]*);$/m.exec(module.text)?.[1];
  if (line === undefined) throw new Error(module.text);
  return line;
}

describe("parentheses", () => {
  const cases: readonly (readonly [ir.Expression, string])[] = [
    [binary("**", negate(rx), c(2)), "(-x) ** 2"],
    [negate(binary("**", rx, c(2))), "-(x ** 2)"],
    [binary("**", binary("**", rx, ry), c(2)), "(x ** y) ** 2"],
    [binary("**", rx, binary("**", ry, c(2))), "x ** (y ** 2)"],
    [binary("**", rx, c(-1)), "x ** -1"],
    [binary("**", c(-2), rx), "(-2) ** x"],
    [subtract(rx, c(-1)), "x - -1"],
    [subtract(rx, negate(ry)), "x - -y"],
    [add(rx, c(-1)), "x - 1"],
    [add(rx, multiply(negate(ry), c(2))), "x - y * 2"],
    [negate(negate(rx)), "-(-x)"],
    [subtract(rx, add(ry, c(1))), "x - (y + 1)"],
    [add(rx, subtract(ry, c(1))), "x + (y - 1)"],
    [divide(rx, multiply(ry, c(2))), "x / (y * 2)"],
    [multiply(divide(rx, ry), c(2)), "(x / y) * 2"],
    [multiply(rx, negate(ry)), "x * -y"],
    [math("max", negate(rx), add(rx, ry)), "Math.max(-x, x + y)"],
    [c(-0), "-0"],
    [c(NaN), "NaN"],
    [c(-Infinity), "-Infinity"],
    [c(1e-12), "1e-12"],
    [c(1e21), "1e21"],
  ];
  test.each(cases)("%#: %s", async (expression, text) => {
    const shown = await returned(expression);
    expect(shown.replace(/\((x \*\* [y2]|y \*\* 2)\)/g, "($1)")).toBe(text);
  });
});

describe("logic", () => {
  const a = variable("a", boolean, "parameter");
  const b = variable("b", boolean, "parameter");
  const m = variable("m", { kind: "maybe", of: boolean }, "parameter");
  const or = binary("||", read(a), read(b));
  test.each<readonly [ir.Expression, string]>([
    [binary("&&", or, read(a)), "(a || b) && a"],
    [binary("||", or, binary("||", read(a), read(b))), "a || b || a || b"],
    [binary("??", read(m), or), "m ?? (a || b)"],
    [binary("||", binary("??", read(m), read(a)), read(b)), "(m ?? a) || b"],
    [unary("!", binary("===", read(a), read(b))), "a !== b"],
    [{ kind: "conditional", test: read(a), whenTrue: read(b), whenFalse: or }, "a ? b : a || b"],
  ])("%#: %s", async (expression, text) => {
    expect(await returned(expression, boolean, [a, b, m])).toBe(text);
  });
});

test("externs and templates take operands of any kind", async () => {
  const fixed: ir.Expression = {
    kind: "extern",
    text: "$0.toFixed(2)",
    operands: [add(rx, ry)],
    type: { kind: "string" },
  };
  expect(await returned(fixed, { kind: "string" })).toBe("(x + y).toFixed(2)");
  const finite: ir.Expression = { kind: "extern", text: "Number.isFinite($0)", operands: [add(rx, ry)], type: boolean };
  expect(await returned(unary("!", finite), boolean)).toBe("!Number.isFinite(x + y)");
  const template: ir.Expression = { kind: "template", chunks: ["a`${", "\\ b\n", ""], values: [rx, add(rx, ry)] };
  const { f } = run(
    await written([functionOf("f", [x, y], [{ kind: "string" }], [{ kind: "return", values: [template] }])]),
    ["f"],
  );
  expect(f(...([1, 2] as never[]))).toBe("a`${1\\ b\n3");
});

describe("allocations", () => {
  const f64 = variable("f", arrayOf(real, "f64"), "parameter");
  const plain = variable("p", arrayOf(real), "parameter");
  const rows = variable("rows", arrayOf(arrayOf(real, "f64")), "parameter");
  const point = variable(
    "point",
    {
      kind: "record",
      fields: [
        { name: "at", type: { kind: "tuple", elements: [real, real] } },
        { name: "odd name", type: arrayOf(real) },
      ],
    },
    "parameter",
  );
  const points = variable("points", arrayOf(point.type), "parameter");
  const flags = arrayOf(boolean);
  const made = (value: ir.Expression, type: ir.Type): Promise<string> =>
    returned(value, type, [f64, plain, rows, point, points]);

  test.each<readonly [ir.Expression, ir.Type, string]>([
    [zeros(read(f64), f64.type), f64.type, "new Float64Array(f.length)"],
    [zeros(read(plain), plain.type), plain.type, "new Array<number>(p.length).fill(0)"],
    [zeros(read(rows), rows.type), rows.type, "rows.map((row) => new Float64Array(row.length))"],
    [
      zeros(read(point), point.type),
      point.type,
      '{ at: [0, 0], "odd name": new Array<number>(point["odd name"].length).fill(0) }',
    ],
    [{ kind: "copy", type: f64.type as ir.ArrayType, source: read(plain) }, f64.type, "Float64Array.from(p)"],
    [
      { kind: "copy", type: plain.type as ir.ArrayType, source: read(f64), from: c(1), to: c(2) },
      plain.type,
      "Array.from(f.slice(1, 2))",
    ],
    [{ kind: "copy", type: f64.type as ir.ArrayType, source: read(f64), to: c(2) }, f64.type, "f.slice(0, 2)"],
    [{ kind: "newArray", type: plain.type as ir.ArrayType, length: c(3) }, plain.type, "[0, 0, 0]"],
    [
      { kind: "newArray", type: plain.type as ir.ArrayType, length: lengthOf(read(f64)) },
      plain.type,
      "new Array<number>(f.length).fill(0)",
    ],
    [
      { kind: "newArray", type: f64.type as ir.ArrayType, length: c(3), fill: c(1) },
      f64.type,
      "new Float64Array(3).fill(1)",
    ],
    [{ kind: "newArray", type: flags, length: c(9) }, flags, "new Array<boolean>(9).fill(false)"],
    [element(field(read(point), "at"), c(1)), real, "point.at[1]"],
  ])("%#", async (value, type, text) => {
    expect(await made(value, type)).toBe(text);
  });

  test("zeros of nested records", async () => {
    const text = await made(zeros(read(points), points.type), points.type);
    expect(text.replace(/\s+/g, " ")).toContain("points.map((row) => ({");
  });
});

test("what is written computes what the tree says", async () => {
  const leaf = fc.constantFrom<ir.Expression>(rx, ry, c(2), c(-3), c(0.5), c(-0));
  const { tree } = fc.letrec<{ tree: ir.Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      tie("tree").map(negate),
      fc
        .tuple(fc.constantFrom<ir.BinaryOperator>("+", "-", "*", "/", "%", "**"), tie("tree"), tie("tree"))
        .map(([o, a, b]) => binary(o, a, b)),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(tree, async (value) => {
      const { f } = run(await written([functionOf("f", [x, y], [real], [{ kind: "return", values: [value] }])]), ["f"]);
      expect(f(...([1.25, -2] as never[]))).toBe(evaluate(value, 1.25, -2));
    }),
    { numRuns: 200 },
  );
});

function evaluate(expression: ir.Expression, atX: number, atY: number): number {
  if (expression.kind === "constant") return expression.value as number;
  if (expression.kind === "read") return expression.variable === x ? atX : atY;
  if (expression.kind === "unary") return -evaluate(expression.operand, atX, atY);
  if (expression.kind !== "binary") throw new Error(expression.kind);
  const [a, b] = [evaluate(expression.left, atX, atY), evaluate(expression.right, atX, atY)];
  const operations = { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "%": a % b, "**": a ** b };
  return operations[expression.operator as keyof typeof operations];
}
