/** Every optimizer: its first steps by hand, with every kind of parameters, stopped and resumed, and what it refuses. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { adagrad, adam, adamw, constantRate, flatten, mapNumbers, restore, rmsprop, sgd } from "../../../runtime/nn.ts";
import { tensor } from "../../../runtime/tensor/index.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { table } from "./table.ts";

/** The same numbers in every kind of parameters. */
const kinds: Readonly<Record<string, unknown>> = {
  number: 1.25,
  "number[]": [1.25, -0.5, 0],
  Float64Array: new Float64Array([1.25, -0.5]),
  Float32Array: new Float32Array([1.25, 0.1]),
  "nested arrays": [[1, 2], [3], []],
  tuple: [0.5, "name", [1, 2]],
  "f32 Tensor": tensor([[1.25, 0.1]]),
  "f64 Tensor": tensor([[1.25], [-0.5]], { dtype: "f64" }),
  "0-d Tensor": tensor(1.25),
  tensors: { w: tensor([[1, 2, 3]]), none: tensor([]), b: tensor(0.5) },
  record: { name: "model", steps: new Int32Array([1]), layers: [{ w: [0.1, -0.2], b: -0 }], trained: true },
};

/** With the numbers of its tensors, which comparisons do not look into. */
function contents(tree: unknown): unknown {
  if (tree instanceof Tensor) return { shape: tree.shape, dtype: tree.dtype, data: tree.data.slice() };
  if (Array.isArray(tree)) return tree.map(contents);
  if (typeof tree !== "object" || tree === null || ArrayBuffer.isView(tree)) return structuredClone(tree);
  return Object.fromEntries(Object.entries(tree).map(([name, part]) => [name, contents(part)]));
}

/** The gradient of Σ (1 - cos(p - 1)) + p² / 4, which has its minima near 0.7. */
function gradientOf(params: unknown): never {
  return mapNumbers((p) => Math.sin(p - 1) + p / 2, params) as never;
}

describe.each(table)("$name", ({ make, steps, rate }) => {
  const optimizer = make({ rate: 0.1 });

  it("makes the steps that were computed by hand", () => {
    let state = optimizer.init(1);
    let p = 1;
    for (const [k, gradient] of [2, -1].entries()) {
      [p, state] = optimizer.update(p, gradient, state);
      expect(p).toBeCloseTo(steps[k], 8);
    }
    expect(state.step).toBe(2);
  });

  describe.each(Object.entries(kinds))("with a %s", (_kind, start) => {
    it("treats each number alike, and changes nothing that it was given", () => {
      const before = contents(start);
      const state = optimizer.init(start);
      const [params] = optimizer.update(start, gradientOf(start), state);
      expect(contents(start)).toEqual(before);
      expect(contents(state)).toEqual(contents(optimizer.init(start)));
      const isSingle = start instanceof Float32Array || JSON.stringify(contents(start)).includes('"f32"');
      const rounded = isSingle ? Math.fround : (x: number) => x;
      const alone = (p: number) => optimizer.update(p, rounded(gradientOf(p)), optimizer.init(p))[0];
      expect(flatten(params)).toEqual(flatten(start).map(alone).map(rounded));
      expect(typeof params).toBe(typeof start);
    });

    it("goes on from JSON as if nothing had happened, bit for bit", () => {
      let [params, state] = [start, optimizer.init(start)];
      let [resumed, resumedState] = [params, state];
      for (let step = 0; step < 20; step++) {
        [params, state] = optimizer.update(params, gradientOf(params), state);
        resumed = restore(start, JSON.parse(JSON.stringify(resumed)));
        resumedState = JSON.parse(JSON.stringify(resumedState)) as typeof state;
        [resumed, resumedState] = optimizer.update(resumed, gradientOf(resumed), resumedState);
        expect(contents(resumed)).toEqual(contents(params));
        expect(contents(resumedState)).toEqual(contents(state));
      }
    });

    it("comes down to the minimum", () => {
      const patient = make({ rate });
      let [params, state] = [start, patient.init(start)];
      for (let step = 0; step < 1000; step++) [params, state] = patient.update(params, gradientOf(params), state);
      for (const slope of flatten(gradientOf(params))) expect(Math.abs(slope)).toBeLessThan(0.02);
    });
  });

  it("takes a rate from a schedule, or from the call", () => {
    const scheduled = make({ rate: (step) => (step === 0 ? 0.1 : 0) });
    let [params, state] = scheduled.update([1], [2], scheduled.init([1]));
    expect(params[0]).toBeCloseTo(steps[0], 8);
    expect(scheduled.update(params, [-1], state)[0]).toEqual(params);
    [params, state] = scheduled.update(params, [-1], state, 0.1);
    expect(params[0]).toBeCloseTo(steps[1], 8);
  });

  it("refuses what is wrong, and says where", () => {
    const params = { name: "m", w: [1, 2], b: 3 };
    const state = optimizer.init(params);
    const update =
      (gradient: unknown, from: unknown = state) =>
      () =>
        optimizer.update(params, gradient as typeof params, from as typeof state);
    expect(update({ w: [1, NaN], b: 1 })).toThrow("gradient.w[1] is NaN");
    expect(update({ w: [1, 1], b: -Infinity })).toThrow("gradient.b is -Infinity");
    expect(update({ w: [1], b: 1 })).toThrow("params.w: a number[] of length 2 against one of length 1 in gradient");
    expect(update({ w: [1, 1] })).toThrow("gradient.b is missing");
    expect(update({ w: [1, 1], b: 1 }, { ...state, step: -1 })).toThrow("state.step is -1");
    expect(() => optimizer.update([1], [1e308], optimizer.init([1]), 1e10)).toThrow(/\[0\] becomes .*: lower the rate/);
    expect(() => optimizer.update([NaN], [1], optimizer.init([1]))).toThrow("params[0] is NaN");
    expect(() => optimizer.init({ name: "m", none: [] })).toThrow("params has no numbers");
    expect(() => optimizer.update(params, params, state, NaN)).toThrow("rate must be at least 0 and finite, not NaN");
    expect(() => make({ rate: -1 })).toThrow("rate must be at least 0 and finite, not -1");
    expect(() => make({ rate: () => -1 }).update(params, params, state)).toThrow("rate must be at least 0");
  });
});

it("goes on from a saved state of tensors bit for bit, and keeps their precision", () => {
  const optimizer = adamw({ rate: 0.01 });
  const start = { w: tensor([[0.1, -0.2]]), b: tensor([0.3], { dtype: "f64" }) };
  let [params, state] = [start, optimizer.init(start)];
  for (let step = 0; step < 3; step++) [params, state] = optimizer.update(params, gradientOf(params), state);
  expect([params.w.dtype, params.b.dtype, state.mean.dtype, state.step]).toEqual(["f32", "f64", "f64", 3]);
  expect(state.mean.shape).toEqual([3]);
  // As a file of tensors would have it, and as JSON has it.
  const copy = { ...state, mean: tensor(state.mean.data), variance: tensor(state.variance.data) };
  const parsed = JSON.parse(JSON.stringify({ params, state })) as { params: typeof start; state: typeof state };
  const go = (from: typeof start, its: typeof state): unknown =>
    contents(optimizer.update(from, gradientOf(params), its));
  expect(go(params, copy)).toEqual(go(params, state));
  expect(go(restore(start, parsed.params), parsed.state)).toEqual(go(params, state));
});

it("refuses what single precision cannot hold, and says where in a tensor", () => {
  const [params, gradient] = [{ w: tensor([[1, 2]]) }, { w: tensor([[0, 3e38]]) }];
  const optimizer = sgd({ rate: 10 });
  const state = optimizer.init(params);
  expect(() => optimizer.update(params, gradient, state)).toThrow("params.w[0, 1] becomes -Infinity: lower the rate");
  expect(() => optimizer.update(params, { w: tensor([[0, NaN]]) }, state)).toThrow("gradient.w[0, 1] is NaN");
  expect(() => optimizer.update(params, { w: tensor([1, 2]) }, state)).toThrow(
    "params.w: a Tensor of length 1 × 2 against one of length 2 in gradient",
  );
  const adaptive = adam({ rate: 1 });
  const bad = { ...adaptive.init(params), mean: tensor([0, Infinity]) };
  expect(() => adaptive.update(params, gradient, bad)).toThrow("adam: state.mean[1] is Infinity");
  const huge = adagrad({ rate: 1 });
  expect(() => huge.update([1], [1e200], huge.init([1]))).toThrow("adagrad: squares of params[0] becomes Infinity");
});

it("a state of other parameters, of another optimizer, or with lost numbers is refused", () => {
  const optimizer = adam({ rate: 0.1 });
  const state = optimizer.init([1, 2]);
  expect(() => optimizer.update([1], [1], state)).toThrow("adam: state.mean is of 2 numbers, params has 1");
  const other = rmsprop({ rate: 0.1 }).init([1]) as unknown as typeof state;
  expect(() => optimizer.update([1], [1], other)).toThrow("adam: state.mean is missing");
  const lost = { ...state, mean: [1, null] } as unknown as typeof state;
  expect(() => optimizer.update([1, 2], [1, 1], lost)).toThrow("adam: state.mean[1] is null");
});

it("options outside their ranges are refused", () => {
  expect(() => adam({ rate: 0.1, beta1: 1 })).toThrow("adam: beta1 must be at least 0 and less than 1, not 1");
  expect(() => adam({ rate: 0.1, epsilon: 0 })).toThrow("adam: epsilon must be greater than 0 and finite, not 0");
  expect(() => adamw({ rate: 0.1, weightDecay: -1 })).toThrow("adamw: weightDecay must be at least 0");
  expect(() => sgd({ rate: constantRate(-1) })).toThrow("constantRate: rate must be at least 0");
});

it("has types that follow the parameters", () => {
  interface Params {
    readonly w: Float64Array;
    readonly name: string;
  }
  const optimizer = adam({ rate: 0.1 });
  const start: Params = { w: new Float64Array(2), name: "m" };
  const [params, state] = optimizer.update(start, { w: new Float64Array(2) }, optimizer.init(start));
  expectTypeOf(params).toEqualTypeOf<Params>();
  expectTypeOf(state.variance).toEqualTypeOf<Tensor>();
  // @ts-expect-error: `w` is missing
  expect(() => optimizer.update(start, { name: "m" }, state)).toThrow("gradient.w is missing");
});

it("refuses parameters that share their numbers, but not a gradient that does", () => {
  const optimizer = sgd({ rate: 1 });
  const [d, w] = [[1], [5]];
  expect(() => optimizer.init({ a: w, b: w })).toThrow("params.a and params.b share their numbers");
  expect(optimizer.update({ a: [1], b: [2] }, { a: d, b: d }, optimizer.init([1]))[0]).toEqual({ a: [0], b: [1] });
});
