/** Choosing by indices, and order. */
import { vjp } from "cotangent";
import { axisOf, filledWith, indexAt, inserted, placeOf, removed, replaced, sizeOf, type Plain } from "./plain.ts";

/** A shape, or an index, with others in the place of some of its numbers. */
function spliced(list: Int32Array, at: number, count: number, others: Int32Array): Int32Array {
  const made: number[] = [];
  for (let k = 0; k < at; k++) made.push(list[k]);
  for (const other of others) made.push(other);
  for (let k = at + count; k < list.length; k++) made.push(list[k]);
  return Int32Array.from(made);
}

export function gather(x: Plain, indices: Plain, axis: number): Plain {
  const at = axisOf(axis, x.shape.length);
  const shape = spliced(x.shape, at, 1, indices.shape);
  const size = sizeOf(shape);
  const data: number[] = [];
  for (let i = 0; i < size; i++) {
    const index = indexAt(i, shape);
    const row = indices.data[placeOf(index.slice(at, at + indices.shape.length), indices.shape)];
    data.push(x.data[placeOf(spliced(index, at, indices.shape.length, Int32Array.of(row)), x.shape)]);
  }
  return { shape, data };
}

/** The adjoint of `gather`, by the compiler. */
export function scatterAdd(lengths: readonly number[], indices: Plain, updates: Plain, axis: number): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(gather)(filledWith(0, shape), indices, axis);
  return { shape, data: pull(updates).data };
}

export function takeAlong(x: Plain, indices: Plain, axis: number): Plain {
  const at = axisOf(axis, x.shape.length);
  const data: number[] = [];
  for (let i = 0; i < indices.data.length; i++)
    data.push(x.data[placeOf(replaced(indexAt(i, indices.shape), at, indices.data[i]), x.shape)]);
  return { shape: indices.shape, data };
}

/** The adjoint of `takeAlong`, by the compiler. */
export function scatterAlong(lengths: readonly number[], indices: Plain, updates: Plain, axis: number): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(takeAlong)(filledWith(0, shape), indices, axis);
  return { shape, data: pull(updates).data };
}

export function embeddingLookup(table: Plain, ids: Plain): Plain {
  const width = sizeOf(table.shape.slice(1));
  const data: number[] = [];
  for (const id of ids.data) for (let j = 0; j < width; j++) data.push(table.data[id * width + j]);
  return { shape: spliced(table.shape, 0, 1, ids.shape), data };
}

export function oneHot(ids: Plain, depth: number): Plain {
  const data: number[] = [];
  for (const id of ids.data) for (let j = 0; j < depth; j++) data.push(j === id ? 1 : 0);
  return { shape: inserted(ids.shape, ids.shape.length, depth), data };
}

/** The places of the first `count` numbers of each line in order: a number stands where as many come before it. */
function firstPlaces(x: Plain, axis: number, isDescending: boolean, count: number): Plain {
  const at = axisOf(axis, x.shape.length);
  const { shape, data } = filledWith(0, replaced(x.shape, at, count));
  for (let i = 0; i < x.data.length; i++) {
    const index = indexAt(i, x.shape);
    let before = 0;
    for (let j = 0; j < x.shape[at]; j++) {
      const other = x.data[placeOf(replaced(index, at, j), x.shape)];
      if (isDescending ? other > x.data[i] : other < x.data[i]) before++;
      if (other === x.data[i] && j < index[at]) before++;
    }
    if (before < count) data[placeOf(replaced(index, at, before), shape)] = index[at];
  }
  return { shape, data };
}

export function argSort(x: Plain, axis = -1, isDescending = false): Plain {
  return firstPlaces(x, axis, isDescending, x.shape[axisOf(axis, x.shape.length)]);
}

export function topIndices(x: Plain, count: number, axis = -1): Plain {
  return firstPlaces(x, axis, true, count);
}

export function labelsOf(labels: Plain): Plain {
  return { shape: inserted(labels.shape, labels.shape.length, 1), data: labels.data };
}

/** The shape of weights as a matrix. */
export function rowsOf(weights: Plain): number[] {
  return [weights.shape[0], sizeOf(removed(weights.shape, 0))];
}
