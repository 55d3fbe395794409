/** Datasets and mini-batches. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { batches, type Batches } from "../../../runtime/data/batches.ts";
import { dataset, loadedDataset } from "../../../runtime/data/dataset.ts";
import { newData, Tensor } from "../../../runtime/tensor/tensor.ts";

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => void process.on("unhandledRejection", note));
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off("unhandledRejection", note);
  expect(unhandled.splice(0)).toEqual([]);
});

function tensor(shape: readonly number[], numbers: readonly number[], dtype: "f32" | "f64" = "f32"): Tensor {
  const data = newData(dtype, numbers.length);
  data.set(numbers);
  return new Tensor(shape, dtype, data);
}

async function all<B>(source: Batches<B>, epoch = 0, from = 0): Promise<B[]> {
  const found: B[] = [];
  for await (const { data } of source.epoch(epoch, from)) found.push(data);
  return found;
}

const numbers = Array.from({ length: 10 }, (_, i) => i);

test("records of numbers, in order, with a smaller last batch or without it", async () => {
  const data = dataset(numbers);
  expect(data.length).toBe(10);
  expect(data.at(3)).toBe(3);
  expect(await all(data.batch(4))).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9],
  ]);
  expect(await all(data.batch(4, { dropLast: true }))).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
  expect(await all(data.batch(5, { dropLast: true }))).toHaveLength(2);
  expect(data.batch(20).length).toBe(1);
  expect(data.batch(20, { dropLast: true }).length).toBe(0);
  expect(await all(dataset([] as number[]).batch(2))).toEqual([]);
});

test("tensors of records are stacked along a new axis 0, field by field", async () => {
  const records = [1, 2, 3].map((k) => ({ x: tensor([2], [k, -k]), about: { label: k, name: `n${k}` } }));
  const [first, second] = await all(dataset(records).batch(2));
  expect(first.x).toEqual(tensor([2, 2], [1, -1, 2, -2]));
  expect(first.about).toEqual({ label: [1, 2], name: ["n1", "n2"] });
  expect(second.x.shape).toEqual([1, 2]);
  const [scalars] = await all(dataset([tensor([], [4], "f64"), tensor([], [5], "f64")]).batch(2));
  expect(scalars).toEqual(tensor([2], [4, 5], "f64"));
});

test("records that do not fit together are refused with their field", async () => {
  const shapes = dataset([{ a: { x: tensor([2], [1, 2]) } }, { a: { x: tensor([1], [1]) } }]);
  await expect(all(shapes.batch(2))).rejects.toThrow("batch: a.x is f32 [2] in record 0, but f32 [1] in record 1");
  const precisions = dataset([tensor([1], [1]), tensor([1], [1], "f64")]);
  await expect(all(precisions.batch(2))).rejects.toThrow("batch is f32 [1] in record 0, but f64 [1] in record 1");
  const fields = dataset<object>([{ a: { b: 1 } }, { a: { c: 1 } }]);
  await expect(all(fields.batch(2))).rejects.toThrow("records 0 and 1 have different fields in a");
});

test("columns keep their kinds", async () => {
  const columns = {
    x: tensor([3, 2], [1, 2, 3, 4, 5, 6]),
    label: new Int32Array([7, 8, 9]),
    weight: new Float32Array([0.5, 1.5, 2.5]),
    name: ["a", "b", "c"],
  };
  const data = dataset(columns);
  expect(data.at(1)).toEqual({ x: tensor([2], [3, 4]), label: 8, weight: 1.5, name: "b" });
  const [first, last] = await all(data.batch(2));
  expect(first).toEqual({
    x: tensor([2, 2], [1, 2, 3, 4]),
    label: new Int32Array([7, 8]),
    weight: new Float32Array([0.5, 1.5]),
    name: ["a", "b"],
  });
  expect(last.x).toEqual(tensor([1, 2], [5, 6]));
  const [rows] = await all(dataset(columns.x).batch(3));
  expect(rows).toEqual(columns.x);
  expect(await all(dataset(tensor([0, 2], [])).batch(3))).toEqual([]);
  const [wide] = await all(dataset(tensor([2, 0], [])).batch(2));
  expect(wide.shape).toEqual([2, 0]);
});

test("columns that are none, or of different lengths, are refused", () => {
  expect(() => dataset({ x: [1, 2], y: [1] })).toThrow("x has 2 records, but y has 1");
  expect(() => dataset({ x: tensor([], [1]) })).toThrow("x is a tensor without axes");
  expect(() => dataset({})).toThrow("there are no columns");
  expect(() => dataset({ x: 5 } as never)).toThrow("x is neither a tensor nor an array");
});

test("an order depends on the seed and the epoch only", async () => {
  const data = dataset(numbers).shuffle(3).batch(3);
  const order = (await all(data, 1)).flat();
  expect([...order].sort((a, b) => a - b)).toEqual(numbers);
  expect((await all(data, 0)).flat()).not.toEqual(order);
  expect((await all(dataset(numbers).shuffle(4).batch(3), 1)).flat()).not.toEqual(order);
  expect((await all(data, 1, 2)).flat()).toEqual(order.slice(6));
  expect((await all(dataset(numbers).shuffle(9).shuffle(3).batch(3), 1)).flat()).toEqual(order);
  const seen = new Set<string>();
  for (let epoch = 0; epoch < 200; epoch++) seen.add((await all(data, epoch)).join());
  expect(seen.size).toBe(200);
});

test("parts are disjoint in every epoch", async () => {
  const [train, rest] = dataset(numbers).shuffle(1).split(0.7, 5);
  expect([train.length, rest.length]).toEqual([7, 3]);
  for (const epoch of [0, 1, 2]) {
    const both = [...(await all(train.batch(4), epoch)).flat(), ...(await all(rest.batch(4), epoch)).flat()];
    expect(both.sort((a, b) => a - b)).toEqual(numbers);
  }
  expect(
    dataset(numbers)
      .split(1, 0)
      .map(({ length }) => length),
  ).toEqual([10, 0]);
  expect(() => dataset(numbers).split(1.5, 0)).toThrow("fraction must be at least 0 and at most 1, not 1.5");
});

test("map, also asynchronous, goes with its record", async () => {
  const [train] = dataset(numbers).split(0.5, 5);
  const mapped = train.map(async (n, index) => {
    await new Promise((resolve) => setTimeout(resolve, (n * 7) % 5));
    return { twice: 2 * n, index };
  });
  for (const { twice, index } of await all(mapped.batch(2))) expect(twice).toEqual(index.map((i) => 2 * i));
  expect(await mapped.at(0)).toEqual({ twice: 2 * (await train.at(0)), index: await train.at(0) });
  const sums = dataset(numbers)
    .batch(4)
    .map((data, size) => data.reduce((a, b) => a + b) / size);
  expect(await all(sums)).toEqual([1.5, 5.5, 8.5]);
});

test("prefetch begins as many batches ahead as it says, and keeps their order", async () => {
  let running = 0;
  let most = 0;
  const loaded = loadedDataset(12, async (index) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 3 + ((index * 5) % 7)));
    running--;
    return index;
  });
  expect((await all(loaded.batch(1).prefetch(3))).flat()).toEqual(Array.from({ length: 12 }, (_, i) => i));
  expect(most).toBe(4);
  most = 0;
  await all(loaded.batch(1));
  expect(most).toBe(1);
});

test("an error comes where its batch would have come, and others bother nobody", async () => {
  const loaded = loadedDataset(9, (index) => {
    if (index >= 4) throw new Error(`no record ${index}`);
    return Promise.resolve(index);
  });
  const found: number[] = [];
  const run = async (): Promise<void> => {
    for await (const { data } of loaded.batch(1).prefetch(4).epoch()) {
      found.push(...data);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  await expect(run()).rejects.toThrow("no record 4");
  expect(found).toEqual([0, 1, 2, 3]);
  for await (const { data } of loaded.batch(1).prefetch(8).epoch()) if (data[0] === 2) break;
});

test("batches of one's own", async () => {
  const own = batches(2, (epoch) => (index) => Promise.resolve({ data: [epoch, index], size: 1 }));
  expect(await all(own, 5)).toEqual([
    [5, 0],
    [5, 1],
  ]);
});
