/** The guard names the first operation whose result is not finite though its operands are, and who called it. */
import { expect, test } from "vitest";
import { callersOf } from "../../runtime/caller.ts";
import { guard, underGuard } from "../../runtime/guard.ts";
import * as nn from "../../runtime/nn.ts";
import { primitive, ruleOf } from "../../runtime/primitive.ts";
import { Tensor } from "../../runtime/tensor/tensor.ts";

const vector = (...numbers: number[]): Tensor => new Tensor([numbers.length], "f64", Float64Array.from(numbers));

const logarithm = primitive(
  function log(x: Tensor): Tensor {
    return new Tensor(x.shape, x.dtype, Float64Array.from(x.data, Math.log));
  },
  { vjp: [(dy) => dy], jvp: [(dot) => dot] },
);

const total = primitive(
  function total(parts: readonly Tensor[], axis: number = 0, keep: boolean = false): number {
    return parts.reduce((sum, { data }) => sum + data[0], axis + Number(keep));
  },
  { vjp: [(_dy: number, _y: number, parts: readonly Tensor[]) => parts, null, null], jvp: [() => 0, null, null] },
);

function statement(x: Tensor): Tensor {
  return logarithm(x);
}

test("a primitive is the function that it wraps", () => {
  expect(logarithm(vector(1)).data[0]).toBe(0);
  expect(logarithm.name).toBe("log");
  expect(ruleOf(logarithm)?.vjp).toHaveLength(1);
  expect(total([vector(2), vector(3)])).toBe(5);
  expect(total([vector(2)], 1, true)).toBe(4);
  const many = primitive((a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e, {
    vjp: [null, null, null, null, null],
    jvp: [null, null, null, null, null],
  });
  expect(many(1, 2, 3, 4, 5)).toBe(15);
  expect(() => underGuard(() => many(1e308, 1e308, 0, 0, 0))).toThrow(
    "an operation of 1e+308, 1e+308, 0, 0, 0 gives Infinity",
  );
});

test("every primitive of the package knows its name", () => {
  const primitives = Object.entries<unknown>(nn).flatMap(([name, value]) =>
    typeof value === "function" && ruleOf(value as () => unknown) ? [{ name, own: value.name }] : [],
  );
  expect(primitives.length).toBeGreaterThan(50);
  // Where this fails: add `name: "…"` to the rule.
  expect(primitives.filter(({ name, own }) => name !== own)).toEqual([]);
});

test("off, it lets everything pass", () => {
  expect(statement(vector(-1, 0)).data).toEqual(new Float64Array([NaN, -Infinity]));
});

test("on, it names the operation, the shapes, the number and the statement", () => {
  const run = (): Tensor => underGuard(() => statement(vector(1, 0, -1)));
  expect(run).toThrow(
    "log of f64 [3] gives -Infinity at [1] of f64 [3], though its operands are finite\n    at statement (",
  );
  expect(run).toThrow(/at statement \(.*guard\.test\.ts:\d+:\d+\)$/m);
  expect(guard.on).toBe(false);
});

test("what was not finite before is not the fault of the operation", () => {
  expect(underGuard(() => statement(vector(1, Infinity))).data[1]).toBe(Infinity);
  expect(underGuard(() => total([vector(1), vector(NaN)]))).toBeNaN();
  expect(() => underGuard(() => total([vector(1e308), vector(1e308)]))).toThrow(
    "total of (f64 [1], f64 [1]) gives Infinity",
  );
});

test("the callers are the frames outside the runtime and the layer they called, in every notation", () => {
  const v8 = `Error
    at watched (file:///home/x/node_modules/cotangent/dist/runtime/guard.js:3:4)
    at log (file:///home/x/node_modules/cotangent/dist/runtime/primitive.js:3:4)
    at normalised (file:///home/x/node_modules/cotangent/dist/runtime/layers/dense.js:3:4)
    at layerNorm (file:///home/x/node_modules/cotangent/dist/runtime/layers/dense.js:3:4)
    at encoder (file:///home/x/model.ts:12:7)
    at loss (file:///home/x/model.ts:20:7)
    at file:///home/x/node_modules/cotangent/dist/runtime/train/step.js:3:4
    at main (file:///home/x/main.ts:1:1)`;
  const users = "    at encoder (file:///home/x/model.ts:12:7)\n    at loss (file:///home/x/model.ts:20:7)";
  expect(callersOf(v8, 2)).toBe(`    in layerNorm\n${users}`);
  expect(callersOf(v8.replaceAll("file://", ""), 2)).toBe(`    in layerNorm\n${users.replaceAll("file://", "")}`);
  const direct = v8.replace(/.*(dense\.js).*\n/g, "");
  expect(callersOf(direct, 2)).toBe(users);
  const backward = direct.replace("encoder", "encoder_backward2");
  expect(callersOf(backward, 2)).toBe(`    in encoder\n${users.replace("encoder", "encoder_backward2")}`);
  const firefox =
    "watched@http://h/rt/guard.js:3:4\nprimitive/<@http://h/rt/primitive.js:3:4\nloss@http://h/app.js:1:2\n";
  expect(callersOf(firefox, 2)).toBe("    at loss@http://h/app.js:1:2");
  const bundle = v8.replace(/file:[^:]*/g, "file:///app/dist/bundle.js");
  expect(callersOf(bundle, 2)).toMatch(/^ {4}at normalised \(file:\/\/\/app\/dist\/bundle.js:3:4\)\n {4}at layerNorm/);
  expect(callersOf("Error", 2)).toBeUndefined();
});
