/** Functions the compiler does not look into: each brings its derivative with it, one map for each parameter. */

/** From the adjoint of the result to that of one parameter; `null` for an inert parameter. */
type Pullbacks<P extends readonly unknown[], R> = {
  readonly [I in keyof P]: ((dy: R, y: R, ...parameters: P) => P[I]) | null;
};

/** From the tangent of one parameter to its part of the tangent of the result; `null` for an inert parameter. */
type Pushforwards<P extends readonly unknown[], R> = {
  readonly [I in keyof P]: ((dot: NonNullable<P[I]>, y: R, ...parameters: P) => R) | null;
};

/** The derivative of a primitive, for both modes. */
export interface PrimitiveRule<P extends readonly unknown[], R> {
  readonly vjp: Pullbacks<P, R>;
  readonly jvp: Pushforwards<P, R>;
}

const key = Symbol.for("cotangent.rule");

/**
 * `f` with its derivative. Unlike those of `customRule`, its body is never read: it must be pure, read nothing but its
 * arguments, and keep none of them. The maps are read, and differentiated for higher orders.
 */
export function primitive<P extends unknown[], R>(
  f: (...parameters: P) => R,
  rule: PrimitiveRule<P, R>,
): (...parameters: P) => R {
  return Object.defineProperty(f, key, { value: rule });
}

/** The rule of a primitive, for tests and tools. */
export function ruleOf<P extends unknown[], R>(f: (...parameters: P) => R): PrimitiveRule<P, R> | undefined {
  return Object.getOwnPropertyDescriptor(f, key)?.value as PrimitiveRule<P, R> | undefined;
}
