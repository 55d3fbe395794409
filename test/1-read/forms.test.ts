import { describe, expect, it } from "vitest";
import { read } from "../helpers/program.ts";

/** The text of what the last function becomes. */
function lines(source: string): string[] {
  const { text, diagnostics } = read(source);
  expect(diagnostics).toEqual([]);
  return text.split("\n").map((line) => line.trim());
}

const loop = (head: string, body = "s += i * x;"): string[] =>
  lines(`export function f(x: number, n: number, xs: number[]): number { let s = 0; ${head} { ${body} } return s; }`);

describe("loops", () => {
  it("count where the bound is an integer", () => {
    expect(loop("for (let i = 0; i < xs.length; i++)")).toContain("for (let i = 0; i < xs.length; i++) {");
    expect(loop("for (let i = 1; i <= 9; i++)")).toContain("for (let i = 1; i < 10; i++) {");
    expect(loop("for (let i = xs.length - 1; i >= 0; i--)")).toContain("for (let i = xs.length - 1; i >= 0; i--) {");
  });

  it("name the number of trips where it is not", () => {
    const text = loop("for (let i = 0; i < n; i++)");
    expect(text).toContain("let trips = Math.max(0, Math.ceil(n));");
    expect(text).toContain("for (let i = 0; i < trips; i++) {");
    expect(loop("for (let i = 2; i <= n; i++)")).toContain("let end = Math.floor(n) + 1;");
  });

  it("step by a counter of their own", () => {
    const text = loop("for (let i = 1; i < n; i += 2)");
    expect(text).toContain("let trips = Math.max(0, Math.ceil((n - 1) / 2));");
    expect(text).toContain("let i = 1 + 2 * t;");
  });

  it("keep their counter where they may end early", () => {
    expect(loop("for (let i = 0; i < n; i++)", "if (s > 3) break; s += i;")).toContain("while (i < n) counting i {");
    expect(loop("for (let i = 3; i < n; i++)", "if (s > 3) return s; s += i;")).toContain("let i = 3 + trips;");
  });

  it("count over an array that another one grows beside", () => {
    const text = lines(
      "export function f(xs: number[]): number[] { const out: number[] = []; for (let i = 0; i < xs.length; i++) out.push(xs[i]); return out; }",
    );
    expect(text).toContain("for (let i = 0; i < xs.length; i++) {");
  });

  it("do not count over an array that may grow", () => {
    const text = lines(
      "export function f(xs: number[], ys: number[]): number { for (let i = 0; i < xs.length; i++) if (i < 3) ys.push(i); return xs[0]; }",
    );
    expect(text).toContain("while (i < xs.length) counting i {");
  });
});

describe("types", () => {
  it("finds the integers among the local variables", () => {
    const { program } = read(
      "export function f(x: number, a: Int32Array): number { let i = 0, j = i + 2, k = x, m = a[j]; i = j * 2; k = 1; m++; return x ** (i + j + k + m); }",
    );
    const body = [...program.values()][0].body;
    const types = body.flatMap((statement) =>
      statement.kind === "let" ? [`${statement.variable.name} ${statement.variable.type.kind}`] : [],
    );
    expect(types).toEqual(["i index", "j index", "k real", "m index"]);
  });
});

describe("origins", () => {
  it("quote the user's statement, of a compound one only the head", () => {
    const { program } = read(
      "export function f(x: number): number {\n  const y: number = x *\n    2;\n  for (let i = 0; i < 3; i++) {\n    x += y;\n  }\n  return x;\n}",
    );
    const origins = [...program.values()][0].body.map((statement) => [statement.origin?.line, statement.origin?.text]);
    expect(origins).toEqual([
      [2, "y = x * 2"],
      [4, "for (let i = 0; i < 3; i++)"],
      [7, "return x"],
    ]);
  });
});

describe("modules", () => {
  it("follows imports, aliases, namespaces and re-exports", () => {
    const { key, program, diagnostics } = read({
      "/model.ts":
        'import { twice as double } from "./all.ts";\nimport * as all from "./all.ts";\nimport half from "./half.ts";\nexport function f(x: number): number { return double(x) + all.twice(x) * all.K + half(x); }',
      "/all.ts": 'export { two as twice } from "./two.ts";\nexport const K = 3;',
      "/two.ts": "export const two = (x: number): number => 2 * x;",
      "/half.ts": "export default function half(x: number): number { return x / 2; }",
    });
    expect(diagnostics).toEqual([]);
    expect(key).toBe("/model.ts#f");
    expect([...program.keys()].sort()).toEqual(["/half.ts#half", "/model.ts#f", "/two.ts#two"]);
  });

  it("knows which functions a module has no name for", () => {
    const { program } = read(
      "function twice(f: (x: number) => number, x: number): number { return f(f(x)); }\nexport function f(x: number): number { const k = 2; return twice((v) => v * k, x); }",
    );
    const made = [...program.values()].map((fn) => `${fn.name}${fn.synthetic ? " made" : ""}`);
    expect(made.sort()).toEqual(["f", "lambda made", "twice_lambda made"]);
  });

  it("keeps a custom rule with its maps", () => {
    const { program } = read(
      'import { customVjp } from "cotangent";\nconst sq = customVjp((x: number, n: number): number => x * x * n, [(dy: number, y: number, x: number, n: number): number => 2 * dy * x * n, null]);\nexport function f(x: number): number { return sq(x, 3); }',
    );
    expect(program.get("/model.ts#sq")?.custom).toEqual({ vjp: ["/model.ts#sq_vjp0", null] });
  });

  it("reads a function once", () => {
    const { program } = read(
      "export function f(n: number): number { return n <= 0 ? 1 : g(n - 1) + f(n - 2); }\nfunction g(n: number): number { return f(n); }",
      "f",
    );
    expect([...program.keys()]).toEqual(["/model.ts#f", "/model.ts#g"]);
  });
});
