/** The loop under all elementwise functions of several operands: it walks planes, the functions bring what is done in one. */
import { broadcastShape, broadcastStrides, sameShape } from "./shapes.ts";
import {
  blankData,
  newData,
  showShape,
  sizeOf,
  Tensor,
  type Dimensions,
  type DType,
  type Operand,
  type TensorData,
} from "./tensor.ts";

/** Where an operand of a plane is read. */
export interface Lane {
  /** The index of its first number. */
  start: number;
  /** The distance from one row to the next: 0 where the operand is the same in all rows. */
  readonly row: number;
  /** The distance within a row: 0 where the operand is one number there. */
  readonly step: number;
}

/** Rows of the result that lie one after the other, with the operands that belong to them. */
export interface Plane {
  readonly rows: number;
  readonly columns: number;
  /** The index of the first number of the result. */
  start: number;
  readonly lanes: readonly Lane[];
}

/** What a function of two operands does in one plane. */
export type BinaryLoop = (out: TensorData, a: TensorData, b: TensorData, plane: Plane) => void;

const one: Lane = { start: 0, row: 0, step: 0 };
const along: Lane = { start: 0, row: 0, step: 1 };

/** `loop` over the broadcast operands: the body of a function of two operands. */
export function combine(name: string, loop: BinaryLoop, a: Operand, b: Operand): Tensor {
  const dtype = commonDType(name, [a, b]);
  const [x, y] = [dataOf(a, dtype), dataOf(b, dtype)];
  const [first, second] = [shapeOf(a), shapeOf(b)];
  if (sameShape(first, second)) return inOneRow(loop, first, dtype, x, y, along, along);
  if (second.length === 0) return inOneRow(loop, first, dtype, x, y, along, one);
  if (first.length === 0) return inOneRow(loop, second, dtype, x, y, one, along);
  const shape = broadcastShape(name, [first, second]);
  const out = blankData(dtype, sizeOf(shape));
  walkPlanes(shape, [first, second], (plane) => loop(out, x, y, plane));
  return new Tensor(shape, dtype, out);
}

function inOneRow(
  loop: BinaryLoop,
  shape: Dimensions,
  dtype: DType,
  x: TensorData,
  y: TensorData,
  a: Lane,
  b: Lane,
): Tensor {
  const out = blankData(dtype, Math.max(x.length * a.step, y.length * b.step));
  loop(out, x, y, { rows: 1, columns: out.length, start: 0, lanes: [a, b] });
  return new Tensor(shape, dtype, out);
}

/** Visits the numbers of a result of shape `shape` plane by plane, with operands of shapes that are broadcast to it. */
export function walkPlanes(shape: Dimensions, operands: readonly Dimensions[], visit: (plane: Plane) => void): void {
  if (shape.includes(0)) return;
  const { lengths, strides } = merged(
    shape,
    operands.map((operand) => broadcastStrides(operand, shape)),
  );
  const outer = Math.max(0, lengths.length - 2);
  const [rows, columns] = [lengths.at(-2) ?? 1, lengths.at(-1) ?? 1];
  const lanes = strides.map((steps): Lane => ({ start: 0, row: steps.at(-2) ?? 0, step: steps.at(-1) ?? 0 }));
  const plane: Plane = { rows, columns, start: 0, lanes };
  const counter = new Array<number>(outer).fill(0);
  for (;;) {
    visit(plane);
    plane.start += rows * columns;
    // The next plane, as an odometer turns.
    let axis = outer - 1;
    for (; axis >= 0; axis--) {
      lanes.forEach((lane, k) => (lane.start += strides[k][axis]));
      if (++counter[axis] < lengths[axis]) break;
      lanes.forEach((lane, k) => (lane.start -= strides[k][axis] * lengths[axis]));
      counter[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** The axes of `shape` with neighbours made one where all operands go on evenly from one to the other. */
function merged(shape: Dimensions, strides: readonly number[][]): { lengths: number[]; strides: number[][] } {
  const lengths: number[] = [];
  const steps = strides.map((): number[] => []);
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const last = lengths.length - 1;
    if (last >= 0 && strides.every((own, k) => steps[k][last] === own[axis] * length)) {
      lengths[last] *= length;
      strides.forEach((own, k) => (steps[k][last] = own[axis]));
    } else {
      lengths.push(length);
      strides.forEach((own, k) => steps[k].push(own[axis]));
    }
  });
  return { lengths, strides: steps };
}

export function shapeOf(x: Operand): Dimensions {
  return typeof x === "number" ? [] : x.shape;
}

/** The numbers of an operand in precision `dtype`: those of another precision are single numbers that adopt it. */
export function dataOf(x: Operand, dtype: DType): TensorData {
  if (typeof x !== "number" && x.dtype === dtype) return x.data;
  const data = newData(dtype, 1);
  data[0] = typeof x === "number" ? x : x.data[0];
  return data;
}

/**
 * The precision of a result: that of the operands with axes, which must agree. Tensors without axes adopt it, and decide
 * (double, if one is) where there are no others. Numbers adopt any; among themselves they give `otherwise`.
 */
export function commonDType(name: string, operands: readonly Operand[], otherwise: DType = "f64"): DType {
  let withAxes: DType | undefined;
  let without: DType | undefined;
  for (const operand of operands) {
    if (typeof operand === "number") continue;
    const { dtype, shape } = operand;
    if (shape.length === 0) without = without === "f64" ? "f64" : dtype;
    else if (withAxes === undefined || withAxes === dtype) withAxes = dtype;
    else throw mixed(name, operands);
  }
  return withAxes ?? without ?? otherwise;
}

function mixed(name: string, operands: readonly Operand[]): TypeError {
  const all = operands.filter((operand) => typeof operand !== "number" && operand.shape.length > 0) as Tensor[];
  const shown = all.map(({ dtype, shape }) => `${dtype} ${showShape(shape)}`).join(" and ");
  return new TypeError(`${name}: ${shown} differ in precision: convert one with cast`);
}
