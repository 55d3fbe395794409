import { describe, expect, test } from "vitest";
import { choices, partials, variadicPartials } from "../../transforms/4-differentiate/rules/scalars.ts";
import { binary, math, read, real, unary, variable } from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { interpret } from "../../transforms/ir/interpret.ts";
import { derive, type Mode } from "../../transforms/pipeline.ts";

/** Points inside the domain of each function, away from kinks and steps. */
const points: Readonly<Record<string, readonly (readonly number[])[]>> = {
  acosh: [[1.5], [3]],
  "**": [
    [1.3, 2.5],
    [0.7, -1.2],
    [2, 0],
  ],
  pow: [
    [1.3, 2.5],
    [0.7, -1.2],
    [2, 0],
  ],
  "%": [
    [7.3, 2.1],
    [-5.2, 1.7],
  ],
  hypot: [[0.3, -0.7, 1.1], [2], [3, 4]],
  max: [[0.3, -0.7], [0.1, 0.4, 0.2], [2]],
  min: [[0.3, -0.7], [0.1, 0.4, 0.2], [2]],
  log: [[0.4], [3]],
  log2: [[0.4], [3]],
  log10: [[0.4], [3]],
  log1p: [[0.4], [-0.4]],
  sqrt: [[0.4], [3]],
  clz32: [[5.5]],
  imul: [[2.5, 3.5]],
};
const binaryPoints = [
  [0.3, -0.7],
  [-1.2, 0.4],
];

function operation(name: string, operands: readonly ir.Expression[]): ir.Expression {
  if (name.endsWith("unary")) return unary(name[0] as ir.UnaryOperator, operands[0]);
  if (/^\W+$/.test(name)) return binary(name as ir.BinaryOperator, operands[0], operands[1]);
  return math(name, ...operands);
}

/** `(x0, x1 …) => 3 * operation(x0, x1 …)`, as a program. */
function program(name: string, count: number): { functions: Map<string, ir.FunctionIR>; key: string } {
  const parameters = Array.from({ length: count }, (_, i) => variable(`x${i}`, real, "parameter"));
  const origin: ir.Origin = { file: "rule.ts", start: 0, end: 0, line: 1, column: 1, text: name };
  const value = binary("*", { kind: "constant", value: 3, type: real }, operation(name, parameters.map(read)));
  const body: ir.Block = [{ kind: "return", values: [value], origin }];
  const fn: ir.FunctionIR = { key: "rule.ts#f", name: "f", file: "rule.ts", parameters, results: [real], body, origin };
  return { functions: new Map([[fn.key, fn]]), key: fn.key };
}

function run(name: string, x: readonly number[], mode: Mode, i: number, more: readonly number[] = []): number {
  const { functions, key } = program(name, x.length);
  const derived = derive(functions, key, { mode, wrt: [i], wrtIsTuple: false });
  const result = interpret({ functions }, derived.key, [...x, ...more]) as unknown;
  return (Array.isArray(result) ? result.at(-1) : result) as number;
}

function difference(name: string, x: readonly number[], i: number): number {
  const { functions, key } = program(name, x.length);
  const at = (h: number): number => {
    const result = interpret(
      { functions },
      key,
      x.map((v, j) => (j === i ? v + h : v)),
    ) as unknown;
    return (Array.isArray(result) ? result[0] : result) as number;
  };
  const central = (h: number): number => (at(h) - at(-h)) / (2 * h);
  return (4 * central(1e-4) - central(2e-4)) / 3;
}

const names = [...Object.keys(partials), ...Object.keys(variadicPartials), ...Object.keys(choices)];

describe.each(names)("%s", (name) => {
  const isBinary = (partials[name] as readonly unknown[] | undefined)?.length === 2;
  for (const x of points[name] ?? (isBinary ? binaryPoints : [[0.4], [-0.6]])) {
    test.each(x.map((_, i) => i))(`at ${x.join(", ")}, operand %i`, (i) => {
      // fround is a step function in exact arithmetic; its derivative is 1 by convention.
      const expected = name === "fround" ? 3 : difference(name, x, i);
      expect(run(name, x, "grad", i)).toBeCloseTo(expected, 6);
      expect(run(name, x, "jvp", i, [1])).toBeCloseTo(expected, 6);
    });
  }
});

test("every numeric function of Math has a rule", () => {
  const inert = ["random", "f16round", "sumPrecise"];
  const functions = Object.getOwnPropertyNames(Math).filter(
    (name) => typeof (Math as unknown as Record<string, unknown>)[name] === "function",
  );
  expect(functions.filter((name) => !inert.includes(name) && !names.includes(name))).toEqual([]);
});

describe("conventions at points without a derivative", () => {
  test.each([
    ["abs", [0], 0, 0],
    ["hypot", [0, 0], 0, 0],
    ["atan2", [0, 0], 0, 0],
    ["sqrt", [0], 0, Infinity],
    ["cbrt", [0], 0, Infinity],
    ["max", [2, 2], 0, 1.5],
    ["min", [2, 2, 2], 1, 1],
    ["%", [7, 2], 0, 3],
    ["**", [0, 2], 1, 0],
    ["**", [0, 0], 0, 0],
  ] as const)("%s(%j) with respect to operand %i is %d", (name, x, i, expected) => {
    expect(run(name, x, "grad", i)).toBe(expected);
    expect(run(name, x, "jvp", i, [1])).toBe(expected);
  });
});
