/** The static types of derivatives. */
import type { Tensor } from "../runtime/tensor/tensor.ts";

/** Arrays of integers: they carry no derivative. */
export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

type Inert = string | boolean | bigint | symbol | null | undefined | IntegerArray | ((...parameters: never) => unknown);

/** `true` where a part of `T` is a number that can carry a derivative, else `never`. */
type Carries<T> = T extends number | Float64Array | Float32Array | Tensor
  ? true
  : T extends Inert
    ? never
    : T extends readonly (infer Element)[]
      ? Carries<Element>
      : T extends object
        ? { [K in keyof T]-?: Carries<T[K]> }[keyof T]
        : never;

/** Whether no part of a `T` can carry a derivative: its place in a tuple is `undefined`, its field is left out. */
export type NoGradient<T> = [Carries<T>] extends [never] ? true : false;

/** Whether `T` is a single literal, like the tag of a discriminated union. */
type IsTag<T> = [T] extends [string] ? (string extends T ? false : true) : false;

type IsUnion<T, Whole = T> = [T] extends [never]
  ? false
  : T extends unknown
    ? [Whole] extends [T]
      ? false
      : true
    : never;

/** The names of the fields that a gradient has. */
type Fields<T, InUnion> = {
  [K in keyof T]-?: NoGradient<T[K]> extends false
    ? K
    : InUnion extends true
      ? IsTag<T[K]> extends true
        ? K
        : never
      : never;
}[keyof T];

type FieldGradient<T> = IsTag<T> extends true ? T : Gradient<T>;

type GradientIn<T, InUnion> = T extends number
  ? number
  : T extends Float64Array
    ? Float64Array
    : T extends Float32Array
      ? Float32Array
      : T extends Tensor
        ? Tensor
        : T extends Inert
          ? undefined
          : T extends readonly unknown[]
            ? Gradients<T>
            : { -readonly [K in keyof T as K extends Fields<T, InUnion> ? K : never]: FieldGradient<T[K]> };

/** One gradient for each place of a tuple (or each element of an array). */
export type Gradients<T extends readonly unknown[]> = { -readonly [I in keyof T]: Gradient<T[I]> };

/**
 * What a gradient (or tangent) of a `T` looks like: the same shape and kind. Unions distribute and keep their literal
 * tags, optional fields stay optional, `readonly` is dropped; literal and branded numbers become `number`; an inert
 * place of a tuple becomes `undefined`; an inert field of a record is left out.
 */
export type Gradient<T> = GradientIn<T, IsUnion<Exclude<T, Inert>>>;

/** A parameter by its index, or several. */
export type Wrt = number | readonly number[];

/** The type of parameter `I`. */
export type Parameter<P extends readonly unknown[], I extends number> = I extends keyof P
  ? P[I]
  : `${I}` extends keyof P
    ? P[`${I}`]
    : never;

/** The gradient with respect to `W`: one for a number, a tuple for a tuple. */
export type GradientWrt<P extends readonly unknown[], W extends Wrt> = W extends number
  ? Gradient<Parameter<P, W>>
  : W extends readonly number[]
    ? GradientsWrt<P, W>
    : never;

type GradientsWrt<P extends readonly unknown[], W extends readonly number[]> = {
  -readonly [I in keyof W]: Gradient<Parameter<P, W[I]>>;
};

/** The rows of a Jacobian: one for a number, one an output for an array. */
export type Rows<R, G> = R extends number ? G : G[];

/** One map a parameter: from the adjoint of the result to that of the parameter. `null` for an inert parameter. */
export type VjpMaps<P extends readonly unknown[], R> = {
  readonly [I in keyof P]: ((dy: Gradient<R>, y: R, ...parameters: P) => Gradient<P[I]>) | null;
};

/** One map a parameter: from its tangent to its part of the tangent of the result. `null` for an inert parameter. */
export type JvpMaps<P extends readonly unknown[], R> = {
  readonly [I in keyof P]: ((dot: Gradient<P[I]>, y: R, ...parameters: P) => Gradient<R>) | null;
};
