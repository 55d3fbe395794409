/** Batches of matrix products over the data of tensors: which kernel computes what, in how many calls. */
import { kernels } from "../../kernels/load.ts";
import { newData, type TensorData } from "../tensor.ts";
import { outerProduct, rowTimesMatrix } from "./vectors.ts";

/** One batch axis: its length, and how many elements each operand moves on from one index to the next (0: it has one matrix for all). */
export interface BatchAxis {
  readonly length: number;
  readonly x: number;
  readonly y: number;
  readonly out: number;
}

/** `out = x · y`, m × n = m × k · k × n, for all indices of the batch axes; products that meet in one place of `out` are added. */
export interface Products {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** `x` is stored as k × m. */
  readonly transposeX: boolean;
  /** `y` is stored as n × k. */
  readonly transposeY: boolean;
  readonly axes: readonly BatchAxis[];
}

/** Writes the products into `out`, which must be zeros. */
export function multiply(x: TensorData, y: TensorData, out: TensorData, products: Products): void {
  const { m, n, k, transposeX, transposeY, axes } = products;
  if (out.length === 0 || axes.some(({ length }) => length === 0)) return;
  if (n === 1) multiplyMerged(y, x, out, withoutAxes(transposed(products)));
  else multiplyMerged(x, y, out, withoutAxes({ m, n, k, transposeX, transposeY, axes: joined(axes) }));
}

/** `out = x · y` with one column as `outᵀ = yᵀ · xᵀ` with one row: the numbers lie in the same places. */
function transposed({ m, n, k, transposeX, axes }: Products): Products {
  const swapped = axes.map(({ length, x, y, out }) => ({ length, x: y, y: x, out }));
  return { m: n, n: m, k, transposeX: false, transposeY: !transposeX, axes: joined(swapped) };
}

/** Neighbouring axes along which every operand moves on evenly, as one. */
function joined(axes: readonly BatchAxis[]): BatchAxis[] {
  const result: BatchAxis[] = [];
  for (const axis of axes) {
    const last = result.at(-1);
    const { length, x, y, out } = axis;
    if (length === 1) continue;
    if (last && last.x === x * length && last.y === y * length && last.out === out * length)
      result[result.length - 1] = { ...axis, length: last.length * length };
    else result.push(axis);
  }
  return result;
}

/** Axes that only make the matrices taller are made part of them: of m where y is one for all, of k where the products are added. */
function withoutAxes(products: Products): Products {
  const last = products.axes.at(-1);
  if (last === undefined) return products;
  const { m, n, k, transposeX, transposeY } = products;
  const axes = products.axes.slice(0, -1);
  if (!transposeX && last.y === 0 && last.x === m * k && last.out === m * n)
    return withoutAxes({ m: m * last.length, n, k, transposeX, transposeY, axes });
  const stacked = (transposeX || m === 1) && !transposeY;
  if (stacked && last.out === 0 && last.x === m * k && last.y === k * n)
    return withoutAxes({ m, n, k: k * last.length, transposeX, transposeY, axes });
  return products;
}

function multiplyMerged(x: TensorData, y: TensorData, out: TensorData, products: Products): void {
  const { m, n, axes } = products;
  if (axes.some((axis) => axis.out === 0)) {
    const part = newData(out instanceof Float32Array ? "f32" : "f64", m * n);
    eachPlace(axes, 0, 0, 0, 0, (atX, atY, atOut) => {
      multiplyMany(behind(x, atX), behind(y, atY), part, products, undefined);
      for (let i = 0; i < part.length; i++) out[atOut + i] += part[i];
    });
  } else
    eachPlace(axes.slice(0, -1), 0, 0, 0, 0, (atX, atY, atOut) => {
      multiplyMany(behind(x, atX), behind(y, atY), behind(out, atOut), products, axes.at(-1));
    });
}

function eachPlace(
  axes: readonly BatchAxis[],
  depth: number,
  atX: number,
  atY: number,
  atOut: number,
  visit: (atX: number, atY: number, atOut: number) => void,
): void {
  if (depth === axes.length) {
    visit(atX, atY, atOut);
    return;
  }
  const { length, x, y, out } = axes[depth];
  for (let i = 0; i < length; i++) eachPlace(axes, depth + 1, atX + i * x, atY + i * y, atOut + i * out, visit);
}

/** The products along one axis, or a single one. */
function multiplyMany(x: TensorData, y: TensorData, out: TensorData, products: Products, axis?: BatchAxis): void {
  const { m, n, k, transposeX, transposeY } = products;
  if (m > 1 && k !== 1) {
    const { length: batch = 1, x: strideA = m * k, y: strideB = k * n, out: strideOut = m * n } = axis ?? {};
    const [transposeA, transposeB] = [transposeX, transposeY];
    kernels().matmul(x, y, out, { m, n, k, transposeA, transposeB, batch, strideA, strideB, strideOut });
    return;
  }
  for (let i = 0; i < (axis?.length ?? 1); i++) {
    const [rows, columns] = [from(x, i, axis?.x), from(y, i, axis?.y)];
    const result = from(out, i, axis?.out).subarray(0, m * n);
    if (m === 1) rowTimesMatrix(rows, columns, result, n, k, transposeY);
    else outerProduct(rows, columns, result, m, n);
  }
}

function from(data: TensorData, i: number, stride = 0): TensorData {
  return behind(data, i * stride);
}

/** What lies from a place on. */
function behind(data: TensorData, start: number): TensorData {
  return start === 0 ? data : data.subarray(start);
}
