/** Training that goes on where it stopped. */
import { expect, test } from "vitest";
import { dataset } from "../../../runtime/data/dataset.ts";
import { adam } from "../../../runtime/optimizers/adaptive.ts";
import { reduceOnPlateau } from "../../../runtime/optimizers/plateau.ts";
import { createRandom } from "../../../runtime/random.ts";
import { item, matmul, mean, mul, reshape, square, sub, sum } from "../../../runtime/nn.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { differentiable } from "../../../runtime/train/differentiable.ts";
import { fit } from "../../../runtime/train/fit.ts";
import type { Step } from "../../../runtime/train/options.ts";
import { lineLoss, noisyLoss, vector, type Line } from "./models.ts";
import { data, memory, options, type Options } from "./options.ts";

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

test("tensors: accumulated, resumed from bytes and from JSON", async () => {
  const target = vector([0.3, -0.7, 0.1], "f32");
  const loss = differentiable(
    (w: { a: Tensor; b: Tensor }, x: Tensor, _step: Step) => item(sum(mul(x, sub(w.a, target)))) + item(sum(w.b)),
    ({ a, b }, x) => {
      const error = sub(matmul(x, reshape(a, [3, 1])), matmul(x, reshape(target, [3, 1])));
      const gradient = { a: mean(mul(x, error), 0), b: mul(b, 0.1) };
      return [item(mean(square(error))), gradient];
    },
  );
  const random = createRandom(1);
  const x = new Tensor(
    [24, 3],
    "f32",
    Float32Array.from({ length: 72 }, () => random.normal()),
  );
  const parameters = { a: vector([0, 0, 0], "f32"), b: new Tensor([2, 1], "f64", new Float64Array([1, 2])) };
  const all = { parameters, optimizer: adam({ rate: 0.05 }), epochs: 8 };
  const whole = await fit(loss, { ...all, data: dataset(x).batch(12) });
  const parts = await fit(loss, { ...all, data: dataset(x).batch(3), accumulate: 4 });
  for (let i = 0; i < 3; i++) expect(parts.parameters.a.data[i]).toBeCloseTo(whole.parameters.a.data[i], 6);
  expect(parts.parameters.a).toMatchObject({ shape: [3], dtype: "f32" });
  const json = {
    text: "",
    load: () => Promise.resolve<unknown>(json.text === "" ? undefined : JSON.parse(json.text)),
    save: (state: unknown) => Promise.resolve(void (json.text = JSON.stringify(state))),
  };
  for (const store of [memory(), json]) {
    const run = { ...all, data: dataset(x).shuffle(2).batch(5), accumulate: 2 };
    const expected = await fit(loss, run);
    await fit(loss, { ...run, checkpoint: { store, every: 2 }, onStep: ({ step }) => step < 11 });
    const resumed = await fit(loss, { ...run, checkpoint: { store } });
    for (const name of ["a", "b"] as const) {
      const { shape, dtype, data: numbers } = resumed.parameters[name];
      expect([shape, dtype, numbers]).toStrictEqual([
        [...parameters[name].shape],
        dtype,
        expected.parameters[name].data,
      ]);
    }
    expect(resumed.history.steps).toStrictEqual(expected.history.steps);
  }
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
