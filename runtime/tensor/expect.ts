/** What losses and layers ask of the shapes of their arguments. */
import { primitive } from "../primitive.ts";
import { reshape } from "./reshape.ts";
import { sameShape } from "./shapes.ts";
import { newData, showShape, sizeOf, Tensor, type Dimensions } from "./tensor.ts";

/** `x` itself. Throws a RangeError in the name of `operation` unless it has the shape of `like`: nothing is broadcast. */
export const shapedAs: (x: Tensor, like: Tensor, operation: string) => Tensor = primitive(
  (x: Tensor, like: Tensor, operation: string): Tensor => {
    if (!sameShape(x.shape, like.shape))
      throw new RangeError(
        `${operation}: shapes ${showShape(like.shape)} and ${showShape(x.shape)} do not fit (they must be the same)`,
      );
    return x;
  },
  { name: "shapedAs", vjp: [(dy) => dy, null, null], jvp: [(dot) => dot, null, null] },
);

/**
 * Labels with a new last axis of length 1, which `takeAlong` reads the scores with. Throws a RangeError in the name of
 * `operation` unless their shape is that of the scores without its last axis.
 */
export const labelsOf: (labels: Tensor, scores: Tensor, operation: string) => Tensor = primitive(
  (labels: Tensor, scores: Tensor, operation: string): Tensor => {
    if (scores.shape.length === 0 || !sameShape(labels.shape, scores.shape.slice(0, -1)))
      throw new RangeError(
        `${operation}: shapes ${showShape(scores.shape)} and ${showShape(labels.shape)} do not fit (labels lack the last axis of the scores only)`,
      );
    return new Tensor([...labels.shape, 1], labels.dtype, labels.data);
  },
  {
    name: "labelsOf",
    vjp: [(dy, y, labels) => reshape(dy, labels.shape), null, null],
    jvp: [(dot, y) => reshape(dot, y.shape), null, null],
  },
);

/** The shape of a batch with all axes but the first made one. */
export const flatShape: (x: Tensor) => Dimensions = primitive(
  (x: Tensor): Dimensions => {
    if (x.shape.length === 0) throw new RangeError("flattenFeatures: shape [] has no axis for the batch");
    return [x.shape[0], sizeOf(x.shape.slice(1))];
  },
  { name: "flatShape", vjp: [null], jvp: [null] },
);

/** All axes of a batch but that of the channels, which is the second. Throws a RangeError for less than two axes. */
export const axesBesideChannels: (x: Tensor, operation: string) => readonly number[] = primitive(
  (x: Tensor, operation: string): readonly number[] => {
    if (x.shape.length < 2)
      throw new RangeError(`${operation}: shape ${showShape(x.shape)} has no axis for channels ([batch, channels, …])`);
    return x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  },
  { name: "axesBesideChannels", vjp: [null, null], jvp: [null, null] },
);

/**
 * The shape of a vector with a number for each channel, as it is broadcast to `x`: `[1, channels, 1, 1]` for images.
 * Throws a RangeError in the name of `operation` unless it has as many numbers as `x` has channels.
 */
export const perChannel: (vector: Tensor, x: Tensor, operation: string) => Dimensions = primitive(
  (vector: Tensor, x: Tensor, operation: string): Dimensions => {
    if (vector.shape.length !== 1 || x.shape.length < 2 || vector.shape[0] !== x.shape[1])
      throw new RangeError(
        `${operation}: shapes ${showShape(x.shape)} and ${showShape(vector.shape)} do not fit ([batch, channels, …] and [channels])`,
      );
    return x.shape.map((length, axis) => (axis === 1 ? length : 1));
  },
  { name: "perChannel", vjp: [null, null, null], jvp: [null, null, null] },
);

/**
 * Which keys each query may look at: 1 for its own place and those before it, otherwise 0. The last query stands at the
 * last key, so fewer queries than keys continue a sequence. Single precision.
 */
export const causalMask: (queries: number, keys: number) => Tensor = primitive(
  (queries: number, keys: number): Tensor => {
    const data = newData("f32", queries * keys);
    for (let i = 0; i < queries; i++)
      for (let j = 0; j < keys; j++) data[i * keys + j] = j <= i + keys - queries ? 1 : 0;
    return new Tensor([queries, keys], "f32", data);
  },
  { name: "causalMask", vjp: [null, null], jvp: [null, null] },
);

/** The shape of weights as a matrix: their first axis, and all others as one. Throws a RangeError for less than two axes. */
export const rowsOf: (weights: Tensor) => readonly [rows: number, columns: number] = primitive(
  (weights: Tensor): readonly [rows: number, columns: number] => {
    if (weights.shape.length < 2)
      throw new RangeError(`spectralNorm: shape ${showShape(weights.shape)} has fewer than two axes`);
    return [weights.shape[0], sizeOf(weights.shape.slice(1))];
  },
  { name: "rowsOf", vjp: [null], jvp: [null] },
);

/** The shape of `[batch, time, features]` with the features shared among heads, `[batch, time, heads, features / heads]`. Throws a RangeError where they cannot be. */
export const headShape: (x: Tensor, heads: number) => Dimensions = primitive(
  (x: Tensor, heads: number): Dimensions => {
    if (x.shape.length !== 3)
      throw new RangeError(`multiHeadAttention: shape ${showShape(x.shape)} is not [batch, time, features]`);
    const [batch, time, features] = x.shape;
    if (!Number.isInteger(heads) || heads < 1 || features % heads !== 0)
      throw new RangeError(`multiHeadAttention: ${heads} heads cannot share ${features} features`);
    return [batch, time, heads, features / heads];
  },
  { name: "headShape", vjp: [null, null], jvp: [null, null] },
);

/** The padding of a batch, `[batch, keys]`, as a mask for all heads and queries. Throws a RangeError where it does not fit `memory`. */
export const paddingMask: (padding: Tensor, memory: Tensor) => Tensor = primitive(
  (padding: Tensor, memory: Tensor): Tensor => {
    if (!sameShape(padding.shape, memory.shape.slice(0, 2)))
      throw new RangeError(
        `multiHeadAttention: shapes ${showShape(memory.shape)} and ${showShape(padding.shape)} do not fit ([batch, places, features] and [batch, places])`,
      );
    const [batch, keys] = padding.shape;
    return new Tensor([batch, 1, 1, keys], padding.dtype, padding.data);
  },
  {
    name: "paddingMask",
    vjp: [(dy, y, padding) => reshape(dy, padding.shape), null],
    jvp: [(dot, y) => reshape(dot, y.shape), null],
  },
);
