import { describe, expect, it } from "vitest";
import { mergeFunctions } from "../../transforms/5-simplify/mergeFunctions.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { origin } from "./hand-built.ts";
import { give, parameter, read } from "./nodes.ts";

type Mode = NonNullable<ir.FunctionIR["derivation"]>["mode"];

/** A function derived from `of` that calls these, and returns its parameter. */
function half(key: string, of: string, mode: Mode, callees: readonly string[] = [], name = "x"): ir.FunctionIR {
  const x = parameter(name);
  const calls = callees.map((callee): ir.Call => ({ kind: "call", callee, arguments: [read(x)], results: [] }));
  const derivation = { of, mode, wrt: [] };
  return {
    key,
    name: key,
    file: "f.ts",
    parameters: [x],
    results: [x.type],
    body: [...calls, give(x)],
    origin,
    derivation,
  };
}

const keys = (functions: readonly ir.FunctionIR[]): readonly string[] => functions.map((fn) => fn.key);
const calleesOf = (fn: ir.FunctionIR | undefined): readonly string[] =>
  (fn?.body ?? []).flatMap((s) => (s.kind === "call" ? [s.callee] : []));

describe("mergeFunctions", () => {
  it("keeps the first of two that are alike, and calls it", () => {
    const merged = mergeFunctions([
      half("a#f_forward", "a#f", "forward"),
      half("a#f_forward2", "a#f", "forward"),
      half("a#g_grad", "a#g", "gradient", ["a#f_forward2"]),
    ]);
    expect(keys(merged)).toEqual(["a#f_forward", "a#g_grad"]);
    expect(calleesOf(merged.at(-1))).toEqual(["a#f_forward"]);
  });

  it("finds recursive ones, and those that only call what is alike", () => {
    const family = (n: string): readonly ir.FunctionIR[] => [
      half(`a#even${n}`, "a#even", "forward", [`a#odd${n}`]),
      half(`a#odd${n}`, "a#odd", "forward", [`a#even${n}`]),
    ];
    expect(keys(mergeFunctions([...family(""), ...family("2")]))).toEqual(["a#even", "a#odd"]);
  });

  it("keeps what differs: the primal, the mode, the text, what is called, and whole derivatives", () => {
    const all = [
      half("a#f_forward", "a#f", "forward"),
      half("b#f_forward", "b#f", "forward"),
      half("a#f_backward", "a#f", "backward"),
      half("a#f_forward2", "a#f", "forward", [], "y"),
      half("a#f_forward3", "a#f", "forward", ["a#p"]),
      half("a#f_forward4", "a#f", "forward", ["b#p"]),
      half("a#f_grad", "a#f", "gradient"),
      half("a#f_grad2", "a#f", "gradient"),
    ];
    expect(mergeFunctions(all)).toBe(all);
  });
});
