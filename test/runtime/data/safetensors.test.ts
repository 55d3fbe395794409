/** Files of tensors: bytes made by hand after the published format, and whatever else may come. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../../runtime/data/safetensors.ts";
import { newData, Tensor } from "../../../runtime/tensor/tensor.ts";

/** A file: the length of the header in 8 bytes, the lowest first; the header; the data. */
function file(header: string | object, data: readonly number[] = []): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const length = Array.from({ length: 8 }, (_, i) => Math.floor(json.length / 256 ** i) % 256);
  return Uint8Array.from([...length, ...json, ...data]);
}

const one = (dtype: string, shape: readonly unknown[], offsets: readonly unknown[]): object => ({
  x: { dtype, shape, data_offsets: offsets },
});

function numbersOf(dtype: string, data: readonly number[], shape = [1]): Tensor {
  return decodeSafetensors(file(one(dtype, shape, [0, data.length]), data)).tensors["x"];
}

test("a file made by hand", () => {
  // 1.5 in single precision is 0x3fc00000, -2 in double precision 0xc000000000000000.
  const bytes = file(
    '{"__metadata__":{"format":"pt"},"b":{"dtype":"F64","shape":[],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}   ',
    [0, 0, 0xc0, 0x3f, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0xc0],
  );
  const { tensors, metadata } = decodeSafetensors(bytes);
  expect(metadata).toEqual({ format: "pt" });
  expect(tensors).toEqual({
    a: new Tensor([2, 1], "f32", new Float32Array([1.5, -0])),
    b: new Tensor([], "f64", new Float64Array([-2])),
  });
  expect(Object.is(tensors["a"].data[1], -0)).toBe(true);
});

test("the bytes that are written are those of the format", () => {
  const bytes = encodeSafetensors({ w: new Tensor([2], "f32", new Float32Array([1.5, -0])) }, { note: "ü" });
  const header = '{"__metadata__":{"note":"ü"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
  const length = new TextEncoder().encode(header).length;
  const padded = header + " ".repeat((8 - (length % 8)) % 8);
  expect(Buffer.from(bytes)).toEqual(Buffer.from(file(padded, [0, 0, 0xc0, 0x3f, 0, 0, 0, 0x80])));
});

test("every kind of number becomes the tensor that holds it exactly", () => {
  const cases: [string, number[], number[], "f32" | "f64"][] = [
    ["F16", [0x00, 0x3c, 0x01, 0x00, 0xff, 0x7b, 0x00, 0xfc, 0x00, 0x80], [1, 2 ** -24, 65504, -Infinity, -0], "f32"],
    ["BF16", [0x80, 0x3f, 0xc0, 0xbf, 0x80, 0x7f], [1, -1.5, Infinity], "f32"],
    ["BOOL", [1, 0, 1], [1, 0, 1], "f32"],
    ["U8", [0, 255], [0, 255], "f32"],
    ["I8", [127, 128], [127, -128], "f32"],
    ["U16", [0xff, 0xff], [65535], "f32"],
    ["I16", [0x00, 0x80], [-32768], "f32"],
    ["U32", [0xff, 0xff, 0xff, 0xff], [2 ** 32 - 1], "f64"],
    ["I32", [0x00, 0x00, 0x00, 0x80], [-(2 ** 31)], "f64"],
    ["U64", [0, 0, 0, 0, 0, 0, 0, 0x80], [2 ** 63], "f64"],
    ["I64", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [-1], "f64"],
  ];
  for (const [dtype, data, numbers, precision] of cases) {
    const found = numbersOf(dtype, data, [numbers.length]);
    expect([...found.data]).toEqual(numbers);
    expect(found.dtype).toBe(precision);
  }
  expect(numbersOf("F16", [0x01, 0x7e]).data[0]).toBeNaN();
});

test("what no tensor holds exactly is refused", () => {
  expect(() => numbersOf("I64", [1, 0, 0, 0, 0, 0, 0x20, 0])).toThrow(
    'tensor "x": 9007199254740993 does not fit into f64',
  );
  expect(() => numbersOf("BOOL", [2])).toThrow('tensor "x": the byte 2 is no boolean');
  expect(() => numbersOf("F8_E4M3", [2])).toThrow('tensor "x": numbers of the kind "F8_E4M3" cannot be read');
});

const bad: readonly [name: string, bytes: Uint8Array, message: string][] = [
  ["too short", Uint8Array.from([1, 2, 3]), "3 bytes are no safetensors file"],
  ["a huge header", Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0x80, 1]), "a header of 9223372036854775808 bytes"],
  ["a header over the limit", Uint8Array.from([1, 0xe1, 0xf5, 5, 0, 0, 0, 0]), "a header of 100000001 bytes"],
  ["a header that is cut off", file({}).slice(0, 9), "its header ends at byte 10, the file at 9"],
  ["no header", file(""), "its header is not valid JSON"],
  ["no JSON", file("{x}"), "its header is not valid JSON"],
  ["no UTF-8", Uint8Array.from([4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x7d]), "its header is not valid JSON"],
  ["a list", file("[]"), "its header does not begin with {"],
  ["a space first", file(" {}"), "its header does not begin with {"],
  ["no record", file({ x: 1 }), 'tensor "x": its entry is not a record'],
  ["a name twice", file('{"x":{},"\\u0078":{}}'), 'its header has "x" twice'],
  ["a field twice", file('{"x":{"dtype":"F32","dtype":"F64"}}'), 'its header has "dtype" twice'],
  ["metadata twice", file('{"__metadata__":{"a":"{\\"a\\":","a":""}}'), 'its header has "a" twice'],
  ["metadata that are no record", file({ __metadata__: ["a"] }), "its __metadata__ is not a record"],
  ["metadata that are null", file({ __metadata__: null }), "its __metadata__ is not a record"],
  ["metadata that are no texts", file({ __metadata__: { a: 1 } }), '"a" of its __metadata__ is not a string'],
  ["a field too many", file({ x: { more: 1 } }), 'tensor "x": its entry has the unknown field "more"'],
  ["no kind", file({ x: { shape: [], data_offsets: [0, 4] } }), 'tensor "x": numbers of the kind undefined'],
  ["an unknown kind", file(one("toString", [], [0, 4])), 'tensor "x": numbers of the kind "toString"'],
  ["no shape", file({ x: { dtype: "F32", data_offsets: [0, 4] } }), 'tensor "x": its shape is undefined'],
  ["a negative length", file(one("F32", [-1], [0, 4])), 'tensor "x": its shape is [-1]'],
  ["a fraction", file(one("F32", [0.5, 2], [0, 4])), 'tensor "x": its shape is [0.5,2]'],
  ["a text as length", file(one("F32", ["1"], [0, 4])), 'tensor "x": its shape is ["1"]'],
  [
    "a length beyond doubles",
    file('{"x":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,0]}}'),
    "its shape is",
  ],
  [
    "a product beyond doubles",
    file(one("U8", [2 ** 52, 2, 0], [0, 0])),
    "the shape [4503599627370496, 2, 0] is too large",
  ],
  ["no offsets", file(one("F32", [], [])), 'tensor "x": its offsets are []'],
  ["offsets the wrong way", file(one("F32", [], [4, 0])), 'tensor "x": its offsets are [4,0]'],
  ["offsets for another shape", file(one("F32", [2], [0, 4]), [0, 0, 0, 0]), "the shape [2] needs 8 bytes, not 4"],
  [
    "data cut off",
    file(one("F32", [], [0, 4]), [0, 0, 0]),
    "it is cut off: its tensors need 4 bytes of data, it has 3",
  ],
  ["more data", file(one("F32", [], [0, 4]), [0, 0, 0, 0, 9]), "1 bytes at its end belong to no tensor"],
  [
    "a hole",
    file(one("U8", [1], [1, 2]), [0, 0]),
    'tensor "x" begins at byte 1 of the data, but what is before it ends at 0',
  ],
  [
    "an overlap",
    file({ ...one("U8", [2], [0, 2]), y: { dtype: "U8", shape: [2], data_offsets: [1, 3] } }, [0, 0, 0]),
    'tensor "y" begins at byte 1 of the data, inside another one, which ends at 2',
  ],
];

test.each(bad)("refused: %s", (_name, bytes, message) => {
  expect(() => decodeSafetensors(bytes, "a.safetensors")).toThrow(message);
  expect(() => decodeSafetensors(bytes, "a.safetensors")).toThrow("a.safetensors: ");
});

const tensors = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    single: fc.boolean(),
    seed: fc.double(),
  })
  .map(({ shape, single, seed }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = newData(single ? "f32" : "f64", size).fill(seed);
    return new Tensor(shape, single ? "f32" : "f64", data);
  });
const files = fc.tuple(
  fc.dictionary(
    fc.string({ unit: "binary" }).filter((name) => name !== "__metadata__"),
    tensors,
  ),
  fc.dictionary(fc.string({ unit: "binary" }), fc.string()),
);

test("whatever is written comes back", () => {
  fc.assert(
    fc.property(files, ([named, metadata]) => {
      const back = decodeSafetensors(encodeSafetensors(named, metadata));
      expect({ ...back.tensors }).toStrictEqual({ ...named });
      expect({ ...back.metadata }).toStrictEqual({ ...metadata });
    }),
    { numRuns: 200 },
  );
});

/** Decodes, and makes sure that a failure is one of ours. */
function tolerate(bytes: Uint8Array): void {
  try {
    const { tensors: found } = decodeSafetensors(bytes, "the file");
    for (const { data, size } of Object.values(found)) expect(data.length).toBe(size);
  } catch (error) {
    expect((error as Error).message).toMatch(/^the file: /);
  }
}

test("damaged files never give anything but tensors or an error that names the file", () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(files, damage, fc.nat(), ([named, metadata], changes, cut) => {
      const bytes = encodeSafetensors(named, metadata);
      tolerate(bytes.subarray(0, cut % bytes.length));
      for (const [place, value] of changes) bytes[place % bytes.length] = value;
      tolerate(bytes);
    }),
    { numRuns: 1000 },
  );
});

test("headers of any JSON never do either", () => {
  const count = fc.oneof(fc.nat(16), fc.integer(), fc.double(), fc.constant(2 ** 53), fc.constant("4"));
  const entry = fc.record(
    {
      dtype: fc.oneof(fc.constantFrom("F32", "F64", "U8", "I64", "BOOL", "f32"), fc.string()),
      shape: fc.oneof(fc.array(count, { maxLength: 3 }), fc.anything()),
      data_offsets: fc.oneof(fc.tuple(count, count), fc.anything()),
    },
    { requiredKeys: [] },
  );
  const header = fc.dictionary(fc.oneof(fc.string(), fc.constant("__metadata__")), fc.oneof(entry, fc.jsonValue()));
  fc.assert(
    fc.property(header, fc.array(fc.nat(255), { maxLength: 40 }), (json, data) => {
      tolerate(
        file(
          JSON.stringify(json, (_, value: unknown) => (typeof value === "bigint" ? 0 : value)),
          data,
        ),
      );
    }),
    { numRuns: 1000 },
  );
});
