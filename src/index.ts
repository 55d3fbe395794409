/** What users import. The compiler replaces the calls; the bodies here only say that it did not run. */
import type { Gradient, Gradients, GradientWrt, JvpMaps, Rows, VjpMaps, Wrt } from "./types.ts";

export type { Gradient, JvpMaps, NoGradient, VjpMaps } from "./types.ts";

/** With respect to which parameter(s); parameter 0 unless given. */
export interface Options<W extends Wrt> {
  /** A number gives one gradient, a tuple a tuple. */
  readonly wrt?: W;
}

export interface JacobianOptions<W extends number> extends Options<W> {
  /** `forward` computes it by columns: better where there are fewer inputs than outputs. */
  readonly mode?: "reverse" | "forward";
}

/** The gradient of `f`: takes the same parameters, returns the gradient with respect to the first, or to `wrt`. */
export function grad<P extends unknown[], const W extends Wrt = 0>(
  f: (...parameters: P) => number,
  options?: Options<W>,
): (...parameters: P) => GradientWrt<P, W> {
  return notCompiled("grad", f, options);
}

/** The value of `f` together with its gradient. */
export function valueAndGrad<P extends unknown[], const W extends Wrt = 0>(
  f: (...parameters: P) => number,
  options?: Options<W>,
): (...parameters: P) => [value: number, gradient: GradientWrt<P, W>] {
  return notCompiled("valueAndGrad", f, options);
}

/** The value of `f` and its pullback, which takes a cotangent of the result to the gradient, again and again. */
export function vjp<P extends unknown[], R, const W extends Wrt = 0>(
  f: (...parameters: P) => R,
  options?: Options<W>,
): (...parameters: P) => [value: R, pullback: (cotangent: Gradient<R>) => GradientWrt<P, W>] {
  return notCompiled("vjp", f, options);
}

/** The value of `f` and its directional derivative; one tangent for every parameter, or for `wrt`. */
export function jvp<P extends unknown[], R>(
  f: (...parameters: P) => R,
): (parameters: P, tangents: Gradients<P>) => [value: R, tangent: Gradient<R>];
export function jvp<P extends unknown[], R, const W extends Wrt>(
  f: (...parameters: P) => R,
  options: Options<W>,
): (parameters: P, tangents: GradientWrt<P, W>) => [value: R, tangent: Gradient<R>];
export function jvp<P extends unknown[], R>(f: (...parameters: P) => R, options?: Options<Wrt>): never {
  return notCompiled("jvp", f, options);
}

/** The Jacobian of `f`: rows, one for each output. */
export function jacobian<P extends unknown[], R, const W extends number = 0>(
  f: (...parameters: P) => R,
  options?: JacobianOptions<W>,
): (...parameters: P) => Rows<R, GradientWrt<P, W>> {
  return notCompiled("jacobian", f, options);
}

/** The second derivative of `f`: a number for a number, rows for an array. */
export function hessian<P extends unknown[], const W extends number = 0>(
  f: (...parameters: P) => number,
  options?: Options<W>,
): (...parameters: P) => Rows<GradientWrt<P, W>, GradientWrt<P, W>> {
  return notCompiled("hessian", f, options);
}

/** The product of the Hessian of `f` with a vector, which comes after the parameters. */
export function hvp<P extends unknown[], const W extends Wrt = 0>(
  f: (...parameters: P) => number,
  options?: Options<W>,
): (...parameters: [...P, v: GradientWrt<P, W>]) => GradientWrt<P, W> {
  return notCompiled("hvp", f, options);
}

/** The value, through which no derivative flows. */
export function stopGradient<T>(value: T): T {
  return value;
}

/** `f` with a derivative of your own for reverse mode: one map for each parameter. */
export function customVjp<P extends unknown[], R>(
  f: (...parameters: P) => R,
  maps: VjpMaps<P, R>,
): (...parameters: P) => R {
  return withRule(f, { vjp: maps });
}

/** `f` with a derivative of your own for forward mode: one map for each parameter. */
export function customJvp<P extends unknown[], R>(
  f: (...parameters: P) => R,
  maps: JvpMaps<P, R>,
): (...parameters: P) => R {
  return withRule(f, { jvp: maps });
}

/** `f` with derivatives of your own for both modes. */
export function customRule<P extends unknown[], R>(
  f: (...parameters: P) => R,
  rule: { readonly vjp?: VjpMaps<P, R>; readonly jvp?: JvpMaps<P, R> },
): (...parameters: P) => R {
  return withRule(f, rule);
}

/** Attaches the rule, for tools that look at functions at run time; the compiler reads it from the source. */
function withRule<F extends (...parameters: never) => unknown>(f: F, rule: object): F {
  return Object.defineProperty(f, Symbol.for("cotangent.rule"), { value: rule, configurable: true });
}

function notCompiled(name: string, f: { readonly name: string }, options: unknown): never {
  const call = `${name}(${f.name || "…"}${options === undefined ? "" : ", …"})`;
  throw new Error(`${call} was not compiled: the Cotangent compiler has not seen this file.
Add the plug-in to your bundler, for example in vite.config.ts:

  import cotangent from "cotangent/vite";
  export default { plugins: [cotangent()] };

(also: cotangent/rollup, cotangent/rolldown, cotangent/webpack, cotangent/rspack, cotangent/esbuild),
or run the program with the Node hook:

  node --import cotangent/register app.ts
`);
}
