/** Plain data comes back from bytes bit for bit. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeSafetensors } from "../../../runtime/data/safetensors.ts";
import { decodeState, encodeState } from "../../../runtime/data/state.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";

test("every kind of value comes back as it was", () => {
  const state = {
    none: null,
    missing: undefined,
    yes: true,
    text: 'ünïcode \u2028 "quoted" \ud800',
    numbers: [0.1, -0, NaN, Infinity, -Infinity, 5e-324],
    single: -0,
    infinite: -Infinity,
    mixed: [1, "two", [3], undefined, []],
    float: new Float32Array([0.1, -0, NaN]),
    double: new Float64Array([0.1, -0]),
    ids: new Uint8Array([0, 255]),
    integers: new Int32Array([-(2 ** 31), 2 ** 31 - 1]),
    tensor: new Tensor([2, 1], "f32", new Float32Array([0.1, 2])),
    scalar: new Tensor([], "f64", new Float64Array([-0])),
    empty: new Tensor([0, 3], "f64"),
    $: { $: "Tensor", value: 0 },
    nested: { a: { b: {} } },
  };
  const back = decodeState(encodeState(state)) as typeof state;
  expect(back).toStrictEqual(state);
  expect(Object.is(back.numbers[1], -0) && Object.is(back.single, -0)).toBe(true);
});

test("whatever JavaScript has for plain data", () => {
  const leaf = fc.oneof(
    fc.double(),
    fc.float32Array(),
    fc.float64Array(),
    fc.int16Array(),
    fc.uint32Array(),
    fc.array(fc.double()),
    fc.string({ unit: "binary" }),
  );
  const values = fc.anything({ values: [leaf], key: fc.oneof(fc.string(), fc.constantFrom("$", "__proto__")) });
  fc.assert(
    fc.property(values, (value) => {
      expect(decodeState(encodeState(value))).toStrictEqual(value);
    }),
    { numRuns: 300 },
  );
});

test("what is no plain data is refused with its place", () => {
  expect(() => encodeState({ a: [{ b: new Map() }] })).toThrow("state.a[0].b is an instance of Map");
  expect(() => encodeState({ a: () => 1 })).toThrow("state.a is a function");
  expect(() => encodeState(1n)).toThrow("state is a bigint");
  expect(() => decodeState(encodeSafetensors({}), "x")).toThrow("x: it holds tensors, but no state");
  expect(() => decodeState(encodeSafetensors({}, { state: '{"$":"Tensor","value":7' }), "x")).toThrow("x: its state");
});
