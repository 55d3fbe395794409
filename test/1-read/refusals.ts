/** One program for each diagnostic of reading; `«…»` marks where it points. The last function is read. */
export const refusals: readonly (readonly [code: string, source: string])[] = [
  [
    "CT2002",
    "function f(x: number): number;\nfunction f(x: string): number;\nfunction f(x: unknown): number { return 1; }\nexport const main = (x: number): number => «f»(x);",
  ],
  ["CT2003", "declare function f(x: number): number;\nexport const main = (x: number): number => «f»(x);"],
  ["CT2005", "export function main(«x: any»): number { return x; }"],
  ["CT2005", "export function main(x: number): number { const «y»: any = x; return y * 2; }"],
  ["CT2006", "export function main(x: number): number { «for (const k in { a: 1 }) x += k.length;» return x; }"],
  ["CT2006", "export function main(p: { a?: number }): number { «delete p.a»; return 1; }"],
  ["CT2006", "export function main(x: number): number { return x + «arguments».length; }"],
  ["CT2007", "export async function «main»(x: number): Promise<number> { return x; }"],
  ["CT2007", "export function* «main»(x: number): Generator<number> { yield x; }"],
  ["CT2008", "class A { a = 1; }\nexport function main(x: number): number { const a = «new A()»; return a.a * x; }"],
  ["CT2008", "class A { constructor(public a: number) {} }\nexport function main(«x: A»): number { return x.a; }"],
  ["CT2009", "export function main(x: number): number { «try { return x; } catch { return 0; }» }"],
  ["CT2010", "export function main(«m: Map<string, number>»): number { return m.size; }"],
  ["CT2011", "export function main(«x: number | number[]»): number { return 1; }"],
  ["CT2012", "let state = 1;\nexport function main(x: number): number { return x * «state»; }"],
  [
    "CT2012",
    "const table = [1, 2];\ntable[0] = 3;\nexport function main(x: number): number { return x * «table»[0]; }",
  ],
  ["CT2012", "const table = [1, 2];\nexport function main(x: number): number { «table»[0] = x; return x; }"],
  [
    "CT2012",
    "const table = [1, 2];\nexport function main(x: number): number { const a = table; «a[0] = x;» return a[0]; }",
  ],
  [
    "CT2012",
    "const table = [1, 2];\nfunction poke(a: number[]): void { a[0] = 5; }\nexport function main(x: number): number { «poke(table);» return x * table[0]; }",
  ],
  [
    "CT2012",
    "const rows = [[1, 2]];\nexport function main(x: number): number { for (const r of rows) { «r[0] += x;» } return rows[0][0]; }",
  ],
  [
    "CT2012",
    "const table = [1, 2];\nfunction get(): number[] { return table; }\nexport function main(x: number): number { const a = get(); «a.push(x);» return a[0]; }",
  ],
  [
    "CT2013",
    "const fs = [Math.sin, Math.cos];\nfs.push(Math.tan);\nexport function main(x: number): number { return «fs»[0](x); }",
  ],
  [
    "CT2013",
    "export function main(x: number): number { let f = (v: number): number => v; f = (v) => 2 * v; return «f»(x); }",
  ],
  [
    "CT2013",
    "interface Options { scale: number; bend?: (x: number) => number }\nfunction hook(options: Options, write: () => void): number { write(); return options.scale; }\nexport function main(x: number): number { const own: Options = { scale: x }; return hook(«own», () => { own.scale = 5; }); }",
  ],
  ["CT2005", "export function main(«x: Radius»): number { return x * x; }"],
  ["CT2014", "export function main(x: number): number { return «structuredClone(x)»; }"],
  ["CT2015", "export function main(x: number): number { const a: number[] = []; «a[0]» = x; return a[0]; }"],
  [
    "CT2016",
    "export function main(x: number): number { let sum = 0; const add = (v: number): void => { sum += v; }; «add(x)»; return sum; }",
  ],
  ["CT2017", "export function main(x: number): number { return «parseFloat(x.toFixed(2))»; }"],
  ["CT2018", "export function main(xs: number[]): number { return «xs?.[0]»; }"],
  ["CT2019", "export function main(p: { a: number; b: number }, key: 'a' | 'b'): number { return «p[key]»; }"],
  ["CT2020", "export function main(x: number): number { return x * Number(«10n»); }"],
  [
    "CT3001",
    "interface Tree { value: number; children: Tree[] }\nexport function main(«tree: Tree»): number { return tree.value; }",
  ],
  ["CT3002", "export function main(xs: number[]): number { «xs.length» = 1; return xs[0]; }"],
  ["CT3003", "export function main(xs: number[]): number { «xs.sort»(); return xs[0]; }"],
  ["CT3004", "export function main(xs: Float64Array): number { return «xs.subarray»(1)[0]; }"],
  ["CT3005", "export function main(xs: number[]): number { return Math.max(«...xs»); }"],
  ["CT3005", "export function main(«...xs: number[]»): number { return xs[0]; }"],
  ["CT3006", "export function main<T>(«x: T»): number { return Number(x); }"],
  [
    "CT3007",
    "function apply(f: (x: number) => number, n: number): number { const k = n; return n > 0 ? «apply((x) => f(x) * k, n - 1)» : f(n); }\nexport function main(x: number): number { return apply((v) => v, x); }",
  ],
  [
    "CT3008",
    'import { checkpoint } from "cotangent";\nconst f = checkpoint((x: number): number => x);\nexport function main(x: number): number { return «f(x)»; }',
  ],
  ["CT3009", "export function main(x: number, «ys?: number[]»): number { return x; }"],
  ["CT4001", 'export function main(x: number): number { const «y»: number = "1"; return x * y; }'],
  [
    "CT4005",
    'import { customVjp } from "cotangent";\nconst f = customVjp((x: number, y: number): number => x * y, «[(dy: number, z: number, x: number, y: number): number => dy * y]»);\nexport function main(x: number): number { return f(x, x); }',
  ],
];
