/** Convolutions against their definition, and their rules against differences. */
import { describe, expect, test } from "vitest";
import {
  conv1d,
  conv2d,
  conv2dInput,
  conv2dWeights,
  convTranspose1d,
  convTranspose2d,
  type ConvolutionOptions,
  type TransposedOptions,
} from "../../../../runtime/tensor/linear/index.ts";
import { sizeOf, Tensor } from "../../../../runtime/tensor/tensor.ts";
import { checkRule, randomTensor } from "../check.ts";
import { convolutions as cases, readShapes, type Convolution } from "./cases.ts";
import { dtypes, expectTensor, indicesOf } from "./table.ts";

type Shape = readonly number[];
const pair = (value: number | readonly number[]): readonly number[] =>
  typeof value === "number" ? [value, value] : value;

/** Stride, dilation, the padding in front and the length of the result, for the two axes. */
function geometry(x: Shape, w: Shape, { stride = 1, dilation = 1, padding = "valid" }: ConvolutionOptions) {
  return [0, 1].map((i) => {
    const [s, d, length] = [pair(stride)[i], pair(dilation)[i], x[i + 2]];
    const span = d * (w[i + 2] - 1) + 1;
    if (padding === "same") {
      const output = Math.ceil(length / s);
      return { s, d, before: Math.floor(Math.max(0, (output - 1) * s + span - length) / 2), output };
    }
    const before = padding === "valid" ? 0 : pair(padding)[i];
    return { s, d, before, output: Math.floor((length + 2 * before - span) / s) + 1 };
  });
}

type Three = readonly [x: Shape, w: Shape, y: Shape];

function shapesOf([shapes, options]: Convolution): Three {
  const [x, w] = readShapes(shapes);
  return [x, w, [x[0], w[0], ...geometry(x, w, options).map(({ output }) => output)]];
}

/** One of input, weights and result from the other two: the sum of their products over all that meet. */
function define(wanted: 0 | 1 | 2, shapes: Three, { groups = 1, ...options }: ConvolutionOptions, ...given: Tensor[]) {
  const [x, w, y] = shapes;
  const [down, across] = geometry(x, w, options);
  const sum = new Float64Array(sizeOf(shapes[wanted]));
  const data: ArrayLike<number>[] = given.map((tensor) => tensor.data);
  data.splice(wanted, 0, sum);
  const [first, second] = [0, 1, 2].filter((i) => i !== wanted);
  for (const [n, o, row, column] of indicesOf(y))
    for (const [c, j, i] of indicesOf(w.slice(1))) {
      const channel = Math.floor(o / (w[0] / groups)) * w[1] + c;
      const [v, u] = [row * down.s + j * down.d - down.before, column * across.s + i * across.d - across.before];
      if (v < 0 || v >= x[2] || u < 0 || u >= x[3]) continue;
      const at = [
        ((n * x[1] + channel) * x[2] + v) * x[3] + u,
        ((o * w[1] + c) * w[2] + j) * w[3] + i,
        ((n * y[1] + o) * y[2] + row) * y[3] + column,
      ];
      sum[at[wanted]] += data[first][at[first]] * data[second][at[second]];
    }
  return sum;
}

describe.each(dtypes)("convolutions of %s", (dtype) => {
  test.each(cases)("%s %o", (text, options) => {
    const shapes = shapesOf([text, options]);
    const [x, w, y] = shapes.map((shape, i) => randomTensor(shape, i, dtype));
    expectTensor(conv2d(x, w, options), y.shape, dtype, define(2, shapes, options, x, w));
    expectTensor(conv2dInput(y, w, x.shape, options), x.shape, dtype, define(0, shapes, options, w, y));
    expectTensor(conv2dWeights(x, y, w.shape, options), w.shape, dtype, define(1, shapes, options, x, y));
  });

  test("more images than fit one block", () => {
    const shapes: Three = [
      [7, 16, 20, 20],
      [4, 16, 3, 3],
      [7, 4, 20, 20],
    ];
    const options = { padding: 1 };
    const [x, w, y] = shapes.map((shape, i) => randomTensor(shape, i, dtype));
    expectTensor(conv2d(x, w, options), y.shape, dtype, define(2, shapes, options, x, w));
    expectTensor(conv2dInput(y, w, x.shape, options), x.shape, dtype, define(0, shapes, options, w, y));
    const [dw, exact] = [conv2dWeights(x, y, w.shape, options), define(1, shapes, options, x, y)];
    expect(Math.max(...exact.map((value, i) => Math.abs(value - dw.data[i])))).toBeLessThan(1e-3);
  });
});

describe("rules", () => {
  test.each(cases)("%s %o", (text, options) => {
    const [x, w, y] = shapesOf([text, options]).map((shape, i) => randomTensor(shape, i));
    checkRule(conv2d, [x, w, options]);
    checkRule(conv2dInput, [y, w, x.shape, options]);
    checkRule(conv2dWeights, [x, y, w.shape, options]);
  });
});

const row = (x: Tensor): Tensor => new Tensor([x.shape[0], x.shape[1], 1, x.shape[2]], x.dtype, x.data);

describe("one axis and transposed", () => {
  test.each<[Shape, Shape, TransposedOptions?]>([
    [
      [2, 3, 9],
      [4, 3, 3],
    ],
    [[2, 4, 9], [4, 2, 3], { stride: 2, padding: 2, dilation: 2, groups: 2 }],
    [[2, 3, 9], [4, 3, 4], { stride: [2], padding: "same" }],
    [[2, 3, 1], [4, 3, 1], { padding: [1], dilation: [5] }],
  ])("conv1d %j %j %j is conv2d of one row", (x, w, options) => {
    const [a, b] = [randomTensor(x, 1), randomTensor(w, 2)];
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options ?? {};
    const both = (value: number | readonly number[], one: number) => [
      one,
      typeof value === "number" ? value : value[0],
    ];
    const wide: ConvolutionOptions = {
      stride: both(stride, 1),
      padding: typeof padding === "string" ? padding : both(padding, 0),
      dilation: both(dilation, 1),
      groups,
    };
    const expected = conv2d(row(a), row(b), wide);
    const y = conv1d(a, b, options);
    expectTensor(y, [expected.shape[0], expected.shape[1], expected.shape[3]], "f64", expected.data);
    const back = convTranspose1d(y, b, options);
    const shape = [back.shape[0], back.shape[1], 1, back.shape[2]];
    expectTensor(back, [...back.shape], "f64", conv2dInput(expected, row(b), shape, wide).data);
  });

  test.each<[Shape, Shape, Shape, TransposedOptions?]>([
    [
      [2, 3, 4, 5],
      [3, 2, 3, 2],
      [2, 2, 6, 6],
    ],
    [[2, 3, 4, 5], [3, 2, 3, 2], [2, 2, 9, 11], { stride: [2, 2], outputPadding: [0, 1] }],
    [[2, 3, 4, 5], [3, 2, 3, 3], [2, 2, 8, 10], { stride: 2, padding: 1, outputPadding: 1 }],
    [[2, 3, 4, 5], [3, 2, 3, 2], [2, 2, 12, 15], { stride: 3, padding: "same" }],
    [[2, 4, 4, 5], [4, 2, 3, 2], [2, 4, 8, 6], { dilation: [2, 1], groups: 2 }],
    [
      [0, 4, 1, 1],
      [4, 2, 3, 2],
      [0, 2, 3, 2],
    ],
  ])("convTranspose2d %j %j gives %j (%j)", (x, w, shape, options) => {
    const [a, b] = [randomTensor(x, 1), randomTensor(w, 2)];
    const expected = define(0, [shape, w, x], options ?? {}, b, a);
    expectTensor(convTranspose2d(a, b, options), shape, "f64", expected);
  });
});

describe("errors", () => {
  const of = (...shape: number[]): Tensor => randomTensor(shape);
  const [x, w] = [of(2, 4, 5, 6), of(6, 4, 3, 3)];
  const fit = (name: string, rest: string) => `${name}: shapes [2, 4, 5, 6] and ${rest}`;
  test.each([
    [() => conv2d(x, of(6, 3, 3, 3)), fit("conv2d", "[6, 3, 3, 3] do not fit (4 channels against 3)")],
    [() => conv2d(x, w, { groups: 2 }), fit("conv2d", "[6, 4, 3, 3] do not fit (4 channels against 2 groups of 4)")],
    [() => conv2d(x, of(3, 2, 3, 3), { groups: 2 }), fit("conv2d", "[3, 2, 3, 3] do not fit (3 filters in 2 groups)")],
    [
      () => conv2d(x, of(6, 4, 3)),
      fit("conv2d", "[6, 4, 3] do not fit ([images, channels, height, width] and weights of as many axes)"),
    ],
    [() => conv2d(x, of(6, 4, 7, 3)), "conv2d: a window that spans 7 does not fit an input of 5"],
    [() => conv2d(x, of(6, 4, 0, 3)), "conv2d: the window [0, 3] is empty"],
    [() => conv2d(x, w, { stride: 0 }), "conv2d: stride is 0, expected an integer that is at least 1"],
    [() => conv2d(x, w, { stride: [1, 1, 1] }), "conv2d: stride has 3 numbers for 2 axes"],
    [() => conv2d(x, w, { dilation: 1.5 }), "conv2d: dilation is 1.5, expected an integer that is at least 1"],
    [() => conv2d(x, w, { padding: -1 }), "conv2d: padding is -1, expected an integer that is at least 0"],
    [() => conv2d(x, w, { groups: 0 }), "conv2d: groups is 0, expected an integer that is at least 1"],
    [
      () => conv2d(x, w, { padding: "full" as "same" }),
      'conv2d: padding is "full", expected "same", "valid" or numbers',
    ],
    [
      () => conv2dInput(of(2, 6, 3, 3), w, x.shape),
      fit("conv2dInput", "[6, 4, 3, 3] do not fit (their convolution has shape [2, 6, 3, 4], not [2, 6, 3, 3])"),
    ],
    [
      () => conv2dWeights(x, of(2, 6, 3, 3), w.shape),
      fit("conv2dWeights", "[6, 4, 3, 3] do not fit (their convolution has shape [2, 6, 3, 4], not [2, 6, 3, 3])"),
    ],
    [() => conv1d(of(1, 2, 3), of(1, 2, 4)), "conv1d: a window that spans 4 does not fit an input of 3"],
    [
      () => conv1d(of(1, 2, 3), w),
      "conv1d: shapes [1, 2, 3] and [6, 4, 3, 3] do not fit ([images, channels, length] and weights of as many axes)",
    ],
    [() => convTranspose2d(x, w), fit("convTranspose2d", "[6, 4, 3, 3] do not fit (4 channels against weights for 6)")],
    [
      () => convTranspose2d(of(2, 6, 1, 1), w, { padding: 2 }),
      "convTranspose2d: shapes [2, 6, 1, 1] and [6, 4, 3, 3] do not fit (for a result of shape [2, 4, -1, -1])",
    ],
    [
      () => convTranspose1d(of(2, 6, 4), of(6, 2, 3), { stride: 2, outputPadding: 2 }),
      "convTranspose1d: outputPadding is 2, expected at most 1 here",
    ],
  ])("%#", (call, message) => {
    expect(call).toThrow(new RangeError(message));
  });

  test("dtypes that differ", () => {
    const message = "conv2d: operands are f64 and f32: use cast first";
    expect(() => conv2d(x, randomTensor(w.shape, 1, "f32"))).toThrow(new Error(message));
  });
});
