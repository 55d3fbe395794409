/** The static types of trees: nested arrays, typed arrays, tensors, tuples and plain records of numbers. */
import type { Tensor } from "./tensor/tensor.ts";

type IntegerArray =
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

/** `true` where a part of `T` is a number, else `never`. */
type Carries<T> = T extends number | Float64Array | Float32Array | Tensor
  ? true
  : T extends Inert
    ? never
    : T extends readonly (infer Element)[]
      ? Carries<Element>
      : T extends object
        ? { [K in keyof T]-?: Carries<T[K]> }[keyof T]
        : never;

/**
 * What goes for a gradient of a `T`: numbers at the places where `T` has them. Inert fields (strings, integer arrays …)
 * may be missing, inert places of a tuple are `undefined`. Every `Gradient<T>` of the compiler is one.
 */
export type GradientOf<T> = T extends number
  ? number
  : T extends Float64Array | Float32Array
    ? Float64Array | Float32Array
    : T extends Tensor
      ? Tensor
      : T extends Inert
        ? undefined
        : T extends readonly unknown[]
          ? { readonly [I in keyof T]: GradientOf<T[I]> }
          : { readonly [K in keyof T as [Carries<T[K]>] extends [never] ? never : K]: GradientOf<T[K]> };
