/**
 * Random maps of `dy`: what is said to be linear is, and its transpose is the transpose: ⟨u, m(v)⟩ = ⟨mᵀ(u), v⟩. `RANDOM_PROGRAMS`
 * sets their number, `RANDOM_SEED` where to begin.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isLinear } from "../../transforms/3-analyze/linear.ts";
import { coreOf } from "../../transforms/core-program.ts";
import { interpret } from "../../transforms/ir/interpret.ts";
import type { FunctionIR } from "../../transforms/ir/ir.ts";
import { transpose } from "../../transforms/transpose.ts";
import { newProgramCache } from "../../src/program.ts";
import { programOf, readExport, root, sourceOf } from "../helpers/fixtures.ts";
import { inner } from "../helpers/values.ts";
import { chooserOf, type Chooser } from "./chooser.ts";

const programs = Number(process.env.RANDOM_PROGRAMS ?? 150);
const cache = newProgramCache();
const file = `${root}/test/random/generated/map.ts`;
const seed = Number(process.env.RANDOM_SEED ?? 20_260);

/** A number: mostly one that depends on `dy` linearly, or not at all. */
function number(choose: Chooser, depth: number, linear: boolean): string {
  const of = (isLinear: boolean): string => number(choose, depth - 1, isLinear);
  if (choose.oneIn(40)) return of(!linear);
  if (depth <= 0)
    return linear
      ? choose.pick(["u[i]", "dy[0]", "t", "dy[i]", "p.q", "0"])
      : choose.pick(["a[i]", "s", "y[1]", "2", "i"]);
  if (!linear)
    return choose.pick([
      () => `(${of(false)} * ${of(false)})`,
      () => `Math.sin(${of(false)})`,
      () => `(${of(false)} > 1 ? ${of(false)} : 0.5)`,
      () => `scale(${of(false)}, ${of(false)})`,
    ])();
  return choose.pick([
    () => `(${of(true)} ${choose.pick(["+", "-"])} ${of(true)})`,
    () => `${of(true)} * ${of(false)}`,
    () => `${of(false)} * ${of(true)}`,
    () => `-(${of(true)})`,
    () => `(${of(true)}) / (2 + ${of(false)})`,
    () => `(${of(false)} > 0 ? ${of(true)} : ${of(true)})`,
    () => `scale(${of(true)}, ${of(false)})`,
    () => `scale(${of(false)}, ${of(true)})`,
    () => `total(u, ${of(false)})`,
  ])();
}

function statement(choose: Chooser, depth: number): string {
  const linear = (): string => number(choose, 2, true);
  const free = (): string => number(choose, 2, false);
  const block = (): string => `{ ${statement(choose, depth - 1)} ${statement(choose, depth - 1)} }`;
  if (depth > 0 && choose.oneIn(3))
    return choose.pick([
      () => `if (${free()} > 0.3) ${block()} else ${block()}`,
      () => `for (let i = 0; i < u.length; i++) ${block()}`,
      () => `for (const w of u) { t += w * ${free()}; ${statement(choose, depth - 1)} }`,
      () => `while (steps < 3) { steps++; ${statement(choose, depth - 1)} }`,
    ])();
  return choose.pick([
    () => `t ${choose.pick(["=", "+=", "-="])} ${linear()};`,
    () => `t *= ${free()};`,
    () => `u[i] ${choose.pick(["=", "+="])} ${linear()};`,
    () => `u[i] /= 2 + ${free()} ** 2;`,
    () => `p.q += ${linear()};`,
    () => `p = { q: ${linear()}, r: ${choose.pick(["u", "[t, 0, t]", "dy.slice()"])} };`,
    () => `p.r[1] -= ${linear()};`,
    () => `u = ${choose.pick(["dy.slice()", "u.map((v) => v * s)", "p.r", "rows[n % 2]", "[t, 0, dy[1]]"])};`,
    () => `rows[${choose.pick(["0", "1", "n % 2"])}] = ${choose.pick(["u", "p.r", "[0, t, 0]", "u.slice()"])};`,
    () => `grow.push(${linear()});`,
    () => `t += grow[0] * ${free()};`,
    () => `add(u, ${linear()}, n);`,
    () => (choose.oneIn(6) ? `if (t > 0) t = -t;` : `n = (n + 1) % 3;`),
    () => (choose.oneIn(6) ? `u = a.slice();` : `t += u[n % 3];`),
  ])();
}

function randomMap(seed: number): string {
  const choose = chooserOf(seed);
  const body = Array.from({ length: 3 + choose.below(5) }, () => statement(choose, 2));
  const result = choose.pick(["u", "p.r", "[t, p.q, u[0]]", "rows[0]", "[u[2], 0, t]"]);
  return `interface P { q: number; r: number[] }
function scale(v: number, by: number): number { return v * by; }
function total(v: number[], by: number): number { let sum = 0; for (const w of v) sum += w * by; return sum; }
function add(v: number[], w: number, n: number): void { v[n % 3] += w; }
export function m(dy: number[], y: number[], a: number[], s: number): number[] {
  const i = 1;
  let n = 0;
  let steps = 0;
  let t = dy[2];
  let u = dy.map((v, j) => v * a[j]);
  let p: P = { q: dy[0], r: u.slice() };
  const rows = [u, [0, 0, 0]];
  const grow = [dy[1]];
  ${body.join("\n  ")}
  return ${result};
}`;
}

const others = (): unknown[] => [[0.3, -0.8, 0.6], [1.2, -0.5, 0.9], 0.7];
const [v, w, u] = [
  [0.61, -0.37, 1.13],
  [-0.2, 0.9, 0.4],
  [0.5, 1.1, -0.7],
];

/** Whether the map was said to be linear. */
function checkMap(text: string): boolean {
  const source = sourceOf(programOf([file], new Map([[file, text]]), cache), file);
  const { key, functions: program } = readExport(source, "m");
  const functions = coreOf(program, key);
  if (!isLinear({ functions }, key, 0)) return false;
  const at = (dy: readonly number[]): number[] => interpret({ functions }, key, [[...dy], ...others()])[0] as number[];
  const [mv, mw] = [at(v), at(w)];
  expectClose(
    at(v.map((x, i) => -2 * x + 3 * w[i])),
    mv.map((x, i) => -2 * x + 3 * mw[i]),
  );
  for (const passes of ["all", "none"] as const) {
    const own = new Map(program);
    const fn = own.get(key) as FunctionIR;
    const rule = { ...fn, key: `${file}#f`, name: "f", parameters: fn.parameters.slice(1) };
    const made = transpose(own, { key, fn: rule, mode: "vjp", i: 0 }, passes, undefined);
    const back = interpret({ functions: own }, made ?? "", [[...u], ...others()])[0] as number[];
    expectClose([inner(back, v), inner(back, w)], [inner(u, mv), inner(u, mw)]);
  }
  return true;
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  found.forEach((number, i) => {
    const scale = Math.max(1, Math.abs(wanted[i]), ...wanted.map(Math.abs));
    if (!(Math.abs(number - wanted[i]) <= 1e-9 * scale))
      throw new Error(`${String(found)} instead of ${String(wanted)}`);
  });
}

test("random maps", { timeout: 300_000 }, () => {
  let linear = 0;
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const text = randomMap(seed);
      try {
        if (checkMap(text)) linear++;
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${text}`);
      }
    }),
    { numRuns: programs, seed, endOnFailure: true },
  );
  expect(linear).toBeGreaterThan(programs / 10);
});
