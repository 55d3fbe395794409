/**
 * The memory model that all alias questions are asked of: one node for every set of objects that may be the same,
 * in a union-find structure (Steensgaard's analysis). A node knows the names of its cells (`[]` for all elements of an
 * array or tuple, `length`, the fields of a record) and, for a cell that holds references, the node they denote.
 */
import { isReference } from "../ir/build.ts";
import type { Type } from "../ir/ir.ts";

export interface MemoryNode {
  readonly id: number;
  merged?: MemoryNode;
  /** Whether it is reachable from a parameter of the function one looks from, or from a global. */
  outside: boolean;
  readonly children: Map<string, MemoryNode>;
  readonly cells: Set<string>;
  /** The cells that hold numbers and the like; those of a tuple may hold references as well. */
  readonly scalars: Set<string>;
  /** Kinds of memory the objects may be: two objects without a common one are different objects. */
  readonly kinds: Set<string>;
  readonly read: Set<string>;
  readonly written: Set<string>;
}

export const elements = "[]";
export const length = "length";

/** Makes nodes; the numbers make cells comparable as text. */
export interface Universe {
  next: number;
}

/** A new object, or set of objects, of a reference type, with all it refers to. */
export function nodeOfType(type: Type, universe: Universe, outside = false): MemoryNode {
  const node: MemoryNode = {
    id: universe.next++,
    outside,
    children: new Map(),
    cells: new Set(),
    scalars: new Set(),
    kinds: new Set(kindsOf(type)),
    read: new Set(),
    written: new Set(),
  };
  for (const [key, content] of contentsOf(type)) {
    node.cells.add(key);
    if (!isReference(content)) {
      node.scalars.add(key);
      continue;
    }
    const child = nodeOfType(content, universe, outside);
    const present = node.children.get(key);
    if (present) unify(present, child);
    else node.children.set(key, child);
  }
  if (type.kind === "array" || type.kind === "tuple") node.cells.add(length);
  return node;
}

function contentsOf(type: Type): readonly (readonly [string, Type])[] {
  switch (type.kind) {
    case "array":
    case "tape":
      return [[elements, type.element]];
    case "tuple":
      return type.elements.map((element) => [elements, element] as const);
    case "record":
      return type.fields.map((field) => [field.name, field.type] as const);
    default:
      return [];
  }
}

function kindsOf(type: Type): readonly string[] {
  switch (type.kind) {
    case "array":
      return type.storage === "plain" ? [`plain ${contentKind(type.element)}`] : [type.storage];
    case "tuple":
      return type.elements.map((element) => `plain ${contentKind(element)}`);
    default:
      return [type.kind];
  }
}

function contentKind(type: Type): string {
  return type.kind === "index" ? "real" : type.kind === "maybe" ? contentKind(type.of) : type.kind;
}

/** The node that stands for all the nodes unified with `node`. */
export function find(node: MemoryNode): MemoryNode {
  let root = node;
  while (root.merged) root = root.merged;
  if (node !== root) node.merged = root;
  return root;
}

/** From now on objects of the two nodes may be the same, and so may what they refer to. */
export function unify(a: MemoryNode, b: MemoryNode): void {
  const kept = find(a);
  const gone = find(b);
  if (kept === gone) return;
  gone.merged = kept;
  kept.outside ||= gone.outside;
  for (const set of ["cells", "scalars", "kinds", "read", "written"] as const)
    for (const key of gone[set]) kept[set].add(key);
  for (const [key, child] of gone.children) {
    const root = find(kept);
    const present = root.children.get(key);
    if (present) unify(present, child);
    else root.children.set(key, child);
  }
}

/** The node of the objects that a cell refers to. */
export function child(node: MemoryNode, key: string): MemoryNode {
  const found = find(node).children.get(key);
  if (!found) throw new Error(`memory has no references in ${key}`);
  return find(found);
}

/** All nodes that can be reached from a node, itself included. */
export function reachableFrom(node: MemoryNode, seen = new Set<MemoryNode>()): ReadonlySet<MemoryNode> {
  const root = find(node);
  if (seen.has(root)) return seen;
  seen.add(root);
  for (const next of root.children.values()) reachableFrom(next, seen);
  return seen;
}
