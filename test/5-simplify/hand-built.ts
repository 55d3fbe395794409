/** Short ways to write functions by hand and to read what a pass made of them. */
import { effectsOf } from "../../transforms/3-analyze/effects.ts";
import type { Pass } from "../../transforms/5-simplify/pass.ts";
import { printBlock } from "../../transforms/ir/print.ts";
import type * as ir from "../../transforms/ir/ir.ts";

export const origin: ir.Origin = { file: "f.ts", start: 0, end: 1, line: 1, column: 1, text: "f" };

/** A function with that body. */
export function functionOf(body: ir.Block, parameters: readonly ir.Variable[] = []): ir.FunctionIR {
  return { key: "f.ts#f", name: "f", file: "f.ts", parameters, results: [{ kind: "real" }], body, origin };
}

/** Runs the passes in that order and prints the body. */
export function after(
  passes: readonly Pass[],
  body: ir.Block,
  parameters: readonly ir.Variable[] = [],
  others: readonly ir.FunctionIR[] = [],
): string {
  const start = functionOf(body, parameters);
  const program: ir.Program = { functions: new Map([start, ...others].map((fn) => [fn.key, fn])) };
  const context = { program, effects: effectsOf(program) };
  return printBlock(passes.reduce((fn, pass) => pass(fn, context), start).body);
}
