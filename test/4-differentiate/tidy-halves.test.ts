import { describe, expect, it } from "vitest";
import { needlessTapes } from "../../transforms/4-differentiate/needless-restores.ts";
import { tidyHalves } from "../../transforms/4-differentiate/tidy-halves.ts";
import { printFunction } from "../../transforms/ir/print.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { origin } from "../5-simplify/hand-built.ts";
import {
  at,
  declare,
  f64,
  give,
  multiply,
  newTape,
  parameter,
  read,
  restore,
  save,
  section,
  set,
  tape,
  temporary,
  user,
} from "../5-simplify/nodes.ts";

function fn(name: string, parameters: readonly ir.Variable[], body: ir.Block): ir.FunctionIR {
  return { key: `f.ts#${name}`, name, file: "f.ts", parameters, results: [], body, origin };
}

function call(callee: string, ...passed: readonly ir.Variable[]): ir.Call {
  return { kind: "call", callee: `f.ts#${callee}`, arguments: passed.map(read), results: [] };
}

const callees = (primal: ir.FunctionIR) => [{ primal, forward: "f.ts#g_forward", backward: "f.ts#g_backward" }];
const mapOf = (...functions: readonly ir.FunctionIR[]): ReadonlyMap<string, ir.FunctionIR> =>
  new Map(functions.map((each) => [each.key, each]));
const text = (functions: ReadonlyMap<string, ir.FunctionIR>): string =>
  [...functions.values()].map(printFunction).join("");

describe("tidyHalves", () => {
  it("drops parameters that a backward half does not use, and values that are kept for nothing", () => {
    const [x, y, kept] = [parameter("x"), parameter("y"), tape("keptTape")];
    const entry = fn(
      "entry",
      [x, y],
      [newTape(kept), call("g_forward", x, y, kept), section("Backward pass"), call("g_backward", x, y, kept), give()],
    );
    const halves = [
      fn("g_forward", [x, y, kept], [save(kept, x), give()]),
      fn("g_backward", [x, y, kept], [restore(kept, temporary("xBefore"), true), set(user("z"), read(y)), give()]),
    ];
    const primal = fn("g", [x, y], [give()]);
    const tidy = text(tidyHalves(mapOf(entry, ...halves), entry.key, callees(primal)));
    expect(tidy).not.toContain("Tape");
    expect(tidy).toContain("g(x, y);");
    expect(tidy).toContain("g_backward(y);");
    expect(tidy).not.toContain("g_forward");
  });

  it("keeps what is handed on to a half that needs it", () => {
    const [x, kept] = [parameter("x"), tape("keptTape")];
    const entry = fn("entry", [x], [newTape(kept), call("g_forward", x, kept), call("g_backward", x, kept), give()]);
    const value = temporary("value");
    const halves = [
      fn("g_forward", [x, kept], [save(kept, x), give()]),
      fn("g_backward", [x, kept], [restore(kept, value, true), set(user("z"), read(value)), give()]),
    ];
    const functions = mapOf(entry, ...halves);
    const tidy = tidyHalves(functions, entry.key, callees(fn("g", [x], [give()])));
    expect(text(tidy)).toContain("g_forward(x, keptTape);");
    expect(text(tidy)).toContain("g_backward(keptTape);");
  });
});

describe("needlessTapes", () => {
  /** `g` overwrites an array of the entry; `reads` stands in the backward pass of the entry. */
  function derivative(array: ir.Variable, reads: ir.Block, parameters: readonly ir.Variable[]): ReadonlySet<string> {
    const [out, kept] = [parameter("out", f64), tape("outTape")];
    const entry = fn("entry", parameters, [
      ...(parameters.includes(array)
        ? []
        : [declare(array, { kind: "newArray", type: f64, length: read(parameter("n")) })]),
      newTape(kept),
      call("g_forward", array, kept),
      section("Backward pass"),
      ...reads,
      call("g_backward", array, kept),
      give(),
    ]);
    const halves = [
      fn("g_forward", [out, kept], [save(kept, at(out, 0)), set(at(out, 0), 1), give()]),
      fn("g_backward", [out, kept], [restore(kept, at(out, 0)), give()]),
    ];
    const { tapes } = needlessTapes(mapOf(entry, ...halves), entry.key, new Set(["f.ts#g_backward"]));
    return new Set([...tapes].map(({ name }) => name));
  }
  const local = user("work", f64);
  const square = set(user("z"), multiply(at(local, 0), at(local, 0)));

  it("finds what brings back memory that no backward pass reads", () => {
    expect(derivative(local, [], [])).toEqual(new Set(["outTape"]));
  });

  it("keeps what a backward pass reads", () => {
    expect(derivative(local, [square], [])).toEqual(new Set());
  });

  it("keeps what the caller reads: its arguments", () => {
    const given = parameter("given", f64);
    expect(derivative(given, [], [given])).toEqual(new Set());
  });
});
