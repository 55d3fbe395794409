/** Every primitive of the basic tensor library, with arguments at which its rule is checked. */
import * as basics from "../../../runtime/tensor/index.ts";
import { Tensor } from "../../../runtime/tensor/tensor.ts";
import { randomTensor } from "./check.ts";

export type Name = keyof typeof basics;

/** Arguments for one check: in double precision, away from points without a derivative. */
export type Arguments = readonly unknown[];

/** `like` with its numbers moved to `low` … `low + 2`. */
export function above(low: number, x: Tensor): Tensor {
  return new Tensor(
    x.shape,
    x.dtype,
    x.data.map((value) => value + low + 1),
  );
}

export const zeroOne = (shape: readonly number[], seed = 3): Tensor => {
  const x = randomTensor(shape, seed);
  return new Tensor(
    shape,
    "f64",
    x.data.map((value) => (value > 0 ? 1 : 0)),
  );
};

export const shapes = [[], [0], [1], [5], [2, 3], [3, 1, 2], [2, 0, 3], [2, 1, 3, 2]];
export const pairs = [
  [[], []],
  [[3], [3]],
  [[2, 3], [3]],
  [[2, 3], []],
  [[], [2, 3]],
  [
    [2, 1],
    [2, 3],
  ],
  [
    [4, 1, 3],
    [2, 1],
  ],
  [
    [1, 3],
    [2, 1, 1],
  ],
  [[0, 3], [3]],
  [
    [2, 2, 2, 2, 2],
    [2, 1, 2, 1, 2],
  ],
  [[0], [1]],
];
const axesOf = (rank: number): (number | number[] | undefined)[] => [
  undefined,
  [],
  ...(rank > 0 ? [0, -1, [rank - 1]] : []),
  ...(rank > 2 ? [[0, 2], [0, -2], 1] : []),
];

const unary = (low = -1): Arguments[] => [...shapes.map((shape) => [above(low, randomTensor(shape))]), [low + 0.7]];
const binary = (low = -1): Arguments[] => [
  ...pairs.map(([a, b]) => [randomTensor(a, 1), above(low, randomTensor(b, 2))]),
  [0.3, above(low, randomTensor([2, 2]))],
  [randomTensor([2, 2]), low + 1.3],
  [0.3, low + 1.4],
];
const reduction = (...more: unknown[]): Arguments[] =>
  shapes.flatMap((shape) =>
    axesOf(shape.length).flatMap((axes) => [false, true].map((keep) => [randomTensor(shape), axes, keep, ...more])),
  );
const nonEmpty = (all: Arguments[]): Arguments[] => all.filter(([x]) => (x as Tensor).size > 0);
const r = randomTensor;

export const table: Partial<Record<Name, readonly Arguments[]>> = {
  add: binary(),
  sub: binary(),
  mul: binary(),
  div: binary(0.5),
  maximum: binary(),
  minimum: binary(),
  weigh: pairs.map(([a, b]) => [r(a, 1), r(b, 2)]),
  shareOfMaximum: binary(),
  shareOfMinimum: binary(),
  pow: [3, 2, 1, 0, -1, 0.5, -2.3].flatMap((p) => [...shapes.map((shape) => [above(0.2, r(shape)), p]), [1.5, p]]),
  monomial: [
    [2.5, 1, 0],
    [1.5, 0.7, 1],
    [-0.5, 2, 2],
  ].flatMap((rest) => unary(0.2).map(([x]) => [x, ...rest])),
  broadcastTo: [
    [r([]), [2, 3]],
    [r([3]), [2, 3]],
    [r([2, 1]), [4, 2, 3]],
    [r([1]), [0]],
    [r([2, 3]), [2, 3]],
  ],
  broadcastLike: [
    ...pairs.slice(1, 3).map(([a, b]) => [r(b, 1), r(a, 2)]),
    [0.5, r([2, 3])],
    [r([2, 1]), r([0, 2, 3])],
    [r([2, 1]), r([3, 2, 3])],
  ],
  sumTo: [
    [r([2, 3]), r([3])],
    [r([2, 3]), r([2, 1])],
    [r([4, 2, 3]), r([1, 3])],
    [r([2, 3]), 0.5],
    [r([0, 3]), r([3])],
    [r([2, 3, 2]), r([2, 1, 2])],
    [r([2, 3]), r([2, 3])],
  ],
  equal: binary(),
  notEqual: binary(),
  less: binary(),
  lessEqual: binary(),
  greater: binary(),
  greaterEqual: binary(),
  where: [
    ...pairs.map(([a, b]) => [zeroOne([2, 1]), r(a, 1), r(b, 2)]).slice(0, 6),
    [zeroOne([2, 3]), 0.5, r([3])],
    [zeroOne([2, 3]), 0.5, 0.7],
    [zeroOne([0]), r([1]), 1],
  ],
  tensor: [
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { dtype: "f64" },
    ],
  ],
  scalar: [[0.3]],
  item: [[r([])], [r([1, 1])]],
  fill: [
    [[2, 3], 0.5, "f64"],
    [[0], 0.5, "f64"],
    [[], 0.5, "f64"],
  ],
  zerosLike: shapes.map((shape) => [r(shape)]),
  onesLike: shapes.map((shape) => [r(shape)]),
  arange: [
    [0.3, 4.1, 0.7, "f64"],
    [4, 0.5, -0.9, "f64"],
    [1, 0, 1, "f64"],
  ],
  linspace: [
    [0.3, 1, 5, "f64"],
    [0.3, 1, 1, "f64"],
    [0.3, 1, 0, "f64"],
  ],
  cast: shapes.map((shape) => [r(shape), "f64"]),
  neg: unary(),
  exp: unary(),
  log: unary(0.1),
  log1p: unary(-0.8),
  expm1: unary(),
  sqrt: unary(0.1),
  square: unary(),
  abs: unary(),
  sign: unary(),
  sin: unary(),
  cos: unary(),
  tanh: unary(),
  sigmoid: unary(),
  relu: unary(),
  softplus: unary(),
  erf: unary(),
  sum: reduction(),
  mean: nonEmpty(reduction()),
  max: nonEmpty(reduction()),
  min: nonEmpty(reduction()),
  logSumExp: nonEmpty(reduction()),
  variance: [...nonEmpty(reduction()), [r([5, 3]), 0, false, 1], [r([5, 3]), undefined, true, 0.5]],
  deviation: shapes.flatMap((shape) => axesOf(shape.length).map((axes) => [r(shape), axes])),
  freedom: [[r([2, 3]), 0, 1]],
  unreduce: [
    [r([2]), [2, 3], 1],
    [r([2, 1]), [2, 3], -1],
    [r([]), [2, 3]],
    [r([3]), [2, 3, 4], [0, 2]],
    [r([]), [0]],
    [r([1, 2]), [1, 2], []],
  ],
  tieShares: [[r([2, 3]), basics.max(r([2, 3]), 1), 1]],
  argMax: [[r([2, 3]), 1]],
  argMin: [[r([2, 3]), 0]],
  reshape: [
    [r([2, 3]), [3, -1]],
    [r([2, 3]), [6]],
    [r([1]), []],
    [r([0, 3]), [5, 0]],
  ],
  expandDims: [
    [r([2, 3]), 0],
    [r([2, 3]), 1],
    [r([2, 3]), -1],
    [r([]), 0],
  ],
  squeeze: [[r([2, 1, 3, 1])], [r([2, 1, 3, 1]), 1], [r([2, 1, 3, 1]), [-1, 1]]],
  transpose: [
    ...shapes.map((shape) => [r(shape)]),
    [r([2, 3, 4]), [1, 2, 0]],
    [r([2, 3, 4]), [-1, 0, 1]],
    [r([2, 3, 4, 2]), [0, 2, 1, 3]],
    [r([40, 35]), [1, 0]],
  ],
  untranspose: [[r([2, 3, 4]), [1, 2, 0]], [r([2, 3])]],
  swapAxes: [
    [r([2, 3, 4]), 0, 2],
    [r([2, 3, 4]), -1, -2],
    [r([3]), 0, 0],
  ],
  slice: [
    [r([4, 5]), [1, 0], [3, 5]],
    [r([4, 5]), [-3], [-1]],
    [r([4, 5]), [0, 1], [4, Infinity], [3, 2]],
    [r([4, 5]), [3], [1]],
    [r([7, 2, 3]), [0, 0, 0], [100, 2, 2], [2, 1, 2]],
    [r([]), [], []],
  ],
  unslice: [
    [r([2, 5]), [4, 5], [1, 0], [3, 5]],
    [r([2, 2]), [4, 5], [0, 1], [4, Infinity], [3, 2]],
    [r([0]), [4], [2], [1]],
  ],
  pad: [
    [r([2, 3]), [1, 0], [0, 2]],
    [r([2, 3]), [1, 2], [3, 4], 0.5],
    [r([0]), [1], [1], -1],
    [r([]), [], []],
  ],
  unpad: [
    [r([4, 5]), [1, 0], [2, 5]],
    [r([3]), [1], [1]],
  ],
  margins: [
    [r([4, 5]), [1, 0], [2, 3]],
    [r([3]), [0], [0]],
    [r([3]), [2], [1]],
  ],
  flip: [
    [r([2, 3]), 0],
    [r([2, 3]), -1],
    [r([2, 3]), [0, 1]],
    [r([0, 2]), 0],
  ],
  concat: [
    [[r([2, 3], 1), r([1, 3], 2), r([0, 3], 3)], 0],
    [[r([2, 1], 1), r([2, 3], 2)], -1],
    [[r([2], 4)], 0],
  ],
  stack: [
    [[r([2, 3], 1), r([2, 3], 2)], 0],
    [[r([2, 3], 1), r([2, 3], 2)], 1],
    [[r([], 1), r([], 2), r([], 3)], -1],
  ],
  partOf: [
    [r([4, 3]), 1, 2, 0],
    [r([4, 3]), 0, 1, -1],
    [r([4, 3]), 1, 0, 1],
  ],
  placePart: [
    [r([2, 3]), [4, 3], 1, 0],
    [r([4, 1]), [4, 3], 2, -1],
  ],
  pick: [
    [r([4, 3]), 1, 0],
    [r([4, 3]), -1, 1],
    [r([3]), 0, 0],
  ],
  place: [
    [r([3]), [4, 3], 1, 0],
    [r([4]), [4, 3], -1, 1],
    [r([]), [3], 2, 0],
  ],
  split: [
    [r([2, 5]), [2, 0, 3], 1],
    [r([3]), [1, 2], -1],
    [r([0, 2]), [], 0],
  ],
  unstack: [
    [r([4, 3]), 0],
    [r([2, 3, 2]), -2],
    [r([3]), 0],
    [r([0, 3]), 0],
  ],
  concatLike: [
    [[r([2, 2], 1), r([2, 3], 2)], r([2, 5]), 1],
    [[r([2], 1)], r([2]), 0],
  ],
  stackLike: [
    [[r([3], 1), r([3], 2)], r([2, 3]), 0],
    [[r([], 1), r([], 2)], r([2]), -1],
  ],
  lengthOf: [[r([2, 3]), 1]],
  lengthsOf: [[[r([2, 3]), r([2, 3])], 1]],
  startsOf: [[r([5]), [2, 3], 0]],
};
