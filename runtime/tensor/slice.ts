/** Parts of tensors, and tensors around parts. */
import { primitive } from "../primitive.ts";
import { fill, item } from "./create.ts";
import { sum } from "./reductions.ts";
import { axisFlags, requireShape, sameShape, stridesOf } from "./shapes.ts";
import { copyStrided } from "./strided.ts";
import { blankData, newData, showShape, sizeOf, Tensor, type Dimensions } from "./tensor.ts";

/**
 * `x[starts[0]:ends[0]:steps[0], …]`: along each axis the elements from `start` up to `end`, which is left out. Negative
 * positions count from the end, those outside are cut off; `Infinity` is the end. Axes that are not named are taken
 * whole. Throws a RangeError for steps that are not integers of at least 1: `flip` turns an axis around.
 */
export const slice: (
  x: Tensor,
  starts: readonly number[],
  ends: readonly number[],
  steps?: readonly number[],
) => Tensor = primitive(
  (x: Tensor, starts: readonly number[], ends: readonly number[], steps?: readonly number[]): Tensor => {
    const { shape, start, strides } = viewOf("slice", x.shape, starts, ends, steps);
    if (sameShape(shape, x.shape)) return x;
    const data = blankData(x.dtype, sizeOf(shape));
    copyStrided(shape, { data: x.data, start, strides }, { data, start: 0, strides: stridesOf(shape) });
    return new Tensor(shape, x.dtype, data);
  },
  {
    name: "slice",
    vjp: [(dy, y, x, starts, ends, steps) => unslice(dy, x.shape, starts, ends, steps), null, null, null],
    jvp: [(dot, y, x, starts, ends, steps) => slice(dot, starts, ends, steps), null, null, null],
  },
);

/** Zeros of `shape` with `part` where `slice` would take it from: the adjoint of `slice`. */
export const unslice: (
  part: Tensor,
  shape: Dimensions,
  starts: readonly number[],
  ends: readonly number[],
  steps?: readonly number[],
) => Tensor = primitive(
  (
    part: Tensor,
    shape: Dimensions,
    starts: readonly number[],
    ends: readonly number[],
    steps?: readonly number[],
  ): Tensor => {
    const view = viewOf("unslice", shape, starts, ends, steps);
    if (!sameShape(view.shape, part.shape))
      throw new RangeError(`unslice: shape ${showShape(part.shape)} against a slice of ${showShape(view.shape)}`);
    const data = newData(part.dtype, sizeOf(shape));
    copyStrided(part.shape, { data: part.data, start: 0, strides: stridesOf(part.shape) }, { ...view, data });
    return new Tensor([...shape], part.dtype, data);
  },
  {
    name: "unslice",
    vjp: [(d, y, part, shape, starts, ends, steps) => slice(d, starts, ends, steps), null, null, null, null],
    jvp: [
      (dot, y, part, shape, starts, ends, steps) => unslice(dot, shape, starts, ends, steps),
      null,
      null,
      null,
      null,
    ],
  },
);

/** `x` with `before[axis]` and `after[axis]` more elements along each axis, which are `value` (0 unless given). */
export const pad: (x: Tensor, before: readonly number[], after: readonly number[], value?: number) => Tensor =
  primitive(
    (x: Tensor, before: readonly number[], after: readonly number[], value: number = 0): Tensor => {
      requireMargins("pad", x.shape, before, after);
      const shape = x.shape.map((length, axis) => before[axis] + length + after[axis]);
      const data = blankData(x.dtype, sizeOf(shape)).fill(value);
      const strides = stridesOf(shape);
      const start = before.reduce((offset, margin, axis) => offset + margin * strides[axis], 0);
      copyStrided(x.shape, { data: x.data, start: 0, strides: stridesOf(x.shape) }, { data, start, strides });
      return new Tensor(shape, x.dtype, data);
    },
    {
      name: "pad",
      vjp: [
        (dy, y, x, before, after) => unpad(dy, before, after),
        null,
        null,
        (dy, y, x, before, after) => item(sum(margins(dy, before, after))),
      ],
      jvp: [
        (dot, y, x, before, after) => pad(dot, before, after),
        null,
        null,
        (dot, y, x, before, after) => margins(fill(y.shape, dot, y.dtype), before, after),
      ],
    },
  );

/** `x` without the margins that `pad` adds. */
export const unpad: (x: Tensor, before: readonly number[], after: readonly number[]) => Tensor = primitive(
  (x: Tensor, before: readonly number[], after: readonly number[]): Tensor => {
    requireMargins("unpad", x.shape, before, after);
    const ends = x.shape.map((length, axis) => length - after[axis]);
    if (ends.some((end, axis) => end < before[axis]))
      throw new RangeError(
        `unpad: margins [${before.join(", ")}] and [${after.join(", ")}] exceed ${showShape(x.shape)}`,
      );
    return slice(x, before, ends);
  },
  {
    name: "unpad",
    vjp: [(dy, y, x, before, after) => pad(dy, before, after), null, null],
    jvp: [(dot, y, x, before, after) => unpad(dot, before, after), null, null],
  },
);

/** `x` with zeros for all but its margins, those that `pad` adds: the derivative of `pad` by its value. */
export const margins: (x: Tensor, before: readonly number[], after: readonly number[]) => Tensor = primitive(
  (x: Tensor, before: readonly number[], after: readonly number[]): Tensor => {
    requireMargins("margins", x.shape, before, after);
    const strides = stridesOf(x.shape);
    const data = x.data.slice();
    const start = before.reduce((offset, margin, axis) => offset + margin * strides[axis], 0);
    const inner = x.shape.map((length, axis) => Math.max(0, length - before[axis] - after[axis]));
    const nothing = { data: newData(x.dtype, 1), start: 0, strides: inner.map(() => 0) };
    copyStrided(inner, nothing, { data, start, strides });
    return new Tensor(x.shape, x.dtype, data);
  },
  {
    name: "margins",
    vjp: [(dy, y, x, before, after) => margins(dy, before, after), null, null],
    jvp: [(dot, y, x, before, after) => margins(dot, before, after), null, null],
  },
);

/** `x` with one or several axes turned around. */
export const flip: (x: Tensor, axes: number | readonly number[]) => Tensor = primitive(
  (x: Tensor, axes: number | readonly number[]): Tensor => {
    const turned = axisFlags("flip", axes, x.shape);
    const own = stridesOf(x.shape);
    const strides = own.map((stride, axis) => (turned[axis] ? -stride : stride));
    const start = own.reduce((sum, stride, axis) => sum + (turned[axis] ? stride * (x.shape[axis] - 1) : 0), 0);
    const data = newData(x.dtype, x.size);
    copyStrided(x.shape, { data: x.data, start, strides }, { data, start: 0, strides: own });
    return new Tensor(x.shape, x.dtype, data);
  },
  {
    name: "flip",
    vjp: [(dy, y, x, axes) => flip(dy, axes), null],
    jvp: [(dot, y, x, axes) => flip(dot, axes), null],
  },
);

interface View {
  readonly shape: number[];
  readonly start: number;
  readonly strides: number[];
}

/** Where a slice lies in something of `shape`. */
function viewOf(
  name: string,
  shape: Dimensions,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[] = [],
): View {
  requireShape(name, shape);
  for (const list of [starts, ends, steps])
    if (list.length > shape.length)
      throw new RangeError(`${name}: [${list.join(", ")}] has more entries than shape ${showShape(shape)} has axes`);
  const own = stridesOf(shape);
  const view = { shape: [] as number[], start: 0, strides: [] as number[] };
  shape.forEach((length, axis) => {
    const step = steps[axis] ?? 1;
    if (!Number.isSafeInteger(step) || step < 1)
      throw new RangeError(
        `${name}: step ${step} of axis ${axis} of shape ${showShape(shape)} is not an integer of at least 1`,
      );
    const from = position(name, starts[axis] ?? 0, length);
    const to = position(name, ends[axis] ?? Infinity, length);
    view.shape.push(Math.max(0, Math.ceil((to - from) / step)));
    view.start += from * own[axis];
    view.strides.push(step * own[axis]);
  });
  return view;
}

function position(name: string, index: number, length: number): number {
  if (!Number.isInteger(index) && Math.abs(index) !== Infinity)
    throw new RangeError(`${name}: position ${index} is not an integer`);
  return Math.min(length, Math.max(0, index < 0 ? index + length : index));
}

function requireMargins(name: string, shape: Dimensions, before: readonly number[], after: readonly number[]): void {
  for (const margin of [before, after])
    if (margin.length !== shape.length || margin.some((count) => !Number.isSafeInteger(count) || count < 0))
      throw new RangeError(
        `${name}: [${margin.join(", ")}] has no integer of at least 0 for each axis of shape ${showShape(shape)}`,
      );
}
