/** Arguments that the tables do not have: sizes at which kernels change their ways, large numbers, and ties of two. */
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { randomTensor } from "../tensor/check.ts";

type Arguments = readonly unknown[];
type Shape = readonly number[];

const r = randomTensor;

function tensorOf(shape: Shape, values: readonly number[]): Tensor {
  return new Tensor(shape, "f64", Float64Array.from(values));
}

/** Numbers between `-most` and `most`. */
function upTo(most: number, shape: Shape): Tensor {
  return new Tensor(
    shape,
    "f64",
    r(shape).data.map((x) => most * x),
  );
}

/** Small integers, each many times. */
function repeating(shape: Shape): Tensor {
  return new Tensor(
    shape,
    "f64",
    r(shape).data.map((x) => Math.round(4 * x)),
  );
}

const wide: readonly Arguments[] = [[upTo(6, [1003])], [tensorOf([5], [-20, -1e-9, 0.5, 1e-9, 20])]];
const corner = tensorOf([5], [-1, 0, 2, 0, 3]);
const pairs: readonly Arguments[] = [
  [r([50, 41], 1), r([41], 2)],
  [r([50, 41], 1), r([50, 1], 2)],
  [r([3, 1, 41], 1), r([50, 1], 2)],
  [r([1, 5, 1, 7], 1), r([6, 1, 9, 1], 2)],
];
const ties: readonly Arguments[] = [[corner, tensorOf([5], [-1, 1, 2, 0, 1])], ...pairs];
const reductions: readonly Arguments[] = [
  [r([1501])],
  [r([3, 700]), 1],
  [r([700, 3]), 0],
  [r([9, 70, 11]), [0, 2], true],
  [r([9, 70, 11]), 1],
  [r([2, 3, 4, 5, 6]), [1, 3]],
];
const matrix = tensorOf([2, 3], [3, 1, 3, -1, -2, -2]);
const products: readonly (readonly [a: Shape, b: Shape, c: Shape])[] = [
  [
    [33, 17],
    [17, 21],
    [33, 21],
  ],
  [
    [1, 300],
    [300, 20],
    [1, 20],
  ],
  [[301], [301], []],
  [
    [2, 20, 30],
    [30, 13],
    [2, 20, 13],
  ],
  [
    [40, 5],
    [5, 1],
    [40, 1],
  ],
];
const convolutions: readonly (readonly [x: Shape, w: Shape, y: Shape, options: object])[] = [
  [[1, 3, 20, 17], [5, 3, 3, 3], [1, 5, 20, 17], { padding: 1 }],
  [[2, 8, 9, 10], [16, 8, 3, 3], [2, 16, 4, 4], { stride: 2 }],
  [[1, 6, 15, 14], [9, 2, 3, 3], [1, 9, 15, 14], { groups: 3, dilation: 2, padding: "same" }],
  [[2, 20, 6, 5], [24, 20, 1, 1], [2, 24, 6, 5], {}],
];
const image = tensorOf([1, 1, 2, 4], [1, 5, 2, 2, 5, 0, -1, 1]);
const lines: readonly Arguments[] = [
  [r([7, 131]), 1],
  [r([131, 7]), 0],
  [r([3, 40, 5]), 1],
];

export const more: Readonly<Record<string, readonly Arguments[] | undefined>> = {
  ...Object.fromEntries(
    ["exp", "tanh", "sigmoid", "softplus", "sin", "cos", "softsign", "arctan", "slopeSine", "slopeCosine"].map(
      (name) => [name, wide],
    ),
  ),
  expm1: [[upTo(6, [1003])]],
  square: [[upTo(6, [1003])]],
  erf: [[upTo(5, [1003])]],
  normalCdf: [[upTo(6, [1003])]],
  relu: [[corner], [r([1003])]],
  abs: [[corner], [r([1003])]],
  sign: [[corner]],
  pow: [0, 1, 2, 3].map((exponent) => [tensorOf([3], [2, 1, 0.5]), exponent]),
  add: pairs,
  sub: pairs,
  mul: pairs,
  where: pairs.map(([a, b]) => [repeating([50, 41]), a, b]).slice(0, 3),
  maximum: ties,
  minimum: ties,
  shareOfMaximum: ties,
  shareOfMinimum: ties,
  equal: [[repeating([50, 41]), repeating([41])]],
  less: [[repeating([50, 41]), repeating([41])]],
  lessEqual: [[repeating([50, 41]), repeating([41])]],
  sum: reductions,
  mean: reductions,
  max: [...reductions, [matrix, 1], [matrix, 0]],
  min: [...reductions, [matrix, 1], [matrix, 0]],
  variance: reductions,
  deviation: reductions.map(([x, axes]) => [x, axes]),
  logSumExp: [...reductions, [upTo(40, [30, 20]), 1], [tensorOf([3], [1, -Infinity, 2])]],
  argMax: [
    [repeating([20, 30]), 0],
    [repeating([20, 30]), 1],
  ],
  argMin: [
    [repeating([20, 30]), 0],
    [repeating([20, 30]), 1],
  ],
  norm: [
    ...reductions.slice(0, 4).flatMap(([x, axes, keep]) => [1, 2, Infinity].map((order) => [x, order, axes, keep])),
    [corner, 1],
    [tensorOf([2, 3], [3, 1, -3, 0, 0, 0]), 2, 1],
    [tensorOf([2, 3], [3, 1, -3, 1, 0, 2]), Infinity, 1],
  ],
  transpose: [[r([17, 33, 9]), [2, 0, 1]], [r([33, 65])], [r([5, 6, 7, 8]), [0, 2, 3, 1]]],
  slice: [[r([30, 40]), [-25, 3], [-2, 38], [4, 3]]],
  concat: [[[r([7, 20], 1), r([7, 33], 2), r([7, 1], 3)], 1]],
  matmul: products.map(([a, b]) => [r(a, 1), r(b, 2)]),
  matmulTo: products.map(([a, b, c]) => [r(a, 1), r(b, 2), c]),
  matmulTransposedA: products.map(([a, b, c]) => [r(a, 1), r(c, 2), b]),
  matmulTransposedB: products.map(([a, b, c]) => [r(c, 1), r(b, 2), a]),
  einsum: [["bhqd,bhkd->bhqk", [r([2, 3, 4, 5], 1), r([2, 3, 6, 5], 2)]]],
  conv2d: convolutions.map(([x, w, , options]) => [r(x, 1), r(w, 2), options]),
  conv2dInput: convolutions.map(([x, w, y, options]) => [r(y, 1), r(w, 2), x, options]),
  conv2dWeights: convolutions.map(([x, w, y, options]) => [r(x, 1), r(y, 2), w, options]),
  maxPool2d: [
    [image, 2],
    [r([2, 3, 17, 20]), { window: 3, stride: 2, padding: 1 }],
  ],
  maxPool2dInput: [[r([1, 1, 1, 2]), image, 2]],
  maxPool2dTangent: [[r([1, 1, 2, 4]), image, 2]],
  averagePool2d: [[r([2, 3, 17, 20]), { window: 3, stride: 2, padding: 1 }]],
  cumsum: lines,
  softmax: [...lines, [upTo(30, [6, 20])], [tensorOf([4], [1, -Infinity, 2, 0.5])]],
  logSoftmax: [...lines, [upTo(15, [6, 20])]],
  sumAlong: lines,
  argSort: [
    [repeating([20, 30]), 0],
    [repeating([20, 30]), 1, true],
  ],
  topIndices: [[repeating([20, 30]), 7]],
};
