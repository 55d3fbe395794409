import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  DifferentiationError,
  formatDiagnostic,
  functionNotFound,
  unreadableConfig,
  type Diagnostic,
} from "../../transforms/diagnostics.ts";
import { derive } from "../../transforms/derive.ts";
import { read } from "../helpers/program.ts";
import { refusals } from "./refusals.ts";

const root = join(import.meta.dirname, "../..");

describe("what cannot be read is refused, where it stands", () => {
  for (const [code, marked] of refusals) {
    it(`${code}: ${marked.split("\n").at(-1) ?? ""}`, () => {
      const source = marked.replace(/[«»]/g, "");
      const { key, diagnostics } = read(source);
      expect(key).toBeUndefined();
      expect(diagnostics.map((found) => found.code)).toContain(code);
      const found = diagnostics.find((diagnostic) => diagnostic.code === code);
      const start = marked.indexOf("«");
      expect(source.slice(found?.start, found?.end)).toBe(marked.slice(start + 1, marked.indexOf("»")));
    });
  }

  it("finds several at once", () => {
    const { diagnostics } = read(
      "export function main(xs: number[], m: Set<number>): number { return 1; }\nexport function other(xs: number[]): number {\n  xs.sort();\n  try { xs.reverse(); } catch {}\n  const b = 10n;\n  return later(xs);\n}\nfunction later(ys: number[]): number {\n  ys.length = 0;\n  return ys.at(0);\n}",
      "other",
    );
    expect(diagnostics.map((found) => found.code)).toEqual(["CT3003", "CT2009", "CT2020", "CT4001", "CT3002"]);
    expect(diagnostics.at(-1)?.related?.[0]).toMatchObject({ message: "called by `other` here", line: 6 });
  });
});

describe("what later stages find", () => {
  const derived = (source: string, mode: "grad" | "jvp"): readonly Diagnostic[] => {
    const { key, program, diagnostics } = read(source);
    expect(diagnostics).toEqual([]);
    try {
      return derive(new Map(program), key ?? "", { mode, wrt: undefined, wrtIsTuple: false }).diagnostics;
    } catch (error) {
      if (error instanceof DifferentiationError) return error.diagnostics;
      throw error;
    }
  };
  const rule = (kind: string, map: string): string =>
    `import { ${kind} } from "cotangent";\nconst f = ${kind}((x: number): number => x * x, [(d: number, y: number, x: number): number => ${map}]);\nexport function main(x: number): number { return f(x); }`;

  it("CT4006: a rule for the other mode only", () => {
    for (const [kind, mode] of [
      ["customVjp", "jvp"],
      ["customJvp", "grad"],
    ] as const) {
      expect(derived(rule(kind, "Math.min(d, x)"), mode).map((found) => found.code)).toEqual(["CT4006"]);
      expect(derived(rule(kind, "2 * d * x"), mode)).toEqual([]);
    }
  });

  it("CT5001: a gradient that is zero", () => {
    expect(derived("export function main(x: number): number { return Math.round(x); }", "grad")).toMatchObject([
      { code: "CT5001", severity: "warning" },
    ]);
  });

  it("CT5002: results that are left in a parameter", () => {
    const out = "for (let i = 0; i < x.length; i++) out[i] = x[i] * x[i];";
    const codes = (body: string): readonly string[] =>
      derived(`export function main(x: number[], out: number[]): number { ${body} }`, "grad").map(({ code }) => code);
    expect(codes(`${out} return x[0];`)).toEqual(["CT5002"]);
    expect(codes(`out.push(x[0] * x[0]); return x[0];`)).toEqual(["CT5002"]);
    expect(codes(`${out} let sum = 0; for (const v of out) sum += v; return sum;`)).toEqual([]);
    expect(codes(`x[0] *= 2; return x[0] * out[0];`)).toEqual([]);
  });

  const at = { file: "model.ts", start: 0, end: 1, line: 1, column: 1 };

  it("CT1002: a function that is not there", () => {
    const text = formatDiagnostic(functionNotFound(at, "lss", "model.ts"));
    expect(text).toBe("model.ts:1:1 - error CT1002: there is no function `lss` in model.ts");
  });

  it("CT1003: a configuration that cannot be read", () => {
    const text = formatDiagnostic(unreadableConfig(at, "',' expected."));
    expect(text).toBe("model.ts:1:1 - error CT1003: cannot read the TypeScript configuration: ',' expected.");
  });
});

describe("the catalog", () => {
  const codes = [...readFileSync(join(root, "transforms/diagnostics/catalog.ts"), "utf8").matchAll(/"(CT\d{4})"/g)].map(
    (match) => match[1],
  );
  const page = readFileSync(join(root, "docs/diagnostics.md"), "utf8");
  const tests = testFiles(join(root, "test"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");

  it("has each code once", () => {
    expect(new Set(codes).size).toBe(codes.length);
  });

  for (const code of codes) {
    it(`${code} is explained and raised by a test`, () => {
      expect(page.includes(`### ${code}`)).toBe(true);
      expect(tests.includes(code)).toBe(true);
    });
  }

  it("explains nothing that does not exist", () => {
    expect([...page.matchAll(/^### (CT\d{4})/gm)].map((match) => match[1])).toEqual(codes);
  });
});

function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}
