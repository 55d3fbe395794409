import { describe, expect, it } from "vitest";
import { mergeFunctions } from "../../transforms/5-simplify/mergeFunctions.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { origin } from "./hand-built.ts";
import { give, parameter, read, save, tape, user } from "./nodes.ts";

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

  it("does not mind what tapes are called, but which one is meant", () => {
    const [x, y] = [user("x"), user("y")];
    const saving = (key: string, names: readonly [string, string], order: readonly [0 | 1, 0 | 1]): ir.FunctionIR => {
      const tapes = names.map((name) => tape(name));
      const saves = [save(tapes[order[0]], x), save(tapes[order[1]], y)];
      return { ...half(key, "a#f", "forward"), parameters: tapes, body: [...saves, give()] };
    };
    const all = [
      saving("a#f_forward", ["aTape", "bTape"], [0, 1]),
      saving("a#f_forward2", ["tape", "cTape"], [0, 1]),
      saving("a#f_forward3", ["aTape", "bTape"], [1, 0]),
      saving("a#f_forward4", ["aTape", "bTape"], [0, 0]),
    ];
    expect(keys(mergeFunctions(all))).toEqual(["a#f_forward", "a#f_forward3", "a#f_forward4"]);
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
