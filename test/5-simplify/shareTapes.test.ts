import { describe, expect, it } from "vitest";
import { shareTapes } from "../../transforms/5-simplify/shareTapes.ts";
import { boolean, index } from "../../transforms/ir/build.ts";
import { printFunction } from "../../transforms/ir/print.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { origin } from "./hand-built.ts";
import {
  constant,
  counter,
  declare,
  give,
  loop,
  loopDown,
  newTape,
  parameter,
  restore,
  save,
  set,
  tape,
  user,
  when,
} from "./nodes.ts";

function fn(name: string, parameters: readonly ir.Variable[], body: ir.Block): ir.FunctionIR {
  return { key: `f.ts#${name}`, name, file: "f.ts", parameters, results: [], body, origin };
}

function call(callee: string, ...tapes: readonly ir.Variable[]): ir.Call {
  const values = tapes.map((variable): ir.Read => ({ kind: "read", variable }));
  return { kind: "call", callee: `f.ts#${callee}`, arguments: values, results: [] };
}

/** The functions after the pass: an entry that hands two tapes to a half that saves and to one that restores. */
function shared(
  saves: (a: ir.Variable, b: ir.Variable) => ir.Block,
  restores: (a: ir.Variable, b: ir.Variable) => ir.Block,
  types: readonly [ir.Type, ir.Type] = [{ kind: "real" }, { kind: "real" }],
): string {
  const make = (): readonly [ir.Variable, ir.Variable] => [tape("aTape", types[0]), tape("bTape", types[1])];
  const [own, forward, backward] = [make(), make(), make()];
  const entry = fn(
    "entry",
    [],
    [...own.map(newTape), call("forward", ...own), call("backward", own[1], own[0]), give()],
  );
  const functions = [
    entry,
    fn("forward", forward, [...saves(...forward), give()]),
    fn("backward", [backward[1], backward[0]], [...restores(...backward), give()]),
  ];
  return shareTapes(functions).map(printFunction).join("\n");
}

const [x, y, i] = [user("x"), user("y"), counter("i")];
const names = (text: string): readonly string[] =>
  [...new Set(text.match(/(?<!: )\b\w*[tT]ape\b/g))].filter((n) => n !== "newTape");

describe("shareTapes", () => {
  it("makes one tape of two that are restored in the reverse order", () => {
    const text = shared(
      (a, b) => [save(a, x), set(x, 1), save(b, y)],
      (a, b) => [restore(b, y), restore(a, x)],
    );
    expect(names(text)).toEqual(["tape"]);
    expect(text.match(/newTape|: tape/g)?.length).toBe(3);
  });

  it("puts neighbouring saves into the order that the restores need", () => {
    const text = shared(
      (a, b) => [save(a, x), declare(user("z"), 1), save(b, y)],
      (a, b) => [restore(a, x), restore(b, y)],
    );
    expect(names(text)).toEqual(["tape"]);
    expect(text.indexOf("y)")).toBeLessThan(text.indexOf("x)"));
  });

  it("leaves tapes alone whose order it cannot change", () => {
    const text = shared(
      (a, b) => [save(a, x), set(x, 1), save(b, y)],
      (a, b) => [restore(a, x), restore(b, y)],
    );
    expect(names(text)).toEqual(["aTape", "bTape"]);
  });

  it("goes through loops and branches", () => {
    const inLoop = shared(
      (a, b) => [loop(i, 0, 3, [save(a, x), set(x, 1), when(true, [save(b, y)])]), save(a, x)],
      (a, b) => [restore(a, x), loopDown(i, 0, 3, [when(true, [restore(b, y)]), restore(a, x)])],
    );
    expect(names(inLoop)).toEqual(["tape"]);
    const apart = shared(
      (a, b) => [loop(i, 0, 3, [save(a, x)]), loop(i, 0, 3, [save(b, y)])],
      (a, b) => [loopDown(i, 0, 3, [restore(b, y), restore(a, x)])],
    );
    expect(names(apart)).toEqual(["aTape", "bTape"]);
    const negated = shared(
      (a, b) => [when(true, [save(a, x), set(x, 1)], [save(b, y)])],
      (a, b) => [when({ kind: "unary", operator: "!", operand: constant(true) }, [restore(b, y)], [restore(a, x)])],
    );
    expect(names(negated)).toEqual(["tape"]);
    const otherBranch = shared(
      (a, b) => [when(true, [save(a, x)], [save(b, y)])],
      (a, b) => [when(false, [restore(b, y)], [restore(a, x)])],
    );
    expect(names(otherBranch)).toEqual(["aTape", "bTape"]);
  });

  it("keeps numbers and booleans apart, integers and other numbers together", () => {
    const both = (types: readonly [ir.Type, ir.Type]): readonly string[] =>
      names(
        shared(
          (a, b) => [save(a, x), save(b, y)],
          (a, b) => [restore(b, y), restore(a, x)],
          types,
        ),
      );
    expect(both([{ kind: "real" }, boolean])).toEqual(["aTape", "bTape"]);
    expect(both([{ kind: "real" }, index])).toEqual(["tape"]);
  });

  it("leaves a tape alone that is used in another way", () => {
    const text = shared(
      (a, b) => [save(a, x), save(b, y), call("elsewhere", a)],
      (a, b) => [restore(b, y), restore(a, x)],
    );
    expect(names(text)).toEqual(["aTape", "bTape"]);
  });

  it("leaves two tapes apart where one is still full at the end", () => {
    const text = shared(
      (a, b) => [save(a, x), save(b, y)],
      (_, b) => [restore(b, y)],
    );
    expect(names(text)).toEqual(["aTape", "bTape"]);
  });

  it("follows recursion", () => {
    const text = shared(
      (a, b) => [save(a, x), set(x, 1), call("forward", a, b), save(b, y)],
      (a, b) => [restore(b, y), call("backward", b, a), restore(a, x)],
    );
    expect(names(text)).toEqual(["tape"]);
  });

  it("shares within what hands tapes to one another, whatever else there is", () => {
    const family = (n: string, restores: (a: ir.Variable, b: ir.Variable) => ir.Block): readonly ir.FunctionIR[] => {
      const make = (): readonly [ir.Variable, ir.Variable] => [tape(`a${n}Tape`), tape(`b${n}Tape`)];
      const [own, forward, backward] = [make(), make(), make()];
      const calls = [call(`forward${n}`, ...own), call(`backward${n}`, ...own)];
      return [
        fn(`entry${n}`, [], [...own.map(newTape), ...calls, give()]),
        fn(`forward${n}`, forward, [save(forward[0], x), set(x, 1), save(forward[1], y), give()]),
        fn(`backward${n}`, backward, [...restores(...backward), give()]),
      ];
    };
    const good = family("1", (a, b) => [restore(b, y), restore(a, x)]);
    const bad = family("2", (a, b) => [restore(a, x), restore(b, y)]);
    const also = family("3", (a, b) => [restore(b, y), restore(a, x)]);
    const alone = [good, bad, also].map((functions) => shareTapes(functions).map(printFunction));
    expect(shareTapes([...good, ...bad, ...also]).map(printFunction)).toEqual(alone.flat());
    expect(alone.map((texts) => names(texts.join("\n")))).toEqual([["tape"], ["a2Tape", "b2Tape"], ["tape"]]);
  });

  it("needs no parameters to be left of a tape that nobody hands on", () => {
    const local = tape("localTape");
    const alone = fn("alone", [parameter("p")], [newTape(local), save(local, x), restore(local, x), give()]);
    expect(shareTapes([alone])).toEqual([alone]);
  });
});
