/** Training: what it does step by step, why it stops, and how it goes on. */
import { expect, test, vi } from "vitest";
import { dataset, type Dataset } from "../../../runtime/data/dataset.ts";
import { decodeState, encodeState } from "../../../runtime/data/state.ts";
import { adam } from "../../../runtime/optimizers/adaptive.ts";
import { addL2, clipNorm } from "../../../runtime/optimizers/clip.ts";
import { reduceOnPlateau } from "../../../runtime/optimizers/plateau.ts";
import { sgd } from "../../../runtime/optimizers/sgd.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { differentiable } from "../../../runtime/train/differentiable.ts";
import { fit } from "../../../runtime/train/fit.ts";
import { NotFiniteError } from "../../../runtime/train/not-finite.ts";
import type { CheckpointStore, FitOptions, ProgressUpdate, Step } from "../../../runtime/train/options.ts";
import {
  firstLine,
  lineLoss,
  logLoss,
  noisyLoss,
  points,
  squaredError,
  vector,
  type Line,
  type Points,
} from "./models.ts";

type Options = FitOptions<Line, Points>;
const data = points(20);

/** Options that a test changes. */
function options(changes: Partial<Options> = {}): Options {
  const all = { parameters: firstLine, optimizer: sgd({ rate: 0.2 }), data: data.shuffle(1).batch(4), epochs: 10 };
  return { ...all, ...changes };
}

async function recordsOf<R>(some: Dataset<R>): Promise<R[]> {
  const found: R[] = [];
  for (let i = 0; i < some.length; i++) found.push(await some.at(i));
  return found;
}

/** A store in memory that goes through bytes, as files do. */
function memory(): CheckpointStore & { saves: number; bytes: Uint8Array | undefined } {
  return {
    saves: 0,
    bytes: undefined,
    load() {
      return Promise.resolve(this.bytes && decodeState(this.bytes));
    },
    save(state) {
      this.saves++;
      this.bytes = encodeState(state);
      return Promise.resolve();
    },
  };
}

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

test("early stopping gives back the best parameters", async () => {
  // The value of validation follows a course; parameters count the steps.
  const course = [5, 4, 3, 3.5, 2.95, 3.1, NaN, 3.3, 1];
  const loss = differentiable(
    (p: number, _batch: readonly number[], { training }: Step) => (training ? 0 : course[-p - 1]),
    () => [0, 1],
  );
  const all = { parameters: 0, optimizer: sgd({ rate: 1 }), epochs: 9, data: dataset([1]).batch(1) };
  const validation = { data: dataset([1]).batch(1) };
  const stopped = await fit(loss, { ...all, validation, earlyStopping: { patience: 2, minDelta: 0.1 } });
  expect(stopped).toMatchObject({ reason: "patience", parameters: -3, epochs: 5, best: { value: 3, step: 3 } });
  const patient = await fit(loss, { ...all, validation, earlyStopping: { patience: 3 } });
  expect(patient).toMatchObject({ reason: "patience", parameters: -5, epochs: 8, best: { value: 2.95, step: 5 } });
  const complete = await fit(loss, { ...all, validation, earlyStopping: { patience: 9 } });
  expect(complete).toMatchObject({ reason: "epochs", parameters: -9, epochs: 9, best: { value: 1, step: 9 } });
  const metrics = { height: (p: number) => -course[-p - 1] };
  const watched = { watch: "height", mode: "max", patience: 2, minDelta: 0.1 } as const;
  const highest = await fit(loss, { ...all, validation: { ...validation, metrics }, earlyStopping: watched });
  expect(highest).toMatchObject({ reason: "patience", parameters: -3 });
  const wrong = fit(loss, { ...all, validation, earlyStopping: { patience: 2, watch: "accuracy" } });
  await expect(wrong).rejects.toThrow('there is no metric "accuracy", only loss');
});

test("without validation data, early stopping looks at the epochs", async () => {
  const { reason, epochs } = await fit(
    lineLoss,
    options({ epochs: 500, earlyStopping: { patience: 3, minDelta: 1e-3 } }),
  );
  expect(reason).toBe("patience");
  expect(epochs).toBeLessThan(60);
});

test("callbacks see every step and epoch, and may stop", async () => {
  const steps: number[] = [];
  const result = await fit(lineLoss, options({ onStep: ({ step }) => Promise.resolve(steps.push(step) < 7) }));
  expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(result).toMatchObject({ reason: "stopped", steps: 7, epochs: 1 });
  const epochs: number[] = [];
  const other = await fit(lineLoss, options({ onEpoch: ({ record }) => epochs.push(record.epoch) < 3 && undefined }));
  expect(epochs).toEqual([0, 1, 2]);
  expect(other).toMatchObject({ reason: "stopped", steps: 15, epochs: 3 });
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

test("it lets other work in", async () => {
  const slow = differentiable(
    (_p: number, _batch: readonly number[], _step: Step) => 0,
    () => {
      const end = performance.now() + 5;
      while (performance.now() < end);
      return [0, 0];
    },
  );
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const all = { parameters: 1, optimizer: sgd({ rate: 1 }), epochs: 1 };
  await fit(slow, { ...all, data: dataset(Array.from({ length: 40 }, () => 1)).batch(1) });
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
});

test("progress is told of every step and epoch, and of the end, also after an error", async () => {
  const updates: ProgressUpdate[] = [];
  const progress = { start: vi.fn(), update: (now: ProgressUpdate) => void updates.push(now), stop: vi.fn() };
  await fit(lineLoss, options({ epochs: 2, progress }));
  expect(progress.start.mock.calls).toEqual([[{ epochs: 2, steps: 10, step: 0 }]]);
  expect(updates.filter(({ record }) => record)).toHaveLength(2);
  expect(updates).toHaveLength(12);
  const failing = fit(lineLoss, options({ progress, onStep: () => Promise.reject(new Error("mine")) }));
  await expect(failing).rejects.toThrow("mine");
  expect(progress.stop).toHaveBeenCalledTimes(2);
});

test("options that make no sense are refused", async () => {
  const refused = (changes: Partial<Options>): Promise<unknown> => fit(lineLoss, options(changes));
  await expect(refused({ epochs: -1 })).rejects.toThrow("fit: epochs must be an integer of at least 0");
  await expect(refused({ accumulate: 0 })).rejects.toThrow("fit: accumulate must be");
  await expect(refused({ data: points(0).batch(1) })).rejects.toThrow("fit: the number of batches must be");
  await expect(refused({ earlyStopping: { patience: 0 } })).rejects.toThrow("patience must be");
  await expect(refused({ metrics: { loss: () => 1 } })).rejects.toThrow("a metric cannot be named loss");
  await expect(refused({ checkpoint: { store: memory(), every: 0.5 } })).rejects.toThrow("checkpoint.every must be");
});

test("a run that is stopped after any step goes on bit for bit", async () => {
  const [train, rest] = data.shuffle(3).split(0.8, 2);
  const whole = (changes: Partial<Options>): Options =>
    options({
      data: train.batch(3).prefetch(2),
      optimizer: adam({ rate: 0.05 }),
      accumulate: 2,
      epochs: 6,
      seed: 4,
      rate: reduceOnPlateau({ rate: 0.05, patience: 1, threshold: 0.5 }),
      metrics: { slope: ({ w }: Line) => w[0] },
      validation: { data: rest.batch(2), every: 2 },
      earlyStopping: { patience: 12 },
      ...changes,
    });
  const expected = await fit(noisyLoss, whole({}));
  const comparable = ({ history, ...others }: typeof expected): unknown => ({
    ...others,
    ...history,
    epochs: history.epochs.map(({ seconds: _, ...record }) => record),
  });
  for (let stop = 1; stop < expected.steps; stop++) {
    const store = memory();
    const first = await fit(noisyLoss, whole({ checkpoint: { store, every: 3 }, onStep: ({ step }) => step < stop }));
    expect(first.reason).toBe("stopped");
    const resumed = await fit(noisyLoss, whole({ checkpoint: { store, every: 2 } }));
    expect(comparable(resumed)).toStrictEqual(comparable(expected));
  }
});

test("a store that writes JSON does as well", async () => {
  const store = {
    text: "",
    load: () => Promise.resolve(store.text === "" ? undefined : JSON.parse(store.text)),
    save: (state: unknown) => Promise.resolve(void (store.text = JSON.stringify(state))),
  };
  const all = options({ optimizer: adam({ rate: 0.05 }), checkpoint: { store } });
  const expected = await fit(noisyLoss, { ...all, checkpoint: undefined });
  await fit(noisyLoss, { ...all, onStep: ({ step }) => step < 12 });
  const { parameters, history } = await fit(noisyLoss, all);
  expect(parameters).toStrictEqual(expected.parameters);
  expect(history.steps).toStrictEqual(expected.history.steps);
});

test("a run that has ended is not run again, and goes on with more epochs", async () => {
  const store = memory();
  const checkpoint = { store };
  const first = await fit(lineLoss, options({ checkpoint }));
  expect(store.saves).toBe(10);
  const again = await fit(lineLoss, options({ checkpoint }));
  expect([again.steps, again.parameters]).toEqual([first.steps, first.parameters]);
  const longer = await fit(lineLoss, options({ checkpoint, epochs: 12 }));
  expect(longer.parameters).toEqual((await fit(lineLoss, options({ epochs: 12 }))).parameters);
});

test("a checkpoint of another run is refused", async () => {
  const store = memory();
  const checkpoint = { store };
  await fit(lineLoss, options({ checkpoint }));
  const refused = (changes: Partial<Options>): Promise<unknown> => fit(lineLoss, options({ checkpoint, ...changes }));
  await expect(refused({ seed: 1 })).rejects.toThrow("its seed is 0, that of the options 1");
  await expect(refused({ data: data.batch(5) })).rejects.toThrow("its batches is 5, that of the options 4");
  await expect(refused({ accumulate: 2 })).rejects.toThrow("its accumulate is 1, that of the options 2");
  const other = { name: "other", w: new Float64Array(2), b: 0 };
  await expect(refused({ parameters: other })).rejects.toThrow(/like\.w.*length 2/);
  await store.save({ anything: 1 });
  await expect(refused({})).rejects.toThrow("is not the state of a run");
});

test("NaN in the middle: the step, the gradient, the operation, and the parameters before it", async () => {
  const store = memory();
  const parameters = { layers: [{ w: vector([1, 3]) }] };
  const all = { parameters, optimizer: sgd({ rate: 0.75 }), epochs: 9, data: dataset([1, 2, 3]).batch(1) };
  const failure: unknown = await fit(logLoss, { ...all, checkpoint: { store, every: 100 } }).catch((e: unknown) => e);
  expect(failure).toBeInstanceOf(NotFiniteError);
  const error = failure as NotFiniteError<typeof parameters>;
  // w[0]: 1, 0.25, -2.75
  expect(error).toMatchObject({ epoch: 0, step: 2, path: ".layers[0].w[0]" });
  expect(error.parameters.layers[0].w.data[0]).toBe(-2.75);
  expect(error.message).toContain("epoch 0, step 2: the loss is NaN, gradient.layers[0].w[0] is NaN\n");
  expect(error.message).toContain(
    "log of f64 [2] gives NaN at [0] of f64 [2], though its operands are finite\n    at logValue (",
  );
  expect(error.message).toMatch(/models\.ts:\d+:\d+\)$/);
  const saved = (await store.load()) as { step: number; parameters: typeof parameters };
  expect(saved.step).toBe(2);
  expect(saved.parameters.layers[0].w.data[0]).toBe(-2.75);
});

test("a step that would overflow leaves the parameters as they were", async () => {
  const steep = differentiable(
    (p: number, _b: readonly number[], _s: Step) => p,
    () => [1, 1e300],
  );
  const all = { parameters: 3, optimizer: sgd({ rate: 1e200 }), epochs: 1, data: dataset([1]).batch(1) };
  const failure: unknown = await fit(steep, all).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "NotFiniteError", epoch: 0, step: 0, parameters: 3 });
  expect((failure as Error).message).toContain("lower the rate");
});

test("an infinite loss with a finite gradient is not finite either", async () => {
  const loss = differentiable(
    (_p: number, _b: readonly number[], _s: Step) => Infinity,
    () => [Infinity, 1],
  );
  const all = { parameters: 3, optimizer: sgd({ rate: 1 }), epochs: 1, data: dataset([1]).batch(1) };
  await expect(fit(loss, all)).rejects.toThrow("epoch 0, step 0: the loss is Infinity");
});
