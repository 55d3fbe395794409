/** Where the greatest and the least numbers stand. */
import { primitive } from "../primitive.ts";
import { axisOf, reducedShape } from "./shapes.ts";
import { newData, showShape, sizeOf, Tensor } from "./tensor.ts";

/**
 * The index of the greatest number along an axis, which is gone: of the first one where there are several, and of the
 * first NaN where there is one. In the precision of `x`; it carries no derivative. Throws a RangeError for an axis of
 * length 0, and where the precision does not hold all indices.
 */
export const argMax: (x: Tensor, axis: number) => Tensor = primitive(
  (x: Tensor, axis: number): Tensor => firstAt("argMax", x, axis, 1),
  { name: "argMax", vjp: [null, null], jvp: [null, null] },
);

/** The index of the least number along an axis: as `argMax`. */
export const argMin: (x: Tensor, axis: number) => Tensor = primitive(
  (x: Tensor, axis: number): Tensor => firstAt("argMin", x, axis, -1),
  { name: "argMin", vjp: [null, null], jvp: [null, null] },
);

function firstAt(name: string, x: Tensor, axis: number, sign: number): Tensor {
  const at = axisOf(name, axis, x.shape);
  const count = x.shape[at];
  const shape = reducedShape(
    x.shape,
    x.shape.map((_, k) => k === at),
  );
  const out = newData(x.dtype, sizeOf(shape));
  if (count === 0 && out.length > 0)
    throw new RangeError(`${name}: axis ${axis} of shape ${showShape(x.shape)} has length 0`);
  if (x.dtype === "f32" && count > 2 ** 24)
    throw new RangeError(`${name}: f32 does not hold the ${count} indices of axis ${axis}: convert x with cast`);
  const inner = sizeOf(x.shape.slice(at + 1));
  for (let k = 0; k < out.length; k++) {
    const j = k % inner;
    out[k] = firstIn(x.data, (k - j) * count + j, inner, count, sign);
  }
  return new Tensor(shape, x.dtype, out);
}

function firstIn(data: ArrayLike<number>, start: number, stride: number, count: number, sign: number): number {
  let [best, found] = [sign * data[start], 0];
  for (let k = 1, i = start + stride; k < count && best === best; k++, i += stride) {
    const value = sign * data[i];
    if (value > best || value !== value) [best, found] = [value, k];
  }
  return found;
}
