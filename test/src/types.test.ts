/** The static types; `npm run typecheck` is what checks them. */
import { describe, expectTypeOf, it } from "vitest";
import {
  customVjp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  stopGradient,
  valueAndGrad,
  vjp,
  type Gradient,
  type NoGradient,
} from "../../src/index.ts";

/** The functions here are only looked at by the type checker, so that nothing needs to be compiled. */
function typesOnly(_check: () => void): () => void {
  return () => undefined;
}

interface Params {
  readonly hidden: { readonly w: Float64Array; readonly name: string };
  readonly bias?: number;
  readonly steps: Int32Array;
}
declare function f(x: number, n: number): number;
declare function mse(p: Params, xs: readonly number[], label: string): number;
declare function rows(x: Float64Array, k: number): number[];

describe("Gradient<T>", () => {
  it(
    "follows the shape of numbers and arrays",
    typesOnly(() => {
      expectTypeOf<Gradient<number>>().toEqualTypeOf<number>();
      expectTypeOf<Gradient<3 | 4>>().toEqualTypeOf<number>();
      expectTypeOf<Gradient<number & { readonly unit: "metre" }>>().toEqualTypeOf<number>();
      expectTypeOf<Gradient<number[]>>().toEqualTypeOf<number[]>();
      expectTypeOf<Gradient<readonly number[]>>().toEqualTypeOf<number[]>();
      expectTypeOf<Gradient<readonly (readonly number[])[]>>().toEqualTypeOf<number[][]>();
      expectTypeOf<Gradient<Float64Array>>().toEqualTypeOf<Float64Array>();
      expectTypeOf<Gradient<Float32Array[]>>().toEqualTypeOf<Float32Array[]>();
    }),
  );

  it(
    "leaves undefined in the inert places of a tuple",
    typesOnly(() => {
      expectTypeOf<Gradient<[number, string, readonly number[]]>>().toEqualTypeOf<[number, undefined, number[]]>();
      expectTypeOf<Gradient<readonly [x: number, y: number]>>().toEqualTypeOf<[x: number, y: number]>();
      expectTypeOf<Gradient<[number, Int32Array]>>().toEqualTypeOf<[number, undefined]>();
    }),
  );

  it(
    "leaves out the inert fields of a record, and keeps optional ones optional",
    typesOnly(() => {
      expectTypeOf<Gradient<Params>>().toEqualTypeOf<{ hidden: { w: Float64Array }; bias?: number | undefined }>();
      expectTypeOf<Gradient<{ a: number; inner: { name: string } }>>().toEqualTypeOf<{ a: number }>();
      expectTypeOf<Gradient<{ a: number; flags: boolean[]; log: () => void }>>().toEqualTypeOf<{ a: number }>();
    }),
  );

  it(
    "distributes over unions and keeps their tags",
    typesOnly(() => {
      type Shape =
        | { readonly kind: "circle"; readonly r: number }
        | { readonly kind: "box"; readonly w: number; readonly name: string };
      expectTypeOf<Gradient<Shape>>().toEqualTypeOf<{ kind: "circle"; r: number } | { kind: "box"; w: number }>();
      expectTypeOf<Gradient<{ readonly kind: "circle"; readonly r: number }>>().toEqualTypeOf<{ r: number }>();
      expectTypeOf<Gradient<number | undefined>>().toEqualTypeOf<number | undefined>();
      expectTypeOf<Gradient<number | number[]>>().toEqualTypeOf<number | number[]>();
    }),
  );

  it(
    "is the record of the public numeric fields of an instance",
    typesOnly(() => {
      class Layer {
        readonly w = new Float64Array(1);
        bias = 0;
        name = "layer";
        private readonly hidden = 1;
        apply(x: number): number {
          return this.w[0] * x + this.bias + this.hidden;
        }
      }
      expectTypeOf<Gradient<Layer>>().toEqualTypeOf<{ w: Float64Array; bias: number }>();
    }),
  );

  it(
    "knows what carries none",
    typesOnly(() => {
      expectTypeOf<NoGradient<string>>().toEqualTypeOf<true>();
      expectTypeOf<NoGradient<{ name: string; ids: Int32Array }>>().toEqualTypeOf<true>();
      expectTypeOf<NoGradient<number | undefined>>().toEqualTypeOf<false>();
    }),
  );
});

describe("grad and its relatives", () => {
  it(
    "keeps the names of the parameters",
    typesOnly(() => {
      // The labels of the tuple are the names that hovering shows.
      expectTypeOf(grad(f)).toEqualTypeOf<(x: number, n: number) => number>();
      expectTypeOf(grad(f)).parameters.toEqualTypeOf<[x: number, n: number]>();
      expectTypeOf(grad(mse)).toEqualTypeOf<(p: Params, xs: readonly number[], label: string) => Gradient<Params>>();
    }),
  );

  it(
    "infers wrt as a number or a tuple",
    typesOnly(() => {
      expectTypeOf(grad(mse, { wrt: 1 })).returns.toEqualTypeOf<number[]>();
      expectTypeOf(grad(mse, { wrt: [1] })).returns.toEqualTypeOf<[number[]]>();
      expectTypeOf(grad(mse, { wrt: [0, 1] })).returns.toEqualTypeOf<[Gradient<Params>, number[]]>();
      expectTypeOf(valueAndGrad(f, { wrt: [0, 1] })).returns.toEqualTypeOf<
        [value: number, gradient: [number, number]]
      >();
      expectTypeOf(grad((x: number, k?: number) => x * (k ?? 1), { wrt: 1 })).returns.toEqualTypeOf<
        number | undefined
      >();
    }),
  );

  it(
    "types the other modes",
    typesOnly(() => {
      expectTypeOf(vjp(rows)).returns.toEqualTypeOf<
        [value: number[], pullback: (cotangent: number[]) => Float64Array]
      >();
      expectTypeOf(jvp(rows)).toEqualTypeOf<
        (
          parameters: [x: Float64Array, k: number],
          tangents: [x: Float64Array, k: number],
        ) => [value: number[], tangent: number[]]
      >();
      expectTypeOf(jvp(rows, { wrt: 1 })).parameters.toEqualTypeOf<
        [parameters: [x: Float64Array, k: number], tangents: number]
      >();
      expectTypeOf(jacobian(rows)).returns.toEqualTypeOf<Float64Array[]>();
      expectTypeOf(jacobian(rows, { wrt: 1, mode: "forward" })).returns.toEqualTypeOf<number[]>();
      expectTypeOf(hessian(f)).returns.toEqualTypeOf<number>();
      expectTypeOf(hessian((x: number[]) => x[0])).returns.toEqualTypeOf<number[][]>();
      expectTypeOf(hvp((x: number[]) => x[0])).toEqualTypeOf<(x: number[], v: number[]) => number[]>();
    }),
  );

  it(
    "nests",
    typesOnly(() => {
      expectTypeOf(grad(grad(f))).toEqualTypeOf<(x: number, n: number) => number>();
    }),
  );

  it(
    "refuses what has no gradient",
    typesOnly(() => {
      // @ts-expect-error the result is not a number
      grad((x: number) => [x]);
      // @ts-expect-error the second map has the wrong type
      customVjp((a: number, n: string) => a * n.length, [(dy, _y, _a, n) => dy * n.length, () => 1]);
    }),
  );

  it(
    "infers the maps of a custom rule",
    typesOnly(() => {
      const scaled = customVjp(
        (a: Float64Array, k: number) => a.map((x) => k * x),
        [
          (dy, y, a, k) => {
            expectTypeOf({ dy, y, a, k }).toEqualTypeOf<{
              dy: Float64Array;
              y: Float64Array<ArrayBuffer>;
              a: Float64Array;
              k: number;
            }>();
            return dy.map((d) => d * k);
          },
          null,
        ],
      );
      expectTypeOf(scaled).parameters.toEqualTypeOf<[a: Float64Array, k: number]>();
      expectTypeOf(stopGradient(Number("1"))).toEqualTypeOf<number>();
    }),
  );
});
