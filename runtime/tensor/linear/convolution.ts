/**
 * Convolutions of images: [images, channels, height, width] with weights [filters, channels / groups, height, width].
 * As in all of machine learning, the window is not reversed. The three primitives are the three ways round of one sum
 * over input, weights and result; so each is the derivative of the others.
 */
import { primitive } from "../../primitive.ts";
import { Tensor, type Dimensions } from "../tensor.ts";
import { checkResult, convolutionOf, resultShape, type ConvolutionOptions } from "./convolution-shapes.ts";
import { convolve, convolveBack, convolveWeights } from "./convolve.ts";
import { commonDType } from "./operands.ts";

/**
 * The convolution of images with weights. Throws a RangeError where the shapes or the options do not fit, and an Error
 * for operands of different dtypes.
 */
export const conv2d = primitive(
  (x: Tensor, w: Tensor, options?: ConvolutionOptions): Tensor => {
    const dtype = commonDType("conv2d", x, w);
    const convolution = convolutionOf("conv2d", x.shape, w.shape, options);
    return new Tensor(resultShape(convolution), dtype, convolve(x.data, w.data, convolution, dtype));
  },
  {
    name: "conv2d",
    vjp: [
      (dy, _y, x, w, options): Tensor => conv2dInput(dy, w, x.shape, options),
      (dy, _y, x, w, options): Tensor => conv2dWeights(x, dy, w.shape, options),
      null,
    ],
    jvp: [
      (dx, _y, _x, w, options): Tensor => conv2d(dx, w, options),
      (dw, _y, x, _w, options): Tensor => conv2d(x, dw, options),
      null,
    ],
  },
);

/** The adjoint of the input of `conv2d`, which has the shape given: `y` is that of the result. */
export const conv2dInput = primitive(
  (y: Tensor, w: Tensor, shape: Dimensions, options?: ConvolutionOptions): Tensor => {
    const dtype = commonDType("conv2dInput", y, w);
    const convolution = convolutionOf("conv2dInput", shape, w.shape, options);
    checkResult("conv2dInput", convolution, y.shape, shape, w.shape);
    return new Tensor(shape, dtype, convolveBack(y.data, w.data, convolution, dtype));
  },
  {
    name: "conv2dInput",
    vjp: [
      (dx, _x, _y, w, _shape, options): Tensor => conv2d(dx, w, options),
      (dx, _x, y, w, _shape, options): Tensor => conv2dWeights(dx, y, w.shape, options),
      null,
      null,
    ],
    jvp: [
      (dy, _x, _y, w, shape, options): Tensor => conv2dInput(dy, w, shape, options),
      (dw, _x, y, _w, shape, options): Tensor => conv2dInput(y, dw, shape, options),
      null,
      null,
    ],
  },
);

/** The adjoint of the weights of `conv2d`, which have the shape given: `y` is that of the result. */
export const conv2dWeights = primitive(
  (x: Tensor, y: Tensor, shape: Dimensions, options?: ConvolutionOptions): Tensor => {
    const dtype = commonDType("conv2dWeights", x, y);
    const convolution = convolutionOf("conv2dWeights", x.shape, shape, options);
    checkResult("conv2dWeights", convolution, y.shape, x.shape, shape);
    return new Tensor(shape, dtype, convolveWeights(x.data, y.data, convolution, dtype));
  },
  {
    name: "conv2dWeights",
    vjp: [
      (dw, _w, x, y, _shape, options): Tensor => conv2dInput(y, dw, x.shape, options),
      (dw, _w, x, _y, _shape, options): Tensor => conv2d(x, dw, options),
      null,
      null,
    ],
    jvp: [
      (dx, _w, _x, y, shape, options): Tensor => conv2dWeights(dx, y, shape, options),
      (dy, _w, x, _y, shape, options): Tensor => conv2dWeights(x, dy, shape, options),
      null,
      null,
    ],
  },
);
