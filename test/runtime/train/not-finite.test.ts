/** Training that meets NaN. */
import { expect, test } from "vitest";
import { dataset } from "../../../runtime/data/dataset.ts";
import { sgd } from "../../../runtime/optimizers/sgd.ts";
import { differentiable } from "../../../runtime/train/differentiable.ts";
import { layerNorm } from "../../../runtime/layers/normalization.ts";
import { div, item, mean, mul, sqrt, square, sum } from "../../../runtime/tensor/index.ts";
import type { Tensor } from "../../../runtime/tensor/tensor.ts";
import { fit } from "../../../runtime/train/fit.ts";
import { firstNotFinite } from "../../../runtime/train/given.ts";
import { NotFiniteError } from "../../../runtime/train/not-finite.ts";
import type { Step } from "../../../runtime/train/options.ts";
import { logLoss, vector } from "./models.ts";
import { memory } from "./options.ts";

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

test("a checkpoint that fails does not hide what was not finite", async () => {
  const loss = differentiable(
    (_p: number, _b: readonly number[], _s: Step) => NaN,
    () => [NaN, 1],
  );
  const store = { load: () => Promise.resolve(undefined), save: () => Promise.reject(new Error("no space")) };
  const all = { parameters: 3, optimizer: sgd({ rate: 1 }), epochs: 1, data: dataset([1]).batch(1) };
  const failure: unknown = await fit(loss, { ...all, checkpoint: { store } }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotFiniteError);
  expect((failure as Error).message).toContain("the loss is NaN\nThe checkpoint could not be saved: Error: no space");
});

/** What `fit` says of a step with this loss and gradient. */
async function said<P, B>(p: P, record: B, loss: (p: P, batch: B) => number, gradient: (p: P) => unknown) {
  const differentiated = differentiable(
    (parameters: P, batch: B, _s: Step) => loss(parameters, batch),
    (parameters, batch) => [loss(parameters, batch), gradient(parameters) as never],
  );
  const data = dataset([record]).batch(1) as never;
  const all = { parameters: p, optimizer: sgd({ rate: 1 }), epochs: 1, data };
  const failure: unknown = await fit(differentiated, all).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotFiniteError);
  return (failure as Error).message;
}

test("the layer in which it happened, and the statements that called it", async () => {
  const norm = { scale: vector([1e200, 1]), shift: vector([0, 0]) };
  function encoder(x: Tensor): Tensor {
    return layerNorm(norm, x, 0);
  }
  const inLayer = await said(
    1,
    1,
    () => item(mean(encoder(vector([3, 3])))),
    () => NaN,
  );
  expect(inLayer).toMatch(
    /\ndiv of .* gives NaN .*\n {4}in layerNorm\n {4}at encoder \(.*not-finite\.test\.ts:\d+:\d+\)\n {4}at /,
  );
  const inOwn = await said(
    1,
    1,
    () => item(mean(square(encoder(vector([3, 1]))))),
    () => NaN,
  );
  expect(inOwn).toMatch(/\nsquare of .* gives Infinity .*\n {4}at .*not-finite\.test\.ts:\d+:\d+/);
});

test("an operation of the backward pass", async () => {
  function root_backward(x: Tensor): Tensor {
    return div(1, sqrt(x));
  }
  const text = await said(vector([0]), 1, (p) => item(sum(sqrt(p))), root_backward);
  expect(text).toMatch(
    /gradient\[0\] is Infinity\nbackward pass: div of .* gives Infinity .*\n {4}in root\n {4}at root_backward \(/,
  );
});

test("what was not finite from the beginning: the data", async () => {
  const loss = (p: Tensor, { x }: { x: Tensor }): number => item(sum(mul(p, x)));
  const inData = await said(vector([1, 1]), { x: vector([1, NaN]) }, loss, () => vector([1, NaN]));
  expect(inData).toContain("the loss is NaN, gradient[1] is NaN\nthe step was given NaN at batch.x[0, 1]");
  const mixed = { names: ["a"], when: new Date(), missing: null, list: [1, new Float32Array([2, NaN])] };
  expect(firstNotFinite(mixed, "batch")).toBe("NaN at batch.list[1][1]");
});
