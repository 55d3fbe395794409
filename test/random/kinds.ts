/** The kinds of values of random programs. Their names are types of TypeScript, as far as the prelude declares them. */
import { tensor, type Tensor } from "../../runtime/nn.ts";

/** A number that is written freely; a small integer that counts and indexes; a number that may be absent; a boolean. */
export type Simple = "number" | "counter" | "maybe" | "flag";
export type NumberReference = "number[]" | "Floats" | "number[][]" | "Inner" | "Outer" | "Couple" | "Inner[]";
export type TensorReference = "Row[]" | "Layer" | "Layer[]" | "Net" | "Pair";
export type Reference = NumberReference | TensorReference;
/** Tensors in double precision, each kind of one shape. */
export type TensorKind = "Single" | "Row" | "Column" | "Matrix" | "Square" | "Empty";
export type Kind = Simple | Reference | TensorKind;

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
  "Row[]": elements("Row"),
  Layer: [
    { suffix: ".w", kind: "Square" },
    { suffix: ".b", kind: "Row" },
    { suffix: ".k", kind: "number" },
  ],
  "Layer[]": elements("Layer"),
  Net: [
    { suffix: ".first", kind: "Matrix" },
    { suffix: ".layers", kind: "Layer[]" },
    { suffix: ".rows", kind: "Row[]" },
  ],
  Pair: [
    { suffix: "[0]", kind: "Matrix" },
    { suffix: "[1]", kind: "number" },
  ],
};

export const shapes: Readonly<Record<TensorKind, readonly number[]>> = {
  Single: [],
  Row: [3],
  Column: [2, 1],
  Matrix: [2, 3],
  Square: [3, 3],
  Empty: [0, 3],
};

export const references: readonly NumberReference[] = [
  "number[]",
  "Floats",
  "number[][]",
  "Inner[]",
  "Inner",
  "Outer",
  "Couple",
];
export const tensorReferences: readonly TensorReference[] = ["Row[]", "Layer", "Layer[]", "Net", "Pair"];
export const tensorKinds = Object.keys(shapes) as readonly TensorKind[];

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

export function isTensor(kind: Kind): kind is TensorKind {
  return kind in shapes;
}

/** The declarations every program of tensors begins with, and a few functions that take functions. */
export const tensorPrelude = `${tensorKinds.map((kind) => `type ${kind} = Tensor;\n`).join("")}interface Layer {
  w: Square;
  b: Row;
  k: number;
}
interface Net {
  first: Matrix;
  layers: Layer[];
  rows: Row[];
}
type Pair = [Matrix, number];
function twice(f: (v: Tensor) => Tensor, v: Tensor): Tensor {
  return f(f(v));
}
function folded(f: (a: Tensor, b: Tensor) => Tensor, parts: readonly Tensor[], first: Tensor): Tensor {
  let all = first;
  for (const part of parts) all = f(all, part);
  return all;
}
function energy(v: Row, w: Row): number {
  const bent = tanh(mul(v, w));
  return item(sum(mul(bent, sin(v)))) + item(sum(v)) ** 2;
}
`;

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
    "Row[]": () => [tensorFor("Row", 1.1), tensorFor("Row", 2.2)],
    Layer: () => layer(0.4),
    "Layer[]": () => [layer(1.9), layer(3.1)],
    Net: () => ({ first: tensorFor("Matrix", 0.9), layers: [layer(2.4)], rows: [tensorFor("Row", 3.3)] }),
    Pair: () => [tensorFor("Matrix", 4.2), -0.63],
    Single: () => tensorFor("Single", 0.2),
    Row: () => tensorFor("Row", 0.7),
    Column: () => tensorFor("Column", 1.3),
    Matrix: () => tensorFor("Matrix", 2.9),
    Square: () => tensorFor("Square", 3.7),
    Empty: () => tensorFor("Empty", 0),
  };
  return of[kind]();
}

function layer(phase: number): unknown {
  return { w: tensorFor("Square", phase), b: tensorFor("Row", phase + 1), k: Math.cos(phase) };
}

function tensorFor(kind: TensorKind, phase: number): Tensor {
  const shape = shapes[kind];
  const size = shape.reduce((product, length) => product * length, 1);
  const numbers = Array.from({ length: size }, (_, i) => Math.cos(2.3 * i + phase) * 0.9);
  return tensor(Float64Array.from(numbers), { shape });
}
