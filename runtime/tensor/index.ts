/** The basic functions of tensors, as `cotangent/nn` exports them. The last lists are what maps, and so generated code, call besides. */
export { add, clip, div, maximum, minimum, mul, sub, type Binary } from "./arithmetic.ts";
export { argMax, argMin } from "./arg.ts";
export { broadcastLike, broadcastTo, sumTo } from "./broadcasting.ts";
export { equal, greater, greaterEqual, less, lessEqual, notEqual, where } from "./compare.ts";
export {
  arange,
  cast,
  fill,
  item,
  linspace,
  onesLike,
  scalar,
  tensor,
  zerosLike,
  type NestedNumbers,
  type TensorOptions,
  type TensorValues,
} from "./create.ts";
export {
  abs,
  cos,
  erf,
  exp,
  expm1,
  log,
  log1p,
  neg,
  relu,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  tanh,
  type Unary,
} from "./functions.ts";
export { deviation, logSumExp, max, mean, min, sum, variance, type Axes, type Reduction } from "./reductions.ts";
export { expandDims, reshape, squeeze, swapAxes, transpose } from "./reshape.ts";
export { pow } from "./power.ts";
export { flip, pad, slice } from "./slice.ts";
export { concat, pick, split, stack, unstack } from "./join.ts";
export { Tensor, type Dimensions, type DType, type Operand } from "./tensor.ts";

export { plus, zero, zerosOf } from "./adjoint.ts";
export { shareOfMaximum, shareOfMinimum, weigh } from "./arithmetic.ts";
export { monomial } from "./power.ts";
export { freedom, tieShares, unreduce } from "./reductions.ts";
export { untranspose } from "./reshape.ts";
export { concatLike, lengthOf, lengthsOf, partOf, place, placePart, stackLike, startsOf } from "./join.ts";
export { margins, unpad, unslice } from "./slice.ts";
