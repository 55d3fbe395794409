/** Files of tensors and of what is known of a run; progress in a terminal. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { saveHistory, savePlot } from "../../../runtime/node/history.ts";
import { loadNpy, saveNpy } from "../../../runtime/node/npy.ts";
import { optional } from "../../../runtime/node/optional.ts";
import { progressBar } from "../../../runtime/node/progress.ts";
import { loadTensors, saveTensors } from "../../../runtime/node/tensors.ts";
import { sgd } from "../../../runtime/optimizers/sgd.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { fit } from "../../../runtime/train/fit.ts";
import { firstLine, lineLoss, points } from "../train/models.ts";

const folder = mkdtempSync(join(tmpdir(), "cotangent-files-"));
const at = (name: string): string => join(folder, name);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("tensors", async () => {
  const net = { name: "net", layers: [{ w: new Tensor([2, 1], "f32", new Float32Array([0.1, 2])), b: 0.5 }] };
  await saveTensors(at("net.safetensors"), net, { made: "by a test" });
  expect(await loadTensors(at("net.safetensors"))).toStrictEqual({
    layers: [{ w: net.layers[0].w, b: new Tensor([], "f64", new Float64Array([0.5])) }],
  });
  const like = { name: "other", layers: [{ w: new Tensor([2, 1], "f32"), b: 0 }] };
  expect(await loadTensors(at("net.safetensors"), { like })).toStrictEqual({ ...net, name: "other" });
  writeFileSync(at("bad.safetensors"), "not tensors at all");
  await expect(loadTensors(at("bad.safetensors"))).rejects.toThrow(at("bad.safetensors"));
  await expect(saveTensors(at("net.safetensors"), { "a.b": 1 })).rejects.toThrow('the key "a.b"');
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
});

/** A file as NumPy writes it: magic, version, length of the header, header, data. */
function npy(descr: string, isFortran: boolean, shape: string, data: ArrayBufferView): string {
  const dict = `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': ${shape}, }`;
  const header = dict.padEnd(128 - 10 - 1) + "\n";
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length & 255, header.length >> 8]);
  const numbers = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  writeFileSync(at("made.npy"), Buffer.concat([start, Buffer.from(header), numbers]));
  return at("made.npy");
}

test("npy: what is saved comes back", async () => {
  for (const tensor of [
    new Tensor([2, 3], "f32", new Float32Array([0.1, -0, NaN, Infinity, 1, 2])),
    new Tensor([2], "f64", new Float64Array([0.1, -0])),
    new Tensor([], "f64", new Float64Array([3])),
    new Tensor([0, 2], "f32"),
  ]) {
    await saveNpy(at("saved.npy"), tensor);
    const found = await loadNpy(at("saved.npy"));
    expect([found.shape, found.dtype, found.data]).toStrictEqual([tensor.shape, tensor.dtype, tensor.data]);
  }
});

test("npy: files of NumPy's kinds and orders", async () => {
  const f4 = await loadNpy(npy("<f4", true, "(2, 3)", new Float32Array([1, 4, 2, 5, 3, 6])));
  expect(f4).toStrictEqual(new Tensor([2, 3], "f32", new Float32Array([1, 2, 3, 4, 5, 6])));
  const cube = await loadNpy(npy("<f8", true, "(2, 2, 2)", new Float64Array([0, 4, 2, 6, 1, 5, 3, 7])));
  expect([...cube.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect((await loadNpy(npy("|b1", false, "(2,)", new Uint8Array([1, 0])))).data).toEqual(new Float32Array([1, 0]));
  expect((await loadNpy(npy("<f2", false, "(1,)", new Uint16Array([0x3c00])))).data).toEqual(new Float32Array([1]));
  expect((await loadNpy(npy("<i4", false, "(1,)", new Int32Array([-5])))).data).toEqual(new Float64Array([-5]));
  expect((await loadNpy(npy("<i8", false, "()", new BigInt64Array([-5n])))).data).toEqual(new Float64Array([-5]));
});

test("npy: what cannot be read is refused with the file", async () => {
  const refused = async (file: string, message: string): Promise<void> => {
    await expect(loadNpy(file)).rejects.toThrow(message);
    await expect(loadNpy(file)).rejects.toThrow(`${file}: `);
  };
  await refused(
    npy("<i8", false, "(1,)", new BigInt64Array([2n ** 53n + 1n])),
    "9007199254740993 does not fit into f64",
  );
  await refused(npy("<c8", false, "(1,)", new Float32Array([1, 2])), "arrays of the kind c8 cannot be read");
  await refused(npy(">f4", false, "(1,)", new Float32Array([1])), "Unsupported dtype");
  await refused(npy("<f4", false, "(3,)", new Float32Array([1, 2])), "needs 3 numbers, it has 2");
  await refused(npy("<f4", false, "(1,)", new Float32Array([1, 2])), "needs 1 numbers, it has 2");
  await refused(npy("<f4", false, "(-1, -2)", new Float32Array([1, 2])), "is no shape");
  await refused(npy("<f4", false, "(x,)", new Float32Array([1, 2])), "is no shape");
  await refused(npy("<f4", false, "(2,)", new Uint8Array([1, 2, 3])), "made.npy");
  writeFileSync(at("made.npy"), "no");
  await refused(at("made.npy"), "made.npy");
});

test("histories: JSON and a picture", async () => {
  const [train, rest] = points(20).split(0.75, 1);
  const metrics = { slope: ({ w }: typeof firstLine) => w[0] };
  const all = { parameters: firstLine, optimizer: sgd({ rate: 0.2 }), data: train.batch(5), epochs: 4, metrics };
  const { history } = await fit(lineLoss, { ...all, validation: { data: rest.batch(5) } });
  await saveHistory(at("history.json"), history);
  expect(JSON.parse(readFileSync(at("history.json"), "utf8"))).toEqual(history);
  await savePlot(at("history.svg"), history);
  const picture = readFileSync(at("history.svg"), "utf8");
  expect(picture).toMatch(/^<svg .*<\/svg>$/s);
  for (const text of ["steps", "loss", "slope", "training", "validation"]) expect(picture).toContain(`>${text}</text>`);
  await saveHistory(at("empty.json"), { steps: { loss: [], norm: [], rate: [] }, epochs: [], validations: [] });
  await savePlot(at("empty.svg"), { steps: { loss: [], norm: [], rate: [] }, epochs: [], validations: [] });
});

test("a package that is missing is named, with what to install", async () => {
  const missing = optional("not-a-package-at-all", "savePlot", "one another");
  await expect(missing).rejects.toThrow(
    "savePlot needs the package not-a-package-at-all, which is not installed: npm install one another",
  );
});

test("progress: one line an epoch, or a bar on a terminal", async () => {
  const written: string[] = [];
  const [train, rest] = points(20).split(0.75, 1);
  const all = { parameters: firstLine, optimizer: sgd({ rate: 0.2 }), data: train.batch(5), epochs: 3 };
  const output = { isTTY: false, write: (text: string) => written.push(text) };
  await fit(lineLoss, { ...all, validation: { data: rest.batch(5) }, progress: progressBar(output) });
  expect(written).toHaveLength(3);
  expect(written[2]).toMatch(/^epoch 3 {2}loss [\d.]+ {2}validation loss [\d.]+\n$/);
  written.length = 0;
  const terminal = {
    ...output,
    isTTY: true,
    columns: 80,
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => true,
  };
  await fit(lineLoss, { ...all, progress: progressBar(terminal) });
  expect(written.join("")).toContain("9/9");
});
