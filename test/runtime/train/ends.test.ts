/** Training: why it ends, and whom it tells. */
import { expect, test, vi } from "vitest";
import { dataset } from "../../../runtime/data/dataset.ts";
import { sgd } from "../../../runtime/optimizers/sgd.ts";
import { differentiable } from "../../../runtime/train/differentiable.ts";
import { fit } from "../../../runtime/train/fit.ts";
import type { ProgressUpdate, Step } from "../../../runtime/train/options.ts";
import { lineLoss, points } from "./models.ts";
import { memory, options, type Options } from "./options.ts";

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
  const whole = points(4) as unknown as Options["data"];
  await expect(refused({ data: whole })).rejects.toThrow("fit: data is expected to be batches");
  await expect(refused({ validation: { data: whole } })).rejects.toThrow("fit: validation.data is expected");
  await expect(refused({ earlyStopping: { patience: 0 } })).rejects.toThrow("patience must be");
  await expect(refused({ metrics: { loss: () => 1 } })).rejects.toThrow("a metric cannot be named loss");
  await expect(refused({ checkpoint: { store: memory(), every: 0.5 } })).rejects.toThrow("checkpoint.every must be");
});
