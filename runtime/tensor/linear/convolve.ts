/**
 * The three ways round of a convolution, each as products of matrices: per image and group, the weights (filters × rows)
 * times the columns (rows × windows) are the result (filters × windows).
 */
import { newData, type DType, type TensorData } from "../tensor.ts";
import { addColumns, toColumns } from "./columns.ts";
import type { Convolution } from "./convolution-shapes.ts";
import { multiply, type BatchAxis } from "./products.ts";

/** How many numbers the columns of the images of one block have at most, if one image does not have more: they stay in the cache. */
const blockSize = 131072;

/** The sizes of the matrices of one group. */
interface Matrices {
  readonly filters: number;
  readonly rows: number;
  readonly windows: number;
  /** The elements of one image, of its columns, of its result. */
  readonly image: number;
  readonly columns: number;
  readonly result: number;
  /** An image is its own matrix of columns. */
  readonly pointwise: boolean;
}

function matricesOf({ channels, filters, groups, axes }: Convolution): Matrices {
  const [down, across] = axes;
  const rows = (channels / groups) * down.window * across.window;
  const windows = down.output * across.output;
  return {
    filters: filters / groups,
    rows,
    windows,
    image: channels * down.input * across.input,
    columns: groups * rows * windows,
    result: filters * windows,
    pointwise: axes.every(
      ({ window, stride, before, input, output }) => window * stride === 1 && before === 0 && input === output,
    ),
  };
}

/** The images in blocks: the first of each, and how many. */
function blocksOf(images: number, { columns, pointwise }: Matrices): (readonly [first: number, count: number])[] {
  const most = pointwise ? Math.max(1, images) : Math.max(1, Math.floor(blockSize / Math.max(1, columns)));
  const blocks = Math.ceil(images / most);
  return Array.from({ length: blocks }, (_, i) => [i * most, Math.min(most, images - i * most)]);
}

/** A buffer for the columns of any block, the first being the largest. */
function columnBuffer(
  { columns, pointwise }: Matrices,
  dtype: DType,
  blocks: readonly (readonly number[])[],
): TensorData {
  return newData(dtype, pointwise || blocks.length === 0 ? 0 : columns * blocks[0][1]);
}

type Role = "weights" | "columns" | "result";

/** The batch axes of a product for `count` images, which share the weights, and their groups. */
function batchAxes(
  count: number,
  groups: number,
  sizes: Matrices,
  [x, y, out]: readonly [Role, Role, Role],
): BatchAxis[] {
  const { filters, rows, windows, columns, result } = sizes;
  const perImage = { weights: 0, columns, result };
  const perGroup = { weights: filters * rows, columns: rows * windows, result: filters * windows };
  return [
    { length: count, x: perImage[x], y: perImage[y], out: perImage[out] },
    { length: groups, x: perGroup[x], y: perGroup[y], out: perGroup[out] },
  ];
}

/** The columns of a block of images: in `buffer`, or the images themselves. */
function columnsOf(
  x: TensorData,
  first: number,
  count: number,
  buffer: TensorData,
  shape: Convolution,
  sizes: Matrices,
): TensorData {
  const { image, columns, pointwise } = sizes;
  if (pointwise) return x.subarray(first * image, (first + count) * image);
  for (let i = 0; i < count; i++)
    toColumns(x.subarray((first + i) * image), buffer.subarray(i * columns), shape.channels, shape.axes);
  return buffer;
}

/** The result from the input and the weights. */
export function convolve(x: TensorData, w: TensorData, shape: Convolution, dtype: DType): TensorData {
  const sizes = matricesOf(shape);
  const { filters: m, windows: n, rows: k, result } = sizes;
  const out = newData(dtype, shape.images * result);
  const blocks = blocksOf(shape.images, sizes);
  const buffer = columnBuffer(sizes, dtype, blocks);
  for (const [first, count] of blocks) {
    const columns = columnsOf(x, first, count, buffer, shape, sizes);
    const axes = batchAxes(count, shape.groups, sizes, ["weights", "columns", "result"]);
    const part = out.subarray(first * result, (first + count) * result);
    multiply(w, columns, part, { m, n, k, transposeX: false, transposeY: false, axes });
  }
  return out;
}

/** The input from the result and the weights: what each window has is added to the elements that it sees. */
export function convolveBack(dy: TensorData, w: TensorData, shape: Convolution, dtype: DType): TensorData {
  const sizes = matricesOf(shape);
  const { filters: k, windows: n, rows: m, image, columns, result, pointwise } = sizes;
  const out = newData(dtype, shape.images * image);
  const blocks = blocksOf(shape.images, sizes);
  const buffer = pointwise ? out : columnBuffer(sizes, dtype, blocks);
  for (const [first, count] of blocks) {
    const part = dy.subarray(first * result, (first + count) * result);
    const axes = batchAxes(count, shape.groups, sizes, ["weights", "result", "columns"]);
    multiply(w, part, buffer.subarray(0, count * columns), { m, n, k, transposeX: true, transposeY: false, axes });
    for (let i = 0; i < count && !pointwise; i++)
      addColumns(buffer.subarray(i * columns), out.subarray((first + i) * image), shape.channels, shape.axes);
  }
  return out;
}

/** The weights from the input and the result, summed over the images. */
export function convolveWeights(x: TensorData, dy: TensorData, shape: Convolution, dtype: DType): TensorData {
  const sizes = matricesOf(shape);
  const { filters: m, windows: k, rows: n, result } = sizes;
  const out = newData(dtype, shape.groups * m * n);
  const sum = newData(dtype, out.length);
  const blocks = blocksOf(shape.images, sizes);
  const buffer = columnBuffer(sizes, dtype, blocks);
  for (const [first, count] of blocks) {
    const columns = columnsOf(x, first, count, buffer, shape, sizes);
    const part = dy.subarray(first * result, (first + count) * result);
    const axes = batchAxes(count, shape.groups, sizes, ["result", "columns", "weights"]);
    multiply(part, columns, sum.fill(0), { m, n, k, transposeX: false, transposeY: true, axes });
    for (let i = 0; i < out.length; i++) out[i] += sum[i];
  }
  return out;
}
