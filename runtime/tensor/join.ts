/** Tensors put together, and taken apart. */
import { primitive } from "../primitive.ts";
import { slice, unslice } from "./slice.ts";
import { axisOf, sameShape, stridesOf } from "./shapes.ts";
import { copyStrided } from "./strided.ts";
import { blankData, showShape, sizeOf, Tensor, type Dimensions } from "./tensor.ts";

/** The tensors one after the other along an axis; along all others their lengths agree. Throws a RangeError where they do not, and for none at all. */
export const concat: (parts: readonly Tensor[], axis: number) => Tensor = primitive(
  (parts: readonly Tensor[], axis: number): Tensor => {
    const first = firstOf("concat", parts);
    const at = axisOf("concat", axis, first.shape);
    const joined = [...first.shape];
    joined[at] = 0;
    for (const { shape } of parts) {
      if (shape.length !== first.shape.length || shape.some((length, k) => k !== at && length !== first.shape[k]))
        throw new RangeError(
          `concat: shapes ${showShape(first.shape)} and ${showShape(shape)} do not fit (all axes but ${at} must agree)`,
        );
      joined[at] += shape[at];
    }
    return joinedAt(
      "concat",
      parts,
      joined,
      at,
      parts.map(({ shape }) => shape),
    );
  },
  {
    name: "concat",
    vjp: [(dy, y, parts, axis) => split(dy, lengthsOf(parts, axis), axis), null],
    jvp: [(dot, y, parts, axis) => concat(dot, axis), null],
  },
);

/** The tensors, all of one shape, one after the other along a new axis. Throws a RangeError for shapes that differ, and for none at all. */
export const stack: (parts: readonly Tensor[], axis: number) => Tensor = primitive(
  (parts: readonly Tensor[], axis: number): Tensor => {
    const first = firstOf("stack", parts);
    const at = axisOf("stack", axis, first.shape, 1);
    for (const { shape } of parts)
      if (!sameShape(shape, first.shape))
        throw new RangeError(`stack: shapes ${showShape(first.shape)} and ${showShape(shape)} are not the same`);
    const withAxis = (length: number): number[] => [...first.shape.slice(0, at), length, ...first.shape.slice(at)];
    return joinedAt(
      "stack",
      parts,
      withAxis(parts.length),
      at,
      parts.map(() => withAxis(1)),
    );
  },
  {
    name: "stack",
    vjp: [(dy, y, parts, axis) => unstack(dy, axis), null],
    jvp: [(dot, y, parts, axis) => stack(dot, axis), null],
  },
);

/** The parts of `x` along an axis that have the given lengths. Throws a RangeError unless those add up to the length of the axis. */
export const split: (x: Tensor, lengths: readonly number[], axis: number) => Tensor[] = primitive(
  (x: Tensor, lengths: readonly number[], axis: number): Tensor[] => {
    const starts = startsOf(x, lengths, axis);
    return lengths.map((length, i) => partOf(x, starts[i], length, axis));
  },
  {
    name: "split",
    vjp: [(dy, y, x, lengths, axis) => concatLike(dy, x, axis), null, null],
    jvp: [(dot, y, x, lengths, axis) => split(dot, lengths, axis), null, null],
  },
);

/** The parts of `x` at the single places of an axis, which is gone in them. */
export const unstack: (x: Tensor, axis: number) => Tensor[] = primitive(
  (x: Tensor, axis: number): Tensor[] => Array.from({ length: lengthOf(x, axis) }, (_, i) => pick(x, i, axis)),
  {
    name: "unstack",
    vjp: [(dy, y, x, axis) => stackLike(dy, x, axis), null],
    jvp: [(dot, y, x, axis) => unstack(dot, axis), null],
  },
);

/** `concat` of the parts that `split` made of `like`, or of their adjoints: zeros where there are none. */
export const concatLike: (parts: readonly Tensor[], like: Tensor, axis: number) => Tensor = primitive(
  (parts: readonly Tensor[], like: Tensor, axis: number): Tensor =>
    parts.length === 0 ? new Tensor(like.shape, like.dtype) : concat(parts, axis),
  {
    name: "concatLike",
    vjp: [(dy, y, parts, like, axis) => split(dy, lengthsOf(parts, axis), axis), null, null],
    jvp: [(dot, y, parts, like, axis) => concatLike(dot, like, axis), null, null],
  },
);

/** `stack` of the parts that `unstack` made of `like`, or of their adjoints: zeros where there are none. */
export const stackLike: (parts: readonly Tensor[], like: Tensor, axis: number) => Tensor = primitive(
  (parts: readonly Tensor[], like: Tensor, axis: number): Tensor =>
    parts.length === 0 ? new Tensor(like.shape, like.dtype) : stack(parts, axis),
  {
    name: "stackLike",
    vjp: [(dy, y, parts, like, axis) => unstack(dy, axis), null, null],
    jvp: [(dot, y, parts, like, axis) => stackLike(dot, like, axis), null, null],
  },
);

/** `length` places of `x` from `start` on along an axis. Throws a RangeError where they do not exist. */
export const partOf: (x: Tensor, start: number, length: number, axis: number) => Tensor = primitive(
  (x: Tensor, start: number, length: number, axis: number): Tensor => {
    const range = rangeOf("partOf", x.shape, start, length, axis);
    return slice(x, range.starts, range.ends);
  },
  {
    name: "partOf",
    vjp: [(dy, y, x, start, length, axis) => placePart(dy, x.shape, start, axis), null, null, null],
    jvp: [(dot, y, x, start, length, axis) => partOf(dot, start, length, axis), null, null, null],
  },
);

/** Zeros of `shape` with `part` from `start` on along an axis: the adjoint of `partOf`. */
export const placePart: (part: Tensor, shape: Dimensions, start: number, axis: number) => Tensor = primitive(
  (part: Tensor, shape: Dimensions, start: number, axis: number): Tensor => {
    const range = rangeOf("placePart", shape, start, part.shape[axisOf("placePart", axis, part.shape)], axis);
    return unslice(part, shape, range.starts, range.ends);
  },
  {
    name: "placePart",
    vjp: [(d, y, part, shape, start, axis) => partOf(d, start, lengthOf(part, axis), axis), null, null, null],
    jvp: [(dot, y, part, shape, start, axis) => placePart(dot, shape, start, axis), null, null, null],
  },
);

/** `x` at one place of an axis, which is gone in the result. Throws a RangeError for a place that does not exist; negative ones count from the end. */
export const pick: (x: Tensor, index: number, axis: number) => Tensor = primitive(
  (x: Tensor, index: number, axis: number): Tensor => {
    const at = axisOf("pick", axis, x.shape);
    const { starts, ends } = rangeOf("pick", x.shape, index, 1, axis);
    const { dtype, data } = slice(x, starts, ends);
    return new Tensor(withoutAxis(x.shape, at), dtype, data);
  },
  {
    name: "pick",
    vjp: [(dy, y, x, index, axis) => place(dy, x.shape, index, axis), null, null],
    jvp: [(dot, y, x, index, axis) => pick(dot, index, axis), null, null],
  },
);

/** Zeros of `shape` with `x` at one place of an axis: the adjoint of `pick`. */
export const place: (x: Tensor, shape: Dimensions, index: number, axis: number) => Tensor = primitive(
  (x: Tensor, shape: Dimensions, index: number, axis: number): Tensor => {
    const at = axisOf("place", axis, shape);
    if (!sameShape(x.shape, withoutAxis(shape, at)))
      throw new RangeError(
        `place: shapes ${showShape(x.shape)} and ${showShape(shape)} do not fit (axis ${at} is new)`,
      );
    const { starts, ends } = rangeOf("place", shape, index, 1, axis);
    const widened = [...x.shape.slice(0, at), 1, ...x.shape.slice(at)];
    return unslice(new Tensor(widened, x.dtype, x.data), shape, starts, ends);
  },
  {
    name: "place",
    vjp: [(d, y, x, shape, index, axis) => pick(d, index, axis), null, null, null],
    jvp: [(dot, y, x, shape, index, axis) => place(dot, shape, index, axis), null, null, null],
  },
);

/** The length of an axis. */
export const lengthOf: (x: Tensor, axis: number) => number = primitive(
  (x: Tensor, axis: number): number => x.shape[axisOf("lengthOf", axis, x.shape)],
  { name: "lengthOf", vjp: [null, null], jvp: [null, null] },
);

/** The length of an axis in each tensor. */
export const lengthsOf: (parts: readonly Tensor[], axis: number) => readonly number[] = primitive(
  (parts: readonly Tensor[], axis: number): readonly number[] => parts.map((part) => lengthOf(part, axis)),
  { name: "lengthsOf", vjp: [null, null], jvp: [null, null] },
);

/** Where the parts of `x` begin that have the given lengths along an axis. Throws a RangeError unless those add up to its length. */
export const startsOf: (x: Tensor, lengths: readonly number[], axis: number) => readonly number[] = primitive(
  (x: Tensor, lengths: readonly number[], axis: number): readonly number[] => {
    let end = 0;
    const starts = lengths.map((length) => (end += length) - length);
    if (end !== lengthOf(x, axis))
      throw new RangeError(
        `split: lengths [${lengths.join(", ")}] do not add up to axis ${axis} of shape ${showShape(x.shape)}`,
      );
    return starts;
  },
  { name: "startsOf", vjp: [null, null, null], jvp: [null, null, null] },
);

function firstOf(name: string, parts: readonly Tensor[]): Tensor {
  if (parts.length === 0) throw new RangeError(`${name}: there are no tensors`);
  return parts[0];
}

function joinedAt(
  name: string,
  parts: readonly Tensor[],
  shape: Dimensions,
  axis: number,
  shapes: readonly Dimensions[],
): Tensor {
  const [{ dtype, shape: first }] = parts;
  for (const part of parts)
    if (part.dtype !== dtype)
      throw new TypeError(
        `${name}: ${dtype} ${showShape(first)} and ${part.dtype} ${showShape(part.shape)} differ in precision: convert one with cast`,
      );
  const data = blankData(dtype, sizeOf(shape));
  const strides = stridesOf(shape);
  let start = 0;
  parts.forEach((part, k) => {
    copyStrided(shapes[k], { data: part.data, start: 0, strides: stridesOf(shapes[k]) }, { data, start, strides });
    start += shapes[k][axis] * strides[axis];
  });
  return new Tensor(shape, dtype, data);
}

function withoutAxis(shape: Dimensions, axis: number): number[] {
  return shape.filter((_, k) => k !== axis);
}

function rangeOf(
  name: string,
  shape: Dimensions,
  start: number,
  length: number,
  axis: number,
): { starts: number[]; ends: number[] } {
  const at = axisOf(name, axis, shape);
  const from = start < 0 ? start + shape[at] : start;
  if (!Number.isInteger(start) || !Number.isInteger(length) || from < 0 || length < 0 || from + length > shape[at])
    throw new RangeError(`${name}: axis ${axis} of shape ${showShape(shape)} does not have ${length} from ${start} on`);
  const starts = shape.map(() => 0);
  const ends = [...shape];
  [starts[at], ends[at]] = [from, from + length];
  return { starts, ends };
}
