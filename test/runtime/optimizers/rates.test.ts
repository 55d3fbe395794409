/** Schedules, clipping and penalties, against numbers computed by hand. */
import { describe, expect, it } from "vitest";
import {
  addL1,
  addL2,
  clipNorm,
  clipValue,
  constantRate,
  cosineDecay,
  exponentialDecay,
  flatten,
  globalNorm,
  inverseTimeDecay,
  reduceOnPlateau,
  stepDecay,
  warmUp,
  type PlateauState,
} from "../../../runtime/nn.ts";
import { tensor } from "../../../runtime/tensor/index.ts";

describe("a schedule", () => {
  it.each([
    ["constant", constantRate(0.3), [0.3, 0.3, 0.3]],
    ["step", stepDecay({ rate: 1, factor: 0.5, every: 2 }), [1, 1, 0.5, 0.5, 0.25]],
    ["exponential", exponentialDecay({ rate: 2, factor: 0.5 }), [2, 1, 0.5]],
    ["exponential, slower", exponentialDecay({ rate: 2, factor: 0.25, every: 2 }), [2, 1, 0.5]],
    // Half a wave in 4 steps: (1 + cos 0, 45°, 90°, 135°, 180°) / 2
    ["cosine", cosineDecay({ rate: 1, steps: 4 }), [1, 0.8535533906, 0.5, 0.1464466094, 0, 0]],
    ["cosine down to a rate", cosineDecay({ rate: 3, to: 1, steps: 2 }), [3, 2, 1, 1]],
    // 1 / (1 + 0.5 t)
    ["1/t", inverseTimeDecay({ rate: 1, decay: 0.5 }), [1, 1 / 1.5, 0.5, 0.4]],
    ["warm-up", warmUp({ steps: 4, then: 0.8 }), [0.2, 0.4, 0.6, 0.8, 0.8]],
    ["warm-up and then", warmUp({ steps: 2, then: stepDecay({ rate: 1, factor: 0.1, every: 1 }) }), [0.5, 1, 1, 0.1]],
  ])("%s", (_name, schedule, expected) => {
    for (const [step, rate] of expected.entries()) expect(schedule(step)).toBeCloseTo(rate, 10);
  });

  it("refuses rates and periods that make no sense", () => {
    expect(() => stepDecay({ rate: -1, factor: 1, every: 1 })).toThrow("stepDecay: rate must be at least 0");
    expect(() => stepDecay({ rate: 1, factor: 1, every: 0 })).toThrow("every must be an integer of at least 1, not 0");
    expect(() => exponentialDecay({ rate: 1, factor: 0 })).toThrow("factor must be greater than 0");
    expect(() => cosineDecay({ rate: 1, steps: 1.5 })).toThrow("steps must be an integer of at least 1, not 1.5");
    expect(() => inverseTimeDecay({ rate: 1, decay: -1 })).toThrow("decay must be at least 0");
    expect(() => warmUp({ steps: 0, then: 1 })).toThrow("steps must be an integer");
  });
});

describe("reduceOnPlateau", () => {
  it("waits for `patience` losses without progress, and also from JSON", () => {
    const plateau = reduceOnPlateau({ rate: 1, factor: 0.5, patience: 1, threshold: 0.1, minimum: 0.3 });
    let state = plateau.init();
    const rates = [10, 8, 7.9, 7.5, 7, 6.9, 6.8, 6.7, 6.6].map((loss) => {
      state = plateau.update(JSON.parse(JSON.stringify(state)) as PlateauState, loss);
      return state.rate;
    });
    // Progress is what is below 90 % of the best: 10, 8, then 7 (below 7.2). 7.9 is waited for, and so is 7.5 in vain.
    expect(rates).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3]);
    expect(() => plateau.update(state, NaN)).toThrow("the loss is NaN");
    expect(() => reduceOnPlateau({ rate: 1, factor: 1 })).toThrow("factor must be");
    expect(() => reduceOnPlateau({ rate: 1, patience: -1 })).toThrow("patience must be an integer of at least 0");
  });
});

const gradient = { w: [3, 0], b: { c: new Float64Array([-4]) }, at: [0, undefined] as [number, undefined] };

describe("clipping", () => {
  it("has the norm of all numbers together", () => {
    expect(globalNorm(gradient)).toBe(5);
    expect(globalNorm([1e200, 0, -1e200])).toBeCloseTo(Math.SQRT2 * 1e200, -188);
    expect(globalNorm([3e-200, 4e-200])).toBeCloseTo(5e-200, 210);
    expect(globalNorm([])).toBe(0);
  });

  it("scales a gradient down to a norm, and leaves a smaller one alone", () => {
    const clipped = clipNorm(gradient, 1);
    expect(clipped.w[0]).toBeCloseTo(0.6, 12);
    expect(clipped.b.c[0]).toBeCloseTo(-0.8, 12);
    expect(clipped.at).toEqual([0, undefined]);
    expect(clipNorm(gradient, 5)).toBe(gradient);
    expect(() => clipNorm([1.7e308, 1.7e308], 1)).toThrow("too large");
  });

  it("puts numbers back between limits", () => {
    expect(clipValue(gradient, 3.5)).toEqual({ w: [3, 0], b: { c: new Float64Array([-3.5]) }, at: [0, undefined] });
  });

  it("takes each place of a gradient for itself, even if one array stands in two", () => {
    const d = new Float64Array([3]);
    expect(globalNorm([d, d])).toBeCloseTo(Math.sqrt(18), 12);
    expect(clipValue([d, [d.subarray(0)]], 2)).toEqual([new Float64Array([2]), [new Float64Array([2])]]);
    const endless: unknown[] = [[1]];
    endless.push(endless);
    expect(() => globalNorm(endless)).toThrow("gradient and gradient[1] share their numbers");
  });

  it("takes tensors, and gives tensors of the same precision", () => {
    const d = { w: tensor([[3, 0]]), b: tensor([-4], { dtype: "f64" }) };
    expect(globalNorm(d)).toBe(5);
    expect(globalNorm({ w: tensor([[3e38, 3e38]]) })).toBeCloseTo(Math.SQRT2 * Math.fround(3e38), -25);
    const clipped = clipNorm(d, 1);
    expect([clipped.w.dtype, clipped.w.shape, [...clipped.w.data]]).toEqual(["f32", [1, 2], [Math.fround(0.6), 0]]);
    expect([clipped.b.dtype, [...clipped.b.data]]).toEqual(["f64", [-0.8]]);
    expect([...clipValue(d, 2).b.data]).toEqual([-2]);
    const p = { w: tensor([[1, -2]]), b: tensor([0.5], { dtype: "f64" }) };
    expect(flatten(addL2(d, p, 2))).toEqual([5, -4, -3]);
    expect(flatten(addL1(d, p, 2))).toEqual([5, -2, -2]);
    expect(() => clipNorm({ w: tensor([[1, NaN]]) }, 1)).toThrow("gradient.w[0, 1] is NaN");
  });

  it("refuses limits and gradients that make no sense", () => {
    expect(() => clipNorm(gradient, 0)).toThrow("clipNorm: limit must be greater than 0");
    expect(() => clipValue(gradient, -1)).toThrow("clipValue: limit must be greater than 0");
    expect(() => clipNorm({ w: [1, NaN] }, 1)).toThrow("gradient.w[1] is NaN");
    expect(() => clipValue({ w: Infinity }, 1)).toThrow("gradient.w is Infinity");
  });
});

describe("a penalty", () => {
  const params = { name: "m", w: [2, -3], at: [0, "x"] as [number, string], b: { c: new Float64Array([0.5]) } };

  it("adds its gradient, wherever the parameters are", () => {
    const plus = (f: typeof addL1) => f(gradient, params, 0.1);
    // 0.1 · (2, -3, 0.5, 0), then 0.1 times their signs
    expect(plus(addL2)).toEqual({
      w: [3.2, -0.30000000000000004],
      b: { c: new Float64Array([-3.95]) },
      at: [0, undefined],
    });
    expect(plus(addL1)).toEqual({ w: [3.1, -0.1], b: { c: new Float64Array([-3.9]) }, at: [0, undefined] });
  });

  it("refuses another shape, and a negative strength", () => {
    expect(() => addL2({ w: [1] }, { w: [1, 2] }, 1)).toThrow(
      "a number[] of length 1 against one of length 2 in params",
    );
    expect(() => addL1(gradient, params, -1)).toThrow("addL1: strength must be at least 0");
    expect(() => addL1([1], [NaN], 1)).toThrow("params[0] is NaN");
  });
});
