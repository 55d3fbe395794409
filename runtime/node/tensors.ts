/** Files of tensors. */
import { readFile } from "node:fs/promises";
import { fitNames, namedTensors, treeOfNames } from "../data/names.ts";
import { decodeSafetensors, encodeSafetensors } from "../data/safetensors.ts";
import { writeWhole } from "./write-file.ts";

export interface LoadOptions<T> {
  /** A tree of the expected shape, such as the first parameters: the result has its kinds, and what holds no numbers. */
  readonly like: T;
}

/**
 * Saves the tensors of a tree in a safetensors file, under the names of their places: `layers.0.w`. Numbers and arrays of
 * numbers become tensors. What holds no numbers (strings, integer arrays) is left out. A file that is there is replaced at once.
 *
 * Throws a TypeError for class instances, for keys with a dot and for a single tensor.
 */
export async function saveTensors(
  path: string,
  tree: unknown,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeWhole(path, encodeSafetensors(namedTensors(tree), metadata));
}

/**
 * The tensors of a safetensors file: with `like` as a tree of its shape, else as records along the dots of their names,
 * arrays where the keys are 0, 1, 2 ….
 *
 * Throws an Error that names the file and the tensor for whatever is not exactly as the format says (nothing in a file is
 * believed), for numbers that no tensor holds exactly, and where the tensors are not those of `like`.
 */
export async function loadTensors(path: string): Promise<unknown>;
export async function loadTensors<T>(path: string, options: LoadOptions<T>): Promise<T>;
export async function loadTensors(path: string, options?: LoadOptions<unknown>): Promise<unknown> {
  const { tensors } = decodeSafetensors(await readFile(path), path);
  return options ? fitNames(options.like, tensors, path) : treeOfNames(tensors, path);
}
