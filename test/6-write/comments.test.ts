import { expect, test } from "vitest";
import { add, constant, index, multiply, read, real, variable } from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { functionOf, originOf, written } from "./helpers.ts";

const x = variable("x", real, "parameter");
const dx = variable("dx", real, "shadow", { shadowOf: x });
const derived = true as const;
const declaration: ir.Statement = { kind: "let", variable: dx, value: constant(0), origin: originOf("x = 0"), derived };
const sum = (text: string): ir.Statement => ({
  kind: "set",
  target: read(dx),
  value: add(read(dx), read(x)),
  origin: originOf(text, text.length),
  derived,
});
const result: ir.Statement = { kind: "return", values: [read(dx)], origin: originOf("return y"), derived };
const note = (text: string): ir.Statement => ({ kind: "note", text });

async function bodyOf(body: ir.Block, mode: ir.Derivation["mode"] = "gradient"): Promise<string> {
  const primal = functionOf("f", [x], [real], []);
  const module = await written(
    [functionOf("f_grad", [x], [real], body, { derivation: { of: primal.key, mode, wrt: ["x"] } })],
    [primal],
  );
  return (/\{\n([^]*)\n\}\n$/.exec(module.text)?.[1] ?? "").replace(/^ {2}/gm, "");
}

test("a run of statements is quoted once", async () => {
  expect(await bodyOf([declaration, sum("a = x"), sum("a = x"), sum("b = x * x"), result])).toBe(
    "let dx = 0;\n// a = x\ndx += x;\ndx += x;\n// b = x * x\ndx += x;\nreturn dx;",
  );
});

test("long statements are cut, on one line", async () => {
  const text = await bodyOf([declaration, sum(`a =\n  ${"x + ".repeat(40)}x;`), result]);
  const [, comment] = text.split("\n");
  expect(comment).toMatch(/^\/\/ a = x \+ x .*…$/);
  expect(comment.length).toBeLessThanOrEqual(103);
});

test("the headings stand where the forward pass computes something", async () => {
  const y = variable("y", real, "user");
  const define: ir.Statement = {
    kind: "let",
    variable: y,
    value: multiply(read(x), read(x)),
    origin: originOf("y = x * x"),
  };
  const change: ir.Statement = {
    kind: "set",
    target: read(y),
    value: multiply(read(y), read(x)),
    origin: originOf("y *= x"),
  };
  const back = [note("Backward pass"), declaration, sum("y = x * x"), result];
  expect(await bodyOf([note("Forward pass"), define, ...back])).toBe(
    "const y = x * x;\nlet dx = 0;\n// y = x * x\ndx += x;\nreturn dx;",
  );
  expect(await bodyOf([note("Forward pass"), define, change, ...back])).toBe(
    "// Forward pass\nlet y = x * x;\ny *= x;\n\n// Backward pass\nlet dx = 0;\n// y = x * x\ndx += x;\nreturn dx;",
  );
});

test("statements of the forward pass and of forward mode are not quoted", async () => {
  expect(await bodyOf([note("Forward pass"), declaration, sum("a = x"), note("Backward pass"), result])).not.toContain(
    "a = x",
  );
  expect(await bodyOf([declaration, sum("a = x"), result], "jvp")).toBe("let dx = 0;\ndx += x;\nreturn dx;");
});

test("the quotation of a loop's only statement stands above the loop", async () => {
  const counter = variable("i", index, "counter");
  const loop: ir.Statement = {
    kind: "for",
    counter,
    lo: constant(0),
    hi: constant(3),
    descending: false,
    body: [sum("s += x")],
    derived,
  };
  expect(await bodyOf([declaration, loop, result])).toBe(
    "let dx = 0;\n// s += x\nfor (let i = 0; i < 3; i++) dx += x;\nreturn dx;",
  );
});
