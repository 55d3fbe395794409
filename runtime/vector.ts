/** Arithmetic of flat lists of numbers. */

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** `a + factor · b`. */
export function plus(a: readonly number[], factor: number, b: readonly number[]): number[] {
  return a.map((x, i) => x + factor * b[i]);
}

export function largest(a: readonly number[]): number {
  return a.reduce((size, x) => Math.max(size, Math.abs(x)), 0);
}
