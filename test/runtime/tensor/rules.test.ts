/** The rules of all primitives, against differences in double precision, and in single precision against double. */
import { describe, expect, it } from "vitest";
import { ruleOf } from "../../../runtime/primitive.ts";
import * as basics from "../../../runtime/tensor/index.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { checkRule } from "./check.ts";
import { checkSingle } from "./check-single.ts";
import { table, type Name } from "./table.ts";

type Rule = ReturnType<typeof ruleOf>;
const ruleBy = (name: Name): Rule =>
  typeof basics[name] === "function" ? ruleOf(basics[name] as (...all: unknown[]) => unknown) : undefined;
const primitives = (Object.keys(basics) as Name[]).filter((name) => ruleBy(name) !== undefined);

describe("the table of primitives", () => {
  it("has every exported one, and nothing else", () => {
    expect(Object.keys(table).sort()).toEqual([...primitives].sort());
  });

  it("leaves out only plain functions and what is none", () => {
    const others = Object.keys(basics).filter((name) => !primitives.includes(name as Name));
    expect(others.sort()).toEqual(["Tensor", "clip", "plus", "zero", "zerosOf"]);
  });
});

describe("maps", () => {
  it.each(primitives)("%s: there is one for each parameter, and it calls only what is exported", (name) => {
    const { vjp, jvp } = ruleBy(name) as NonNullable<Rule>;
    expect(vjp.length).toBe(jvp.length);
    for (const map of [...vjp, ...jvp] as ((() => unknown) | null)[]) {
      const text = String(map).replaceAll(/\(0,\s*([\w.]+)\)/g, "$1");
      for (const [, callee] of text.matchAll(/(\w+)\(/g)) expect(Object.keys(basics)).toContain(callee);
      expect(text).not.toMatch(/\?|\.\.\.|\.data|\{ /);
    }
  });
});

describe("rules agree with differences", () => {
  it.each(primitives)("%s", (name) => {
    for (const args of table[name] ?? []) checkRule(basics[name] as never, args, 1e-5);
  });
});

describe("single precision agrees with double", () => {
  it.each(primitives.filter((name) => name !== "cast" && name !== "tensor"))("%s", (name) => {
    for (const args of table[name] ?? []) checkSingle(basics[name] as never, args);
  });

  it("cast goes from one to the other, and its adjoint back", () => {
    const x = basics.tensor([0.1, 2]);
    const y = basics.cast(x, "f64");
    expect(y.dtype).toBe("f64");
    const pull = ruleBy("cast")?.vjp[0] as unknown as (dy: Tensor, y: Tensor, x: Tensor) => Tensor;
    expect(pull(y, y, x)).toEqual(x);
  });
});
