/** Checkpoints on the disk: what is damaged is found, and the previous one is used. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { decodeSafetensors } from "../../../runtime/data/safetensors.ts";
import { checkpoints } from "../../../runtime/node/checkpoints.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import type { CheckpointStore } from "../../../runtime/train/options.ts";

const root = mkdtempSync(join(tmpdir(), "cotangent-checkpoints-"));
const place = { folder: "", count: 0 };
const said: string[] = [];

beforeEach(() => {
  place.folder = join(root, String(place.count++), "deep");
  said.length = 0;
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const newest = (): string => join(place.folder, "checkpoint.safetensors");
const previous = (): string => join(place.folder, "checkpoint.previous.safetensors");
const open = (): CheckpointStore => checkpoints(place.folder, { warn: (message) => void said.push(message) });
const state = (step: number): unknown => ({
  step,
  w: new Tensor([2], "f32", new Float32Array([step, 0.1])),
  on: [1, step],
});

test("the last state comes back, and only two files stay", async () => {
  const store = open();
  expect(await store.load()).toBeUndefined();
  for (const step of [1, 2, 3]) await store.save(state(step));
  expect(await store.load()).toStrictEqual(state(3));
  expect(await open().load()).toStrictEqual(state(3));
  expect(readdirSync(place.folder).sort()).toEqual(["checkpoint.previous.safetensors", "checkpoint.safetensors"]);
  expect(said).toEqual([]);
});

test("a file of any name, and one that other programs read", async () => {
  const file = join(root, "named.safetensors");
  const store = checkpoints(file);
  await store.save(state(1));
  await store.save(state(2));
  expect(await store.load()).toStrictEqual(state(2));
  expect(existsSync(join(root, "named.previous.safetensors"))).toBe(true);
  const { tensors } = decodeSafetensors(readFileSync(file));
  expect(Object.values(tensors)).toContainEqual(new Tensor([2], "f32", new Float32Array([2, 0.1])));
});

test("saves that are not waited for come one after the other", async () => {
  const store = open();
  await Promise.all([1, 2, 3, 4].map((step) => store.save(state(step))));
  expect(await store.load()).toStrictEqual(state(4));
  rmSync(newest());
  expect(await store.load()).toStrictEqual(state(3));
});

test("a file cut off anywhere is found, and the previous one is used", async () => {
  const store = open();
  await store.save(state(1));
  await store.save(state(2));
  const bytes = readFileSync(newest());
  for (let length = 0; length < bytes.length; length += 3) {
    writeFileSync(newest(), bytes.subarray(0, length));
    expect(await open().load()).toStrictEqual(state(1));
  }
  expect(said).toHaveLength(Math.ceil(bytes.length / 3));
  expect(said[0]).toContain(`the checkpoint is damaged: ${newest()}`);
  expect(said[0]).toContain(`the previous checkpoint ${previous()} is used`);
});

test("one bit that is wrong anywhere is found", async () => {
  const store = open();
  await store.save(state(1));
  await store.save(state(2));
  const bytes = readFileSync(newest());
  for (let i = 0; i < bytes.length; i++) {
    const damaged = Buffer.from(bytes);
    damaged[i] ^= 1 << (i % 8);
    writeFileSync(newest(), damaged);
    expect(await open().load()).toStrictEqual(state(1));
  }
});

test("a damaged file never takes the place of the good one", async () => {
  for (const isLoadedFirst of [true, false]) {
    const store = open();
    await store.save(state(1));
    await store.save(state(2));
    writeFileSync(newest(), "damaged");
    const next = open();
    if (isLoadedFirst) expect(await next.load()).toStrictEqual(state(1));
    await next.save(state(3));
    expect(await open().load()).toStrictEqual(state(3));
    rmSync(newest());
    expect(await open().load()).toStrictEqual(state(1));
    rmSync(place.folder, { recursive: true });
  }
});

test("where both are damaged, it does not begin anew in silence", async () => {
  const store = open();
  await store.save(state(1));
  await store.save(state(2));
  writeFileSync(newest(), "");
  writeFileSync(previous(), readFileSync(previous()).subarray(0, 50));
  await expect(open().load()).rejects.toThrow(`the checkpoint is damaged: ${newest()}`);
  rmSync(newest());
  await expect(open().load()).rejects.toThrow(`the checkpoint is damaged: ${previous()}`);
});

test("a state that cannot be saved leaves the last one", async () => {
  const store = open();
  await store.save(state(1));
  await expect(store.save({ f: () => 1 })).rejects.toThrow("state.f is a function");
  expect(await store.load()).toStrictEqual(state(1));
  await store.save(state(2));
  expect(await store.load()).toStrictEqual(state(2));
});
