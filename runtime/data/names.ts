/** Trees of tensors as flat lists with dotted names, `layers.0.w`, and back. */
import { describeLeaf, leafOf } from "../leaves.ts";
import { showShape, Tensor } from "../tensor/tensor.ts";
import type { NamedTensors } from "./safetensors.ts";

/**
 * Every leaf of a tree under the name of its place: keys and indices with dots between them. Numbers and arrays of
 * numbers become tensors, in double precision but for `Float32Array`. What holds no numbers (strings, integer arrays …) is left out.
 *
 * Throws a TypeError for a class instance, for a key that is empty or has a dot, and for a tree that is a single leaf.
 */
export function namedTensors(tree: unknown): NamedTensors {
  const found: [string, Tensor][] = [];
  mapLeaves(tree, (value, name) => {
    if (name === "") throw new TypeError("a single tensor needs a name: put it into a record, { name: tensor }");
    found.push([name, asTensor(value)]);
    return value;
  });
  return Object.fromEntries(found);
}

/**
 * The tree whose leaves have these names. A record whose keys are 0, 1, 2 … without a gap becomes an array. Throws an
 * Error where a name is part of another (`a` and `a.b`), and for names that would be dangerous.
 */
export function treeOfNames(tensors: NamedTensors, file = "the file"): unknown {
  const root: Branch = new Map();
  for (const [name, tensor] of Object.entries(tensors)) {
    const keys = name.split(".");
    const refused = (why: string): Error => new Error(`${file}: tensor ${JSON.stringify(name)}: ${why}`);
    if (keys.includes("__proto__")) throw refused("__proto__ cannot be a key");
    if (keys.length > deepest) throw refused(`its name has more than ${deepest} parts`);
    let branch = root;
    for (const key of keys.slice(0, -1)) {
      const next = branch.get(key) ?? (new Map() as Branch);
      if (next instanceof Tensor) throw refused("another tensor's name is the beginning of its name");
      branch.set(key, next);
      branch = next;
    }
    const last = keys[keys.length - 1];
    if (branch.has(last)) throw refused("its name is the beginning of another tensor's name");
    branch.set(last, tensor);
  }
  return grown(root);
}

/**
 * `like` with the numbers of the tensors that have the names of its places. What holds no numbers is that of `like`.
 * Throws an Error that names the tensor which is missing, of another shape, too much, or not exact in the precision of `like`.
 */
export function fitNames<T>(like: T, tensors: NamedTensors, file = "the file"): T {
  const left = new Set(Object.keys(tensors));
  const tree = mapLeaves(like, (value, name) => {
    const where = `${file}: tensor ${JSON.stringify(name)}`;
    const leaf = leafOf(value);
    if (!left.delete(name)) throw new Error(`${where} is missing`);
    if (!leaf) return value;
    const { shape, data, dtype } = tensors[name];
    if (shape.length !== leaf.shape.length || shape.some((length, axis) => length !== leaf.shape[axis]))
      throw new Error(`${where} has the shape ${showShape(shape)}, but ${describeLeaf(leaf)} is expected`);
    const made = leaf.make(data);
    const { numbers } = leafOf(made) ?? { numbers: [] };
    for (let i = 0; i < data.length; i++)
      if (!Object.is(numbers[i], data[i]))
        throw new Error(`${where} is ${dtype}, and ${data[i]} is not exact in single precision`);
    return made;
  });
  for (const name of left) throw new Error(`${file}: tensor ${JSON.stringify(name)} has no place in like`);
  return tree as T;
}

/** Deeper trees are refused: a file could name one that no recursion goes through. */
const deepest = 100;

type Branch = Map<string, Branch | Tensor>;

function grown(branch: Branch | Tensor): unknown {
  if (branch instanceof Tensor) return branch;
  const isList =
    branch.size > 0 && Array.from({ length: branch.size }, (_, i) => String(i)).every((key) => branch.has(key));
  if (isList) return Array.from({ length: branch.size }, (_, i) => grown(branch.get(String(i)) ?? new Map()));
  return Object.fromEntries([...branch].map(([key, part]) => [key, grown(part)]));
}

/** The tree with each leaf (a value that holds numbers) replaced. */
function mapLeaves(part: unknown, visit: (leaf: unknown, name: string) => unknown, name = ""): unknown {
  if (leafOf(part)) return visit(part, name);
  if (typeof part !== "object" || part === null || ArrayBuffer.isView(part)) return part;
  const below = (key: string): string => (name === "" ? key : `${name}.${key}`);
  if (Array.isArray(part)) return part.map((element, i) => mapLeaves(element, visit, below(String(i))));
  const prototype: unknown = Object.getPrototypeOf(part);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(
      `${name === "" ? "the tree" : name} is an instance of ${part.constructor.name}: only plain records have names`,
    );
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      if (key === "" || key.includes("."))
        throw new TypeError(
          `${name === "" ? "the tree" : name} has the key ${JSON.stringify(key)}: names cannot have it`,
        );
      return [key, mapLeaves(value, visit, below(key))];
    }),
  );
}

function asTensor(value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  const leaf = leafOf(value);
  const numbers = leaf ? leaf.numbers : [];
  const shape = leaf ? leaf.shape : [0];
  if (value instanceof Float32Array) return new Tensor(shape, "f32", value);
  return new Tensor(shape, "f64", Float64Array.from(numbers));
}
