/** Training: what it does step by step. */
import { expect, test } from "vitest";
import { dataset } from "../../../runtime/data/dataset.ts";
import { addL2, clipNorm } from "../../../runtime/optimizers/clip.ts";
import { reduceOnPlateau } from "../../../runtime/optimizers/plateau.ts";
import { sgd } from "../../../runtime/optimizers/sgd.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { differentiable } from "../../../runtime/train/differentiable.ts";
import { fit } from "../../../runtime/train/fit.ts";
import type { Step } from "../../../runtime/train/options.ts";
import { firstLine, lineLoss, points, squaredError, vector, type Line, type Points } from "./models.ts";
import { data, options, recordsOf } from "./options.ts";

test("it finds the line", async () => {
  const { parameters, reason, epochs, steps, history } = await fit(lineLoss, options({ epochs: 40 }));
  expect(parameters.name).toBe("line");
  expect(parameters.w[0]).toBeCloseTo(2, 1);
  expect(parameters.b).toBeCloseTo(-1, 1);
  expect([reason, epochs, steps]).toEqual(["epochs", 40, 200]);
  expect(history.steps.loss).toHaveLength(200);
  expect(history.epochs).toHaveLength(40);
  expect(history.epochs[39].loss).toBeLessThan(0.01);
  expect(JSON.parse(JSON.stringify(history))).toEqual(history);
  expect(firstLine.w[0]).toBe(0);
});

test("each step is that of a loop by hand", async () => {
  const { parameters, history } = await fit(lineLoss, options({ data: data.batch(20), epochs: 3 }));
  const x = await recordsOf(data);
  let [w, b] = [0, 0];
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    losses.push(x.reduce((sum, p) => sum + (w * p.x + b - p.y) ** 2, 0) / 20);
    const dw = x.reduce((sum, p) => sum + (2 * (w * p.x + b - p.y) * p.x) / 20, 0);
    const db = x.reduce((sum, p) => sum + (2 * (w * p.x + b - p.y)) / 20, 0);
    expect(history.steps.norm[step]).toBeCloseTo(Math.hypot(dw, db), 12);
    [w, b] = [w - 0.2 * dw, b - 0.2 * db];
  }
  expect(parameters.w[0]).toBeCloseTo(w, 12);
  expect(parameters.b).toBeCloseTo(b, 12);
  losses.forEach((loss, step) => expect(history.steps.loss[step]).toBeCloseTo(loss, 12));
});

test("a loss that was not compiled says so", async () => {
  await expect(fit(squaredError, options())).rejects.toThrow("fit(squaredError, …) was not compiled");
  expect(lineLoss(firstLine, { x: [1], y: [2] }, { step: 0, epoch: 0, seed: 0, training: true })).toBe(4);
});

test("batches that are accumulated give the mean gradient of the large batch", async () => {
  for (const [small, together, count] of [
    [5, 4, 20],
    [3, 7, 20],
    [4, 2, 18],
    [1, 18, 18],
  ]) {
    const some = points(count);
    const size = small * together;
    const whole = await fit(lineLoss, options({ data: some.batch(size), epochs: 5 }));
    const parts = await fit(lineLoss, options({ data: some.batch(small), accumulate: together, epochs: 5 }));
    expect(parts.steps).toBe(whole.steps);
    expect(parts.parameters.w[0]).toBeCloseTo(whole.parameters.w[0], 13);
    expect(parts.parameters.b).toBeCloseTo(whole.parameters.b, 13);
    parts.history.steps.loss.forEach((loss, k) => expect(loss).toBeCloseTo(whole.history.steps.loss[k], 13));
    expect(parts.history.epochs[4].loss).toBeCloseTo(whole.history.epochs[4].loss, 13);
  }
});

test("the mean of equal batches rounds once, in the kind of the gradient", async () => {
  const values = [0.1, 0.2, 0.4];
  const loss = differentiable(
    (_p: Tensor, _batch: readonly number[], _step: Step) => 0,
    (_p, batch) => [0, vector([batch[0]], "f32")],
  );
  const all = { parameters: vector([0], "f32"), optimizer: sgd({ rate: 1 }), epochs: 1, accumulate: 3 };
  const { parameters } = await fit(loss, { ...all, data: dataset(values).batch(1) });
  const rounded = values.map(Math.fround);
  expect(parameters.data[0]).toBe(Math.fround(-Math.fround((rounded[0] + rounded[1] + rounded[2]) / 3)));
});

test("metrics are means over records, of training and of validation data", async () => {
  const [train, rest] = data.split(0.75, 1);
  const metrics = {
    slope: ({ w }: Line) => w[0],
    firstX: (_: Line, { x }: Points) => x[0],
    count: (_: Line, { x }: Points) => x.length,
  };
  const validation = { data: rest.batch(2) };
  const { history, parameters } = await fit(
    lineLoss,
    options({ data: train.batch(4), epochs: 2, metrics, validation }),
  );
  const [, last] = history.epochs;
  expect(last.metrics["count"]).toBeCloseTo((3 * 4 * 4 + 3 * 3) / 15, 12);
  expect(last.metrics["slope"]).not.toBe(parameters.w[0]);
  expect(history.validations.map(({ epoch, step }) => [epoch, step])).toEqual([
    [0, 4],
    [1, 8],
  ]);
  const found = history.validations[1];
  expect(found.metrics["slope"]).toBeCloseTo(parameters.w[0], 12);
  const records = await recordsOf(rest);
  const expected = squaredError(parameters, { x: records.map(({ x }) => x), y: records.map(({ y }) => y) });
  expect(found.loss).toBeCloseTo(expected, 12);
  const own = { ...validation, every: 3, metrics: { twice: ({ w }: Line) => 2 * w[0] } };
  const often = await fit(lineLoss, options({ data: train.batch(4), epochs: 2, validation: own }));
  expect(often.history.validations.map(({ epoch, step }) => [epoch, step])).toEqual([
    [0, 3],
    [1, 6],
  ]);
  expect(Object.keys(often.history.validations[0].metrics)).toEqual(["twice"]);
});

test("the loss gets another seed for each batch, and knows when it is only looked at", async () => {
  const seen: Step[] = [];
  const loss = differentiable(
    (_p: number, _batch: readonly number[], step: Step) => (seen.push(step), 0),
    (_p, _batch, step) => (seen.push(step), [0, 0]),
  );
  const all = { parameters: 1, optimizer: sgd({ rate: 1 }), epochs: 3, data: dataset([1, 2, 3, 4]).batch(1) };
  await fit(loss, { ...all, validation: { data: dataset([1]).batch(1) } });
  const training = seen.filter((step) => step.training);
  expect(training.map(({ step, epoch }) => [step, epoch])).toEqual(training.map((_, i) => [i, Math.floor(i / 4)]));
  expect(new Set(training.map(({ seed }) => seed)).size).toBe(12);
  expect(seen.filter((step) => !step.training).map(({ step }) => step)).toEqual([4, 8, 12]);
  const first = training.map(({ seed }) => seed);
  seen.length = 0;
  await fit(loss, all);
  expect(seen.map(({ seed }) => seed)).toEqual(first);
  seen.length = 0;
  await fit(loss, { ...all, seed: 1 });
  expect(seen.some(({ seed }) => first.includes(seed))).toBe(false);
});

test("rates: the optimizer's own, a number, a schedule, a plateau", async () => {
  const own = await fit(lineLoss, options({ epochs: 1 }));
  const number = await fit(lineLoss, options({ epochs: 1, optimizer: sgd({ rate: 9 }), rate: 0.2 }));
  expect(number.parameters).toEqual(own.parameters);
  expect(number.history.steps.rate).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  const schedule = await fit(lineLoss, options({ epochs: 1, rate: (step) => 0.1 / (step + 1) }));
  expect(schedule.history.steps.rate).toEqual([0.1, 0.05, 0.1 / 3, 0.025, 0.02]);
  const rate = reduceOnPlateau({ rate: 0.2, factor: 0.5, patience: 1, threshold: 0.5 });
  const plateau = await fit(lineLoss, options({ epochs: 30, rate }));
  const rates = plateau.history.epochs.map((record) => record.rate);
  expect(rates[0]).toBe(0.2);
  expect(Number(rates[29])).toBeLessThan(0.05);
});

test("the gradient can be changed before the optimizer gets it", async () => {
  const { parameters } = await fit(lineLoss, options({ epochs: 1, gradient: (g) => clipNorm(g, 1e-3) }));
  expect(Math.hypot(parameters.w[0], parameters.b)).toBeLessThanOrEqual(5 * 0.2e-3 * (1 + 1e-12));
  const shrunk = await fit(lineLoss, options({ epochs: 100, gradient: (g, p) => addL2(g, p, 2) }));
  expect(shrunk.parameters.b).toBeCloseTo(-0.45, 1);
});
