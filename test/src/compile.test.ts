/** `compile()` on files in memory: what is written where, and that it runs. */
import { originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";
import { describe, expect, it } from "vitest";
import { initLstm, createRandom, tensor, type RecurrentParameters, type Tensor } from "../../runtime/nn.ts";
import { compile, newProgramCache, type Compilation } from "../../src/compile.ts";
import { runFiles } from "./run-files.ts";

/** The text of a module after compiling; there are no diagnostics. */
function codeOf(compilation: Compilation, file: string): string {
  expect(compilation.diagnostics).toEqual([]);
  const module = compilation.modules.get(file);
  if (!module) throw new Error(`${file} did not change`);
  return module.code;
}

const square = "export function square(x: number): number {\n  return x * x;\n}\n";

describe("one module", () => {
  it("appends the derivative, exports it, and calls it", async () => {
    const text = `import { grad } from "cotangent";\n${square}export const dsquare = grad(square);\n`;
    const compilation = await compile({ "model.ts": text });
    const code = codeOf(compilation, "/model.ts");
    expect(code).toContain("export const dsquare = square_grad;");
    expect(code).toMatch(/\/\/ -{20,} grad\(square\)/);
    expect(code).toContain("export function square_grad(x: number): number {\n  return 2 * x;\n}");
    const model = runFiles(compilation, { "/model.ts": text }, "/model.ts") as { dsquare: (x: number) => number };
    expect(model.dsquare(3)).toBe(6);
  });

  it("takes a number where the name is taken", async () => {
    const text = `import { grad } from "cotangent";\n${square}export const square_grad = grad(square);\n`;
    const compilation = await compile({ "/model.ts": text });
    const model = runFiles(compilation, { "/model.ts": text }, "/model.ts") as { square_grad: (x: number) => number };
    expect(model.square_grad(3)).toBe(6);
    expect(codeOf(compilation, "/model.ts")).toContain("export function square_grad2(x: number)");
  });

  it("appends the parameters where wrt is not the default", async () => {
    const text = `import { grad, valueAndGrad } from "cotangent";
export function f(x: number, k: number): number {
  return x * k * k;
}
export const dk = grad(f, { wrt: 1 });
export const both = valueAndGrad(f, { wrt: [0, 1] });
`;
    const compilation = await compile({ "/model.ts": text });
    const code = codeOf(compilation, "/model.ts");
    expect(code).toContain("const dk = f_grad_k;");
    expect(code).toContain("const both = f_valueAndGrad_x_k;");
    const model = runFiles(compilation, { "/model.ts": text }, "/model.ts") as Record<
      string,
      (x: number, k: number) => unknown
    >;
    expect(model.dk(2, 3)).toBe(12);
    expect(model.both(2, 3)).toEqual([18, [9, 12]]);
  });

  it("writes one derivative for two requests", async () => {
    const text = `import * as ct from "cotangent";\n${square}export const a = ct.grad(square);\nexport const b = ct.grad(square, { wrt: 0 });\n`;
    const code = codeOf(await compile({ "/model.ts": text }), "/model.ts");
    expect(code.match(/function square_grad/g)).toHaveLength(1);
  });

  it("hoists a function written in the call", async () => {
    const text = `import { grad, vjp } from "cotangent";
export const dcube = grad((x: number) => x * x * x);
export const pull = vjp((x: number, y: number): number => x * y);
`;
    const compilation = await compile({ "/model.ts": text });
    expect(compilation.diagnostics).toEqual([]);
    const model = runFiles(compilation, { "/model.ts": text }, "/model.ts") as {
      dcube: (x: number) => number;
      pull: (x: number, y: number) => [number, (dy: number) => number];
    };
    expect(model.dcube(2)).toBe(12);
    const [value, pullback] = model.pull(2, 5);
    expect([value, pullback(1), pullback(2)]).toEqual([10, 5, 10]);
  });

  it("differentiates derivatives", async () => {
    const text = `import { grad } from "cotangent";
export const cube = (x: number): number => x * x * x;
const d = grad(cube);
export const dd = grad(d);
export const ddd = grad(grad(grad(cube)));
`;
    const compilation = await compile({ "/model.ts": text });
    const model = runFiles(compilation, { "/model.ts": text }, "/model.ts") as Record<string, (x: number) => number>;
    expect([model.dd(2), model.ddd(2)]).toEqual([12, 6]);
  });

  it("gives every mode", async () => {
    const text = `import { hessian, hvp, jacobian, jvp, vjp } from "cotangent";
export function f(x: number[]): number {
  return x[0] * x[0] * x[1];
}
export function both(x: number[]): number[] {
  return [x[0] * x[1], x[0] + 3 * x[1]];
}
export const H = hessian(f);
export const Hv = hvp(f);
export const J = jacobian(both);
export const Jf = jacobian(both, { mode: "forward" });
export const t = jvp(f);
export const p = vjp(f);
`;
    const compilation = await compile({ "/model.ts": text });
    expect(compilation.diagnostics).toEqual([]);
    const model = runFiles(compilation, { "/model.ts": text }, "/model.ts") as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    expect(model.H([2, 3])).toEqual([
      [6, 4],
      [4, 0],
    ]);
    expect(model.Hv([2, 3], [1, 0])).toEqual([6, 4]);
    expect(model.J([2, 3])).toEqual([
      [3, 2],
      [1, 3],
    ]);
    expect(model.Jf([2, 3])).toEqual(model.J([2, 3]));
    expect(model.t([[2, 3]], [[1, 1]])).toEqual([12, 16]);
    const x = [2, 3];
    const [value, pullback] = model.p(x) as [number, (dy: number) => number[]];
    x[0] = 100;
    expect([value, pullback(1), pullback(2)]).toEqual([12, [12, 4], [24, 8]]);
  });
});

describe("several modules", () => {
  const files = {
    "/lib/model.ts": `import { weight } from "./weight.ts";\nconst scale = 3;\nexport function loss(x: number): number {\n  return scale * weight(x) * x;\n}\n`,
    "/lib/weight.ts": "export function weight(x: number): number {\n  return Math.sin(x) * Math.exp(x);\n}\n",
    "/main.ts": `import { grad } from "cotangent";\nimport { loss as myLoss } from "./lib/model.ts";\nexport const d = grad(myLoss);\n`,
  };

  it("puts the derivative into the primal's module, and imports it", async () => {
    const compilation = await compile(files);
    const main = codeOf(compilation, "/main.ts");
    expect(main).toMatch(/import \{ loss_grad \} from "\.\/lib\/model\.ts";/);
    expect(codeOf(compilation, "/lib/model.ts")).toContain("export function loss_grad(x: number): number");
    const { d } = runFiles(compilation, files, "/main.ts") as { d: (x: number) => number };
    const f = (x: number): number => 3 * Math.sin(x) * Math.exp(x) * x;
    expect(d(0.7)).toBeCloseTo((f(0.7 + 1e-6) - f(0.7 - 1e-6)) / 2e-6, 7);
  });

  it("follows re-exports of the function and of grad", async () => {
    const more = {
      ...files,
      "/index.ts": `export { loss as objective } from "./lib/model.ts";\nexport { grad as nabla } from "cotangent";\n`,
      "/main.ts": `import { nabla, objective } from "./index.ts";\n// cotangent\nexport const d = nabla(objective);\n`,
    };
    const compilation = await compile(more);
    expect(compilation.diagnostics).toEqual([]);
    const { d } = runFiles(compilation, more, "/main.ts") as { d: (x: number) => number };
    expect(Number.isFinite(d(0.7))).toBe(true);
  });

  it("specialises a function of another module for a private function", async () => {
    const more = {
      "/apply.ts": "export function twice(f: (x: number) => number, x: number): number {\n  return f(f(x));\n}\n",
      "/main.ts": `import { grad } from "cotangent";
import { twice } from "./apply.ts";
const wave = (x: number): number => Math.sin(x) * x;
export function loss(x: number): number {
  const floor = twice((y) => Math.floor(y), x);
  return twice(wave, x) * floor;
}
export const d = grad(loss);
`,
    };
    const compilation = await compile(more);
    expect(compilation.diagnostics).toEqual([]);
    const { d, loss } = runFiles(compilation, more, "/main.ts") as Record<string, (x: number) => number>;
    expect(d(1.3)).toBeCloseTo((loss(1.3 + 1e-6) - loss(1.3 - 1e-6)) / 2e-6, 6);
  });

  it("writes one derivative for two modules that ask for it, and one each for what the library exports", async () => {
    const ask = (mode: string): string => `import { ${mode} } from "cotangent";
import { loss } from "./lib/model.ts";
import { item, lstm, mean, meanSquaredError, type RecurrentParameters, tensor, type Tensor } from "cotangent/nn";
export const d = ${mode}(loss);
const last = (p: RecurrentParameters, x: Tensor): number => item(mean(lstm(p, x).outputs));
export const r = ${mode}(last);
const error = ${mode}(meanSquaredError);
export const e = (x: number) => error(tensor([x, 1]), tensor([0, 0]));
`;
    const more = {
      ...files,
      "/one.ts": ask("grad"),
      "/two.ts": ask("grad"),
      "/three.ts": ask("valueAndGrad"),
      "/main.ts": ["one", "two", "three"].map((name) => `export * as ${name} from "./${name}.ts";`).join("\n"),
    };
    const compilation = await compile(more);
    expect(compilation.diagnostics).toEqual([]);
    expect(codeOf(compilation, "/lib/model.ts").match(/function loss_grad\(/g)).toHaveLength(1);
    for (const path of ["/one.ts", "/two.ts", "/three.ts"]) {
      const code = codeOf(compilation, path);
      for (const name of ["meanSquaredError_\\w+", "lstm_forward", "lstm_backward", "lstmCell_backward"])
        expect(code.match(new RegExp(`function ${name}\\(`, "g"))).toHaveLength(1);
      expect(code.match(/from "\..*"/g)).toEqual(Array(2).fill('from "./lib/model.ts"'));
    }
    type Asked = Record<"d" | "e", (x: number) => unknown> & { r: (p: RecurrentParameters, x: Tensor) => unknown };
    const { one, two, three } = runFiles(compilation, more, "/main.ts") as Record<string, Asked>;
    const f = (x: number): number => 3 * Math.sin(x) * Math.exp(x) * x;
    expect(one.d(0.7)).toBeCloseTo((f(0.7 + 1e-6) - f(0.7 - 1e-6)) / 2e-6, 7);
    expect(two.d(0.7)).toBe(one.d(0.7));
    expect(three.d(0.7)).toEqual([f(0.7), one.d(0.7)]);
    expect([...(one.e(2) as Tensor).data]).toEqual([2, 1]);
    expect(two.e(2)).toEqual(one.e(2));
    expect(three.e(2)).toEqual([2.5, one.e(2)]);
    const parameters = initLstm(createRandom(1), { inputs: 2, units: 3 });
    const x = tensor([[[1, -2]]]);
    expect(two.r(parameters, x)).toEqual(one.r(parameters, x));
  });

  it("names every file it consulted", async () => {
    const { consulted } = await compile(files);
    expect([...consulted].sort()).toEqual(Object.keys(files).sort());
  });

  it("sees a changed callee when it compiles again", async () => {
    const cache = newProgramCache();
    await compile(files, { cache });
    const changed = { ...files, "/lib/weight.ts": "export function weight(x: number): number {\n  return 2;\n}\n" };
    const { d } = runFiles(await compile(changed, { cache }), changed, "/main.ts") as { d: (x: number) => number };
    expect(d(0.7)).toBe(6);
  });
});

describe("source maps", () => {
  const text = `import { grad } from "cotangent";\n${square}export const dsquare = grad(square);\n`;

  it("map the user's code to the user's file and the derivative to a readable file of its own", async () => {
    const compilation = await compile({ "/model.ts": text });
    const code = codeOf(compilation, "/model.ts");
    const map = new TraceMap(compilation.modules.get("/model.ts")?.map ?? "");
    const at = (needle: string) => {
      const before = code.slice(0, code.indexOf(needle)).split("\n");
      return originalPositionFor(map, { line: before.length, column: before[before.length - 1].length });
    };
    const user = at("return x * x");
    expect(user).toMatchObject({ line: 3, column: 2 });
    expect(user.source).toMatch(/model\.ts$/);
    const derived = at("return 2 * x");
    expect(derived.source).toMatch(/model\.grad\.ts$/);
    const virtual = sourceContentFor(map, derived.source ?? "")?.split("\n") ?? [];
    expect(virtual[(derived.line ?? 0) - 1]).toBe("  return 2 * x;");
    expect(derived.column).toBe(2);
  });
});

describe("options", () => {
  const text = `import { grad } from "cotangent";\n${square}export const dsquare = grad(square);\n`;

  it("traces the passes", async () => {
    const { trace } = await compile({ "/model.ts": text }, { trace: true });
    expect(trace[0].pass).toBe("reverse");
    expect(new Set(trace.map(({ pass }) => pass)).size).toBeGreaterThan(2);
  });

  it("writes the baseline without any pass", async () => {
    const all = await compile({ "/model.ts": text });
    const none = await compile({ "/model.ts": text }, { passes: "none" });
    expect(codeOf(none, "/model.ts")).not.toBe(codeOf(all, "/model.ts"));
    const model = runFiles(none, { "/model.ts": text }, "/model.ts") as { dsquare: (x: number) => number };
    expect(model.dsquare(3)).toBe(6);
  });
});
