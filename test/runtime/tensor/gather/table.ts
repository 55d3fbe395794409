/** All primitives of the folder with arguments to try them at; a new one is tested by being here. */
import * as all from "../../../../runtime/tensor/gather/index.ts";
import { Tensor } from "../../../../runtime/tensor/tensor.ts";
import { randomTensor } from "../check.ts";

type AnyFunction = (...parameters: never[]) => unknown;

/** Shapes with axes of length 0, 1 and more, and a place for the axis at the start, in the middle and at the end. */
export const lines: readonly (readonly [shape: readonly number[], axis: number])[] = [
  [[5], 0],
  [[1], 0],
  [[0], 0],
  [[3, 4], 0],
  [[3, 4], 1],
  [[3, 4], -2],
  [[2, 3, 4], 1],
  [[2, 1, 3], 1],
  [[2, 0, 3], 1],
  [[0, 3], 1],
  [[2, 3, 0], 0],
];

/** Integers in a tensor. */
export function indices(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return new Tensor(shape, "f32", Float32Array.from(values));
}

/** A tensor of indices for `takeAlong`: `count` on each line along `axis` of `shape`, the same place more than once. */
export function alongIndices(shape: readonly number[], axis: number, count: number): Tensor {
  const k = axis < 0 ? axis + shape.length : axis;
  const own = shape.map((length, i) => (i === k ? (shape[k] === 0 ? 0 : count) : length));
  const size = own.reduce((product, length) => product * length, 1);
  return indices(
    Array.from({ length: size }, (_, i) => (i * 7 + (i >> 1)) % shape[k]),
    own,
  );
}

/** Indices into an axis of some length, in several shapes: a list with repetitions, a table, a single one, none. */
function someIndices(length: number): Tensor[] {
  if (length === 0) return [indices([])];
  const at = (i: number): number => (i * 5 + 1) % length;
  return [indices([0, at(0), at(1), 0]), indices([at(2), 0, 0, at(3)], [2, 2]), indices([at(4)], []), indices([])];
}

const gathers = lines.flatMap(([shape, axis]) => someIndices(shape.at(axis) ?? 0).map((at) => ({ shape, axis, at })));

function onLines(more: readonly (readonly unknown[])[] = [[]], count = 1): unknown[][] {
  return lines.flatMap(([shape, axis]) =>
    more.map((rest) => [...Array.from({ length: count }, (_, i) => randomTensor(shape, i + 3)), axis, ...rest]),
  );
}

const reductions: readonly (readonly [shape: readonly number[], axes?: number | readonly number[]])[] = [
  [[]],
  [[4]],
  [[1], 0],
  [[0]],
  [[3, 4]],
  [[3, 4], 0],
  [[3, 4], [-1]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [[2, 3, 4], [1]],
  [[2, 0, 3], 1],
  [[2, 3], []],
];

function norms(more: readonly (readonly unknown[])[]): unknown[][] {
  return reductions.flatMap(([shape, axes]) =>
    [1, 2, Infinity].flatMap((order) => more.map((rest) => [randomTensor(shape, 5), order, axes, ...rest])),
  );
}

export interface Row {
  readonly f: AnyFunction;
  /** Lists of arguments, tensors in double precision. */
  readonly cases: readonly (readonly unknown[])[];
}

export const table: Readonly<Record<string, Row>> = {
  gather: { f: all.gather, cases: gathers.map(({ shape, axis, at }) => [randomTensor(shape), at, axis]) },
  scatterAdd: {
    f: all.scatterAdd,
    cases: gathers.map(({ shape, axis, at }) => [
      shape,
      at,
      randomTensor(all.gather(randomTensor(shape), at, axis).shape),
      axis,
    ]),
  },
  takeAlong: {
    f: all.takeAlong,
    cases: lines.flatMap(([shape, axis]) =>
      [0, 1, 6].map((count) => [randomTensor(shape), alongIndices(shape, axis, count), axis]),
    ),
  },
  scatterAlong: {
    f: all.scatterAlong,
    cases: lines.flatMap(([shape, axis]) =>
      [0, 1, 6].map((count) => alongIndices(shape, axis, count)).map((at) => [shape, at, randomTensor(at.shape), axis]),
    ),
  },
  embeddingLookup: {
    f: all.embeddingLookup,
    cases: [
      [randomTensor([4, 3]), indices([3, 0, 3])],
      [randomTensor([4, 3]), indices([1, 2, 2, 1], [2, 2])],
      [randomTensor([1]), indices([0], [])],
      [randomTensor([4, 0]), indices([2])],
      [randomTensor([0, 3]), indices([])],
    ],
  },
  oneHot: {
    f: all.oneHot,
    cases: [
      [indices([2, 0]), 3],
      [indices([]), 0, "f64"],
      [indices([1], []), 2, "f32"],
    ],
  },
  argSort: { f: all.argSort, cases: [...onLines(), ...onLines([[true]]), [randomTensor([3, 4])]] },
  topIndices: {
    f: all.topIndices,
    cases: [
      [randomTensor([3, 4]), 2],
      [randomTensor([3, 4]), 3, 0],
      [randomTensor([0]), 0],
    ],
  },
  cumsum: {
    f: all.cumsum,
    cases: onLines([[], [{ exclusive: true }], [{ reverse: true }], [{ exclusive: true, reverse: true }]]),
  },
  cumsumAdjoint: { f: all.cumsumAdjoint, cases: onLines([[], [{ exclusive: true }], [{ reverse: true }]]) },
  softmax: { f: all.softmax, cases: [...onLines(), [randomTensor([3, 4])]] },
  softmaxAdjoint: {
    f: all.softmaxAdjoint,
    cases: [...onLines([[]], 2), [randomTensor([3, 4]), randomTensor([3, 4], 2)]],
  },
  logSoftmax: { f: all.logSoftmax, cases: [...onLines(), [randomTensor([3, 4])]] },
  logSoftmaxAdjoint: { f: all.logSoftmaxAdjoint, cases: onLines([[]], 2) },
  logSoftmaxTangent: { f: all.logSoftmaxTangent, cases: onLines([[]], 2) },
  sumAlong: { f: all.sumAlong, cases: [...onLines(), [randomTensor([3, 4])]] },
  dotAlong: { f: all.dotAlong, cases: [...onLines([[]], 2), [randomTensor([3, 4]), randomTensor([3, 4], 2)]] },
  norm: { f: all.norm, cases: norms([[], [true]]) },
  normDirection: { f: all.normDirection, cases: norms([[]]) },
  normCurvature: { f: all.normCurvature, cases: norms([[]]) },
  dropoutMask: {
    f: all.dropoutMask,
    cases: [
      [[3, 4], 0.5, 1],
      [[0], 0, 7, "f64"],
    ],
  },
  randomUniform: {
    f: all.randomUniform,
    cases: [
      [[3, 4], 1],
      [[], 7, "f64"],
    ],
  },
  randomNormal: {
    f: all.randomNormal,
    cases: [
      [[3, 4], 1],
      [[], 7, "f64"],
    ],
  },
};

/** Functions without a rule: the compiler reads them. */
export const plain = ["sort", "topK"];
