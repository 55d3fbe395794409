/** Trees of tensors have dotted names in files. */
import { expect, test } from "vitest";
import { fitNames, namedTensors, treeOfNames } from "../../../runtime/data/names.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";

const vector = (...numbers: number[]): Tensor => new Tensor([numbers.length], "f32", new Float32Array(numbers));

test("trees have dotted names, and come back from them", () => {
  const tree = {
    name: "net",
    layers: [
      { w: vector(1, 2), b: 0.5 },
      { w: vector(3), b: -0 },
    ],
    rates: new Float64Array([0.1]),
    rows: [[1, 2], [3]],
    ids: new Int32Array([1]),
    none: undefined,
  };
  const named = namedTensors(tree);
  expect(Object.keys(named)).toEqual([
    "layers.0.w",
    "layers.0.b",
    "layers.1.w",
    "layers.1.b",
    "rates",
    "rows.0",
    "rows.1",
  ]);
  expect(named["layers.0.b"]).toEqual(new Tensor([], "f64", new Float64Array([0.5])));
  const grown = treeOfNames(named) as typeof tree;
  expect(grown.layers[1].w).toBe(tree.layers[1].w);
  expect(Array.isArray(grown.layers) && Array.isArray(grown.rows)).toBe(true);
  expect(fitNames(tree, named)).toStrictEqual(tree);
});

test("keys with gaps stay a record", () => {
  expect(treeOfNames({ "net.1.w": vector(1), "net.3.w": vector(2) })).toEqual({
    net: { 1: { w: vector(1) }, 3: { w: vector(2) } },
  });
  expect(treeOfNames({ "net.01": vector(1) })).toEqual({ net: { "01": vector(1) } });
});

test("names that do not fit a tree are refused", () => {
  expect(() => treeOfNames({ a: vector(1), "a.b": vector(1) }, "f")).toThrow(
    'f: tensor "a.b": another tensor\'s name is the beginning',
  );
  expect(() => treeOfNames({ "a.b": vector(1), a: vector(1) }, "f")).toThrow(
    'f: tensor "a": its name is the beginning',
  );
  expect(() => treeOfNames({ "a.__proto__.b": vector(1) }, "f")).toThrow("__proto__ cannot be a key");
  expect(() => treeOfNames({ ["a.".repeat(1e5)]: vector(1) }, "f")).toThrow("its name has more than 100 parts");
  expect(() => namedTensors({ "a.b": vector(1) })).toThrow('the tree has the key "a.b"');
  expect(() => namedTensors({ a: { "": vector(1) } })).toThrow('a has the key ""');
  expect(() => namedTensors(vector(1))).toThrow("a single tensor needs a name");
  expect(() => namedTensors({ a: new Map() })).toThrow("a is an instance of Map");
});

test("tensors that do not fit the expected tree are refused", () => {
  const like = { w: vector(0, 0), b: 0 };
  const b = new Tensor([], "f64", new Float64Array([1]));
  expect(fitNames(like, { w: vector(1, 2), b })).toEqual({ w: vector(1, 2), b: 1 });
  expect(() => fitNames(like, { w: vector(1, 2) }, "f")).toThrow('f: tensor "b" is missing');
  expect(() => fitNames(like, { w: vector(1), b }, "f")).toThrow(
    'f: tensor "w" has the shape [1], but a Tensor of length 2 is expected',
  );
  expect(() => fitNames(like, { w: vector(1, 2), b, c: b }, "f")).toThrow('f: tensor "c" has no place in like');
  const fine = new Tensor([2], "f64", new Float64Array([0.5, 0.1]));
  expect(() => fitNames(like, { w: fine, b }, "f")).toThrow("is f64, and 0.1 is not exact in single precision");
});
