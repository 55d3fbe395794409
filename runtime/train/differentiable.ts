/** A loss that brings its gradient with it. */

/** The value of a function and its gradient with respect to the first parameter. */
export type ValueAndGrad<A extends readonly unknown[]> = (...args: A) => readonly [value: number, gradient: unknown];

const key = Symbol.for("cotangent.valueAndGrad");

/** What the compiler writes in the place of a loss that is handed to `fit`: `f`, with `valueAndGrad(f)` attached to it. */
export function differentiable<A extends unknown[]>(
  f: (...args: A) => number,
  valueAndGrad: ValueAndGrad<A>,
): (...args: A) => number {
  const carrier = (...args: A): number => f(...args);
  return Object.defineProperties(carrier, { [key]: { value: valueAndGrad }, name: { value: f.name } });
}

/** What `differentiable` has attached. Throws an Error where the compiler has not seen the call of `user`. */
export function valueAndGradOf<A extends unknown[]>(user: string, f: (...args: A) => number): ValueAndGrad<A> {
  const found: unknown = Object.getOwnPropertyDescriptor(f, key)?.value;
  if (typeof found === "function") return found as ValueAndGrad<A>;
  throw new Error(`${user}(${f.name || "…"}, …) was not compiled: the Cotangent compiler has not seen this file.
Add the plug-in to your bundler (cotangent/vite, cotangent/rollup, cotangent/rolldown, cotangent/webpack, cotangent/rspack,
cotangent/esbuild), run the program with the Node hook:

  node --import cotangent/register app.ts

or hand over the gradient yourself: ${user}(differentiable(loss, valueAndGrad(loss)), …)
`);
}
