/** Where the sources of this package stand in a program: it resolves `cotangent/nn` to them, installed or not. */
export const ownFolder = "/node_modules/cotangent";

/** Whether a file is one of the package's own, which users see as `cotangent/nn`. */
export function isOwnFile(path: string): boolean {
  return path.startsWith(`${ownFolder}/`);
}

/** The file in which `primitive` is declared. */
export const primitiveFile = `${ownFolder}/runtime/primitive.ts`;

/** The file in which the class of tensors is declared. */
export const tensorFile = `${ownFolder}/runtime/tensor/tensor.ts`;
