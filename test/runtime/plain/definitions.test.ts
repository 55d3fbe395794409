/**
 * Every primitive of `cotangent/nn` against a definition in plain loops, whose derivatives the compiler makes: the value,
 * the adjoints and the tangents of its rule, in double and in single precision. A new primitive needs a definition.
 */
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import * as nn from "../../../runtime/nn.ts";
import { ruleOf } from "../../../runtime/primitive.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { compile, type Compilation } from "../../../src/compile.ts";
import { runFiles } from "../../src/run-files.ts";
import { table as layersTable } from "../layers/primitives.ts";
import { table as gatherTable } from "../tensor/gather/table.ts";
import { table as linearTable } from "../tensor/linear/cases.ts";
import { table as basicTable } from "../tensor/table.ts";
import { more } from "./more-cases.ts";
import type { Plain } from "./plain.ts";
import { spelled } from "./spelled.ts";
import { expectSame, inPrecision, partsOf, plainOf, randomLike, sumOf } from "./values.ts";

type Callable = (...args: unknown[]) => unknown;
type Arguments = readonly unknown[];

const all = nn as unknown as Readonly<Record<string, Callable>>;
const tables: Readonly<Record<string, readonly Arguments[] | undefined>> = {
  ...basicTable,
  ...layersTable,
  ...linearTable,
  ...Object.fromEntries(Object.entries(gatherTable).map(([name, { cases }]) => [name, cases])),
};
const primitives = Object.keys(all).filter((name) => typeof all[name] === "function" && ruleOf(all[name]));

const folder = new URL(".", import.meta.url);
const sources = readdirSync(folder).filter((name) => !/test|values|spelled|more-cases/.test(name));
const files: Record<string, string> = Object.fromEntries(
  sources.map((name) => [`/${name}`, readFileSync(new URL(name, folder), "utf8")]),
);
const fileOf = (name: string): string | undefined =>
  Object.keys(files).find((file) => files[file].includes(`export function ${name}(`));
const defined = primitives.filter((name) => fileOf(name) !== undefined);

/** The parameters that have a derivative. */
function activeOf(name: string): number[] {
  const { vjp = [] } = ruleOf(all[name]) ?? {};
  return [...vjp.keys()].filter((i) => vjp[i] !== null);
}

/** A module with the definition of each primitive and its derivatives: by all parameters for which the primitive has one. */
function requests(): string {
  const lines = [`import { jvp, vjp } from "cotangent";`];
  for (const name of defined) lines.push(`import * as of_${name} from ".${fileOf(name) ?? ""}";`);
  for (const name of defined) {
    lines.push(`export const value_${name} = of_${name}.${name};`);
    const wrt = activeOf(name).join(", ");
    if (wrt === "") continue;
    lines.push(`export const vjp_${name} = vjp(of_${name}.${name}, { wrt: [${wrt}] });`);
    lines.push(`export const jvp_${name} = jvp(of_${name}.${name}, { wrt: [${wrt}] });`);
  }
  return lines.join("\n");
}

let compilation: Compilation;
let definitions: Readonly<Record<string, Callable>>;

beforeAll(async () => {
  files["/requests.ts"] = requests();
  compilation = await compile(files);
  definitions = runFiles(compilation, files, "/requests.ts") as typeof definitions;
});

test("every primitive has a definition", () => {
  expect(defined).toEqual(primitives);
});

test("every definition is differentiated", () => {
  const errors = compilation.diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ file, line, code, message }) => `${file}:${String(line)} ${code} ${message}`)).toEqual([]);
});

describe.each(["f64", "f32"] as const)("%s", (dtype) => {
  test.each(defined)("%s", (name) => {
    const cases = [...(tables[name] ?? []), ...(more[name] ?? [])];
    const isOperand = (_: unknown, i: number): boolean => cases.some((args) => args[i] instanceof Tensor);
    cases.forEach((given, k) => {
      const args = given.map((argument) => inPrecision(argument, dtype));
      const plain = args.map((argument, i) => plainOf(argument, isOperand(argument, i)));
      checkCase(name, args, plain, `${name}, case ${String(k)}`);
    });
  });
});

function checkCase(name: string, given: Arguments, taken: Arguments, where: string): void {
  const [args, plain] = [given, spelled[name]?.(taken) ?? taken];
  const what = (part: string) => () => `${part} of ${where}: ${JSON.stringify(args)}`;
  const y = all[name](...args);
  const wanted = definitions[`value_${name}`](...plain);
  if (partsOf(y).length === 0 && typeof y !== "number") return expect(y, where).toEqual(wanted);
  const shapes = [wanted].flat().map((part) => Array.from((part as Plain).shape ?? []));
  expect(
    partsOf(y).map(({ shape }) => shape),
    where,
  ).toEqual(typeof y === "number" ? [] : shapes);
  const isSingle = [y, ...args].some((value) => partsOf(value).some(({ dtype }) => dtype === "f32"));
  const tolerance = isSingle ? 1e-5 : 1e-12;
  expectSame(y, wanted, tolerance, what("value"));
  if (activeOf(name).length > 0) checkRule(name, args, plain, y, tolerance, what);
  const tensors = args.flatMap((argument, i) => (partsOf(argument).length > 0 ? [i] : []));
  for (const i of tensors) expectSame(args[i], taken[i], 0, what(`argument ${String(i)} afterwards`));
}

/** Compares the maps of the rule with the derivatives of the definition. */
function checkRule(
  name: string,
  args: Arguments,
  plain: Arguments,
  y: unknown,
  tolerance: number,
  what: (part: string) => () => string,
): void {
  const active = activeOf(name);
  const { vjp, jvp } = ruleOf(all[name]) as unknown as Readonly<Record<"vjp" | "jvp", readonly Callable[]>>;
  const dy = randomLike(y, 5);
  const [, pull] = definitions[`vjp_${name}`](...plain) as [unknown, Callable];
  const adjoints = pull(plainOf(dy)) as readonly unknown[];
  active.forEach((i, k) => {
    expectSame(vjp[i](dy, y, ...args), adjoints[k], tolerance, what(`adjoint ${String(i)}`));
  });
  const dots = active.map((i) => randomLike(args[i], 7 + i));
  const plainDots = dots.map((dot, k) => plainOf(dot, typeof plain[active[k]] === "object"));
  const [value, tangent] = definitions[`jvp_${name}`](plain, plainDots) as [unknown, unknown];
  const found = sumOf(active.map((i, k) => jvp[i](dots[k], y, ...args)));
  expectSame(found, tangent, tolerance, what("tangent"));
  expectSame(y, value, tolerance, what("value with the tangent"));
}
