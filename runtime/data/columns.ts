/** Data that is stored column by column: a row is the elements of all columns at one index. */
import { newData, Tensor } from "../tensor/tensor.ts";

type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** One thing for each record: a tensor (its axis 0 counts the records) or an array. */
export type Column = Tensor | NumberArray | readonly unknown[];

/** Columns under their names. */
export type Columns = Readonly<Record<string, Column>>;

type ElementOf<C> = C extends Tensor
  ? Tensor
  : C extends NumberArray
    ? number
    : C extends readonly (infer E)[]
      ? E
      : never;

/** What one record of `C` is. */
export type RowOf<C> = C extends Column ? ElementOf<C> : { readonly [K in keyof C]: ElementOf<C[K]> };

/** What a batch of `C` is: columns of the same kind. */
export type RowsOf<C> = C extends Tensor | NumberArray
  ? C
  : C extends readonly (infer E)[]
    ? E[]
    : {
        readonly [K in keyof C]: C[K] extends Tensor | NumberArray
          ? C[K]
          : C[K] extends readonly (infer E)[]
            ? E[]
            : never;
      };

/** How many records there are. Throws a RangeError that names two columns of different lengths, and for none. */
export function lengthOf(columns: Column | Columns): number {
  if (isColumn(columns)) return lengthOfColumn(columns, "the column");
  const lengths = Object.entries(columns).map(([name, column]) => ({ name, length: lengthOfColumn(column, name) }));
  if (lengths.length === 0) throw new RangeError("dataset: there are no columns");
  const [first] = lengths;
  for (const { name, length } of lengths)
    if (length !== first.length)
      throw new RangeError(`dataset: ${first.name} has ${first.length} records, but ${name} has ${length}`);
  return first.length;
}

function lengthOfColumn(column: Column, name: string): number {
  if (!isColumn(column)) throw new TypeError(`dataset: ${name} is neither a tensor nor an array`);
  if (!(column instanceof Tensor)) return column.length;
  if (column.shape.length === 0)
    throw new RangeError(`dataset: ${name} is a tensor without axes: axis 0 counts the records`);
  return column.shape[0];
}

/** One record. */
export function rowOf(columns: Column | Columns, index: number): unknown {
  if (isColumn(columns)) return elementOf(columns, index);
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, elementOf(column, index)]));
}

function elementOf(column: Column, index: number): unknown {
  if (!(column instanceof Tensor)) return column[index];
  const size = rowSize(column);
  return new Tensor(column.shape.slice(1), column.dtype, column.data.slice(index * size, (index + 1) * size));
}

/** The columns of the records at `indices`, in that order. */
export function rowsOf(columns: Column | Columns, indices: readonly number[]): unknown {
  if (isColumn(columns)) return elementsOf(columns, indices);
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, elementsOf(column, indices)]));
}

function elementsOf(column: Column, indices: readonly number[]): unknown {
  if (column instanceof Tensor) return tensorRows(column, indices);
  if (isPlainArray(column)) return indices.map((index) => column[index]);
  const Kind = column.constructor as new (length: number) => NumberArray;
  const elements = new Kind(indices.length);
  for (let k = 0; k < indices.length; k++) elements[k] = column[indices[k]];
  return elements;
}

function tensorRows(column: Tensor, indices: readonly number[]): Tensor {
  const size = rowSize(column);
  const data = newData(column.dtype, size * indices.length);
  for (let k = 0; k < indices.length; k++)
    data.set(column.data.subarray(indices[k] * size, (indices[k] + 1) * size), k * size);
  return new Tensor([indices.length, ...column.shape.slice(1)], column.dtype, data);
}

function rowSize({ size, shape }: Tensor): number {
  return shape[0] === 0 ? 0 : size / shape[0];
}

function isPlainArray(column: Column): column is readonly unknown[] {
  return Array.isArray(column);
}

function isColumn(value: unknown): value is Column {
  return value instanceof Tensor || Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
