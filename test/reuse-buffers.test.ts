/** Intermediate tensors are overwritten in the next call of a derivative, those that anybody can still see are not. */
import { beforeAll, describe, expect, it } from "vitest";
import { reuseBuffers } from "../runtime/reuse-buffers.ts";
import { reuse } from "../runtime/tensor/buffers.ts";
import * as nn from "../runtime/nn.ts";
import { compile } from "../src/compile.ts";
import { runModule, type Exports } from "./helpers/module.ts";

const { add, exp, mul, tensor, Tensor } = nn;
type Values = InstanceType<typeof Tensor>;

reuse.checked = true;

const numbers = (x: unknown): number[] => [...(x as Values).data];
const x = tensor([1, 2, 3], { dtype: "f64" });

describe("reuseBuffers", () => {
  it("takes the memory of intermediates again, and only theirs", () => {
    const inner: Values[] = [];
    const f = reuseBuffers((y: Values) => {
      const made = exp(y);
      inner.push(made);
      return mul(made, 2);
    });
    const first = f(x);
    const second = f(add(x, 1));
    expect(inner[0].data).toBe(inner[1].data);
    expect(inner[1].data.every(Number.isNaN)).toBe(true);
    expect(numbers(first)).toEqual(numbers(mul(exp(x), 2)));
    expect(numbers(second)).toEqual(numbers(mul(exp(add(x, 1)), 2)));
  });

  it("keeps what is reached through records, arrays, views and written arguments", () => {
    const f = reuseBuffers((y: Values, out: { kept?: Values }) => {
      const made = exp(y);
      out.kept = add(made, 1);
      return { list: [nn.reshape(made, [3, 1])], data: [exp(made).data] };
    });
    const [one, two]: { kept?: Values }[] = [{}, {}];
    const first = f(x, one);
    f(add(x, 1), two);
    expect(numbers(first.list[0])).toEqual(numbers(exp(x)));
    expect([...first.data[0]]).toEqual(numbers(exp(exp(x))));
    expect(numbers(one.kept)).toEqual(numbers(add(exp(x), 1)));
  });

  it.each([
    ["a function", (made: Values) => ({ result: () => made })],
    [
      "an object of a class",
      (made: Values) => ({
        result: new (class {
          readonly #own = made;
          give = () => this.#own;
        })(),
      }),
    ],
    [
      "an accessor",
      (made: Values) => ({
        get result() {
          return made;
        },
      }),
    ],
    ["a map", (made: Values) => ({ result: new Map([[1, made]]) })],
  ])("leaves a call alone whose result holds %s", (_, hide) => {
    const inner: Values[] = [];
    const f = reuseBuffers((y: Values) => {
      const made = exp(y);
      inner.push(made);
      return hide(made);
    });
    f(x);
    f(x);
    expect(inner.map(numbers)).toEqual([numbers(exp(x)), numbers(exp(x))]);
  });

  it("gives zeros that are first looked at during a call memory of their own", () => {
    const zeros = new Tensor([3], "f64");
    const f = reuseBuffers(() => exp(zeros));
    f();
    f();
    expect(numbers(zeros)).toEqual([0, 0, 0]);
  });

  it("gives the same function for the same function", () => {
    const f = (y: Values): Values => exp(y);
    expect(reuseBuffers(f)).toBe(reuseBuffers(f));
  });

  it("survives calls inside calls and errors", () => {
    const inner: Values[] = [];
    const f: (y: Values, depth: number) => Values = reuseBuffers((y: Values, depth: number): Values => {
      const made = exp(y);
      inner.push(made);
      if (depth < 0) throw new Error("stop");
      const below = depth === 0 ? y : g(y, depth - 1);
      expect(numbers(made)).toEqual(numbers(exp(y)));
      return add(made, below);
    });
    const g = reuseBuffers((y: Values, depth: number): Values => mul(f(exp(y), depth), 1));
    const once = numbers(f(x, 2));
    expect(() => f(x, -1)).toThrow("stop");
    expect(reuse.current).toBe(undefined);
    expect(numbers(f(x, 2))).toEqual(once);
  });
});

/** What the compiler makes of losses that let their intermediates be seen, and of one that does not. */
const losses = {
  inside: "export const f = (x: Tensor): number => item(sum(square(exp(x))));",
  left: `export interface Kept { all: Tensor[] }
    export const f = (x: Tensor, kept: Kept): number => { const y = exp(x); kept.all.push(y); return item(sum(square(y))); };`,
  logged:
    "export const f = (x: Tensor): number => { const y = exp(x); console.debug(y); return item(sum(square(y))); };",
  primitive: `export const seen: Tensor[] = [];
    const show = primitive((x: Tensor): Tensor => { seen.push(x); return x; }, { name: "show", vjp: [(dy) => dy], jvp: [(d) => d] });
    export const f = (x: Tensor): number => item(sum(square(show(exp(x)))));`,
};

describe("derivatives", () => {
  const made = new Map<string, Exports>();
  const code = new Map<string, string>();
  beforeAll(async () => {
    const heads = `import { grad, valueAndGrad, vjp } from "cotangent";\nimport { exp, item, primitive, square, sum, type Tensor } from "cotangent/nn";\n`;
    const files = Object.fromEntries(
      Object.entries(losses).map(([name, text]) => [
        `/${name}.ts`,
        `${heads}${text}\nexport const g = valueAndGrad(f);\nexport const h = vjp(f, { wrt: 0 });\n`,
      ]),
    );
    const { modules, diagnostics } = await compile(files);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    for (const name of Object.keys(losses)) {
      code.set(name, modules.get(`/${name}.ts`)?.code ?? "");
      made.set(name, runModule(code.get(name) ?? "", `/${name}.ts`));
    }
  }, 60_000);

  it("are wrapped where nothing is left behind, pullbacks never", () => {
    const wrapped = [...code].map(([name, text]) => [name, /g = reuseBuffers\(f_valueAndGrad\)/.test(text)]);
    expect(Object.fromEntries(wrapped)).toEqual({ inside: true, left: true, logged: false, primitive: false });
    for (const text of code.values()) expect(text).toContain("h = f_vjp;");
  });

  it("are right whatever is kept between calls", () => {
    const points = [x, add(x, 0.5), mul(x, -1)];
    const expected = points.map((at) => numbers(mul(exp(mul(at, 2)), 2)));
    for (const [name, { g }] of made) {
      const kept = { all: [] as Values[] };
      const results = points.map((at) => (g as (x: Values, kept: unknown) => [number, Values])(at, kept));
      results.forEach(([, gradient], i) =>
        numbers(gradient).forEach((d, k) => expect(d, name).toBeCloseTo(expected[i][k], 9)),
      );
      kept.all.forEach((y, i) => expect(numbers(y)).toEqual(numbers(exp(points[i]))));
    }
    const { seen } = made.get("primitive") as { seen: Values[] };
    points.forEach((at, i) => expect(numbers(seen[i])).toEqual(numbers(exp(at))));
  });
});
