/** Shapes for which products, convolutions and pooling are tried, and a table of all primitives with arguments. */
import * as linear from "../../../../runtime/tensor/linear/index.ts";
import type { ConvolutionOptions, Pool } from "../../../../runtime/tensor/linear/index.ts";
import { randomTensor } from "../check.ts";

type Shape = readonly number[];
export type Product = readonly [a: Shape, b: Shape, c: Shape];

/** `[2, 3] · [3, 4] = [2, 4]` */
function readProduct(text: string): Product {
  const [a, b, c] = text.split(/ [·=] /).map((shape) => JSON.parse(shape) as Shape);
  return [a, b, c];
}

/** Shapes of a, b and a · b. */
export const products: readonly Product[] = [
  "[2, 3] · [3, 4] = [2, 4]",
  "[1, 1] · [1, 1] = [1, 1]",
  "[1, 5] · [5, 7] = [1, 7]",
  "[5, 6] · [6, 1] = [5, 1]",
  "[4, 1] · [1, 3] = [4, 3]",
  "[0, 3] · [3, 2] = [0, 2]",
  "[2, 0] · [0, 3] = [2, 3]",
  "[2, 3] · [3, 0] = [2, 0]",
  // Vectors
  "[3] · [3] = []",
  "[0] · [0] = []",
  "[3] · [3, 4] = [4]",
  "[5, 9] · [9] = [5]",
  "[3] · [2, 5, 3, 4] = [2, 5, 4]",
  "[2, 5, 3, 4] · [4] = [2, 5, 3]",
  // Batches: the same, one for all, missing, crossed, empty
  "[2, 3, 4] · [2, 4, 5] = [2, 3, 5]",
  "[2, 3, 4] · [4, 5] = [2, 3, 5]",
  "[3, 4] · [2, 4, 5] = [2, 3, 5]",
  "[2, 3, 4] · [1, 4, 5] = [2, 3, 5]",
  "[1, 3, 4] · [2, 4, 5] = [2, 3, 5]",
  "[2, 1, 3, 4] · [5, 4, 2] = [2, 5, 3, 2]",
  "[2, 1, 3, 3, 4] · [5, 1, 4, 2] = [2, 5, 3, 3, 2]",
  "[3, 2, 2, 3] · [3, 1, 3, 2] = [3, 2, 2, 2]",
  "[2, 3, 1, 4] · [4, 6] = [2, 3, 1, 6]",
  "[2, 3, 5, 4] · [2, 3, 4, 1] = [2, 3, 5, 1]",
  "[5, 4] · [2, 3, 4, 1] = [2, 3, 5, 1]",
  "[0, 3, 4] · [4, 5] = [0, 3, 5]",
  "[0, 3, 4] · [1, 4, 5] = [0, 3, 5]",
].map(readProduct);

/** Shapes for a sum over batch axes that the result does not have, or for one that it alone has. */
export const sums: readonly Product[] = [
  "[2, 3, 4] · [2, 4, 5] = [3, 5]",
  "[2, 3, 4] · [2, 4, 5] = [1, 3, 5]",
  "[3, 4] · [4, 5] = [2, 3, 5]",
  "[6, 2, 3, 4] · [2, 4, 5] = [6, 1, 3, 5]",
  "[6, 2, 1, 4] · [6, 2, 4, 5] = [2, 1, 5]",
  "[2, 3, 4] · [4] = [3]",
  "[4] · [2, 4, 5] = [5]",
  "[0, 3, 4] · [0, 4, 5] = [3, 5]",
].map(readProduct);

export type Convolution = readonly [shapes: string, options: ConvolutionOptions];

/** Shapes of input and weights, and options. */
export const convolutions: readonly Convolution[] = [
  ["[1, 1, 1, 1] [1, 1, 1, 1]", {}],
  ["[2, 3, 5, 4] [4, 3, 3, 2]", {}],
  ["[2, 3, 5, 4] [4, 3, 1, 1]", {}],
  ["[2, 4, 5, 4] [6, 2, 1, 1]", { groups: 2 }],
  ["[2, 3, 5, 4] [4, 3, 1, 1]", { padding: 1 }],
  ["[2, 3, 5, 4] [4, 3, 1, 1]", { stride: 2 }],
  ["[2, 2, 6, 7] [3, 2, 3, 3]", { stride: 2 }],
  ["[2, 2, 6, 7] [3, 2, 3, 3]", { padding: "same" }],
  ["[2, 2, 6, 7] [3, 2, 3, 2]", { padding: "same", stride: [2, 3] }],
  ["[1, 2, 7, 6] [3, 2, 2, 3]", { padding: "same", stride: 2, dilation: 2 }],
  ["[1, 2, 2, 2] [3, 2, 1, 1]", { padding: "same", stride: 3 }],
  ["[2, 2, 6, 7] [3, 2, 3, 3]", { padding: [2, 1], stride: [1, 2] }],
  ["[2, 2, 6, 7] [3, 2, 3, 3]", { padding: 3 }],
  ["[1, 2, 2, 3] [3, 2, 4, 5]", { padding: 2 }],
  ["[1, 1, 1, 1] [1, 1, 5, 5]", { padding: 2 }],
  ["[2, 2, 8, 7] [3, 2, 3, 2]", { dilation: [2, 3] }],
  ["[1, 2, 8, 7] [3, 2, 3, 2]", { dilation: 3, stride: 2, padding: [3, 0] }],
  ["[2, 4, 5, 4] [6, 2, 3, 2]", { groups: 2 }],
  ["[3, 4, 5, 4] [4, 1, 3, 3]", { groups: 4, padding: 1 }],
  ["[2, 3, 5, 4] [6, 1, 2, 3]", { groups: 3, stride: 2, padding: 1 }],
  ["[2, 1, 5, 6] [1, 1, 3, 3]", { padding: "valid" }],
  ["[0, 2, 5, 4] [3, 2, 3, 2]", {}],
  ["[2, 0, 5, 4] [3, 0, 3, 2]", {}],
  ["[2, 2, 5, 4] [0, 2, 3, 2]", {}],
  ["[2, 2, 0, 4] [3, 2, 3, 2]", { padding: "same" }],
  ["[2, 2, 0, 4] [3, 2, 2, 2]", { padding: 1 }],
];

/** The shapes of input and weights. */
export function readShapes(text: string): readonly [Shape, Shape] {
  const [x, w] = text.split(/(?<=\]) /).map((shape) => JSON.parse(shape) as Shape);
  return [x, w];
}

/** Shapes, pools, and the shapes of the results. */
export const pools: readonly (readonly [x: Shape, pool: Pool, y: Shape])[] = [
  [[2, 3, 4, 6], 2, [2, 3, 2, 3]],
  [[2, 3, 5, 7], 2, [2, 3, 2, 3]],
  [
    [2, 3, 4, 6],
    [1, 3],
    [2, 3, 4, 2],
  ],
  [[1, 1, 1, 1], 1, [1, 1, 1, 1]],
  [[2, 2, 5, 6], { window: 3, stride: 1 }, [2, 2, 3, 4]],
  [[2, 2, 5, 6], { window: [3, 2], stride: [1, 2], padding: [1, 0] }, [2, 2, 5, 3]],
  [[2, 2, 5, 6], { window: 3, stride: 2, padding: 1 }, [2, 2, 3, 3]],
  [[2, 2, 5, 6], { window: 3, stride: 1, padding: "same" }, [2, 2, 5, 6]],
  [[2, 2, 5, 6], { window: 2, padding: "same" }, [2, 2, 3, 3]],
  [[2, 2, 7, 6], { window: 2, stride: 1, dilation: [3, 2] }, [2, 2, 4, 4]],
  [[2, 1, 1, 1], { window: 5, padding: 2 }, [2, 1, 1, 1]],
  [[0, 2, 4, 4], 2, [0, 2, 2, 2]],
  [[2, 0, 4, 4], 2, [2, 0, 2, 2]],
  [[2, 2, 0, 4], { window: 2, padding: "same" }, [2, 2, 0, 2]],
];

const inProducts = [...products, ...sums].map((shapes) => shapes.map((shape, i) => randomTensor(shape, i)));
const inConvolutions = convolutions.map(([text, options]) => {
  const [x, w] = readShapes(text).map((shape, i) => randomTensor(shape, i));
  return { x, w, y: randomTensor(linear.conv2d(x, w, options).shape, 2), options };
});
const inPools = pools.map(([shape, pool, y]) => ({
  x: randomTensor(shape, 3),
  dx: randomTensor(shape, 4),
  dy: randomTensor(y, 5),
  pool,
}));

/** Lists of arguments for every primitive, tensors in double precision. */
export const table: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  matmul: inProducts.slice(0, products.length).map(([a, b]) => [a, b]),
  matmulTo: inProducts.map(([a, b, c]) => [a, b, c.shape]),
  matmulTransposedA: inProducts.map(([a, b, c]) => [a, c, b.shape]),
  matmulTransposedB: inProducts.map(([a, b, c]) => [c, b, a.shape]),
  conv2d: inConvolutions.map(({ x, w, options }) => [x, w, options]),
  conv2dInput: inConvolutions.map(({ x, w, y, options }) => [y, w, x.shape, options]),
  conv2dWeights: inConvolutions.map(({ x, w, y, options }) => [x, y, w.shape, options]),
  maxPool2d: inPools.map(({ x, pool }) => [x, pool]),
  maxPool2dInput: inPools.map(({ x, dy, pool }) => [dy, x, pool]),
  maxPool2dTangent: inPools.map(({ x, dx, pool }) => [dx, x, pool]),
  averagePool2d: inPools.map(({ x, pool }) => [x, pool]),
  averagePool2dInput: inPools.map(({ x, dy, pool }) => [dy, x.shape, pool]),
  conv1dOptions: [[[2, 3, 5], [4, 3, 2], { padding: 1 }]],
  convTranspose1dOptions: [[{ stride: 2 }]],
  convTranspose1dShape: [[[2, 3, 5], [3, 4, 2], { stride: 2 }]],
  convTranspose2dShape: [[[2, 3, 5, 4], [3, 4, 2, 2], { stride: 2 }]],
  channelAxes: [[[2, 3, 5, 4]]],
  maxPool1dOptions: [[[2, 3, 9], 3]],
  averagePool1dOptions: [[[2, 3, 9], 3]],
  einsum: [
    ["ij,jk->ik", [randomTensor([2, 3], 1), randomTensor([3, 2], 2)]],
    ["bi,ij,bj->b", [randomTensor([2, 3], 1), randomTensor([3, 1], 2), randomTensor([2, 1], 3)]],
    ["ij->j", [randomTensor([2, 3], 1)]],
  ],
  einsumAdjointSpec: [["ij,jk->ik", 0]],
  einsumAdjointShape: [["ij,jk->ik", 0, [2, 3]]],
};
