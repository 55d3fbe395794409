import { describe, expect, it } from "vitest";
import { normalize } from "../../transforms/2-normalize/normalize.ts";
import { assertWellFormed } from "../../transforms/ir/assert.ts";
import { interpret } from "../../transforms/ir/interpret.ts";
import { ts } from "../../transforms/typescript.ts";
import { read } from "../helpers/program.ts";
import { programs } from "./programs.ts";

/** The functions of a module as JavaScript runs them. */
function functionsOf(source: string, name: string): (...args: unknown[]) => unknown {
  const { outputText } = ts.transpileModule(source.replaceAll("export ", ""), {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  return new Function(`${outputText}\nreturn ${name};`)() as (...args: unknown[]) => unknown;
}

/** What a function returns, and what it leaves in its arguments. */
function outcome(run: (args: unknown[]) => unknown, args: readonly unknown[]): unknown {
  const own = structuredClone([...args]);
  try {
    return { value: run(own), arguments: own };
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : error };
  }
}

describe("a function that has been read does what it did", () => {
  for (const [name, { source, cases }] of Object.entries(programs)) {
    it(name, () => {
      const { key, program, diagnostics } = read(source);
      expect(diagnostics).toEqual([]);
      if (key === undefined) throw new Error("refused");
      for (const fn of program.values()) assertWellFormed(fn, { functions: program }, "surface");
      const core = new Map([...program].map(([name, fn]) => [name, normalize(fn, program)] as const));
      for (const fn of core.values()) assertWellFormed(fn, { functions: core }, "core");
      const original = functionsOf(source, program.get(key)?.name ?? "");
      for (const args of cases) {
        for (const functions of [program, core]) {
          const run = (own: unknown[]): unknown =>
            interpret({ functions }, key, own, { global: globalValue(source) })[0];
          expect(outcome(run, args)).toEqual(outcome((own) => original(...own), args));
        }
      }
    });
  }
});

/** A constant of the module, or of the language. */
function globalValue(source: string): (name: string) => never {
  return (name) => functionsOf(source, name) as never;
}
