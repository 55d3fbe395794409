/** Every way to ask for a derivative, run as a user runs it. */
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import { programOf, root } from "../helpers/fixtures.ts";
import { ts } from "../../transforms/typescript.ts";
import { runFiles } from "./run-files.ts";

type Model = Record<string, (...parameters: unknown[]) => unknown>;

async function modelOf(text: string): Promise<Model> {
  const names = "grad, valueAndGrad, vjp, jvp, jacobian, hessian, hvp";
  const files = { "/model.ts": `import { ${names} } from "cotangent";\n${text}` };
  const compilation = await compile(files);
  expect(compilation.diagnostics).toEqual([]);
  return runFiles(compilation, files, "/model.ts") as Model;
}

const polar = `export function polar(p: number[], scale: number): number[] {
  const [r, angle] = p;
  return [scale * r * Math.cos(angle), scale * r * Math.sin(angle)];
}
`;
const [r, angle, scale] = [1.5, 0.4, 2];
const polarRows = [
  [scale * Math.cos(angle), -scale * r * Math.sin(angle)],
  [scale * Math.sin(angle), scale * r * Math.cos(angle)],
];

function expectClose(found: unknown, expected: unknown): void {
  const [a, b] = [found, expected].map((value) => ([value] as unknown[]).flat(9) as number[]);
  expect(a).toHaveLength(b.length);
  for (const [i, number] of b.entries()) expect(a[i]).toBeCloseTo(number, 10);
}

describe("a vector-valued function", () => {
  it("has a pullback that can be called again and again, whatever happens to the arguments", async () => {
    const { pull } = await modelOf(`${polar}export const pull = vjp(polar);`);
    const p = [r, angle];
    const [value, pullback] = pull(p, scale) as [number[], (cotangent: number[]) => number[]];
    p.fill(NaN);
    expectClose(value, [scale * r * Math.cos(angle), scale * r * Math.sin(angle)]);
    expectClose(pullback([1, 0]), polarRows[0]);
    expectClose(pullback([0, 1]), polarRows[1]);
    expectClose(pullback([1, 0]), polarRows[0]);
  });

  it("has a Jacobian, row by row and column by column", async () => {
    const model = await modelOf(`${polar}export const rows = jacobian(polar);
export const columns = jacobian(polar, { mode: "forward" });
export const byScale = jacobian(polar, { wrt: 1 });`);
    expectClose(model.rows([r, angle], scale), polarRows);
    expectClose(model.columns([r, angle], scale), polarRows);
    expectClose(model.byScale([r, angle], scale), [r * Math.cos(angle), r * Math.sin(angle)]);
  });

  it("has tangents along all parameters, or along one", async () => {
    const model = await modelOf(`${polar}export const all = jvp(polar);
export const one = jvp(polar, { wrt: 1 });`);
    const [, all] = model.all([[r, angle], scale], [[1, 0], 0]) as [number[], number[]];
    expectClose(all, [polarRows[0][0], polarRows[1][0]]);
    const [, one] = model.one([[r, angle], scale], 1) as [number[], number[]];
    expectClose(one, [r * Math.cos(angle), r * Math.sin(angle)]);
  });
});

describe("second and third derivatives", () => {
  const cubic = `export function cubic(x: number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] ** 3 * x[0];
  return sum;
}
`;

  it("hessian and hvp agree with the formula", async () => {
    const model = await modelOf(`${cubic}export const h = hessian(cubic);
export const product = hvp(cubic);`);
    const [a, b] = [0.7, -0.4];
    const rows = [
      [12 * a * a, 3 * b * b],
      [3 * b * b, 6 * a * b],
    ];
    expectClose(model.h([a, b]), rows);
    expectClose(model.product([a, b], [1, -2]), [rows[0][0] - 2 * rows[0][1], rows[1][0] - 2 * rows[1][1]]);
  });

  it("the third derivative of a program with a tape, in any mix of modes", async () => {
    const model = await modelOf(`export function steps(x: number, n: number): number {
  let a = x;
  for (let i = 0; i < n; i++) a = a * Math.sin(a) + x;
  return a;
}
export const first = grad(steps);
export const second = grad(first);
export const third = grad(grad(grad(steps)));
export const thirdByHessian = grad(hessian(steps));
export const thirdForward = jvp(second, { wrt: 0 });`);
    const [x, n, h] = [0.6, 3, 1e-4];
    const second = (at: number): number => model.second(at, n) as number;
    const difference = (8 * (second(x + h) - second(x - h)) - (second(x + 2 * h) - second(x - 2 * h))) / (12 * h);
    expect(model.third(x, n) as number).toBeCloseTo(difference, 5);
    expect(model.thirdByHessian(x, n) as number).toBeCloseTo(model.third(x, n) as number, 9);
    const [value, tangent] = model.thirdForward([x, n], 1) as [number, number];
    expect(value).toBeCloseTo(second(x), 12);
    expect(tangent).toBeCloseTo(model.third(x, n) as number, 9);
  });
});

it("what is written is strictly typed, as what was asked for", async () => {
  const file = `${root}/test/src/typed/input.ts`;
  const text = `import { grad, hessian, jacobian, jvp, valueAndGrad, vjp, type Gradient } from "cotangent";
type Params = { w: Float32Array; b?: number; rows: readonly (readonly [number, number])[]; name: string };
export function model({ w, b = 1, rows, name }: Params, x: number[], k?: number): Float32Array {
  console.debug(name);
  const y = new Float32Array(rows.length);
  for (const [i, row] of rows.entries()) y[i] = row[0] * x[0] * w[0] + row[1] * b * (k ?? 2) + Math.random();
  return y;
}
export const pull: (
  p: Params, x: number[], k?: number,
) => [value: Float32Array, pullback: (dy: Float32Array) => [Gradient<Params>, number[]]] = vjp(model, { wrt: [0, 1] });
export const J: (p: Params, x: number[], k?: number) => number[][] = jacobian(model, { wrt: 1 });
export function swap(m: number[][], t: [number, number]): { m: number[][]; t: [number, number] } {
  const row = m[0];
  m[0] = m[1];
  m[1] = row;
  t[0] *= m[0][0];
  return { m, t };
}
export const p = vjp(swap, { wrt: [0, 1] });
export const one: (m: number[][], t: [number, number]) => [
  value: { m: number[][]; t: [number, number] },
  pullback: (d: { m: number[][]; t: [number, number] }) => [number[][]],
] = vjp(swap, { wrt: [0] });
export function sum(x: Float32Array, y: number): number {
  let s = y;
  while (s < 10) for (const v of x) s += v * v * Math.random();
  return s;
}
export const [a, b, c, d] = [hessian(sum), vjp(grad(sum)), vjp(sum), jvp(sum)] as const;
export const e = [valueAndGrad(sum), jacobian((x: number[]): Float32Array => Float32Array.from(x), { mode: "forward" })];
`;
  for (const passes of ["all", "none"] as const) {
    const compilation = await compile({ [file]: text }, { passes });
    expect(compilation.diagnostics).toEqual([]);
    const code = compilation.modules.get(file)?.code ?? "";
    const diagnostics = ts.getPreEmitDiagnostics(programOf([file], new Map([[file, code]])));
    expect(diagnostics.map((found) => ts.flattenDiagnosticMessageText(found.messageText, "\n"))).toEqual([]);
  }
}, 60_000);

it("an absent number of a record that is written has a gradient of zero", async () => {
  const { g } = await modelOf(`export function f(x: number, p: { u: number; w?: number }): number {
  p.u = x * (p.w ?? 2) * p.u;
  return p.u;
}
export const g = grad(f, { wrt: [0, 1] });`);
  expect(g(3, { u: 0.5 })).toEqual([1, { u: 6, w: 0 }]);
  expect(g(3, { u: 0.5, w: 4 })).toEqual([2, { u: 12, w: 1.5 }]);
});

it("differentiates a function that calls the derivative of a recursive one, which keeps tapes of its own", async () => {
  const { row } = await modelOf(`function fold(x: number[], i: number): number {
  if (i >= x.length) return 1;
  x[i] = x[i] * 1.5;
  return fold(x, i + 1) * x[i] * x[i];
}
export function f(x: number[]): number { return fold(x, 0) * x[0]; }
export const row = grad((x: number[], i: number): number => grad(f)(x)[i]);`);
  // f = 1.5 ** 5 * a ** 3 * b ** 2
  const [a, b, c] = [0.7, -1.2, 1.5 ** 5];
  expectClose(row([a, b], 0), [c * 6 * a * b * b, c * 6 * a * a * b]);
  expectClose(row([a, b], 1), [c * 6 * a * a * b, c * 2 * a ** 3]);
});

describe("a store that would make an array longer", () => {
  const put = `export function put(x: number[], at: number): number {
  x[at] = x[0] * x[1];
  return x[0] * x[1];
}
`;

  it("throws where it stands, in every mode, and leaves the argument as long as it was", async () => {
    const model = await modelOf(`${put}export const slope = grad(put);
export const both = valueAndGrad(put);
export const tangent = jvp(put, { wrt: 0 });
export const curve = hessian(put);
export const product = hvp(put);
export const pull = vjp(put);`);
    const direction = [1, 1];
    const calls = [
      (x: number[]) => model.slope(x, 2),
      (x: number[]) => model.both(x, 2),
      (x: number[]) => model.tangent([x, 2], direction),
      (x: number[]) => model.curve(x, 2),
      (x: number[]) => model.product(x, 2, direction),
      (x: number[]) => (model.pull(x, 2) as [number, (seed: number) => unknown])[1](1),
    ];
    for (const call of calls) {
      const x = [3, 4];
      expect(() => call(x)).toThrow("model.ts:3:3 - error CT6001: `x[at]` is written outside the array, at 2");
      expect(x).toHaveLength(2);
    }
    // With `at` 0 the value is (x0 · x1) · x1.
    expectClose(model.slope([3, 4], 0), [4 * 4, 2 * 3 * 4]);
  });
});
