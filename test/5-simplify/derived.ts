/** Differentiates functions written as text, with any passes after the reversal, and runs the result. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { activity } from "../../transforms/3-analyze/activity.ts";
import { effectsOf } from "../../transforms/3-analyze/effects.ts";
import { everythingActive } from "../../transforms/4-differentiate/activity-context.ts";
import { deriveReverse } from "../../transforms/4-differentiate/derive-reverse.ts";
import { freshen } from "../../transforms/2-normalize/freshen.ts";
import { normalize } from "../../transforms/2-normalize/normalize.ts";
import { readFunction } from "../../transforms/1-read/read.ts";
import type { Pass } from "../../transforms/5-simplify/pass.ts";
import { assertWellFormed } from "../../transforms/ir/assert.ts";
import { interpret } from "../../transforms/ir/interpret.ts";
import type { FunctionIR, Program } from "../../transforms/ir/ir.ts";
import { printFunction } from "../../transforms/ir/print.ts";
import { ts } from "../../transforms/typescript.ts";

const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, strict: true, types: [] };
const library = dirname(fileURLToPath(import.meta.resolve("typescript")));

/** Compiles modules that are given as text; the library is parsed once. */
function newHost(): (text: string) => { readonly source: ts.SourceFile; readonly checker: ts.TypeChecker } {
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile.bind(host);
  const parsed = new Map<string, ts.SourceFile | undefined>();
  host.getDefaultLibFileName = () => join(library, "lib.es2022.d.ts");
  host.getDefaultLibLocation = () => library;
  return (text) => {
    const source = ts.createSourceFile("/f.ts", text, ts.ScriptTarget.ES2022, true);
    host.getSourceFile = (name, ...rest) => {
      if (name === "/f.ts") return source;
      if (!parsed.has(name)) parsed.set(name, parse(name, ...rest));
      return parsed.get(name);
    };
    return { source, checker: ts.createProgram(["/f.ts"], options, host).getTypeChecker() };
  };
}
const compile = newHost();

/** The functions of a module in core form. */
export function coreOf(text: string): ReadonlyMap<string, FunctionIR> {
  const { source, checker } = compile(text);
  const program = new Map<string, FunctionIR>();
  const report = (diagnostic: { readonly message: string }) => {
    throw new Error(diagnostic.message);
  };
  const derivative = () => {
    throw new Error("no derivatives here");
  };
  for (const node of source.statements) {
    if (ts.isFunctionDeclaration(node)) readFunction(node, { checker, derivative, program, report });
  }
  return new Map([...program].map(([key, fn]) => [key, normalize(fn, program)]));
}

export interface Gradient {
  readonly program: Program;
  readonly key: string;
}

/** The gradient of `name` with respect to `wrt`, after the passes in that order; undefined = the baseline. */
export function gradientOf(
  core: ReadonlyMap<string, FunctionIR>,
  name: string,
  wrt: readonly number[],
  passes: readonly Pass[] | undefined,
  useActivity = false,
): Gradient {
  const key = [...core.keys()].find((each) => each.endsWith(`#${name}`)) ?? name;
  const optimize = passes && ((fn: FunctionIR, program: Program) => run(fn, program, passes));
  const request = {
    name: `${name}_grad`,
    mode: "gradient",
    wrt,
    seed: "one",
    value: false,
    tuple: false,
    aliasing: { groups: [], shared: new Set<number>() },
  } as const;
  const active = useActivity ? activity({ functions: core }, key, wrt) : everythingActive;
  const { entry, functions } = deriveReverse(core, key, request, active, optimize, core);
  return { program: { functions: new Map([...core, ...functions]) }, key: entry };
}

function run(fn: FunctionIR, program: Program, passes: readonly Pass[]): FunctionIR {
  const context = { program, effects: effectsOf(program) };
  const wasWellFormed = isWellFormed(fn, program);
  return passes.reduce((current, pass) => {
    const next = pass(current, context);
    if (wasWellFormed) assertWellFormed(next, program);
    return next;
  }, fn);
}

function isWellFormed(fn: FunctionIR, program: Program): boolean {
  try {
    assertWellFormed(fn, program);
    return true;
  } catch {
    return false;
  }
}

export function evaluate({ program, key }: Gradient, args: readonly unknown[]): readonly unknown[] {
  return interpret(program, key, args, {
    global: (name) => (name.startsWith("Math.") ? Math[name.slice(5) as "PI"] : undefined),
  });
}

export function print({ program, key }: Gradient): string {
  const own = [...program.functions.values()].filter((fn) => fn.derivation);
  return [...own.filter((fn) => fn.key === key), ...own.filter((fn) => fn.key !== key)].map(printFunction).join("\n");
}

/** The gradient of a gradient with respect to the first parameter, after the passes in that order. */
export function differentiateAgain({ program, key }: Gradient, passes: readonly Pass[] | undefined): Gradient {
  const core = new Map([...program.functions].map(([each, fn]) => [each, normalize(freshen(fn), program.functions)]));
  return gradientOf(core, key.slice(key.indexOf("#") + 1), [0], passes);
}
