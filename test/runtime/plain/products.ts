/** Matrix products, and sums of products over labelled axes. */
import { vjp } from "cotangent";
import { commonShape, filledWith, indexAt, inserted, placeOf, sizeOf, type Plain } from "./plain.ts";

/** The shapes of a, b and c in c = a · b with at least two axes each: a vector on the left is a row, on the right a column. */
function asMatrices(a: Int32Array, b: Int32Array, c: Int32Array): [Int32Array, Int32Array, Int32Array] {
  const withRow = a.length === 1 ? inserted(c, b.length === 1 ? c.length : c.length - 1, 1) : c.slice();
  return [
    a.length === 1 ? inserted(a, 0, 1) : a.slice(),
    b.length === 1 ? inserted(b, 1, 1) : b.slice(),
    b.length === 1 ? inserted(withRow, withRow.length, 1) : withRow,
  ];
}

/** An index with others for its matrix. */
function inMatrix(index: Int32Array, row: number, column: number): Int32Array {
  const copy = Int32Array.from(index);
  copy[index.length - 2] = row;
  copy[index.length - 1] = column;
  return copy;
}

export function matmulTo(a: Plain, b: Plain, lengths: readonly number[]): Plain {
  const shape = Int32Array.from(lengths);
  const [left, right, result] = asMatrices(a.shape, b.shape, shape);
  const batch = commonShape(commonShape(left.slice(0, -2), right.slice(0, -2)), result.slice(0, -2));
  const [rows, columns] = [result[result.length - 2], result[result.length - 1]];
  const inner = left[left.length - 1];
  const products = inserted(inserted(batch, batch.length, rows), batch.length + 1, columns);
  const size = sizeOf(products);
  const data = new Array<number>(sizeOf(shape)).fill(0);
  for (let p = 0; p < size; p++) {
    const index = indexAt(p, products);
    const [i, j] = [index[index.length - 2], index[index.length - 1]];
    for (let k = 0; k < inner; k++)
      data[placeOf(index, result)] +=
        a.data[placeOf(inMatrix(index, i, k), left)] * b.data[placeOf(inMatrix(index, k, j), right)];
  }
  return { shape, data };
}

export function matmul(a: Plain, b: Plain): Plain {
  const shape = Array.from(commonShape(a.shape.slice(0, -2), b.shape.slice(0, -2)));
  if (a.shape.length > 1) shape.push(a.shape[a.shape.length - 2]);
  if (b.shape.length > 1) shape.push(b.shape[b.shape.length - 1]);
  return matmulTo(a, b, shape);
}

/** The adjoint of `b` in the product of `a` and `b`, by the compiler. */
export function matmulTransposedA(a: Plain, c: Plain, lengths: readonly number[]): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(matmulTo, { wrt: 1 })(a, filledWith(0, shape), Array.from(c.shape));
  return { shape, data: pull(c).data };
}

/** The adjoint of `a` in the product of `a` and `b`, by the compiler. */
export function matmulTransposedB(c: Plain, b: Plain, lengths: readonly number[]): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(matmulTo)(filledWith(0, shape), b, Array.from(c.shape));
  return { shape, data: pull(c).data };
}

/** Numbers for the labels of each operand and of the result, and the length of each label. */
interface Labels {
  readonly inputs: readonly (readonly number[])[];
  readonly output: readonly number[];
  readonly lengths: readonly number[];
}

/** What a list with a number for each label has for some of them. */
function forLabels(labels: readonly number[], list: Int32Array): Int32Array {
  const own = new Int32Array(labels.length);
  for (let k = 0; k < own.length; k++) own[k] = list[labels[k]];
  return own;
}

export function einsum({ inputs, output, lengths }: Labels, operands: readonly Plain[]): Plain {
  const all = Int32Array.from(lengths);
  const shape = forLabels(output, all);
  const size = sizeOf(all);
  const data = new Array<number>(sizeOf(shape)).fill(0);
  for (let p = 0; p < size; p++) {
    const index = indexAt(p, all);
    let product = 1;
    for (let k = 0; k < operands.length; k++)
      product *= operands[k].data[placeOf(forLabels(inputs[k], index), operands[k].shape)];
    data[placeOf(forLabels(output, index), shape)] += product;
  }
  return { shape, data };
}

/** The labels of operand `i` that stand anywhere else. */
function isShared(label: string, spec: string, i: number): boolean {
  const [left, output] = spec.split("->");
  return output.includes(label) || left.split(",").some((input, k) => k !== i && input.includes(label));
}

export function einsumAdjointSpec(spec: string, i: number): string {
  const [left, output] = spec.split("->");
  const inputs = left.split(",");
  const own = inputs[i].split("").filter((label) => isShared(label, spec, i));
  inputs[i] = output;
  return `${inputs.join(",")}->${own.join("")}`;
}

export function einsumAdjointShape(spec: string, i: number, shape: readonly number[]): number[] {
  return shape.map((length, axis) => (isShared(spec.split(",")[i][axis], spec, i) ? length : 1));
}
