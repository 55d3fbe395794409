/** Slices of a tensor that index tensors choose, and their adjoints. */
import { primitive } from "../../primitive.ts";
import { requireShape, sameShape } from "../shapes.ts";
import { newData, showShape, sizeOf, Tensor, type Dimensions, type DType } from "../tensor.ts";
import { integersOf, linesOf } from "./lines.ts";

/**
 * The slices of `x` at `indices` along `axis`, as NumPy's `take`: in the shape of the result, that of `indices` stands in
 * the place of `axis`. Throws a RangeError for an axis that does not exist, and where an index is not an integer of at
 * least 0 and less than the length of the axis.
 */
export const gather: (x: Tensor, indices: Tensor, axis: number) => Tensor = primitive(
  (x: Tensor, indices: Tensor, axis: number): Tensor => taken("gather", "indices", x, indices, axis),
  {
    name: "gather",
    vjp: [(dy, y, x, indices, axis) => scatterAdd(x.shape, indices, dy, axis), null, null],
    jvp: [(dot, y, x, indices, axis) => gather(dot, indices, axis), null, null],
  },
);

/**
 * Zeros of a shape, with each slice of `updates` added where `gather` along `axis` would read it: the adjoint of `gather`.
 * Where an index comes twice, both slices are added, in double precision.
 *
 * Throws a RangeError like `gather`, and where `updates` does not have the shape of what `gather` gives.
 */
export const scatterAdd: (shape: Dimensions, indices: Tensor, updates: Tensor, axis: number) => Tensor = primitive(
  (shape: Dimensions, indices: Tensor, updates: Tensor, axis: number): Tensor => {
    requireShape("scatterAdd", shape);
    const { axis: k, outer, length, inner } = linesOf("scatterAdd", shape, axis);
    const expected = [...shape.slice(0, k), ...indices.shape, ...shape.slice(k + 1)];
    if (!sameShape(updates.shape, expected))
      throw new RangeError(
        `scatterAdd: updates of shape ${showShape(updates.shape)} do not fit (indices ${showShape(indices.shape)} along axis ${k} of ${showShape(shape)} take ${showShape(expected)})`,
      );
    const rows = integersOf("scatterAdd", "indices", indices, length);
    const sums = new Float64Array(sizeOf(shape));
    addRows(sums, updates.data, rows, { outer, length, inner });
    return new Tensor([...shape], updates.dtype, updates.dtype === "f32" ? new Float32Array(sums) : sums);
  },
  {
    name: "scatterAdd",
    vjp: [null, null, (dy, y, shape, indices, updates, axis) => gather(dy, indices, axis), null],
    jvp: [null, null, (dot, y, shape, indices, updates, axis) => scatterAdd(shape, indices, dot, axis), null],
  },
);

/**
 * The rows of `table` (slices along its first axis) with the numbers `ids`: shape `[...ids.shape, ...table.shape.slice(1)]`.
 * Throws a RangeError where an id is not an integer of at least 0 and less than the number of rows.
 */
export const embeddingLookup: (table: Tensor, ids: Tensor) => Tensor = primitive(
  (table: Tensor, ids: Tensor): Tensor => taken("embeddingLookup", "ids", table, ids, 0),
  {
    name: "embeddingLookup",
    vjp: [(dy, y, table, ids) => scatterAdd(table.shape, ids, dy, 0), null],
    jvp: [(dot, y, table, ids) => embeddingLookup(dot, ids), null],
  },
);

/**
 * For each id a line of `depth` numbers along a new last axis: 1 at the place of the id, else 0. Single precision unless
 * told otherwise. It carries no derivative. Throws a RangeError where an id is not an integer of at least 0 and less
 * than `depth`.
 */
export const oneHot: (ids: Tensor, depth: number, dtype?: DType) => Tensor = primitive(
  (ids: Tensor, depth: number, dtype: DType = "f32"): Tensor => {
    const shape = [...ids.shape, depth];
    requireShape("oneHot", shape);
    const places = integersOf("oneHot", "ids", ids, depth);
    const data = newData(dtype, sizeOf(shape));
    for (let i = 0; i < places.length; i++) data[i * depth + places[i]] = 1;
    return new Tensor(shape, dtype, data);
  },
  { name: "oneHot", vjp: [null, null, null], jvp: [null, null, null] },
);

function taken(operation: string, name: string, x: Tensor, indices: Tensor, axis: number): Tensor {
  const { axis: k, outer, length, inner } = linesOf(operation, x.shape, axis);
  const rows = integersOf(operation, name, indices, length);
  const shape = [...x.shape.slice(0, k), ...indices.shape, ...x.shape.slice(k + 1)];
  const source = x.data;
  const data = newData(x.dtype, sizeOf(shape));
  for (let block = 0, to = 0; block < outer; block++)
    for (const row of rows) {
      const start = (block * length + row) * inner;
      for (let from = start; from < start + inner; from++) data[to++] = source[from];
    }
  return new Tensor(shape, x.dtype, data);
}

function addRows(
  sums: Float64Array,
  updates: ArrayLike<number>,
  rows: Int32Array,
  { outer, length, inner }: { readonly outer: number; readonly length: number; readonly inner: number },
): void {
  for (let block = 0, from = 0; block < outer; block++)
    for (const row of rows) {
      const start = (block * length + row) * inner;
      for (let to = start; to < start + inner; to++) sums[to] += updates[from++];
    }
}
