/** Functions the compiler does not look into: each brings its derivative with it, one map for each parameter. */
import { guard, watched } from "./guard.ts";

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
  /** What the primitive is called, for messages of the guard: nothing else tells a function its constant's name. */
  readonly name?: string;
  readonly vjp: Pullbacks<P, R>;
  readonly jvp: Pushforwards<P, R>;
}

const key = Symbol.for("cotangent.rule");

/**
 * `f` with its derivative. Unlike those of `customRule`, its body is never read: it must be pure, read nothing but its
 * arguments, and keep none of them. The maps are read, and differentiated for higher orders.
 *
 * While the guard is on, the first call that makes NaN or an infinity of finite numbers throws (see `guard`).
 */
export function primitive<P extends unknown[], R>(
  f: (...parameters: P) => R,
  rule: PrimitiveRule<P, R>,
): (...parameters: P) => R {
  const name = rule.name ?? f.name;
  return Object.defineProperties(guarded(name, f as Plain, rule.vjp.length) as (...parameters: P) => R, {
    [key]: { value: rule },
    name: { value: name },
  });
}

type Plain = (...parameters: unknown[]) => unknown;

/** `f`, which looks at the guard first. One function for each number of parameters: rest parameters cost an array a call. */
function guarded(name: string, f: Plain, parameters: number): Plain {
  switch (parameters) {
    case 1:
      return (a) => (guard.on ? watched(name, f, [a]) : f(a));
    case 2:
      return (a, b) => (guard.on ? watched(name, f, [a, b]) : f(a, b));
    case 3:
      return (a, b, c) => (guard.on ? watched(name, f, [a, b, c]) : f(a, b, c));
    case 4:
      return (a, b, c, d) => (guard.on ? watched(name, f, [a, b, c, d]) : f(a, b, c, d));
    default:
      return (...all) => (guard.on ? watched(name, f, all) : f(...all));
  }
}

/** The rule of a primitive, for tests and tools. */
export function ruleOf<P extends unknown[], R>(f: (...parameters: P) => R): PrimitiveRule<P, R> | undefined {
  return Object.getOwnPropertyDescriptor(f, key)?.value as PrimitiveRule<P, R> | undefined;
}
