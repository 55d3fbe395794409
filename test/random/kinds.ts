/** The kinds of values of random programs. Their names are types of TypeScript, as far as the prelude declares them. */

/** A number that is written freely; a small integer that counts and indexes; a number that may be absent; a boolean. */
export type Simple = "number" | "counter" | "maybe" | "flag";
export type Reference = "number[]" | "Floats" | "number[][]" | "Inner" | "Outer" | "Couple" | "Inner[]";
export type Kind = Simple | Reference;

export type Typed = "Float64Array" | "Float32Array";

/** What is found inside a value: under a suffix such as `.u`, or as the elements of an array. */
export interface Part {
  readonly suffix: string | undefined;
  readonly kind: Kind;
}

const elements = (kind: Kind): readonly Part[] => [{ suffix: undefined, kind }];

export const parts: Readonly<Record<Reference, readonly Part[]>> = {
  "number[]": elements("number"),
  Floats: elements("number"),
  "number[][]": elements("number[]"),
  "Inner[]": elements("Inner"),
  Inner: [
    { suffix: ".u", kind: "number" },
    { suffix: ".v", kind: "number[]" },
  ],
  Outer: [
    { suffix: ".p", kind: "number" },
    { suffix: ".q", kind: "number[]" },
    { suffix: ".inner", kind: "Inner" },
  ],
  Couple: [
    { suffix: "[0]", kind: "number" },
    { suffix: "[1]", kind: "number[]" },
  ],
};

export const references = Object.keys(parts) as readonly Reference[];

/** The declarations every program begins with. */
export function prelude(typed: Typed): string {
  return `type Floats = ${typed};
interface Inner {
  u: number;
  v: number[];
}
interface Outer {
  p: number;
  q: number[];
  inner: Inner;
}
type Couple = [number, number[]];
`;
}

export function isReference(kind: Kind): kind is Reference {
  return kind in parts;
}

/** The type as it is written. */
export function typeText(kind: Kind): string {
  if (kind === "counter") return "number";
  if (kind === "flag") return "boolean";
  return kind === "maybe" ? "number | undefined" : kind;
}

/** An argument of a kind, with numbers that no program treats specially. */
export function argument(kind: Kind, typed: Typed): unknown {
  const of: Readonly<Record<Kind, () => unknown>> = {
    number: () => 0.72,
    counter: () => 2,
    maybe: () => undefined,
    flag: () => true,
    "number[]": () => [0.53, -0.86],
    Floats: () => (typed === "Float64Array" ? Float64Array : Float32Array).of(0.59, -0.34, 0.91),
    "number[][]": () => [[0.67], [-0.42, 0.28]],
    Inner: () => ({ u: -0.73, v: [0.44, 0.97] }),
    Outer: () => ({ p: 0.38, q: [0.81], inner: { u: -0.56, v: [0.93, -0.27] } }),
    Couple: () => [0.64, [0.31, -0.58]],
    "Inner[]": () => [
      { u: 0.79, v: [-0.36] },
      { u: -0.47, v: [0.88, 0.23] },
    ],
  };
  return of[kind]();
}
