import { expect, test } from "vitest";
import { add, constant, index, read, real, variable } from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { functionOf, written } from "./helpers.ts";

const x = variable("x", real, "parameter");
const let_ = (v: ir.Variable, value: ir.Expression): ir.Statement => ({ kind: "let", variable: v, value });
const loop = (name: string, body: (counter: ir.Variable) => ir.Block): ir.Statement => {
  const counter = variable(name, index, "counter");
  return { kind: "for", counter, lo: constant(0), hi: constant(3), descending: false, body: body(counter) };
};

async function text(body: ir.Block, taken: readonly string[] = []): Promise<string> {
  return (await written([functionOf("f", [x], [], body)], [], taken)).text;
}

test("variables of blocks beside each other share a name, nested ones do not", async () => {
  const [a, b, c] = [1, 2, 3].map(() => variable("v", real));
  const shared = await text([
    loop("i", (i) => [let_(a, read(i))]),
    loop("i", (i) => [let_(b, read(i)), loop("i", (j) => [let_(c, add(read(j), read(b)))])]),
  ]);
  expect(shared.replace(/\s+/g, " ")).toContain(
    "{ const v = i; } for (let i = 0; i < 3; i++) { const v = i; for (let i2 = 0; i2 < 3; i2++) { const v2 = i2 + v; } }",
  );
});

test("an outer variable declared later is not hidden by an inner one", async () => {
  const [inner, outer] = [variable("v", real), variable("v", real, "user")];
  const hidden = await text([loop("i", () => [let_(inner, read(x))]), let_(outer, constant(1))]);
  expect(hidden).toContain("const v = 1;");
  expect(hidden).toContain("const v2 = x;");
});

test("the user's names come first", async () => {
  const [made, own] = [variable("y", real), variable("y", real, "user")];
  expect(await text([let_(made, constant(1)), let_(own, constant(2))])).toContain("const y2 = 1;\n  const y = 2;");
});

test("nothing hides a name of the module that is used, a word of the language, or a helper", async () => {
  const names = ["y", "k", "delete", "Math", "push", "2 odd"];
  const temporaries = names.map((name) => let_(variable(name, real), constant(1)));
  const user = let_(variable("k", real, "user"), { kind: "global", name: "k", type: real });
  const shown = await text([...temporaries, user, let_(variable("y", real, "user"), constant(3))], ["y", "k"]);
  for (const line of [
    "const y2 = 1;",
    "const k3 = 1;",
    "const delete2 = 1;",
    "const Math2 = 1;",
    "const push2 = 1;",
    "const _2odd = 1;",
    "const k2 = k;",
    "const y = 3;",
  ]) {
    expect(shown).toContain(line);
  }
});

test("a wish that ends in a digit gets its number apart", async () => {
  expect(await text([let_(variable("x1", real), constant(1)), let_(variable("x1", real), constant(2))])).toContain(
    "const x1_2 = 2;",
  );
});
