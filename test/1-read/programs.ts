/** Programs whose reading is compared with JavaScript: the source (its last function runs) and the arguments. */
export interface Sample {
  readonly source: string;
  readonly cases: readonly (readonly unknown[])[];
}

const numbers: readonly (readonly unknown[])[] = [[0], [1], [2.5], [-3], [7], [NaN]];

function one(body: string, cases: Sample["cases"] = numbers, parameters = "x: number"): Sample {
  return { source: `export function main(${parameters}): number {\n${body}\n}`, cases };
}

const arrays: Sample["cases"] = [
  [[], 1],
  [[3], 2],
  [[1, 2, 3, 4], 2.5],
  [[5, -1, 2], -1],
  [[1, 2, 3], NaN],
];
const withArray = (body: string): Sample => one(body, arrays, "xs: number[], k: number");

export const programs: Readonly<Record<string, Sample>> = {
  arithmetic: one("return ((x + 1) * 2 - x / 3) ** 2 % 5 + -x + +x;"),
  bits: one("return (x | 0) + (x & 3) + (x ^ 5) + (x << 2) + (x >> 1) + (x >>> 28) + ~x;"),
  compound: one("let a = x; a += 2; a -= x; a *= 3; a /= 2; a **= 2; a %= 7; a |= 8; a <<= 1; return a;"),
  steps: one("let a = x; const b = a++ + ++a; const c = a-- - --a; return a + b * 10 + c * 100;"),
  comparisons: one(
    "return (x > 1 ? 1 : 0) + (x >= 1 ? 2 : 0) + (x === 1 ? 4 : 0) + (x !== x ? 8 : 0) + (x == 2 ? 16 : 0);",
  ),
  truth: one(
    "let r = 0; if (x) r += 1; if (!x) r += 2; if (x && r) r += 4; if (x || r > 5) r += 8; const y = x || 3; const z = x && 4; return r + y + z;",
  ),
  "nested conditionals": one("return x > 0 ? (x > 2 ? 1 : x) : x < -1 ? -x : 0;"),
  "conditional with statements": one("let n = 0; const y = x > 1 ? n++ + x : (n += 2, n); return y + n * 10;"),
  "logic with statements": one(
    "let n = 0; const t = x > 1 && n++ < 1; const u = x > 5 || ++n > 1; return n + (t ? 10 : 0) + (u ? 100 : 0);",
  ),
  "a conditional for its effect": one("let n = 1; x > 1 ? n++ : n--; x > 2 && (n *= 5); x > 2 || (n += 7); return n;"),
  "order of operands": one("let a = x; return a + (a = 3) * a + a++ * a;"),
  "order in elements": withArray(
    "const a = [k, 2, 3]; let i = 0; a[i++] = a[i] + i; a[i] += i++ + a[i - 1]; return a[0] + a[1] * 10 + a[2] * 100 + i;",
  ),
  "the index is read before the value": one(
    "const a = [1, 2, 3]; let i = 0; a[i] = (i = 2) + x; return a[0] + 10 * a[1] + 100 * a[2];",
  ),
  "the array is read before the value": one(
    "let a = [1, 2]; const b = a; a[0] = (a = [5, 6])[1] + x; return a[0] + 10 * b[0];",
  ),
  "compound reads before the value": one(
    "const a = [1]; const f = (): number => { a[0] = 5; return 2; }; a[0] += f(); return a[0] + x;",
  ),
  "chained assignment": one(
    "let a: number, b: number; const c = [0]; a = b = c[0] = x + 1; return a + 2 * b + 3 * c[0];",
  ),
  "logical assignment": one(
    "let a = x; a ||= 4; let b = x; b &&= 5; let c: number | undefined; c ??= x; c ??= 9; return a + 10 * b + 100 * c;",
  ),
  comma: one("let a = 1; const b = (a++, a * x); return a + b;"),
  math: one(
    "return Math.sin(x) + Math.max(x, 2, 3) + Math.min(x) + Math.hypot(x, 3) + Math.abs(x) + Math.PI * Math.sign(x) + Math.max(1, x);",
  ),
  numbers: one(
    "return Number(x > 1) + Number(x) + (Number.isFinite(x) ? 1 : 2) + (isNaN(x) ? 4 : 8) + Number.EPSILON + (Infinity > x ? 1 : 0);",
  ),
  "for up": one("let s = 0; for (let i = 0; i < x; i++) s += i; for (let i = 1; i <= x; i++) s += 100 * i; return s;"),
  "for down": one(
    "let s = 0; for (let i = 5; i >= x; i--) s = s * 2 + i; for (let i = 4; i > x; --i) s = s * 3 + i; return s;",
  ),
  "for by more than one": one(
    "let s = 0; for (let i = 0; i < x; i += 2) s = s * 3 + i; for (let i = 1; i <= x; i = i + 3) s = s * 5 + i; for (let i = 9; i > x; i -= 2) s = s * 7 + i; for (let i = 8; i >= x; i -= 3) s = s * 2 + i; return s;",
  ),
  "for by a fraction": one("let s = 0; for (let t = 0; t < x; t += 0.5) s += t; return s;"),
  "for from a number": one("let s = 0; for (let i = x; i < 5; i++) s += i; return s;", [[0], [1.5], [-2], [7]]),
  "for with break": one(
    "let s = 0; for (let i = 0; i < x; i++) { if (i > 3) break; s += i; } for (let i = 2; i < x; i++) { if (s > 20) break; s += i; } return s;",
  ),
  "for down with return": one("let s = 0; for (let i = 6; i > x; i--) { s += i; if (s > 12) return -s; } return s;", [
    [0],
    [2],
    [5],
    [9],
  ]),
  "for whose bound changes": one(
    "let n = 4; let s = 0; for (let i = 0; i < n; i++) { if (i === 1) n = x; s += i; } return s;",
    [[0], [3], [6]],
  ),
  "for whose start changes": one("let k = 2; let s = 0; for (let i = k; i < 6; i++) { k = x; s += i * k; } return s;"),
  "for whose counter is written": one(
    "let s = 0; for (let i = 0; i < 10; i++) { if (i === 2) i += 3; s += i; } return s + x;",
  ),
  "for with two counters": one("let s = 0; for (let i = 0, j = 5; i < j; i++, j--) s += i * j; return s + x;"),
  "for without parts": one("let i = 0; for (;;) { if (i >= x || i > 10) break; i++; } return i;", [[0], [2], [30]]),
  "for over its own counter": one("let s = 0; for (let i = 0; i < 8 - i; i++) s += i; return s + x;"),
  "bound with a call": one(
    "let calls = 0; const limit = (n: number): number => n / 2; for (let i = 0; i < limit(x); i++) calls += i; return calls;",
  ),
  "bound with an effect": one("let n = 5; let s = 0; for (let i = 0; i < n--; i++) s += i + n; return s + x;"),
  continue: one(
    "let s = 0; for (let i = 0; i < 6; i++) { if (i % 2 === 0) continue; s += i * x; } let j = 0; while (j < 5) { j++; if (j === 3) continue; s += j; } return s;",
    [[0], [2]],
  ),
  labels: one(
    "let s = 0; outer: for (let i = 0; i < 5; i++) { for (let j = 0; j < 5; j++) { if (j === i) continue outer; if (i + j > x) break outer; s += i * j + 1; } } block: { if (x > 2) break block; s += 1000; } return s;",
    [[0], [3], [5], [20]],
  ),
  while: one("let g = 5; let n = 0; while (g > x && n < 20) { g *= 0.7; n++; } return g + n;"),
  "while with statements in the test": one(
    "let n = 0; let s = 0; while (n++ < x) { if (n === 2) continue; if (n > 5) break; s += n; } return s + 10 * n;",
    [[0], [1], [4], [9]],
  ),
  "do while": one("let n = 0; do { n += 2; if (n === 4) continue; if (n > 8) break; } while (n < x); return n;"),
  "do while with statements": one(
    "let n = 0; let s = 0; do { s += n; if (s > 50) break; } while (++n < x); return s + n;",
  ),
  "for of": withArray(
    "let s = 0; for (const v of xs) { if (v === 3) continue; s = s * 2 + v; } for (const v of xs) { if (v > k) break; s += v; } return s;",
  ),
  "for of a growing array": withArray(
    "const ys = [1, 2]; let s = 0; for (const y of ys) { if (ys.length < 6) ys.push(y + k); s += y; } return s;",
  ),
  "for of entries": withArray("let s = 0; for (const [i, v] of xs.entries()) s += i * v; return s;"),
  "for of pairs": withArray(
    "const pairs: [number, number][] = [[1, k], [2, 3]]; let s = 0; for (const [a, b] of pairs) s += a * b; return s;",
  ),
  "for of an array that is replaced": withArray(
    "let ys = xs; let s = 0; for (const y of ys) { ys = [9]; s += y; } return s + ys.length;",
  ),
  "for of into a variable": withArray("let v = 0; let s = 0; for (v of xs) s += v; return s + v;"),
  "length of a growing array": withArray(
    "const out: number[] = []; for (let i = 0; i < xs.length; i++) out.push(xs[i] * 2); const q = xs; for (let i = 0; i < q.length && i < 7; i++) if (i % 2) xs.push(i); return out.length + 10 * xs.length;",
  ),
  switch: one(
    "let r = 0; switch (x) { case 0: r = 1; break; case 1: case 2.5: r = 2; break; default: r = 3; break; case 7: { r = 4; if (r > 3) break; r = 9; } } return r;",
  ),
  "switch that falls through": one(
    "let r = 0; switch (x) { case 7: r += 1; case 0: r += 10; if (x > 5) break; default: r += 100; case 1: r += 1000; } return r;",
  ),
  "switch with return": one("switch (true) { case x > 3: return 1; case x > 0: return 2; } return 3;"),
  "switch with calls": one(
    "let n = 0; const f = (a: number): number => a + 1; switch (f(x)) { case f(0): n = 1; break; case f(1): n = 2; } return n;",
  ),
  "switch in a loop": one(
    "let s = 0; for (let i = 0; i < 5; i++) { switch (i) { case 1: continue; case 3: s += 10; break; default: s += i; } s += x; } return s;",
  ),
  "early return": one("if (x < 0) return -1; for (let i = 0; i < 5; i++) if (i > x) return i; return 99;"),
  throw: one("if (x < 0) throw new RangeError(`negative: ${x}`); return x;"),
  strings: one(
    'const name = x > 1 ? "big" : "small"; const label = name + ": " + x.toFixed(2); return name === "big" && label.startsWith("big") ? label.length : 0;',
    [[0], [2]],
  ),
  slice: withArray(
    "const a = xs.slice(); const b = xs.slice(1); const c = xs.slice(-2); const d = xs.slice(0, -1); const e = xs.slice(1, 2); a.push(k); return a.length + 10 * b.length + 100 * c.length + 1000 * d.length + 10000 * e.length;",
  ),
  "slice by numbers": one(
    "const a = [1, 2, 3, 4, 5].slice(x, 4); let s = 0; for (const v of a) s = s * 10 + v; return s;",
    [[0], [1], [-2], [2.7], [9], [-9]],
  ),
  fill: withArray(
    "const a = xs.slice(); a.fill(k); const b = xs.slice().fill(7, 1); const c = xs.slice(); c.fill(9, -2, 3); let s = 0; for (const v of [...a, ...b, ...c]) s = s * 3 + v; return s;",
  ),
  "new arrays": one(
    "const a = new Array(3).fill(x); const b = new Array<number>(2).fill(1); const c = new Float64Array(4); const d = new Float32Array([x, 2]); const e = Float64Array.of(1, x); const f = Float64Array.from([1, 2, x]); const g = new Int32Array(2); g[0] = 2.7; return a[1] + b.length + c[0] + d[1] + e[1] + f[2] + g[0];",
    [[0], [1.5], [-3]],
  ),
  "Array.from": one(
    "const a = Array.from({ length: 4 }, (_, i) => i * x); const m = Array.from({ length: 3 }, (_, i) => [i, x]); const n = new Array(2).fill(null).map(() => [0, 0]); n[0][0] = 5; return a[3] + m[2][0] + m[1][1] + n[1][0];",
    [[0], [2]],
  ),
  callbacks: withArray(
    "const a = xs.map((v, i) => v * i + k); let s = 0; a.forEach((v, i) => { if (i === 1) return; s += v; }); const t = xs.reduce((sum, v) => sum + v * v, 1); const double = (v: number): number => 2 * v; const b = xs.map(double); return s + t + b.length + (b.at(-1) ?? 0);",
  ),
  "callbacks that append": withArray(
    "const ys = [1, 2]; ys.forEach((y) => { if (ys.length < 9) ys.push(y + 5); }); return ys.length + k;",
  ),
  "callback with several returns": withArray(
    "const signs = xs.map((v) => { if (v > 2) return 1; for (let i = 0; i < 3; i++) if (i === v) return i * 10; return -1; }); return signs.reduce((a, b) => a * 3 + b, 0);",
  ),
  "push and pop": withArray(
    "const a: number[] = []; const n = a.push(k, 2, 3); const last = a.pop()!; a.push(last * 2); return n + a.length + a[a.length - 1];",
  ),
  spread: withArray(
    "const a = [...xs]; const b = [0, ...xs, k, ...a]; a[0] = 99; return b.length + b[1] * 2 + b[b.length - 1] + a.concat(xs, [1]).length;",
  ),
  "swap by destructuring": one(
    "let a = x, b = 2, c = 3; [a, b, c] = [c, a, b]; const v = [1, 2]; [v[0], v[1]] = [v[1], v[0]]; return a + 10 * b + 100 * c + v[0];",
  ),
  destructuring: {
    source:
      "interface P { a: number; b: { c: number[] }; d?: number }\nexport function main({ a, b: { c: [first, second = 8] }, d = 4 }: P, [u, v]: [number, number], k = 2): number {\n const { length } = [1, 2]; let p: number, q: number; ({ a: p, d: q = 5 } = { a, d: u } as { a: number; d?: number }); const [h, ...rest] = [1, 2, 3]; return a + first + second * 10 + d * 100 + u * v * k + length + p + q + h + rest.length;\n}",
    cases: [
      [{ a: 1, b: { c: [2, 3] } }, [4, 5]],
      [{ a: 1, b: { c: [2] }, d: 7 }, [4, 5], 6],
    ],
  },
  records: {
    source:
      "interface P { x: number; ys: number[] }\nfunction move(p: P, by: number): P { p.x += by; p.ys[0] *= 2; return { ...p, x: p.x + 1 }; }\nexport function main(p: P): number { const q = move(p, 3); q.ys[1] = 9; const { x, ...others } = q; return p.x * 100 + x + others.ys[1] + p.ys[1]; }",
    cases: [[{ x: 1, ys: [2, 3] }]],
  },
  "missing values": {
    source:
      "export function main(x?: number, y: number = 3): number { const z = x ?? 1; if (x === undefined) return y; return z + x + y; }",
    cases: [[], [1], [1, 2], [undefined, 5]],
  },
  calls: {
    source:
      "function add(a: number, b = 10): number { return a + b; }\nconst twice = (x: number): number => 2 * x;\nfunction even(n: number): boolean { return n <= 0 ? true : odd(n - 1); }\nfunction odd(n: number): boolean { return n <= 0 ? false : even(n - 1); }\nfunction fill(xs: number[], v: number): void { for (let i = 0; i < xs.length; i++) xs[i] = v; }\nexport function main(x: number): number { const a = [1, 2]; fill(a, x); const s = a[0] + add(x, (fill(a, 5), a[1])); return add(x) + twice(add(1, x)) + (even(4) ? 100 : 0) + s; }",
    cases: [[1], [2.5]],
  },
  recursion: {
    source: "export function main(n: number): number { if (n <= 1) return 1; return n * main(n - 1) + main(n - 2); }",
    cases: [[0], [3], [6]],
  },
  "functions as arguments": {
    source:
      "const square = (x: number): number => x * x;\nfunction sum(f: (x: number, i: number) => number, xs: number[]): number { let s = 0; for (let i = 0; i < xs.length; i++) s += f(xs[i], i); return s; }\nfunction twice(f: (x: number) => number, x: number): number { return f(f(x)); }\nexport function main(x: number): number { const scale = x + 1; const local = (v: number): number => v * scale; return sum(square, [1, 2, x]) + sum((v, i) => v * i * scale, [1, 2, 3]) + twice(square, x) + twice(local, 2) + twice((v) => twice(local, v), 3); }",
    cases: [[1], [0.5]],
  },
  "captured counters": one(
    "let s = 0; for (let i = 0; i < 3; i++) { const f = (v: number): number => v * i; s += f(x); } return s;",
  ),
  "module constants": {
    source:
      'const N = 3;\nconst table = [1, 2, 4];\nconst config = { rate: 0.5, names: ["a"] };\nenum Kind { A, B = 5 }\nexport function main(x: number): number { let s = 0; for (let i = 0; i < N; i++) s += table[i] * x; return s * config.rate + Kind.B + config.names.length; }',
    cases: [[1], [2]],
  },
  "module constants passed on": {
    source:
      "const data = [3, 1, 2];\nconst rows = [[1, 2], [3, 4]];\nfunction scaled(xs: number[], by: number): number[] { const out = xs.slice(); for (let i = 0; i < out.length; i++) out[i] *= by; return out; }\nfunction sum(xs: number[]): number { let s = 0; for (const x of xs) s += x; return s; }\nexport function main(x: number): number { const own = scaled(data, x); own[0] += 1; let s = sum(own) + sum(data); for (const row of rows) s += sum(row); return s; }",
    cases: [[2]],
  },
  assertions: one("const a = x as number; const b = (a satisfies number)!; const c = <number>b; return c;"),
  "swapped rows": withArray(
    "let a = [1, 2]; let b = [3, k]; for (let i = 0; i < xs.length; i++) { const t = a; a = b; b = t; a[0] += xs[i]; } return a[0] + 10 * b[0] + 100 * a[1];",
  ),
  "rows stored in rows": withArray(
    "const m = [[1, 2], [3, 4]]; m[0] = m[1]; m[m[0].length - 1][0] = k; m[0][1] += 2; return m[0][0] + m[1][1] * 10 + (m[0] === m[1] ? 1000 : 0);",
  ),
  tuples: {
    source:
      "type Pair = [a: number, b: number];\nfunction flip([a, b]: Pair): Pair { return [b, a]; }\nexport function main(x: number): number { const p = flip([x, 2]); p[0] += 1; return p[0] * 10 + p[1] + p.length; }",
    cases: [[1]],
  },
};
