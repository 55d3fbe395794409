/** Broadcasting, and its undoing. */
import { primitive } from "../primitive.ts";
import { dataOf, shapeOf } from "./broadcast.ts";
import { copyStrided } from "./strided.ts";
import { converted, reduced, rounded, sums } from "./reduce.ts";
import { broadcastStrides, fitsInto, requireShape, sameShape, stridesOf } from "./shapes.ts";
import { blankData, showShape, sizeOf, Tensor, type Dimensions, type DType, type Operand } from "./tensor.ts";

/** `x` repeated to fill `shape`, as it is in an operation with a tensor of that shape. Throws a RangeError where it does not fit. */
export const broadcastTo: (x: Tensor, shape: Dimensions) => Tensor = primitive(
  (x: Tensor, shape: Dimensions): Tensor => {
    requireShape("broadcastTo", shape);
    return repeated("broadcastTo", x, shape, x.dtype);
  },
  {
    name: "broadcastTo",
    vjp: [(dy, y, x) => sumTo(dy, x), null],
    jvp: [(dot, y, x, shape) => broadcastTo(dot, shape), null],
  },
);

/** `x` repeated to fill the shape of `like`, in its precision. Throws a RangeError where it does not fit. */
export const broadcastLike: (x: Operand, like: Tensor) => Tensor = primitive(
  (x: Operand, like: Tensor): Tensor => repeated("broadcastLike", x, like.shape, like.dtype),
  {
    name: "broadcastLike",
    vjp: [(dy, y, x) => sumTo(dy, x), null],
    jvp: [(dot, y) => broadcastLike(dot, y), null],
  },
);

/** The sum of `x` over what broadcasting to its shape repeats of `like`, in the shape and precision of `like`: undoes it for adjoints. */
export const sumTo: (x: Tensor, like: Operand) => Tensor = primitive(
  (x: Tensor, like: Operand): Tensor => {
    const shape = shapeOf(like);
    const dtype = typeof like === "number" ? "f64" : like.dtype;
    if (sameShape(x.shape, shape)) return x.dtype === dtype ? x : new Tensor(shape, dtype, converted(x.data, dtype));
    if (!fitsInto(shape, x.shape))
      throw new RangeError(`sumTo: shape ${showShape(x.shape)} is not what ${showShape(shape)} is broadcast to`);
    const missing = x.shape.length - shape.length;
    const flags = x.shape.map((length, axis) => axis < missing || shape[axis - missing] !== length);
    return rounded(reduced(x.data, x.shape, flags, sums), shape, dtype);
  },
  {
    name: "sumTo",
    vjp: [(dy, y, x) => broadcastLike(dy, x), null],
    jvp: [(dot, y, x, like) => sumTo(dot, like), null],
  },
);

function repeated(name: string, x: Operand, shape: Dimensions, dtype: DType): Tensor {
  const own = shapeOf(x);
  if (typeof x !== "number" && sameShape(own, shape))
    return x.dtype === dtype ? x : new Tensor(shape, dtype, converted(x.data, dtype));
  if (!fitsInto(own, shape))
    throw new RangeError(`${name}: shape ${showShape(own)} does not fit into ${showShape(shape)}`);
  const data = blankData(dtype, sizeOf(shape));
  if (own.length === 0) return new Tensor(shape, dtype, data.fill(dataOf(x, dtype)[0]));
  const source = typeof x !== "number" && x.dtype !== dtype ? converted(x.data, dtype) : dataOf(x, dtype);
  const from = { data: source, start: 0, strides: broadcastStrides(own, shape) };
  copyStrided(shape, from, { data, start: 0, strides: stridesOf(shape) });
  return new Tensor(shape, dtype, data);
}
