/** The one traversal of trees: nested arrays, typed arrays, tensors, tuples and plain records of numbers. */
import { describeLeaf, leafOf, type Leaf } from "./leaves.ts";
import { forget, metBefore, newMet, type Met } from "./sharing.ts";
import { showPosition } from "./tensor/position.ts";

/** Several trees walked together: the first gives the shape, the others have numbers where it has them. */
export interface Walk {
  /** What messages call each tree: `params`, `gradient`. */
  readonly names: readonly string[];
  /** Whether the first tree may have one object in two places: a gradient may, since its places mean different parameters. */
  readonly mayShare?: boolean;
  /** What becomes of a leaf; if it gives back the first numbers themselves, the leaf stays as it is; all others must be new. Gets the numbers of each tree there, and the place of each below the root: `.layers[2].w[0]`. */
  visit(numbers: readonly ArrayLike<number>[], placeOf: (i: number) => string): ArrayLike<number>;
}

interface Context {
  readonly walk: Walk;
  /** The objects of the first tree that hold numbers, as far as they have been met. */
  readonly met: Met;
  /** How many numbers have been met. */
  count: number;
}

type Plain = Record<string, unknown>;

/**
 * A tree in the shape of the first, with the numbers that `visit` gives for each leaf. Inert parts (strings, booleans,
 * integer arrays, functions) are taken over from the first tree; in the others they may be missing.
 *
 * Throws a TypeError that names the path where the shapes differ, where a class instance stands, and where the first
 * tree has one object in two places: its copies would no longer change together (unless it `mayShare`), or within itself.
 */
export function mapTree<T>(trees: readonly [T, ...unknown[]], walk: Walk): T {
  const [first, ...others] = trees;
  return mapPart(first, others, "", { walk, met: newMet(), count: 0 }) as T;
}

function mapPart(part: unknown, others: readonly unknown[], path: string, context: Context): unknown {
  if (typeof part === "number") return mapContents(part, others, path, context);
  if (typeof part !== "object" || part === null || isIntegers(part)) return part;
  const other = metBefore(context.met, part, path);
  if (other !== undefined) {
    const [name] = context.walk.names;
    throw new TypeError(
      `${name}${other} and ${name}${path} share their numbers: give them one place, and use that twice`,
    );
  }
  const before = context.count;
  const mapped = mapContents(part, others, path, context);
  if (context.count === before || context.walk.mayShare === true) forget(context.met, part);
  return mapped;
}

function mapContents(part: unknown, others: readonly unknown[], path: string, context: Context): unknown {
  const leaf = leafOf(part);
  if (leaf) return mapLeaf(part, leaf, others, path, context);
  for (const [k, other] of others.entries())
    if (other !== undefined && !matches(part, other)) throw mismatch(part, other, path, k + 1, context);
  if (Array.isArray(part)) {
    const partsOf = (i: number): unknown[] => others.map((other) => (other as unknown[] | undefined)?.[i]);
    return part.map((element, i) => mapPart(element, partsOf(i), `${path}[${i}]`, context));
  }
  return mapRecord(part as object, others as readonly (Plain | undefined)[], path, context);
}

function mapLeaf(part: unknown, leaf: Leaf, others: readonly unknown[], path: string, context: Context): unknown {
  context.count += leaf.numbers.length;
  const numbers = others.map((other, k) => {
    const found = leafOf(other);
    if (found && sameShape(found, leaf)) return found.numbers;
    if (other === undefined && leaf.numbers.length === 0) return [];
    if (other === undefined) throw new TypeError(`${context.walk.names[k + 1]}${path} is missing`);
    throw mismatch(part, other, path, k + 1, context);
  });
  const placeOf = (i: number): string => (leaf.shape.length === 0 ? path : path + showPosition(leaf.shape, i));
  const result = context.walk.visit([leaf.numbers, ...numbers], placeOf);
  return result === leaf.numbers ? part : leaf.make(result);
}

function mapRecord(part: object, others: readonly (Plain | undefined)[], path: string, context: Context): Plain {
  if (!isPlain(part)) {
    throw new TypeError(
      `${context.walk.names[0]}${path} is an instance of ${part.constructor.name}: only plain records can be walked`,
    );
  }
  for (const [k, other] of others.entries())
    for (const [name, value] of Object.entries(other ?? {}))
      if (!Object.hasOwn(part, name) && hasNumbers(value))
        throw new TypeError(`${context.walk.names[k + 1]}${path}.${name} is not in ${context.walk.names[0]}`);
  const mapped: Plain = {};
  for (const [name, value] of Object.entries(part)) {
    const parts = others.map((other) => other?.[name]);
    mapped[name] = mapPart(value, parts, `${path}.${name}`, context);
  }
  return mapped;
}

/** Whether the parts of `other` stand in the places of those of `part`, an array or a record. */
function matches(part: unknown, other: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(other) && other.length === part.length;
  return typeof other === "object" && other !== null && isPlain(other);
}

function sameShape(a: Leaf, b: Leaf): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis]);
}

function mismatch(part: unknown, other: unknown, path: string, which: number, context: Context): TypeError {
  const [a, b] = [leafOf(part), leafOf(other)];
  const against = a && b && a.kind === b.kind ? describeLeaf(b, "one") : describe(other);
  const [first, second] = [context.walk.names[0], context.walk.names[which]];
  return new TypeError(`${first}${path}: ${describe(part)} against ${against} in ${second}`);
}

function describe(value: unknown): string {
  const leaf = leafOf(value);
  if (leaf) return describeLeaf(leaf);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (typeof value === "object" && value !== null) return isPlain(value) ? "a record" : "another object";
  return value === null ? "null" : `a ${typeof value}`;
}

function hasNumbers(value: unknown): boolean {
  const leaf = leafOf(value);
  if (leaf) return leaf.numbers.length > 0;
  if (typeof value !== "object" || value === null || isIntegers(value)) return false;
  return Object.values(value).some(hasNumbers);
}

function isPlain(value: object): value is Plain {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isIntegers(value: object): boolean {
  return ArrayBuffer.isView(value) && !(value instanceof Float64Array) && !(value instanceof Float32Array);
}
