/**
 * Every primitive of `cotangent/nn` through the compiler: gradients, tangents and second derivatives of both kinds against
 * differences in double precision, with all passes and with none. A new primitive is tested by being in its table.
 */
import { beforeAll, describe, expect, test } from "vitest";
import * as nn from "../runtime/nn.ts";
import { ruleOf } from "../runtime/primitive.ts";
import { compile, type Compilation } from "../src/compile.ts";
import { newProgramCache } from "../src/program.ts";
import { tensorPrograms, type TensorProgram } from "./helpers/tensor-programs.ts";
import { at, clone, difference, inner, numberPaths, pattern } from "./helpers/values.ts";
import { table as layersTable } from "./runtime/layers/primitives.ts";
import { table as gatherTable } from "./runtime/tensor/gather/table.ts";
import { table as linearTable } from "./runtime/tensor/linear/cases.ts";
import { table as basicTable } from "./runtime/tensor/table.ts";
import { runFiles } from "./src/run-files.ts";

type Callable = (...args: unknown[]) => unknown;
type Passes = "all" | "none";

const all = nn as unknown as Readonly<Record<string, Callable>>;
const tables: Readonly<Record<string, readonly (readonly unknown[])[] | undefined>> = {
  ...basicTable,
  ...layersTable,
  ...linearTable,
  ...Object.fromEntries(Object.entries(gatherTable).map(([name, { cases }]) => [name, cases])),
};
const isPrimitive = (name: string): boolean => typeof all[name] === "function" && ruleOf(all[name]) !== undefined;
const primitives = Object.keys(all).filter(isPrimitive);
const programs = primitives.flatMap((name) => tensorPrograms(name, all[name] as never, tables[name] ?? []));
const fileOf = ({ name }: TensorProgram): string => `/${name}.ts`;
const files = Object.fromEntries(programs.map((program) => [fileOf(program), program.text]));

const compilations = new Map<Passes, Compilation>();

beforeAll(async () => {
  const cache = newProgramCache();
  for (const passes of ["all", "none"] as const) compilations.set(passes, await compile(files, { passes, cache }));
}, 300_000);

function compilationOf(passes: Passes): Compilation {
  const found = compilations.get(passes);
  if (!found) throw new Error("not compiled");
  return found;
}

test("the tables have every primitive, and nothing else", () => {
  expect(Object.keys(tables).sort()).toEqual([...primitives].sort());
});

describe.each(["all", "none"] as const)("passes: %s", (passes) => {
  test("every program is differentiated", () => {
    const { diagnostics } = compilationOf(passes);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.map(({ file, line, code, message }) => `${file}:${String(line)} ${code} ${message}`)).toEqual([]);
  });

  test("what derivatives import is exported", () => {
    for (const { code } of compilationOf(passes).modules.values())
      for (const [, names] of code.matchAll(/import \{([^}]*)\} from "cotangent\/nn"/g))
        for (const name of names.split(",").map((part) => part.trim()))
          if (name !== "" && !name.startsWith("type ")) expect(Object.keys(all)).toContain(name.split(" as ")[0]);
  });

  test.each(primitives)("%s", (name) => {
    for (const program of programs) {
      if (!program.name.startsWith(`${name}-`)) continue;
      const module = runFiles(compilationOf(passes), files, fileOf(program)) as Readonly<Record<string, Callable>>;
      for (const args of program.cases) expectRight(program, module, args);
    }
  });
});

/** Compares all derivatives of a module at some arguments. */
function expectRight(
  program: TensorProgram,
  module: Readonly<Record<string, Callable>>,
  args: readonly unknown[],
): void {
  const { active } = program;
  if (active === 0) return;
  const where = `${program.name} of ${JSON.stringify(args)}`;
  const v = args.slice(0, active).map((argument, i) => pattern(argument, i + 0.3));
  const along = (step: number): unknown[] => [...shifted(args.slice(0, active), step, v), ...args.slice(active)];
  const found = module.gradient(...args) as unknown[];
  const [value, slope] = module.tangent(args, v) as [number, number];
  expectSame(value, module.curved(...args), 1e-12, `value of the tangent of ${where}`);
  expectSame(sumOf(found, v), slope, 1e-9, `gradient and tangent of ${where}`);
  expectSame(
    slope,
    quotient((step) => module.curved(...along(step))),
    1e-6,
    `tangent of ${where}`,
  );
  found.forEach((part, i) => expect(shapeOf(part), where).toEqual(shapeOf(args[i])));
  const linear = sumOf(module.linearGradient(...args) as unknown[], v);
  expectSame(
    linear,
    quotient((step) => module.linear(...along(step))),
    1e-6,
    `linear gradient of ${where}`,
  );
  const change = quotient((step) => module.gradient(...along(step)));
  const forward = module.forwardOverReverse(...args, v);
  expectSame(forward, change, 1e-5, `forward over reverse of ${where}`);
  const [, pullback] = module.reverseOverReverse(...args) as [unknown, Callable];
  expectSame(pullback(v), forward, 1e-9, `reverse over reverse of ${where}`);
}

function expectSame(got: unknown, want: unknown, tolerance: number, what: string): void {
  const wrong = difference(got, want, tolerance);
  if (wrong !== undefined) expect.fail(`${what}: ${wrong}`);
}

function sumOf(gradients: readonly unknown[], v: readonly unknown[]): number {
  return gradients.reduce<number>((sum, gradient, i) => sum + inner(v[i], gradient), 0);
}

function shapeOf(value: unknown): unknown {
  if (value instanceof nn.Tensor) return [value.shape, value.dtype];
  return Array.isArray(value) ? value.map(shapeOf) : typeof value;
}

/** `values + step · v` */
function shifted(values: readonly unknown[], step: number, v: readonly unknown[]): unknown[] {
  return combined(values, v, (a, b) => a + step * b) as unknown[];
}

/** Numbers of two values of one shape, combined in pairs. */
function combined(a: unknown, b: unknown, of: (a: number, b: number) => number): unknown {
  if (typeof a === "number") return of(a, b as number);
  const made = clone(a);
  for (const path of numberPaths(made)) {
    const holder = at(made, path.slice(0, -1)) as Record<string | number, number>;
    holder[path[path.length - 1]] = of(at(a, path) as number, at(b, path) as number);
  }
  return made;
}

/** The derivative at 0, by differences of fourth order. */
function quotient(f: (step: number) => unknown): unknown {
  const h = 2e-4;
  const near = combined(f(h), f(-h), (a, b) => (a - b) / (2 * h));
  const far = combined(f(2 * h), f(-2 * h), (a, b) => (a - b) / (4 * h));
  return combined(near, far, (a, b) => (4 * a - b) / 3);
}
