/** Optimizers with gradients that Cotangent has compiled, in programs that import `cotangent/nn` themselves. */
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../../src/compile.ts";
import { minimize, type Minimum, type MinimizeOptions, type Optimizer } from "../../../runtime/nn.ts";
import { item, mul, square, sub, sum, tensor, type Tensor } from "../../../runtime/tensor/index.ts";
import { runFiles } from "../../src/run-files.ts";
import { table } from "./table.ts";

const files = {
  "/model.ts": `import { valueAndGrad } from "cotangent";
import { minimize, type Minimum, type MinimizeOptions, type Optimizer } from "cotangent/nn";

/** Smallest, 0, at (1, 1), at the end of a narrow curved valley: H. H. Rosenbrock, 1960. */
export function rosenbrock([x, y]: [number, number]): number {
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
}

export interface Line {
  name: string;
  slope: number;
  weights: Float64Array;
}

export function misfit(line: Line, xs: number[], ys: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    sum += (line.slope * xs[i] + line.weights[0] + line.weights[1] * xs[i] ** 2 - ys[i]) ** 2;
  }
  return sum / xs.length;
}

const valley = valueAndGrad(rosenbrock);
const fit = valueAndGrad(misfit);

export function descend<S extends string>(optimizer: Optimizer<S>, start: Line, xs: number[], ys: number[], steps: number): Line {
  let line = start;
  let state = optimizer.init(line);
  for (let step = 0; step < steps; step++) {
    const [, gradient] = fit(line, xs, ys);
    [line, state] = optimizer.update(line, gradient, state);
  }
  return line;
}

export function descendValley<S extends string>(optimizer: Optimizer<S>, start: [number, number], steps: number): [number, number] {
  let point = start;
  let state = optimizer.init(point);
  for (let step = 0; step < steps; step++) [point, state] = optimizer.update(point, valley(point)[1], state);
  return point;
}

export function lowest(start: [number, number], options: MinimizeOptions<[number, number]>): Minimum<[number, number]> {
  return minimize(valley, start, options);
}

export function fitted(start: Line, xs: number[], ys: number[]): Minimum<Line> {
  return minimize((line) => fit(line, xs, ys), start);
}
`,
};

interface Line {
  readonly name: string;
  readonly slope: number;
  readonly weights: Float64Array;
}
interface Model {
  descend(optimizer: Optimizer, start: Line, xs: number[], ys: number[], steps: number): Line;
  descendValley(optimizer: Optimizer, start: [number, number], steps: number): [number, number];
  lowest(start: [number, number], options: MinimizeOptions<[number, number]>): Minimum<[number, number]>;
  fitted(start: Line, xs: number[], ys: number[]): Minimum<Line>;
  rosenbrock(point: [number, number]): number;
}

let model: Model;
beforeAll(async () => {
  const compilation = await compile(files);
  expect(compilation.diagnostics).toEqual([]);
  model = runFiles(compilation, files, "/model.ts") as unknown as Model;
});

const start: Line = { name: "parabola", slope: 0, weights: new Float64Array(2) };
const xs = [-1, -0.5, 0, 0.5, 1];
// The parabola 2 x + 0.5 - x² itself.
const ys = xs.map((x) => 2 * x + 0.5 - x * x);

describe.each(table)("$name", ({ name, make, rate }) => {
  it("fits a parabola by least squares", () => {
    const line = model.descend(make({ rate }), start, xs, ys, 3000);
    // The decay of the weights pulls them a little towards 0.
    const digits = name === "adamw" || name === "rmsprop" ? 1 : 3;
    expect(line.name).toBe("parabola");
    expect(line.slope).toBeCloseTo(2, digits);
    expect(line.weights[0]).toBeCloseTo(0.5, digits);
    expect(line.weights[1]).toBeCloseTo(-1, digits);
  });

  it("comes down Rosenbrock's valley", () => {
    const gentle = make({ rate: ["momentum", "nesterov"].includes(name) ? 2e-4 : name === "sgd" ? 1e-3 : rate });
    const point = model.descendValley(gentle, [-1.2, 1], 5000);
    // It starts at 24.2; beyond the bend of the valley it is less than 1.
    expect(model.rosenbrock(point)).toBeLessThan(0.1);
  });
});

describe("minimize", () => {
  it("finds the end of Rosenbrock's valley", () => {
    const values: number[] = [];
    const { params, value, gradientSize, iterations, evaluations, reason } = model.lowest([-1.2, 1], {
      gradientTolerance: 1e-9,
      onStep: (step) => values.push(step.value),
    });
    expect(reason).toBe("gradient");
    expect(params[0]).toBeCloseTo(1, 9);
    expect(params[1]).toBeCloseTo(1, 9);
    expect(value).toBeLessThan(1e-18);
    expect(gradientSize).toBeLessThanOrEqual(1e-9);
    expect(values).toHaveLength(iterations);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    // L-BFGS needs about 35 iterations and 45 calls from this point (Nocedal and Wright report alike for BFGS).
    expect(iterations).toBeLessThan(50);
    expect(evaluations).toBeLessThan(65);
  });

  it("solves a least-squares problem, whatever the kinds of its parameters", () => {
    const { params, reason } = model.fitted(start, xs, ys);
    expect(reason).toBe("gradient");
    expect(params.name).toBe("parabola");
    expect(params.slope).toBeCloseTo(2, 5);
    expect([...params.weights][0]).toBeCloseTo(0.5, 5);
    expect([...params.weights][1]).toBeCloseTo(-1, 5);
  });

  it("says why it ended", () => {
    const at = (options: MinimizeOptions<[number, number]>) => model.lowest([-1.2, 1], options);
    expect(at({ maxIterations: 3 })).toMatchObject({ reason: "iterations", iterations: 3 });
    expect(at({ onStep: ({ iteration }) => iteration < 2 })).toMatchObject({ reason: "stopped", iterations: 2 });
    expect(at({ valueTolerance: 0.5 })).toMatchObject({ reason: "value" });
    expect(at({ gradientTolerance: 1e9 })).toMatchObject({ reason: "gradient", iterations: 0, evaluations: 1 });
    const uphill = minimize((x: number) => [x * x, -2 * x], 1);
    expect(uphill).toMatchObject({ reason: "line search", params: 1, iterations: 0 });
  });

  it("goes on from a saved state as if it had never stopped, bit for bit", () => {
    const whole = model.lowest([-1.2, 1], { maxIterations: 20 });
    const half = model.lowest([-1.2, 1], { maxIterations: 9 });
    const state = JSON.parse(JSON.stringify(half.state)) as typeof half.state;
    const rest = model.lowest([0, 0], { maxIterations: 11, state });
    expect([rest.params, rest.value, rest.state]).toEqual([whole.params, whole.value, whole.state]);
    expect(half.evaluations + rest.evaluations).toBe(whole.evaluations);
    const other = (x: number[]): [number, number[]] => [x[0] ** 2, [2 * x[0]]];
    expect(() => minimize(other, [1], { state })).toThrow("minimize: the state is of 2 numbers, params has 1");
  });

  it("takes tensors", () => {
    const target = tensor([[1, -2, 3]]);
    const fit = (w: Tensor): [number, Tensor] => {
      const off = sub(w, target);
      return [item(sum(square(off))), mul(off, 2)];
    };
    const { params } = minimize(fit, tensor([[0, 0, 0]]));
    expect([params.dtype, params.shape]).toEqual(["f32", [1, 3]]);
    [1, -2, 3].forEach((p, i) => expect(params.data[i]).toBeCloseTo(p, 4));
  });

  it("keeps out of where the function is not defined", () => {
    // x - log x is smallest at 1; the first trial steps from 0.01 lead to 1, those of length 100 far below 0.
    const barrier = (x: number): [number, number] => [x - Math.log(x), 1 - 1 / x];
    expect(minimize(barrier, 3, { firstStep: 100 }).params).toBeCloseTo(1, 5);
    expect(minimize(barrier, 0.01).params).toBeCloseTo(1, 5);
  });

  it("stays with single precision as far as that goes", () => {
    const { params } = minimize(
      (x: Float32Array) => [(x[0] - 0.1) ** 2 + (x[1] + 3) ** 2, x.map((p, i) => 2 * (p - [0.1, -3][i]))],
      new Float32Array([5, 5]),
    );
    expect(params).toBeInstanceOf(Float32Array);
    expect(params[0]).toBeCloseTo(0.1, 5);
    expect(params[1]).toBeCloseTo(-3, 5);
  });

  it("follows the method: two steps by hand", () => {
    // f = x² + 4 y² from (1, 1), where the gradient is (2, 8). The first trial goes 1 along -(2, 8) / √68:
    // (1 - 2 / √68, 1 - 8 / √68) = (0.757464375, 0.0298575), where f = 0.5773181 is less than 5. The slope along -(2, 8) there
    // is -(2 · 1.51492875 + 8 · 0.23886) = -4.94, flatter than 0.9 · -68: accepted.
    const bowl = ([x, y]: [number, number]): [number, [number, number]] => [x * x + 4 * y * y, [2 * x, 8 * y]];
    const first = minimize(bowl, [1, 1], { maxIterations: 1 });
    expect(first.params[0]).toBeCloseTo(0.757464375, 9);
    expect(first.params[1]).toBeCloseTo(0.0298575001, 9);
    expect(first.evaluations).toBe(2);
    // moved s = (-0.242535625, -0.9701425), changed y = (2 · -0.242535625, 8 · -0.9701425) = (-0.48507125, -7.76114),
    // s·y = 7.64705882, y·y = 60.47058824. The two loops from g = (1.51492875, 0.23886):
    // a = s·g / s·y = -0.59915243 / 7.64705882 = -0.07835069; g - a y = (1.47692308, -0.36923067);
    // times s·y / y·y = 0.12645914: r = (0.18677042, -0.04669259); b = y·r / s·y = 0.27179077 / 7.64705882 = 0.03554187;
    // r + (a - b) s = (0.18677042 + 0.027623, -0.04669259 + 0.11049201) = (0.21439342, 0.06379942), to be taken away whole.
    const second = minimize(bowl, [1, 1], { maxIterations: 2 });
    expect(second.params[0]).toBeCloseTo(0.757464375 - 0.21439342, 7);
    expect(second.params[1]).toBeCloseTo(0.0298575001 - 0.06379942, 7);
    expect(second.evaluations).toBe(3);
  });

  it("refuses what is wrong, and says where", () => {
    const square = (x: number[]): [number, number[]] => [x[0] ** 2, [2 * x[0]]];
    expect(() => minimize(square, [] as number[])).toThrow("minimize: params has no numbers");
    expect(() => minimize(square, [NaN])).toThrow("params[0] is NaN");
    expect(() => minimize((x: number) => [Math.log(x), 1 / x], -1)).toThrow("the value at the start is NaN");
    expect(() => minimize((x: number[]) => [1, [NaN, x[0]]], [1, 2])).toThrow("gradient[0] is NaN at the start");
    expect(() => minimize((x: number[]) => [1, [x[0]]], [1, 2])).toThrow(
      "params: a number[] of length 2 against one of length 1 in gradient",
    );
    expect(() => minimize(square, [1], { memory: 0 })).toThrow("minimize: memory must be an integer of at least 1");
    expect(() => minimize(square, [1], { gradientTolerance: -1 })).toThrow("gradientTolerance must be at least 0");
    expect(() => minimize(square, [1], { firstStep: 0 })).toThrow("firstStep must be greater than 0");
    expect(() => minimize(square, [1], { maxIterations: 1.5 })).toThrow("maxIterations must be an integer");
  });
});
