/** Which matrices of three tensors belong together: a · b goes with c, as `matmul` has it. */
import { showShape, type Dimensions } from "../tensor.ts";
import { sameShape } from "../shapes.ts";
import { misfit } from "./operands.ts";

/** A batch axis: its length, and the distances in elements from one matrix to the next. */
interface Axis {
  readonly length: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** a is m × k, b is k × n, c is m × n, for all indices of the batch axes. A vector as a has no m, as b no n; then neither has c. */
export interface Triple {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly axes: readonly Axis[];
}

const batchOf = (shape: Dimensions): Dimensions => shape.slice(0, -2);

/** The last axes of c, for the shapes of a and b. */
function matrixAxes(a: Dimensions, b: Dimensions): number[] {
  return [...(a.length === 1 ? [] : [a[a.length - 2]]), ...(b.length === 1 ? [] : [b[b.length - 1]])];
}

/** NumPy's broadcasting of two batches, or undefined. */
function broadcast(a: Dimensions, b: Dimensions): number[] | undefined {
  const result: number[] = [];
  for (let i = Math.max(a.length, b.length); i > 0; i--) {
    const [p, q] = [a[a.length - i] ?? 1, b[b.length - i] ?? 1];
    if (p !== q && p !== 1 && q !== 1) return undefined;
    result.push(p === 1 ? q : p);
  }
  return result;
}

function needAxes(name: string, least: number, a: Dimensions, b: Dimensions): void {
  if (a.length < least || b.length < least)
    throw misfit(name, a, b, least === 1 ? "a number is no matrix" : "each needs two axes or more");
}

function commonBatch(name: string, a: Dimensions, b: Dimensions): number[] {
  const batch = broadcast(batchOf(a), batchOf(b));
  if (!batch) throw misfit(name, a, b, `batches ${showShape(batchOf(a))} and ${showShape(batchOf(b))}`);
  return batch;
}

/** The shape of `matmul(a, b)`. Throws a RangeError where the shapes do not fit. */
export function productShape(name: string, a: Dimensions, b: Dimensions): Dimensions {
  needAxes(name, 1, a, b);
  const columns = a[a.length - 1];
  const rows = b[Math.max(0, b.length - 2)];
  if (columns !== rows) throw misfit(name, a, b, `${columns} columns against ${rows} rows`);
  if (areMatrices(a, b)) return [a[0], b[1]];
  return [...commonBatch(name, a, b), ...matrixAxes(a, b)];
}

/** The shape of xᵀ · y (the two summed over their rows) or x · yᵀ (over their columns) for tensors of two axes or more. */
export function transposedProductShape(
  name: string,
  x: Dimensions,
  y: Dimensions,
  summed: "rows" | "columns",
): Dimensions {
  needAxes(name, 2, x, y);
  const [over, kept] = summed === "rows" ? [2, 1] : [1, 2];
  const [p, q] = [x[x.length - over], y[y.length - over]];
  if (p !== q) throw misfit(name, x, y, `${p} ${summed} against ${q}`);
  if (areMatrices(x, y)) return [x[2 - kept], y[2 - kept]];
  return [...commonBatch(name, x, y), x[x.length - kept], y[y.length - kept]];
}

/**
 * How the matrices of a, b and c belong together. An axis of the batch that one of them lacks, or has once only, is one
 * matrix for all. Undefined where the shapes do not fit.
 */
export function tripleOf(a: Dimensions, b: Dimensions, c: Dimensions): Triple | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  if (areMatrices(a, b) && c.length === 2) return tripleOfMatrices(a, b, c);
  const last = matrixAxes(a, b);
  const split = c.length - last.length;
  const k = a[a.length - 1];
  if (split < 0 || !sameShape(c.slice(split), last) || b[Math.max(0, b.length - 2)] !== k) return undefined;
  const batches = [batchOf(a), batchOf(b), c.slice(0, split)];
  const both = broadcast(batches[0], batches[1]);
  const full = both && broadcast(both, batches[2]);
  if (!full) return undefined;
  const m = a.length === 1 ? 1 : last[0];
  const n = b.length === 1 ? 1 : b[b.length - 1];
  const [strideA, strideB, strideC] = [m * k, k * n, m * n].map((size, i) => strides(batches[i], size, full.length));
  return { m, n, k, axes: full.map((length, i) => ({ length, a: strideA[i], b: strideB[i], c: strideC[i] })) };
}

/** Without batches, as most are: small products would take longer to look at than to compute. */
function tripleOfMatrices([m, columns]: Dimensions, [k, n]: Dimensions, c: Dimensions): Triple | undefined {
  return columns === k && c[0] === m && c[1] === n ? { m, n, k, axes: [] } : undefined;
}

function areMatrices(a: Dimensions, b: Dimensions): boolean {
  return a.length === 2 && b.length === 2;
}

/** The distances along the axes of a batch, filled up in front to `rank` axes; 0 where there is one matrix only. */
function strides(batch: Dimensions, matrix: number, rank: number): number[] {
  const result = new Array<number>(rank).fill(0);
  let stride = matrix;
  for (let i = batch.length - 1; i >= 0; i--) {
    if (batch[i] !== 1) result[rank - batch.length + i] = stride;
    stride *= batch[i];
  }
  return result;
}
