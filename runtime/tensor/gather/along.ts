/** Single numbers that index tensors choose, each along its own line, and their adjoints. */
import { primitive } from "../../primitive.ts";
import { requireShape, sameShape } from "../shapes.ts";
import { newData, showShape, sizeOf, Tensor, type Dimensions } from "../tensor.ts";
import { integersOf, linesOf, type Lines } from "./lines.ts";

/**
 * `y[.., j, ..] = x[.., indices[.., j, ..], ..]`, NumPy's `take_along_axis`: each index chooses from the line of `x` that
 * it stands on. The result has the shape of `indices`, which is that of `x` but along `axis`. From what `argSort` gives
 * it makes the sorted numbers, from labels of shape `[n, 1]` the number of each row at its label.
 *
 * Throws a RangeError for another shape, an axis that does not exist, and where an index is not an integer of at least 0
 * and less than the length of the axis.
 */
export const takeAlong: (x: Tensor, indices: Tensor, axis: number) => Tensor = primitive(
  (x: Tensor, indices: Tensor, axis: number): Tensor => {
    const lines = linesOf("takeAlong", x.shape, axis);
    const places = placesOf("takeAlong", x.shape, indices, lines);
    const source = x.data;
    const data = newData(x.dtype, places.length);
    for (let i = 0; i < places.length; i++) data[i] = source[places[i]];
    return new Tensor(indices.shape, x.dtype, data);
  },
  {
    name: "takeAlong",
    vjp: [(dy, y, x, indices, axis) => scatterAlong(x.shape, indices, dy, axis), null, null],
    jvp: [(dot, y, x, indices, axis) => takeAlong(dot, indices, axis), null, null],
  },
);

/**
 * Zeros of a shape, with each number of `updates` added where `takeAlong` would read it: the adjoint of `takeAlong`.
 * Where an index comes twice on a line, both are added, in double precision. Throws a RangeError like `takeAlong`, and
 * where `updates` does not have the shape of `indices`.
 */
export const scatterAlong: (shape: Dimensions, indices: Tensor, updates: Tensor, axis: number) => Tensor = primitive(
  (shape: Dimensions, indices: Tensor, updates: Tensor, axis: number): Tensor => {
    requireShape("scatterAlong", shape);
    const places = placesOf("scatterAlong", shape, indices, linesOf("scatterAlong", shape, axis));
    if (!sameShape(updates.shape, indices.shape))
      throw new RangeError(
        `scatterAlong: updates of shape ${showShape(updates.shape)} do not fit indices of shape ${showShape(indices.shape)}`,
      );
    const source = updates.data;
    const sums = new Float64Array(sizeOf(shape));
    for (let i = 0; i < places.length; i++) sums[places[i]] += source[i];
    return new Tensor([...shape], updates.dtype, updates.dtype === "f32" ? new Float32Array(sums) : sums);
  },
  {
    name: "scatterAlong",
    vjp: [null, null, (dy, y, shape, indices, updates, axis) => takeAlong(dy, indices, axis), null],
    jvp: [null, null, (dot, y, shape, indices, updates, axis) => scatterAlong(shape, indices, dot, axis), null],
  },
);

/** Where in the data of a tensor of `shape` each index points. */
function placesOf(operation: string, shape: Dimensions, indices: Tensor, lines: Lines): Float64Array {
  const { axis, outer, length, inner } = lines;
  const fits = indices.shape.length === shape.length && indices.shape.every((n, k) => k === axis || n === shape[k]);
  if (!fits)
    throw new RangeError(
      `${operation}: shapes ${showShape(shape)} and ${showShape(indices.shape)} do not fit (they may differ along axis ${axis} only)`,
    );
  const rows = integersOf(operation, "indices", indices, length);
  const count = indices.shape[axis];
  const places = new Float64Array(rows.length);
  for (let block = 0, i = 0; block < outer; block++)
    for (let row = 0; row < count; row++)
      for (let j = 0; j < inner; j++, i++) places[i] = (block * length + rows[i]) * inner + j;
  return places;
}
