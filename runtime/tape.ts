/** What generated code keeps numbers on until its backward pass needs them. */

/** A stack of numbers. `values` may be longer than what is kept: only the first `top` count. */
export interface Tape {
  values: Float64Array<ArrayBuffer>;
  top: number;
}

const initialCapacity = 64;

/** An empty tape. */
export function createTape(): Tape {
  return { values: new Float64Array(initialCapacity), top: 0 };
}

/** Puts a number on top of a tape. */
export function push(tape: Tape, value: number): void {
  if (tape.top === tape.values.length) tape.values = grow(tape.values);
  tape.values[tape.top++] = value;
}

/** Takes the number on top of a tape. Throws a RangeError where there is none. */
export function pop(tape: Tape): number {
  if (tape.top === 0) throw new RangeError("pop from an empty tape");
  return tape.values[--tape.top];
}

/** A copy of twice the length (at least 64), for a tape that is full. */
export function grow(tape: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(Math.max(initialCapacity, 2 * tape.length));
  longer.set(tape);
  return longer;
}
