/** Trees as flat lists of numbers, number by number, and back from JSON. */
import { requireFinite } from "./finite.ts";
import { leafOf } from "./leaves.ts";
import { sizeOf, Tensor } from "./tensor/tensor.ts";
import { mapTree } from "./tree.ts";

/** All numbers of a tree, in the order of its places. Throws a TypeError for a class instance and for a shared array. */
export function flatten(tree: unknown, name = "tree"): number[] {
  const numbers: number[] = [];
  mapTree([tree], { names: [name], visit: ([found]) => append(numbers, found) });
  return numbers;
}

/** The numbers of `other` in the order of the places of `tree`, whose shape it must have (else a TypeError). */
export function flattenLike(tree: unknown, other: unknown, names: readonly [tree: string, other: string]): number[] {
  const numbers: number[] = [];
  mapTree([tree, other], { names, visit: ([, found]) => append(numbers, found) });
  return numbers;
}

/** A tree in the shape of `like` with the given numbers, which `flatten` has put in a row. RangeError if too few or too many. */
export function unflatten<T>(like: T, numbers: ArrayLike<number>): T {
  let from = 0;
  const tree = mapTree([like], {
    names: ["tree"],
    visit: ([{ length }]) => {
      from += length;
      const part = new Float64Array(length);
      for (let i = 0; i < length; i++) part[i] = numbers[from - length + i];
      return part;
    },
  });
  if (from !== numbers.length) throw new RangeError(`${numbers.length} numbers for a tree of ${from}`);
  return tree;
}

/**
 * A tree whose numbers are `f` of the numbers at the same place of one or several trees of the same shape: the sum of
 * two gradients is `mapNumbers((a, b) => a + b, one, other)`. Throws a TypeError that names the path where the shapes differ.
 */
export function mapNumbers<T>(f: (...numbers: number[]) => number, tree: T, ...others: readonly unknown[]): T {
  const names = [tree, ...others].map((_, k) => `tree ${k + 1}`);
  return mapTree([tree, ...others], {
    names,
    visit: (found) => Array.from(found[0], (_, i) => f(...found.map((numbers) => numbers[i]))),
  });
}

/**
 * What `JSON.parse` gave, with the kinds of `like`: typed arrays, which JSON writes as records, and tensors, which it
 * writes as nested arrays, are made again. The
 * inert parts are those of `like`. Every finite number comes back bit for bit, but `-0` as `0`.
 *
 * Throws a TypeError that names the path where the shape is another, and where JSON has put `null` for NaN or Infinity.
 */
export function restore<T>(like: T, parsed: unknown): T {
  return mapTree([like, asWritten(like, parsed)], {
    names: ["like", "parsed"],
    visit: ([, found]) => new Float64Array(found),
  });
}

/** Puts arrays of numbers in the place of records `{"0": 1.5, "1": …}` where `like` has typed arrays, and tensors where it has these. */
function asWritten(like: unknown, parsed: unknown): unknown {
  if (typeof like !== "object" || like === null || typeof parsed !== "object" || parsed === null) return parsed;
  if (like instanceof Tensor) return tensorWritten(like, parsed);
  if (leafOf(like)) return Array.isArray(like) ? parsed : Object.values(parsed);
  const parts = Object.entries(parsed).map(([name, part]): [string, unknown] => [
    name,
    asWritten((like as Record<string, unknown>)[name], part),
  ]);
  return Array.isArray(parsed) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

/** Nested arrays as a tensor, if they have the shape of `like`. */
function tensorWritten({ shape }: Tensor, parsed: object): unknown {
  const numbers = new Float64Array(sizeOf(shape));
  let count = 0;
  const fits = (part: unknown, axis: number): boolean => {
    if (axis === shape.length) {
      numbers[count++] = part as number;
      return typeof part === "number";
    }
    return Array.isArray(part) && part.length === shape[axis] && part.every((element) => fits(element, axis + 1));
  };
  return fits(parsed, 0) ? new Tensor(shape, "f64", numbers) : parsed;
}

/** How many numbers the parameters of `user` have. Throws a RangeError if there are none, or one is not finite. */
export function countNumbers(params: unknown, user: string): number {
  let count = 0;
  mapTree([params], {
    names: ["params"],
    visit([numbers], placeOf) {
      requireFinite(numbers, "params", placeOf);
      count += numbers.length;
      return numbers;
    },
  });
  if (count === 0) throw new RangeError(`${user}: params has no numbers`);
  return count;
}

function append(numbers: number[], found: ArrayLike<number>): ArrayLike<number> {
  for (let i = 0; i < found.length; i++) numbers.push(found[i]);
  return found;
}
