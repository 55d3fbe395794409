/** What users import from `cotangent/nn`: tensors, optimizers, data and training. */
export type { GradientOf } from "./tree-types.ts";
export { flatten, mapNumbers, restore, unflatten } from "./flat.ts";
export type { Optimizer, State } from "./optimizers/optimizer.ts";
export { momentum, nesterov, sgd, type MomentumOptions, type RateOptions } from "./optimizers/sgd.ts";
export {
  adagrad,
  adam,
  adamw,
  rmsprop,
  type AdagradOptions,
  type AdamOptions,
  type AdamwOptions,
  type RmspropOptions,
} from "./optimizers/adaptive.ts";
export {
  minimize,
  type Minimum,
  type MinimizeOptions,
  type MinimizeState,
  type MinimizeStep,
  type StopReason,
} from "./optimizers/lbfgs.ts";
export {
  constantRate,
  cosineDecay,
  exponentialDecay,
  inverseTimeDecay,
  stepDecay,
  warmUp,
  type Schedule,
} from "./optimizers/schedules.ts";
export { reduceOnPlateau, type Plateau, type PlateauOptions, type PlateauState } from "./optimizers/plateau.ts";
export { addL1, addL2, clipNorm, clipValue, globalNorm } from "./optimizers/clip.ts";
export { createRandom, type Random, type RandomState } from "./random.ts";
export {
  glorot,
  he,
  lecun,
  orthogonal,
  zeros,
  type As,
  type Kind,
  type Shape,
  type Spread,
  type Weights,
} from "./init.ts";
export type { Fans, TensorSpread, TensorWeights } from "./init-tensor.ts";
export * from "./tensor/index.ts";
export * from "./tensor/gather/index.ts";
export * from "./tensor/linear/index.ts";
export * from "./layers/index.ts";
export {
  arctan,
  binaryStep,
  elu,
  gelu,
  identity,
  isru,
  leakyRelu,
  prelu,
  selu,
  silu,
  softsign,
} from "./activations.ts";
export { normalCdf, slopeCosine, slopeSine, xLogX } from "./tensor/activation-primitives.ts";
export * from "./losses.ts";
export { l1Penalty, l2Penalty, smoothLabels } from "./regularize.ts";
export { primitive, type PrimitiveRule } from "./primitive.ts";
export * from "./data/index.ts";
export * from "./train/index.ts";
