/** Wrong programs: each is refused where it is wrong, with a code; none crashes, none gives a number. */
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";

/** `CODE line:column` of every diagnostic; the text in the program that is marked `«…»` is where the first one stands. */
async function refused(marked: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const text = `import { grad, hessian, jacobian, jvp, valueAndGrad, vjp } from "cotangent";\n${marked.replace(/[«»]/g, "")}\n`;
  const { diagnostics, modules } = await compile({ "/model.ts": text, ...more });
  const start = text.indexOf("\n") + 1 + marked.indexOf("«");
  const end = text.indexOf("\n") + marked.indexOf("»");
  if (marked.includes("«")) {
    const [first] = diagnostics;
    expect(text.slice(first.start, first.end)).toBe(text.slice(start, end));
    const lines = text.slice(0, first.start).split("\n");
    expect([first.line, first.column]).toEqual([lines.length, lines[lines.length - 1].length + 1]);
    expect(first.file).toBe("/model.ts");
  }
  expect(modules.get("/model.ts")?.code ?? "").not.toContain("_grad");
  return diagnostics.map(({ code }) => code);
}

describe("a request that cannot be answered", () => {
  it("for something that is not a function", async () => {
    expect(await refused("const n = 3;\n// @ts-expect-error\nexport const d = grad(«n»);")).toEqual(["CT2001"]);
  });

  it("for an overloaded function", async () => {
    const text =
      "function f(x: number): number;\nfunction f(x: string): number;\nfunction f(x: number | string): number {\n  return Number(x);\n}\nexport const d = grad(«f»);";
    expect(await refused(text)).toEqual(["CT2002"]);
  });

  it("for a function without a body", async () => {
    expect(await refused("declare function f(x: number): number;\nexport const d = grad(«f»);")).toEqual(["CT2003"]);
    const library = { "/native.d.ts": "export declare const f: (x: number) => number;\n" };
    expect(await refused('import { f } from "./native.js";\nexport const d = grad(«f»);', library)).toEqual(["CT2003"]);
  });

  it("for a result that holds no number", async () => {
    const text =
      "function f(x: number): string {\n  return String(x);\n}\n// @ts-expect-error\nexport const d = grad(f);";
    expect(await refused(text)).toEqual(["CT2004"]);
    expect(await refused("function g(x: number): boolean {\n  return x > 0;\n}\nexport const d = vjp(g);")).toEqual([
      "CT2004",
    ]);
  });

  it("for rows of tensors, and one number of many", async () => {
    const head = 'import { item, mul, sum, type Tensor } from "cotangent/nn";\n';
    const square = `${head}function square(x: Tensor): Tensor {\n  return mul(x, x);\n}\n`;
    const total = `${square}function total(x: Tensor): number {\n  return item(sum(square(x)));\n}\n`;
    expect(await refused(`${square}export const d = jacobian(square);`)).toEqual(["CT3008"]);
    expect(await refused(`${total}export const d = hessian(total);`)).toEqual(["CT3008"]);
    expect(await refused(`${total}export const d = jacobian(total);`)).toEqual(["CT3008"]);
    expect(await refused(`${square}export const d = grad(square);`)).toEqual(["CT2004"]);
  });

  it("with a way out that fits tensors and derivatives", async () => {
    const text = `import { grad, vjp } from "cotangent";
import { item, mul, sum, Tensor } from "cotangent/nn";
const squares = (x: Tensor): Tensor => mul(x, x);
const times = (x: Tensor, y: Tensor): number => item(sum(x * y));
const made = (x: Tensor): number => item(sum(mul(x, new Tensor([1], "f32"))));
const f = (a: number, b: number): number => a * a * b;
const df = grad(f, { wrt: [0, 1] });
export const all = [grad(squares), grad(times), grad(made), vjp(df)];
`;
    const { diagnostics } = await compile({ "/main.ts": text });
    const own = diagnostics.filter(({ code }) => code.startsWith("CT2"));
    expect(own.map(({ code, line, hint }) => [code, line, hint?.slice(0, 30)]).sort()).toEqual([
      ["CT2004", 8, "differentiate a function that "],
      ["CT2004", 8, "return `item(…)` of a tensor w"],
      ["CT2006", 4, "use `mul(…)` of `cotangent/nn`"],
      ["CT2008", 5, "make tensors of numbers with `"],
    ]);
  });

  it("for what looks into a tensor, or passes a number that counts as a constant", async () => {
    const head = 'import { item, sum, tensor, type Tensor } from "cotangent/nn";\n';
    const inside = `${head}function first(x: Tensor): number {\n  return «x.data»[0];\n}\nexport const d = grad(first);`;
    expect(await refused(inside)).toEqual(["CT2021"]);
    const constant = `${head}function f(x: number): number {\n  return item(sum(tensor([x, 2])));\n}\nexport const d = grad(f);`;
    expect(await refused(constant)).toEqual(["CT2022"]);
  });

  it("for a result that is not one number", async () => {
    expect(
      await refused(
        "function f(x: number): number[] {\n  return [x];\n}\n// @ts-expect-error\nexport const d = grad(f);",
      ),
    ).toEqual(["CT2004"]);
  });

  it("for a pullback", async () => {
    const text =
      "function f(x: number): number {\n  return x * x;\n}\n// @ts-expect-error\nexport const d = «grad(vjp(f))»;";
    expect(await refused(text)).toEqual(["CT2004"]);
  });

  it("for any", async () => {
    expect(await refused("declare const f: any;\nexport const d = grad(«f»);")).toEqual(["CT2005"]);
    expect(await refused("function f(«x: any»): number {\n  return x * x;\n}\nexport const d = grad(f);")).toEqual([
      "CT2005",
    ]);
  });

  it("for a type that was not found, with what TypeScript says of it", async () => {
    const text = `import { grad } from "cotangent";
import { dens, type Layer } from "cotangent/nn";
import { scale } from "./missing.ts";
const net = { layer: dens(2), scale };
export const f = (p: typeof net, q: Layer): number => p.scale * q;
export const d = grad(f);
`;
    const { diagnostics } = await compile({ "/model.ts": text });
    const [{ related, ...first }] = diagnostics;
    expect(first).toMatchObject({ code: "CT2005", line: 5, column: 19 });
    expect(related?.map(({ line, column, message }) => `${line}:${column} ${message.slice(0, 40)}`)).toEqual([
      `2:10 '"cotangent/nn"' has no exported member `,
      `2:21 Module '"cotangent/nn"' has no exported `,
      "3:23 Cannot find module './missing.ts' or its",
    ]);
  });

  it("for a function that is only known at run time", async () => {
    const text = "export function slope(f: (x: number) => number, x: number): number {\n  return grad(«f»)(x);\n}";
    expect(await refused(text)).toEqual(["CT2013"]);
  });

  it("for a parameter that is not there", async () => {
    expect(await refused("const f = (x: number): number => x * x;\nexport const d = grad(f, { wrt: 1 });")).toEqual([
      "CT4002",
    ]);
  });

  it("for a parameter that holds no number", async () => {
    expect(
      await refused(
        "const f = (x: number, label: string): number => x * label.length;\nexport const d = grad(f, { wrt: 1 });",
      ),
    ).toEqual(["CT4003"]);
  });

  it("for what may be a tensor or a number", async () => {
    const head = 'import { item, mul, sum, type Tensor } from "cotangent/nn";\n';
    const total = `${head}function total(x: Tensor, k: Tensor | number, all: (Tensor | number)[]): number {
  all[0] = mul(all[0], x);
  return item(sum(mul(all[0], k)));
}
`;
    const readOnly = total.replace("  all[0] = mul(all[0], x);\n", "");
    expect(await refused(`${readOnly}export const d = «grad(total, { wrt: [1, 2] })»;`)).toEqual(["CT3008"]);
    expect(await refused(`${readOnly}export const d = «jvp(total)»;`)).toEqual(["CT3008"]);
    expect(await refused(`${total}export const d = grad(total);`)).toEqual(["CT3008"]);
    expect(await refused(readOnly)).toEqual([]);
    const { diagnostics } = await compile({
      "/model.ts": `import { grad } from "cotangent";\n${readOnly}export const d = grad(total);`,
    });
    expect(diagnostics).toEqual([]);
  });

  it("with options that are not written in place", async () => {
    expect(
      await refused(
        "const f = (x: number): number => x * x;\nconst wrt = Math.round(0.2);\nexport const d = grad(f, { wrt });",
      ),
    ).toEqual(["CT4004"]);
    expect(
      await refused(
        "const f = (x: number): number => x * x;\nconst options = { wrt: 0 } as const;\nexport const d = grad(f, options);",
      ),
    ).toEqual(["CT4004"]);
  });

  it("of a function that has type errors", async () => {
    expect(
      await refused(
        'function f(x: number): number {\n  const y: number = "1";\n  return x * y;\n}\nexport const d = grad(f);',
      ),
    ).toEqual(["CT4001"]);
  });

  it("of a function that uses local variables of the function around it", async () => {
    const codes = await refused(
      "export function outer(k: number): (x: number) => number {\n  return grad((x: number) => k * x);\n}",
    );
    expect(codes).toHaveLength(1);
    expect(codes[0]).not.toBe("CT9001");
  });

  it("of a derivative of itself", async () => {
    const codes = await refused(
      "export function f(x: number): number {\n  return grad(f)(x);\n}\nexport const d = grad(f);",
    );
    expect(codes.length).toBeGreaterThan(0);
  });
});

describe("several mistakes", () => {
  it("are reported at once, each at its place", async () => {
    const text = `function f(x: number): number {
  try {
    x += 1;
  } catch {
    x = 0;
  }
  return parseFloat(x.toFixed(2));
}
export const d = grad(f);
export const e = grad(f, { wrt: 3 });
declare const g: any;
export const h = valueAndGrad(g);`;
    const codes = await refused(text);
    expect(codes).toContain("CT2009");
    expect(codes).toContain("CT2017");
    expect(codes).toContain("CT2005");
  });

  it("do not keep other requests from being answered", async () => {
    const text =
      'import { grad } from "cotangent";\ndeclare const g: any;\nexport const d = grad(g);\nexport const e = grad((x: number) => x * x);\n';
    const { diagnostics, modules } = await compile({ "/model.ts": text });
    expect(diagnostics).toHaveLength(1);
    expect(modules.get("/model.ts")?.code).toContain("return 2 * x;");
  });
});

describe("as text", () => {
  it("has the place, the code, a frame and a hint", async () => {
    const text = 'import { grad } from "cotangent";\nconst n = 3;\nexport const d = grad(n as never);\n';
    const { diagnostics } = await compile({ "/model.ts": text });
    const printed = formatDiagnostics(diagnostics, () => text, { color: false });
    expect(printed).toContain("model.ts:3:23 - error CT2001: cannot differentiate `n");
    expect(printed).toContain("export const d = grad(n as never);");
    expect(printed).toMatch(/\| {23}\^/);
    expect(printed).toMatch(/hint|pass the name of a function/);
  });

  it("has no colours unless they are asked for", async () => {
    const { diagnostics } = await compile({
      "/model.ts": 'import { grad } from "cotangent";\nexport const d = grad(3 as never);\n',
    });
    expect(formatDiagnostics(diagnostics, () => undefined, { color: false, directory: "/" })).not.toContain("\u001b[");
    expect(formatDiagnostics(diagnostics, () => undefined, { color: true, directory: "/" })).toContain("\u001b[");
  });
});
