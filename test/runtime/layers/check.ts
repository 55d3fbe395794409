/** Compiles all cases at once, and checks the derivatives of one: by differences, one mode against the other, in both precisions. */
import { expect } from "vitest";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { compile } from "../../../src/compile.ts";
import { gradientError } from "../../helpers/differences.ts";
import { runModule, type Exports } from "../../helpers/module.ts";
import { at, difference, inner, numberPaths, pattern } from "../../helpers/values.ts";
import { along, cast, nameOf, type LayerCase } from "./case.ts";

type Callable = (...args: unknown[]) => unknown;

/** The words of a program that `cotangent/nn` exports: what it imports. */
function importsOf(text: string, known: ReadonlySet<string>): string {
  const used = new Set([...text.matchAll(/(?<!\.)\b[A-Za-z]\w*/g)].map(([word]) => word).filter((word) => known.has(word)));
  return `import { ${[...used].join(", ")} } from "cotangent/nn";\n`;
}

function textOf(test: LayerCase, known: ReadonlySet<string>): string {
  const wrt = test.wrt ?? [0];
  const body = `export function f(${test.parameters}): number {\n  return ${test.result};\n}\n`;
  return [
    'import { grad, hvp, jvp } from "cotangent";\n',
    importsOf(body, known),
    body,
    `export const gradient = grad(f, { wrt: [${wrt.join(", ")}] });\n`,
    `export const tangent = jvp(f, { wrt: [${wrt.join(", ")}] });\n`,
    ...wrt.map((index) => `export const curvature${index} = hvp(f, { wrt: ${index} });\n`),
  ].join("");
}

/** The compiled modules of all cases, by name. */
export async function compileAll(
  cases: readonly LayerCase[],
  known: ReadonlySet<string>,
  passes: "all" | "none",
): Promise<ReadonlyMap<string, () => Exports>> {
  const files = Object.fromEntries(cases.map((test) => [`/${nameOf(test)}.ts`, textOf(test, known)]));
  const { modules, diagnostics } = await compile(files, { passes });
  expect(diagnostics.map(({ code, message, file, line }) => `${file}:${String(line)} ${code} ${message}`)).toEqual([]);
  return new Map(
    cases.map((test) => {
      const file = `/${nameOf(test)}.ts`;
      return [nameOf(test), () => runModule(modules.get(file)?.code ?? "", file, modules)];
    }),
  );
}

/** The derivatives of a case in double precision, as the passes `all` write them, against everything else. */
export function checkCase(test: LayerCase, optimized: Exports, baseline: Exports): void {
  const wrt = test.wrt ?? [0];
  const args = test.arguments;
  const f = optimized.f as (...args: unknown[]) => number;
  const gradients = (optimized.gradient as Callable)(...args) as unknown[];
  wrt.forEach((index, k) => {
    expect(gradientError(f, args, index, gradients[k], 1e-6), `gradient ${String(index)} by differences`).toBeUndefined();
  });
  expect(difference(gradients, (baseline.gradient as Callable)(...args), 1e-11), "without passes").toBeUndefined();
  checkForward(f, optimized, args, gradients);
  checkForward(f, baseline, args, gradients);
  wrt.forEach((index, k) => {
    for (const exports of [optimized, baseline]) checkCurvature(exports, args, index, k, gradients[k]);
  });
}

function checkForward(f: Callable, exports: Exports, args: readonly unknown[], gradients: readonly unknown[]): void {
  const tangents = gradients.map((gradient, i) => pattern(gradient, i + 0.5));
  const [value, tangent] = (exports.tangent as Callable)(args, tangents) as [number, number];
  expect(value).toBe(f(...args));
  const expected = gradients.reduce<number>((sum, gradient, i) => sum + inner(gradient, tangents[i]), 0);
  expect(Math.abs(tangent - expected), "forward against reverse").toBeLessThan(1e-9 * sizeOf(gradients));
}

/** H · v against the difference quotient of the gradient along v. */
function checkCurvature(exports: Exports, args: readonly unknown[], index: number, k: number, gradient: unknown): void {
  const v = pattern(gradient, 0.9);
  const found = (exports[`curvature${String(index)}`] as Callable)(...args, v);
  const gradientAt = (h: number): unknown => {
    const moved = args.map((argument, i) => (i === index ? along(argument, h, v) : argument));
    return ((exports.gradient as Callable)(...moved) as unknown[])[k];
  };
  const quotient = (h: number): unknown => along(along(nothingLike(gradient), 1 / (2 * h), gradientAt(h)), -1 / (2 * h), gradientAt(-h));
  const expected = along(along(nothingLike(gradient), 4 / 3, quotient(5e-4)), -1 / 3, quotient(1e-3));
  const away = along(found, -1, expected);
  expect(sizeOf(away) - 1, `second derivative ${String(index)}`).toBeLessThan(2e-6 * sizeOf([expected, gradient]));
}

function nothingLike(like: unknown): unknown {
  return along(like, -1, like);
}

/** One more than the largest size of a number in a value; infinite where one is NaN. */
function sizeOf(value: unknown): number {
  const sizes = numberPaths(value).map((path) => Math.abs(at(value, path) as number));
  return 1 + Math.max(0, ...sizes.map((size) => (Number.isNaN(size) ? Infinity : size)));
}

/** In single precision, all is single, and near what double precision gives. */
export function checkSingle(test: LayerCase, exports: Exports): void {
  const args = cast(test.arguments, "f32") as unknown[];
  const doubles = (exports.gradient as Callable)(...(cast(args, "f64") as unknown[]));
  const singles = (exports.gradient as Callable)(...args);
  for (const path of numberPaths(singles)) {
    const holder = at(singles, path.slice(0, -2));
    if (holder instanceof Tensor) expect(holder.dtype).toBe("f32");
  }
  const away = along(cast(singles, "f64"), -1, doubles);
  expect(sizeOf(away) - 1).toBeLessThan(2e-5 * sizeOf(doubles));
}
