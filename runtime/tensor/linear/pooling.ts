/** Pooling of images, [images, channels, height, width]: each window becomes one number. */
import { primitive } from "../../primitive.ts";
import { sameShape } from "../shapes.ts";
import { newData, showShape, sizeOf, Tensor, type Dimensions, type DType, type TensorData } from "../tensor.ts";
import { commonDType } from "./operands.ts";
import { average, averageTies, maximize, spread, spreadTies } from "./pool-loops.ts";
import { poolWindows, type Pool } from "./pooling-windows.ts";

/**
 * The maximum of each window, of the elements that are not padding. `pool` is the size of a window that moves by its
 * size, for both axes or for each, or all options: `maxPool2d(x, 2)`, `maxPool2d(x, { window: 3, stride: 2 })`.
 *
 * Elements that tie for the maximum have equal shares in the derivative. Throws a RangeError for other than four axes,
 * and where a window has no element.
 */
export const maxPool2d = primitive(
  (x: Tensor, pool: Pool): Tensor => {
    const windows = poolWindows("maxPool2d", x.shape, pool);
    return filled(windows.shape, x.dtype, (y) => maximize(x.data, y, windows));
  },
  {
    name: "maxPool2d",
    vjp: [(dy, _y, x, pool): Tensor => maxPool2dInput(dy, x, pool), null],
    jvp: [(dx, _y, x, pool): Tensor => maxPool2dTangent(dx, x, pool), null],
  },
);

/** The adjoint of the input of `maxPool2d`: `dy` of each window, in equal shares where `x` has its maximum. */
export const maxPool2dInput = primitive(
  (dy: Tensor, x: Tensor, pool: Pool): Tensor => {
    const dtype = commonDType("maxPool2dInput", dy, x);
    const windows = poolWindows("maxPool2dInput", x.shape, pool);
    checkShape("maxPool2dInput", dy.shape, windows.shape);
    return filled(x.shape, dtype, (dx) => spreadTies(x.data, dy.data, dx, windows));
  },
  {
    name: "maxPool2dInput",
    vjp: [(dx, _dx, _dy, x, pool): Tensor => maxPool2dTangent(dx, x, pool), null, null],
    jvp: [(dot, _dx, _dy, x, pool): Tensor => maxPool2dInput(dot, x, pool), null, null],
  },
);

/** The tangent of `maxPool2d`: for each window the mean of `dx` where `x` has its maximum. */
export const maxPool2dTangent = primitive(
  (dx: Tensor, x: Tensor, pool: Pool): Tensor => {
    const dtype = commonDType("maxPool2dTangent", dx, x);
    const windows = poolWindows("maxPool2dTangent", x.shape, pool);
    checkShape("maxPool2dTangent", dx.shape, x.shape);
    return filled(windows.shape, dtype, (dy) => averageTies(x.data, dx.data, dy, windows));
  },
  {
    name: "maxPool2dTangent",
    vjp: [(dy, _dy, _dx, x, pool): Tensor => maxPool2dInput(dy, x, pool), null, null],
    jvp: [(dot, _dy, _dx, x, pool): Tensor => maxPool2dTangent(dot, x, pool), null, null],
  },
);

/** The mean of each window, of the elements that are not padding: they alone are counted. `pool` is that of `maxPool2d`. */
export const averagePool2d = primitive(
  (x: Tensor, pool: Pool): Tensor => {
    const windows = poolWindows("averagePool2d", x.shape, pool);
    return filled(windows.shape, x.dtype, (y) => average(x.data, y, windows));
  },
  {
    name: "averagePool2d",
    vjp: [(dy, _y, x, pool): Tensor => averagePool2dInput(dy, x.shape, pool), null],
    jvp: [(dx, _y, _x, pool): Tensor => averagePool2d(dx, pool), null],
  },
);

/** The adjoint of the input of `averagePool2d`, which has the shape given: `dy` of each window in equal shares. */
export const averagePool2dInput = primitive(
  (dy: Tensor, shape: Dimensions, pool: Pool): Tensor => {
    const windows = poolWindows("averagePool2dInput", shape, pool);
    checkShape("averagePool2dInput", dy.shape, windows.shape);
    return filled(shape, dy.dtype, (dx) => spread(dy.data, dx, windows));
  },
  {
    name: "averagePool2dInput",
    vjp: [(dx, _dx, _dy, _shape, pool): Tensor => averagePool2d(dx, pool), null, null],
    jvp: [(dot, _dx, _dy, shape, pool): Tensor => averagePool2dInput(dot, shape, pool), null, null],
  },
);

function filled(shape: Dimensions, dtype: DType, fill: (data: TensorData) => void): Tensor {
  const data = newData(dtype, sizeOf(shape));
  fill(data);
  return new Tensor(shape, dtype, data);
}

function checkShape(name: string, shape: Dimensions, expected: Dimensions): void {
  if (!sameShape(shape, expected))
    throw new RangeError(`${name}: shape ${showShape(shape)} does not fit (${showShape(expected)} is expected)`);
}
