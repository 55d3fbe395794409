/** Derivatives of every mode inside functions that are differentiated, in every mode: compared with differences. */
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import { newProgramCache } from "../../src/program.ts";
import { runFiles } from "./run-files.ts";

const cache = newProgramCache();

type Model = Record<string, (...parameters: unknown[]) => unknown>;

const names = "grad, valueAndGrad, vjp, jvp, jacobian, hessian, hvp, customVjp, customJvp";

async function modelOf(text: string, passes: "all" | "none"): Promise<Model> {
  const files = { "/model.ts": `import { ${names} } from "cotangent";\n${text}` };
  const compilation = await compile(files, { passes, cache });
  expect(compilation.diagnostics.map(({ code, line, message }) => `${code} ${line} ${message}`)).toEqual([]);
  return runFiles(compilation, files, "/model.ts") as Model;
}

const functions = `
/** Numbers to a number. */
function energy(x: number[], k: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += k * x[i] ** 3 * x[0] + Math.sin(x[i] * k);
  return sum;
}
/** Numbers to numbers. */
function waves(x: number[], k: number): number[] {
  const y = x.map((v) => Math.sin(v * k));
  y[0] *= x[1];
  return y;
}
`;

/** Bodies of \`g(x: number[], k: number): number\`. */
const uses: Readonly<Record<string, string>> = {
  grad: `const d = grad(energy)(x, k); return d[0] * d[1] + x[0];`,
  "grad with respect to two": `const [dx, dk] = grad(energy, { wrt: [0, 1] })(x, k); return dx[1] * dk;`,
  valueAndGrad: `const [value, d] = valueAndGrad(energy)(x, k); return value * d[1];`,
  jvp: `const [value, dot] = jvp(waves)([x, k], [[k, 1], x[0]]); return value[0] * dot[1] + dot[0];`,
  "jvp with respect to one": `const [value, dot] = jvp(energy, { wrt: 1 })([x, k], x[1]); return value * dot;`,
  jacobian: `const rows = jacobian(waves)(x, k); return rows[0][0] * rows[1][1] + rows[0][1] * k;`,
  "jacobian by columns": `const rows = jacobian(waves, { mode: "forward" })(x, k); return rows[0][0] * rows[1][1] + rows[0][1];`,
  "jacobian with respect to a number": `const column = jacobian(waves, { wrt: 1 })(x, k); return column[0] * column[1];`,
  "jacobian of a number": `const row = jacobian(energy)(x, k); return row[0] * row[1];`,
  hessian: `const rows = hessian(energy)(x, k); return rows[0][1] * rows[1][1];`,
  "hessian of a number": `return hessian(energy, { wrt: 1 })(x, k) * k;`,
  hvp: `const v = hvp(energy)(x, k, [x[1], k]); return v[0] * v[1];`,
  vjp: `const [y, pull] = vjp(waves)(x, k); return pull(y)[0] * y[1];`,
  "a pullback that is called twice": `const [, pull] = vjp(waves)(x, k);
    const [a, b] = [pull([1, 0]), pull([k, x[0]])];
    return a[0] * b[1] + b[0];`,
  "a pullback in place": `return vjp(waves)(x, k)[1]([k, 1])[1] * vjp(waves)(x, k)[0][0];`,
  "a pullback of a pair": `const pair = pullWaves(x, k); const [dx, dk] = pair[1](pair[0]); return dx[0] * dk * pair[0][1];`,
  "a pullback with a second name": `const pull = vjp(energy)(x, k)[1]; const again = pull; return again(k)[0] + pull(x[1])[1];`,
  "a pullback of arguments that are written afterwards": `const z = x.slice();
    let s = k * 2;
    const [y, pull] = vjp(waves)(z, s);
    z[0] = 5 * k;
    z.push(1);
    s = 0;
    y[1] = pull([1, z[0]])[0];
    return pull(y)[0] * z[0] + s;`,
  "a pullback of nested arguments that are written afterwards": `const m = [x.slice(), [k, 2]];
    const p = { m, t: [k, x[1]] as [number, number] };
    const pull = vjp(mixed)(p)[1];
    m[0][0] = 0;
    p.t[0] = 3;
    p.t = [1, 1];
    p.m = [];
    const d = pull(k);
    return d.m[0][1] * d.t[0] + d.m[1][0];`,
  "a pullback of arguments that another function writes": `const z = x.slice();
    const [, pull] = vjp(waves)(z, k);
    clear(z);
    return pull([1, k])[0] + pull([1, k])[1];`,
  "a pullback of what a function returns again": `const z = x.slice();
    const [y, pull] = vjp(same)(z);
    y[0] = k;
    return pull(z)[0] * pull(y)[0];`,
  "pullbacks in a loop": `let sum = 0;
    let z = x;
    for (let i = 0; i < 3; i++) {
      const [y, pull] = vjp(waves)(z, k + i);
      if (y[0] > -2) sum += pull([1, i])[1];
      z = y;
    }
    return sum;`,
  "a pullback in a callback": `const [y, pull] = vjp(waves)(x, k); return y.map((v) => pull([v, 1])[0]).reduce((a, b) => a + b, 0);`,
  "a pullback of a rule": `const [y, pull] = vjp(wave)(k); return pull(y * x[0]);`,
  "a pullback of a derivative": `const [d, pull] = vjp(grad(energy))(x, k); return pull([d[1], k])[0];`,
  "a pullback of a function with a default": `const [y, pull] = vjp(scaled)(k); return pull(y * x[0]) * x[1];`,
};

const more = `
const pullWaves = vjp(waves, { wrt: [0, 1] });
interface P { m: number[][]; t: [number, number] }
function mixed({ m, t }: P): number { return m[0][0] * m[0][1] * t[0] + m[1][0] ** 2 * t[1] * t[0]; }
function clear(z: number[]): void { for (let i = 0; i < z.length; i++) z[i] = 0; }
function same(z: number[]): number[] { return z; }
const wave = customJvp((t: number): number => Math.sin(t), [(dt, y, t) => dt * Math.cos(t)]);
function scaled(t: number, by = 3): number { return t * t * by; }
`;

const x = [0.7, -0.4];
const k = 1.3;

/** Central differences of \`f\` in its three numbers, refined once. */
function slopes(f: (x: number[], k: number) => number): number[] {
  const at = (i: number, h: number): number =>
    f([x[0] + (i === 0 ? h : 0), x[1] + (i === 1 ? h : 0)], k + (i === 2 ? h : 0));
  const slope = (i: number, h: number): number => (at(i, h) - at(i, -h)) / (2 * h);
  return [0, 1, 2].map((i) => (4 * slope(i, 5e-4) - slope(i, 1e-3)) / 3);
}

function expectClose(found: readonly number[], expected: readonly number[], digits = 6): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, number] of expected.entries()) {
    const scale = Math.max(1, Math.abs(number));
    expect(found[i] / scale).toBeCloseTo(number / scale, digits);
  }
}

describe("inside a function that is differentiated", () => {
  const runs = Object.keys(uses).flatMap((name) => (["all", "none"] as const).map((passes) => ({ name, passes })));
  it.each(runs)("$name, passes: $passes", { timeout: 60_000 }, async ({ name, passes }) => {
    const text = `${functions}${more}
export function g(x: number[], k: number): number { ${uses[name]} }
export const reverse = grad(g, { wrt: [0, 1] });
export const forward = jvp(g);
export const second = hvp(g, { wrt: 1 });
`;
    const model = await modelOf(text, passes);
    const g = model.g as (x: number[], k: number) => number;
    const want = slopes(g);
    const [dx, dk] = model.reverse([...x], k) as [number[], number];
    expectClose([...dx, dk], want);
    const tangents = [
      [[1, 0], 0],
      [[0, 1], 0],
      [[0, 0], 1],
    ].map((tangent) => model.forward([[...x], k], tangent) as [number, number]);
    expect(tangents[0][0]).toBeCloseTo(g([...x], k), 10);
    expectClose(
      tangents.map(([, tangent]) => tangent),
      want,
    );
    const h = 1e-3;
    const gradient = (at: number): number => (model.reverse([...x], at) as [number[], number])[1];
    const curvature =
      (8 * (gradient(k + h) - gradient(k - h)) - (gradient(k + 2 * h) - gradient(k - 2 * h))) / (12 * h);
    expectClose([model.second([...x], k, 1) as number], [curvature], 5);
  });
});

/** Bodies of `g`, with what is refused between « and »: CT2013 where a function is no value anywhere, else CT3008. */
const refused: readonly string[] = [
  `const [y, pull] = vjp(waves)(x, k); const all = [«pull»]; return y[0];`,
  `const pull = vjp(waves)(x, k)[1]; return apply(«pull», k);`,
  `const pair = vjp(waves)(x, k); return size(«pair»);`,
  `return size(«vjp(waves)(x, k)»);`,
  `let [y, «pull»] = vjp(waves)(x, k); y = x; return pull(y)[0];`,
  `const [y, pull] = vjp(waves)(x, k); const scaled = (c: number): number => «pull»([c, 1])[0]; return scaled(y[0]);`,
  `const [y, pull] = vjp(waves)(x, k); return («k > 0 ? pull : pull»)(y)[0];`,
  `const [y, pull] = «vjp(writes)(x)»; return pull(y)[0];`,
  `const [y, pull] = vjp(logs)(x); return pull(y)[0];`,
];

describe("what a pullback cannot do", () => {
  it.each(refused)("%s", async (marked) => {
    const body = marked.replace(/[«»]/g, "");
    const before = `import { ${names} } from "cotangent";\n${functions}
function apply(pull: (dy: number[]) => number[], k: number): number { return pull([k, 1])[0]; }
function size(pair: [number[], (dy: number[]) => number[]]): number { return pair.length; }
function writes(z: number[]): number { z[0] = z[1] * z[1]; return z[0] * 2; }
function logs(z: number[]): number {
  console.log(z[0]);
  return z[0];
}
export function g(x: number[], k: number): number { `;
    const text = `${before}${body} }\nexport const d = grad(g);\n`;
    const { diagnostics } = await compile({ "/model.ts": text }, { cache });
    const [found, ...others] = diagnostics;
    expect(others).toEqual([]);
    expect(found.code).toBe(/\[«|«k > 0/.test(marked) ? "CT2013" : "CT3008");
    const expected = marked.includes("«") ? /«(.*)»/.exec(marked)?.[1] : "console.log(z[0])";
    expect(text.slice(found.start, found.end)).toContain(expected);
  });
});
