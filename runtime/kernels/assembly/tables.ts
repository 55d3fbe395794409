/**
 * Constants come from memory: V8 builds each constant vector in a loop anew with four instructions, and loads it with
 * one. A table is static data of the binary, below `base`.
 */

/** An element of a table in all lanes. */
// @ts-ignore: decorator
@inline
export function splat<T extends number>(table: usize, index: usize): v128 {
  return v128.load_splat<T>(table + index * sizeof<T>());
}

/** p · x + table[index]: a step of Horner's scheme. */
// @ts-ignore: decorator
@inline
export function polynomialStep<T extends number>(p: v128, x: v128, table: usize, index: usize): v128 {
  return v128.add<T>(v128.mul<T>(p, x), splat<T>(table, index));
}
