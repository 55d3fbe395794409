/** Bad numbers, refused where they first appear. */

/** Throws a RangeError that names the first number that is not finite: `gradient.w[1] is NaN`, with a hint. */
export function requireFinite(
  numbers: ArrayLike<number>,
  name: string,
  placeOf: (i: number) => string = (i) => `[${i}]`,
  hint = "",
): void {
  for (let i = 0; i < numbers.length; i++)
    if (!Number.isFinite(numbers[i])) throw new RangeError(`${name}${placeOf(i)} is ${String(numbers[i])}${hint}`);
}

/** Throws a RangeError unless `low` ≤ `value` < `high`: `adam: decay must be at least 0 and less than 1, not 1.5`. */
export function requireWithin(where: string, name: string, value: number, low: number, high = Infinity): void {
  if (value >= low && value < high) return;
  const range = high === Infinity ? "finite" : `less than ${high}`;
  throw new RangeError(`${where}: ${name} must be at least ${low} and ${range}, not ${value}`);
}

/** Throws a RangeError unless `value` is finite and greater than 0. */
export function requirePositive(where: string, name: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new RangeError(`${where}: ${name} must be greater than 0 and finite, not ${value}`);
}

/** Throws a RangeError unless `value` is an integer of at least `low`. */
export function requireInteger(where: string, name: string, value: number, low: number): void {
  if (Number.isSafeInteger(value) && value >= low) return;
  throw new RangeError(`${where}: ${name} must be an integer of at least ${low}, not ${value}`);
}
