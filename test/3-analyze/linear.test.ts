/** What is seen to be linear in its first parameter. Every yes is tried with numbers too. */
import { describe, expect, test } from "vitest";
import { normalize } from "../../transforms/2-normalize/normalize.ts";
import { isLinear } from "../../transforms/3-analyze/linear.ts";
import { reachable } from "../../transforms/4-differentiate/activity-context.ts";
import { interpret } from "../../transforms/ir/interpret.ts";
import type { FunctionIR, Type } from "../../transforms/ir/ir.ts";
import { read } from "../helpers/program.ts";
import { difference } from "../helpers/values.ts";

interface Map {
  readonly program: { readonly functions: ReadonlyMap<string, FunctionIR> };
  readonly key: string;
  readonly fn: FunctionIR;
}

function mapOf(source: string): Map {
  const { key, program, diagnostics } = read(source);
  expect(diagnostics).toEqual([]);
  if (key === undefined) throw new Error("was not read");
  const functions = new Map(
    reachable(program, key).flatMap((name) => {
      const fn = program.get(name);
      return fn ? [[name, normalize(fn, program)] as const] : [];
    }),
  );
  const fn = functions.get(key);
  if (!fn) throw new Error(`no function ${key}`);
  return { program: { functions }, key, fn };
}

/** A value of the type whose numbers are a function of the place they stand in, times `scale`. */
function sample(type: Type, seed: number, scale: number): unknown {
  switch (type.kind) {
    case "array": {
      const values = [0, 1, 2].map((i) => sample(type.element, seed * 3 + i + 1, scale));
      return type.storage === "plain" ? values : Float64Array.from(values as number[]);
    }
    case "tuple":
      return type.elements.map((element, i) => sample(element, seed * 5 + i + 1, scale));
    case "record":
      return Object.fromEntries(
        type.fields.map(({ name, type: of }, i) => [name, sample(of, seed * 7 + i + 1, scale)]),
      );
    default:
      return Math.sin(seed + 1) * scale;
  }
}

const global = (name: string): unknown => (name === "weights" ? [1, 2, 3] : undefined);

/** m(-2·v) = -2·m(v), and m(0) = 0. */
function expectLinear({ program, key, fn }: Map): void {
  const others = fn.parameters.slice(1).map(({ type }, i) => sample(type, i + 11, 1));
  const at = (scale: number): unknown =>
    interpret(program, key, [sample(fn.parameters[0].type, 1, scale), ...structuredClone(others)], { global })[0];
  expect(difference(at(-2), times(at(1), -2), 1e-12)).toBeUndefined();
  expect(difference(at(0), times(at(1), 0), 0)).toBeUndefined();
}

function times(value: unknown, factor: number): unknown {
  if (typeof value === "number") return value * factor;
  if (value instanceof Float64Array) return value.map((number) => number * factor);
  if (Array.isArray(value)) return value.map((part) => times(part, factor));
  return Object.fromEntries(Object.entries(value as object).map(([name, part]) => [name, times(part, factor)]));
}

const linear: Readonly<Record<string, string>> = {
  "a factor": `function m(dy: number, y: number, x: number): number { return dy * Math.exp(x); }`,
  "a sign and a divisor": `function m(dy: number, y: number, x: number): number { return -dy / (x * x); }`,
  "a sum of terms": `function m(dy: number, y: number): number { const a = 2 * dy; return a - dy * y + +dy; }`,
  nothing: `function m(dy: number): number { return 0; }`,
  "branches that do not depend on it": `function m(dy: number, y: number, x: number): number {
    if (x > 0) return dy * x;
    return y > 1 ? -dy : 0;
  }`,
  "one number to many": `function m(dy: number, y: number, x: number[]): number[] { return x.map((v) => dy * Math.cos(v)); }`,
  "many to one": `function m(dy: number[], y: number[], x: number): number {
    let sum = 0;
    for (let i = 0; i < dy.length; i++) sum += dy[i] * Math.sin(x + i);
    return sum;
  }`,
  "a matrix": `function m(dy: number[], y: number[], a: number[][]): number[] {
    const out = new Array<number>(a.length).fill(0);
    for (let i = 0; i < a.length; i++) for (let j = 0; j < dy.length; j++) out[i] += dy[j] * a[i][j];
    return out;
  }`,
  "typed arrays, copied and scaled in place": `function m(dy: Float64Array, y: Float64Array): Float64Array {
    const out = dy.slice();
    for (let i = 0; i < out.length; i++) out[i] *= y[i];
    return out;
  }`,
  "a row that is stored": `function m(dy: number[], y: number[]): number[][] { return [dy, [dy[1], 0, -dy[0]]]; }`,
  "an array that grows": `function m(dy: number[], y: number[]): number[] {
    const out: number[] = [];
    for (let i = dy.length - 1; i >= 0; i--) if (y[i] > 0) out.push(dy[i] * y[i]); else out.push(0);
    return out;
  }`,
  records: `interface P { u: number; v: number[] }
  function m(dy: P, y: P): P {
    const { u, v } = dy;
    return { u: u * y.u + v[0], v: v.map((w, i) => w - u * y.v[i]) };
  }`,
  tuples: `function m(dy: [number, number], y: [number, number]): [number, number] { return [dy[1] * y[0], -dy[0]]; }`,
  "itself returned": `function m(dy: number[], y: number[]): number[] { return dy; }`,
  "a recurrence": `function m(dy: number[], y: number[]): number {
    let carry = 0;
    for (let i = 0; i < dy.length; i++) carry = carry * y[i] + dy[i];
    return carry;
  }`,
  "a call": `function twice(x: number): number { return 2 * x; }
  function m(dy: number, y: number): number { return twice(dy) * twice(y); }`,
  "calls that take it in different places": `function times(a: number[], b: number[]): number {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }
  function m(dy: number[], y: number[], x: number[]): number { return times(dy, x) * times(x, y) + times(y, dy); }`,
  "a call that writes into its argument": `function axpy(out: number[], a: number, x: number[]): void {
    for (let i = 0; i < x.length; i++) out[i] += a * x[i];
  }
  function m(dy: number[], y: number[], x: number): number[] {
    const out = dy.map(() => 0);
    axpy(out, x, dy);
    axpy(out, 2, dy);
    return out;
  }`,
  "a recursive call with it": `function total(v: number[], i: number): number {
    if (i >= v.length) return 0;
    return v[i] + total(v, i + 1);
  }
  function m(dy: number[]): number { return total(dy, 0); }`,
  "a recursive call without it": `function power(x: number, n: number): number { return n <= 0 ? 1 : x * power(x, n - 1); }
  function m(dy: number, y: number): number { return dy * power(y, 3); }`,
  "a throw that does not depend on it": `function m(dy: number, y: number): number {
    if (y < -2) throw new Error("out of range");
    return dy * y;
  }`,
  "a constant of the module as a factor": `const weights = [1, 2, 3];
  function m(dy: number[]): number[] { return dy.map((v, i) => v * weights[i]); }`,
};

const other: Readonly<Record<string, string>> = {
  "a square": `function m(dy: number): number { return dy * dy; }`,
  "a product over a variable": `function m(dy: number, y: number): number { const a = dy * y; return a * dy; }`,
  "a constant term": `function m(dy: number): number { return dy + 1; }`,
  "a term without it": `function m(dy: number, y: number): number { return dy - y; }`,
  "a term that is zero only as long as it is finite": `function m(dy: number, y: number): number { return dy + 0 * y; }`,
  "only a constant": `function m(dy: number): number { return 2; }`,
  "its size": `function m(dy: number): number { return Math.abs(dy); }`,
  "a maximum": `function m(dy: number): number { return Math.max(dy, 0); }`,
  "a test": `function m(dy: number, y: number): number { if (dy > 0) return dy * y; return dy; }`,
  "a test in a chosen value": `function m(dy: number, y: number): number { return dy > 0 ? 1 * y : 2 * y; }`,
  "a test through a variable": `function m(dy: number, y: number): number {
    let positive = false;
    const v = dy * y;
    positive = v > 0;
    return positive ? dy : 0;
  }`,
  "a bound": `function m(dy: number): number { let sum = 0; for (let i = 0; i < dy; i++) sum += dy; return sum; }`,
  "a loop until": `function m(dy: number): number { let v = dy; while (v > 1) v = v / 2; return v; }`,
  "a quotient of it": `function m(dy: number): number { return dy / dy; }`,
  "a divisor": `function m(dy: number, y: number): number { return y / dy; }`,
  "a power": `function m(dy: number): number { return dy ** 1; }`,
  "a remainder": `function m(dy: number): number { return dy % 3; }`,
  "a rounding": `function m(dy: number): number { return Math.round(dy); }`,
  "a rounding by a typed array": `function m(dy: number[]): number { const a = new Int32Array(3); a[0] = dy[0]; return a[0]; }`,
  "a rounding by a copy": `function m(dy: number[]): Int32Array { return Int32Array.from(dy); }`,
  "a bit operation": `function m(dy: number): number { return dy | 0; }`,
  "an accumulator that does not start at zero": `function m(dy: number[]): number {
    let sum = 1;
    for (const v of dy) sum += v;
    return sum;
  }`,
  "an array that does not start at zero": `function m(dy: number[]): number[] {
    const out = new Array<number>(3).fill(1);
    for (let i = 0; i < 3; i++) out[i] += dy[i];
    return out;
  }`,
  "one element that is a constant": `function m(dy: number[]): number[] { return [dy[0], 1, dy[1]]; }`,
  "one field that is a constant": `function m(dy: number): { u: number; n: number } { return { u: dy, n: 3 }; }`,
  "an array of constants": `function m(dy: number, y: number[]): number[] { return y; }`,
  "an index": `function m(dy: number, y: number[]): number { return y[Math.floor(dy)]; }`,
  "an index in a store": `function m(dy: number, y: number[]): number[] {
    const out = [0, 0, 0];
    out[Math.floor(Math.abs(dy))] = dy;
    return out;
  }`,
  "a store under another name": `function m(dy: number[], y: number[]): number[] {
    const out = dy.slice();
    const alias = out;
    alias[0] = y[0];
    return out;
  }`,
  "a store that makes an alias": `function m(dy: number[], y: number[]): number[][] {
    const rows = [dy.slice(), dy.slice()];
    rows[1] = y;
    return rows;
  }`,
  "an alias chosen by a branch": `function m(dy: number[], y: number[]): number { const v = y[0] > 0 ? dy : y; return v[1]; }`,
  "a store into itself": `function m(dy: number[]): number[] { dy[0] = 2 * dy[0]; return dy; }`,
  "a store into another parameter": `function m(dy: number, y: number[]): number { y[0] = dy; return y[0]; }`,
  "an identity test": `function m(dy: number[], y: number[]): number { return dy === y ? 0 : dy[0]; }`,
  "a number that may be missing": `function m(dy: { u?: number }): number { return dy.u ?? 0; }`,
  stopGradient: `import { stopGradient } from "cotangent";
  function m(dy: number): number { return stopGradient(dy); }`,
  "a number made from a text": `function m(dy: number[]): number { return dy[0] * dy.join().length; }`,
  "an effect": `function m(dy: number): number { console.log(dy); return dy; }`,
  "a random factor": `function m(dy: number): number { return dy * Math.random(); }`,
  "a throw that shows it": `function m(dy: number, y: number): number { if (y < 0) throw new Error(\`\${dy}\`); return dy; }`,
  "a call that squares it": `function square(x: number): number { return x * x; }
  function m(dy: number, y: number): number { return square(dy); }`,
  "a call that multiplies it with itself": `function times(a: number, b: number): number { return a * b; }
  function m(dy: number, y: number): number { return times(dy, dy * y); }`,
  "a call that writes a constant": `function reset(out: number[]): void { out[0] = 1; }
  function m(dy: number[]): number[] { const out = dy.slice(); reset(out); return out; }`,
  "a call that returns its other argument": `function pick(a: number[], b: number[], n: number): number[] { return n > 0 ? a : b; }
  function m(dy: number[], y: number[]): number[] { return pick(dy, y, y[0]); }`,
  "a recursive call that adds a constant": `function count(v: number[], i: number): number {
    if (i >= v.length) return 1;
    return v[i] + count(v, i + 1);
  }
  function m(dy: number[]): number { return count(dy, 0); }`,
  "a tape of its own": `function m(dy: number[], y: number[]): number {
    const stack = [1];
    for (const v of dy) stack.push(v);
    return stack.pop() ?? 0;
  }`,
};

describe("linear", () => {
  test.each(Object.keys(linear))("%s", (name) => {
    const map = mapOf(linear[name]);
    expectLinear(map);
    expect(isLinear(map.program, map.key, 0)).toBe(true);
  });
});

describe("not linear, or not to be seen", () => {
  test.each(Object.keys(other))("%s", (name) => {
    const map = mapOf(other[name]);
    expect(isLinear(map.program, map.key, 0)).toBe(false);
  });
});
