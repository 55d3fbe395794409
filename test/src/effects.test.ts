/** In every mode effects happen once, in order, and the arguments hold on return what they held before. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { compile } from "../../src/compile.ts";
import { runFiles } from "./run-files.ts";

type Model = Record<string, (...parameters: unknown[]) => unknown>;
type Pull = readonly [value: unknown, pullback: (cotangent: unknown) => unknown];

const names = "grad, valueAndGrad, vjp, jvp, jacobian, hessian, hvp";

/** The module with all passes, and as the baseline. */
async function modelsOf(text: string): Promise<readonly Model[]> {
  const files = { "/model.ts": `import { ${names} } from "cotangent";\n${text}` };
  return Promise.all(
    (["all", "none"] as const).map(async (passes) => {
      const compilation = await compile(files, { passes });
      expect(compilation.diagnostics).toEqual([]);
      return runFiles(compilation, files, "/model.ts") as Model;
    }),
  );
}

async function codesOf(text: string): Promise<readonly string[]> {
  const { diagnostics } = await compile({ "/model.ts": `import { ${names} } from "cotangent";\n${text}` });
  return diagnostics.map(({ code, line, column, hint }) => `${code} ${line}:${column} ${hint ?? ""}`);
}

/** Fixed numbers instead of random ones; gives how many were drawn. */
function fixedDraws(numbers: readonly number[]): () => number {
  let drawn = 0;
  vi.spyOn(Math, "random").mockImplementation(() => numbers[drawn++]);
  return () => drawn;
}

function expectClose(found: unknown, expected: unknown): void {
  const [a, b] = [found, expected].map((value) => Array.from(([value] as unknown[]).flat(9), Number));
  expect(a).toHaveLength(b.length);
  for (const [i, number] of b.entries()) expect(a[i]).toBeCloseTo(number, 10);
}

afterEach(() => vi.restoreAllMocks());

describe("a function that draws random numbers", () => {
  const draws = [0.3, 0.9, 0.5, 0.7];
  const noise = `export function noise(x: number[], k: number): number[] {
  const y: number[] = [];
  for (const v of x) if (Math.random() < 0.6) y.push(v * v * k * Math.random());
  return y;
}
export function total(x: number[], k: number): number {
  let sum = 0;
  for (const v of x) sum += v ** 3 * k * k * Math.random();
  return sum;
}
`;

  it("draws once in vjp, however often the pullback is called", async () => {
    for (const { pull } of await modelsOf(`${noise}export const pull = vjp(noise, { wrt: [0, 1] });`)) {
      const drawn = fixedDraws(draws);
      const [value, pullback] = pull([2, 3, 5], 10) as Pull;
      expectClose(value, [4 * 10 * 0.9, 9 * 10 * 0.7]);
      expectClose(pullback([1, 0]), [[2 * 2 * 10 * 0.9, 0, 0], 4 * 0.9]);
      expectClose(pullback([0, 2]), [[0, 2 * 2 * 3 * 10 * 0.7, 0], 2 * 9 * 0.7]);
      expectClose(pullback([1, 0]), [[2 * 2 * 10 * 0.9, 0, 0], 4 * 0.9]);
      expect(drawn()).toBe(5);
    }
  });

  it("draws once for all rows of a Jacobian and of a Hessian", async () => {
    const asked =
      "export const J = jacobian(noise);\nexport const H = hessian(total);\nexport const h = hessian(total, { wrt: 1 });";
    for (const { J, H, h } of await modelsOf(`${noise}${asked}`)) {
      let drawn = fixedDraws(draws);
      expectClose(J([2, 3], 10), [
        [2 * 2 * 10 * 0.9, 0],
        [0, 2 * 3 * 10 * 0.7],
      ]);
      expect(drawn()).toBe(4);
      drawn = fixedDraws(draws);
      expectClose(H([2, 3], 10), [
        [6 * 2 * 100 * 0.3, 0],
        [0, 6 * 3 * 100 * 0.9],
      ]);
      expect(drawn()).toBe(2);
      fixedDraws(draws);
      expectClose(h([2, 3], 10), 2 * (8 * 0.3 + 27 * 0.9));
    }
  });

  it("is refused where a mode must run it again, with another way to ask", async () => {
    expect(await codesOf(`${noise}export const J = jacobian(noise, { mode: "forward" });`)).toEqual([
      'CT3008 4:22 leave out `mode: "forward"`',
    ]);
    const twice = `${noise}export const d = grad((x: number[]): number => jacobian(noise)(x, 2)[0][0]);`;
    expect(await codesOf(twice)).toEqual(["CT3008 4:22 pass the random numbers as a parameter"]);
  });
});

it("a function that logs does so once, in its own order", async () => {
  const text = `export function f(x: number[]): number[] {
  console.log("before", x[0]);
  x[0] *= x[1];
  console.log("after", x[0]);
  return x;
}
export const modes = [vjp(f), jacobian(f)];`;
  for (const { modes } of await modelsOf(text)) {
    for (const mode of modes as unknown as Model[string][]) {
      const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
      const result = mode([2, 3]);
      if (typeof (result as Pull)[1] === "function") {
        expectClose((result as Pull)[1]([1, 0]), [3, 2]);
        expectClose((result as Pull)[1]([0, 1]), [0, 1]);
      } else {
        expectClose(result, [
          [3, 2],
          [0, 1],
        ]);
      }
      expect(log.mock.calls).toEqual([
        ["before", 2],
        ["after", 6],
      ]);
      vi.restoreAllMocks();
    }
  }
});

describe("a function that writes into its arguments", () => {
  const text = `export function steps(x: Float64Array, k: number): Float64Array {
  for (let i = 1; i < x.length; i++) x[i] = x[i] * x[i - 1] * k;
  return x;
}
export const pull = vjp(steps);
export const rows = jacobian(steps);
export const columns = jacobian(steps, { mode: "forward" });
export function energy(x: Float64Array, k: number): number {
  x[0] *= x[1] * k;
  return x[0] * x[0];
}
export const H = hessian(energy);
export const rowSums = grad((x: Float64Array, k: number): number => {
  let sum = 0;
  for (const row of jacobian(steps)(x, k)) for (const v of row) sum += v;
  return sum;
});`;
  const [a, b, c, k] = [0.5, 2, 3, 4];
  const jacobianRows = [
    [1, 0, 0],
    [b * k, a * k, 0],
    [c * b * k * k, c * a * k * k, a * b * k * k],
  ];

  it("leaves them as they were, in every mode", async () => {
    for (const model of await modelsOf(text)) {
      const x = Float64Array.of(a, b, c);
      const [value, pullback] = model.pull(x, k) as Pull;
      expectClose([...(value as Float64Array)], [a, a * b * k, a * b * c * k * k]);
      for (const [i, row] of jacobianRows.entries()) {
        const seed = new Float64Array(3);
        seed[i] = 1;
        expectClose([...(pullback(seed) as Float64Array)], row);
        (value as Float64Array).fill(NaN);
      }
      expectClose(
        [...(model.rows(x, k) as Float64Array[])].map((row) => [...row]),
        jacobianRows,
      );
      expectClose(model.columns(x, k), jacobianRows);
      expectClose(
        [...(model.H(Float64Array.of(a, b), k) as Float64Array[])].map((row) => [...row]),
        [
          [2 * (b * k) ** 2, 4 * a * b * k * k],
          [4 * a * b * k * k, 2 * (a * k) ** 2],
        ],
      );
      expectClose(
        [...(model.rowSums(x, k) as Float64Array)],
        [k + (c + b) * k * k, k + (c + a) * k * k, (b + a) * k * k],
      );
      expect([...x]).toEqual([a, b, c]);
    }
  });

  it("knows which rows are one, in the arguments and in the value", async () => {
    const shared = `export function mix(m: number[][], w: number[]): number[][] {
  m[0][0] *= w[1];
  const first = m[0];
  m[0] = m[1];
  m[1] = first;
  w[1] = m[0][0];
  return [m[1], w];
}
export const pull = vjp(mix, { wrt: [0, 1] });`;
    for (const { pull } of await modelsOf(shared)) {
      const row = [2, 3];
      const m = [row, row];
      const [value, pullback] = pull(m, [5, 7]) as Pull;
      expect(value).toEqual([
        [14, 3],
        [5, 14],
      ]);
      expect([row, m[0] === row && m[1] === row]).toEqual([[2, 3], true]);
      const [first, other] = [
        [
          [1, 0],
          [0, 0],
        ],
        [
          [0, 0],
          [0, 1],
        ],
      ];
      for (let again = 0; again < 2; again++) {
        // The row is there twice: each place shows the whole derivative.
        expect(pullback(first)).toEqual([
          [
            [7, 0],
            [7, 0],
          ],
          [0, 2],
        ]);
        expect(pullback(other)).toEqual([
          [
            [7, 0],
            [7, 0],
          ],
          [0, 2],
        ]);
        row.fill(NaN);
      }
    }
  });

  it("and where one array is passed for two parameters", async () => {
    const twist = `export function twist(p: number[], q: number[]): number {
  p[0] = p[0] * q[1];
  return p[0] * q[0];
}
export const pull = vjp(twist, { wrt: [0, 1] });
export const g = grad(twist, { wrt: [0, 1] });`;
    for (const { pull, g } of await modelsOf(twist)) {
      const one = [2, 3];
      for (const args of [
        [one, one],
        [
          [2, 3],
          [5, 7],
        ],
      ]) {
        const [, pullback] = pull(...args) as Pull;
        expect(pullback(1)).toEqual(g(...args));
        expect(pullback(1)).toEqual(g(...args));
      }
      expect(one).toEqual([2, 3]);
    }
  });
});

describe("a pullback", () => {
  it("is linear, and its gradients belong to its caller", async () => {
    const text = `function power(x: number, n: number): number {
  return n === 0 ? 1 : x * power(x, n - 1);
}
export function f(p: { x: number; w: number[] }, n: number): { y: number; z: [number, number] } {
  let y = p.x;
  while (y < 100) y *= 1 + power(p.w[0], n);
  return { y, z: [y * p.w[1], p.w[0]] };
}
export const pull = vjp(f);`;
    for (const { pull } of await modelsOf(text)) {
      const p = { x: 1.5, w: [0.7, -2] };
      const [, pullback] = pull(p, 3) as Pull;
      const seeds = [
        { y: 1, z: [0, 0] },
        { y: 0, z: [1, 0] },
        { y: 0, z: [0, 1] },
      ];
      const parts = seeds.map((seed) => structuredClone(pullback(seed)) as typeof p);
      const spoiled = pullback(seeds[0]) as typeof p;
      spoiled.w.fill(NaN);
      p.w.length = 0;
      const sum = pullback({ y: 2, z: [-1, 3] }) as typeof p;
      expectClose(sum.x, 2 * parts[0].x - parts[1].x + 3 * parts[2].x);
      expectClose(
        sum.w,
        [0, 1].map((i) => 2 * parts[0].w[i] - parts[1].w[i] + 3 * parts[2].w[i]),
      );
    }
  });

  it("two of them do not meet", async () => {
    const text = `export function f(x: number[]): number {
  let y = 1;
  for (const v of x) y *= v;
  return y;
}
export const pull = vjp(f);`;
    for (const { pull } of await modelsOf(text)) {
      const x = [2, 3];
      const [, first] = pull(x) as Pull;
      x.push(5);
      const [, second] = pull(x) as Pull;
      expect([first(1), second(1), first(1)]).toEqual([
        [3, 2],
        [15, 10, 6],
        [3, 2],
      ]);
    }
  });

  it("is not made where the function throws, which leaves the arguments alone", async () => {
    const text = `export function f(x: number[]): number {
  x[0] *= 2;
  if (x[1] < 0) throw new RangeError("negative");
  return x[0] * Math.sqrt(x[1]);
}
export const pull = vjp(f);
export const rows = jacobian(f);`;
    for (const { pull } of await modelsOf(text)) {
      const x = [3, -1];
      expect(() => pull(x)).toThrow(new RangeError("negative"));
      expect(x).toEqual([3, -1]);
      expect((pull([3, 4]) as Pull)[1](1)).toEqual([4, 1.5]);
    }
  });

  it("of a derivative gives the next one", async () => {
    const text = `export function f(x: number[], k: number): number {
  let y = k;
  for (const v of x) y = y * v + Math.sin(v);
  return y;
}
export const pull = vjp(grad(f));
export const H = hessian(f);`;
    for (const { pull, H } of await modelsOf(text)) {
      const x = [0.4, -1.2, 0.7];
      const [, pullback] = pull(x, 2) as Pull;
      const rows = [0, 1, 2].map((i) => pullback([0, 1, 2].map((j) => (i === j ? 1 : 0))));
      expectClose(rows, H(x, 2));
    }
  });
});
