/** Products of matrices in a binary: a and the result go in and out a few rows at a time, b is packed as it comes. */
import type { Binary, Routines } from "./binary.ts";
import type { Floats, Product } from "./kernels.ts";

/** How many elements are copied at a time, if a row does not have more: they stay in the second-level cache. */
const slab = 16384;
/** Rows of a, and columns of b, are copied in multiples of this: whole tiles. */
const lines = 64;

type Checked = Required<Product>;

/** `out = a · b`. False where the memory cannot grow as much as that takes: then nothing has been written. */
export function multiplyInBinary(
  binary: Binary,
  routines: Routines,
  a: Floats,
  b: Floats,
  out: Floats,
  product: Checked,
): boolean {
  const { m, n, k, batch, strideA, strideB, strideOut, transposeA, transposeB } = product;
  const bytes = a.BYTES_PER_ELEMENT;
  const { tileRows, tileBytes, workBytes } = binary;
  const rows = Math.min(m, atATime(Math.max(k, n)));
  const columns = Math.min(n, atATime(k));
  const steps = Math.min(k, Math.max(1, Math.floor(slab / n)));
  const rowBytes = Math.ceil((n * bytes) / tileBytes) * tileBytes;
  // What serves all products is copied once; of a transpose, rows lie apart.
  const isWhole = transposeA || strideA === 0;
  const room = binary.room(
    (isWhole ? m : rows) * k * bytes,
    (transposeB ? columns * k : steps * n) * bytes,
    k * rowBytes,
    Math.ceil(rows / tileRows) * tileRows * rowBytes,
    workBytes,
  );
  if (room === undefined) return false;
  const [atA, atB, packed, atOut, work] = room;
  const [line, step] = transposeA ? [1, m] : [k, 1];
  for (let i = 0; i < batch; i++) {
    const startB = i * strideB;
    if (i === 0 || strideB !== 0) {
      for (let first = 0; transposeB && first < n; first += columns) {
        const count = Math.min(columns, n - first);
        binary.write(atB, b, startB + first * k, count * k);
        routines.packColumns(atB, packed, k, first, count);
      }
      for (let first = 0; !transposeB && first < k; first += steps) {
        const count = Math.min(steps, k - first);
        binary.write(atB, b, startB + first * n, count * n);
        routines.packRows(atB, packed, n, k, first, count);
      }
    }
    if (isWhole && (i === 0 || strideA !== 0)) binary.write(atA, a, i * strideA, m * k);
    for (let row = 0; row < m; row += rows) {
      const count = Math.min(rows, m - row);
      if (!isWhole) binary.write(atA, a, i * strideA + row * k, count * k);
      const from = isWhole ? atA + row * line * bytes : atA;
      routines.multiplyRows(from, packed, atOut, work, count, n, k, line, step);
      binary.read(atOut, out, i * strideOut + row * n, count * n);
    }
  }
  return true;
}

/** How many lines of so many elements are copied at a time. */
function atATime(length: number): number {
  return Math.max(lines, Math.floor(slab / Math.max(1, length) / lines) * lines);
}
