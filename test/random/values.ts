/** Random expressions of every kind: what is there already, copies of it, and new objects. */
import { callOf } from "./calls.ts";
import { isReference, isTensor, type Kind, type Reference } from "./kinds.ts";
import { condition, number } from "./numbers.ts";
import { inCallback, local, place, type Scope } from "./scope.ts";
import { tensorValue } from "./tensors.ts";

export function value(scope: Scope, kind: Kind, depth = 2): string {
  if (kind === "counter") return scope.choose.pick(["0", "1", "2"]);
  if (kind === "flag") return condition(scope);
  if (kind === "maybe") return `${condition(scope)} ? ${number(scope, 1)} : undefined`;
  if (isTensor(kind)) return tensorValue(scope, kind, depth);
  if (!isReference(kind)) return number(scope, depth);
  const { choose } = scope;
  const held = place(scope, kind);
  const there = held && [
    () => held.text,
    () => held.text,
    () => `(${condition(scope)} ? ${held.text} : ${place(scope, kind)?.text ?? held.text})`,
    () => callOf(scope, kind, number) ?? held.text,
  ];
  const made = [...literals[kind].map((make) => () => make(scope, depth - 1)), () => copy(scope, kind, held?.text)];
  return choose.pick([...(there ?? []), ...(depth > 0 ? made : [made[0]])])();
}

type Make = (scope: Scope, depth: number) => string;

function copy(scope: Scope, kind: Reference, held: string | undefined): string {
  if (held === undefined) return literals[kind][0](scope, 0);
  if (kind === "Inner") return `{ ...${held}, u: ${number(scope, 1)} }`;
  if (kind === "Outer") return `{ ...${held} }`;
  if (kind === "Couple") return `[${held}[0], ${held}[1].slice()]`;
  if (kind === "Layer") return `{ ...${held}, b: ${tensorValue(scope, "Row", 1)} }`;
  if (kind === "Net") return `{ ...${held}, rows: ${held}.rows.slice() }`;
  if (kind === "Pair") return `[${held}[0], ${held}[1]]`;
  return `${held}.slice()`;
}

const anArray: Make = (scope, depth) => value(scope, "number[]", depth);
const smallArray: Make = (scope) => `[${number(scope, 1)}, ${number(scope, 1)}]`;

function mapped(scope: Scope, from: string): string {
  const [v, i] = [scope.fresh("v"), scope.fresh("i")];
  const inner = inCallback(scope, local(v, "number", false), local(i, "counter", false));
  return `${from}.map((${v}, ${i}) => ${number(inner, 1)} * ${v})`;
}

function rows(scope: Scope): string {
  return place(scope, "Row[]")?.text ?? `[${tensorValue(scope, "Row", 1)}]`;
}

const literals: Readonly<Record<Reference, readonly Make[]>> = {
  "number[]": [
    smallArray,
    (scope) => `[...${place(scope, "number[]")?.text ?? "[0.5]"}]`,
    (scope) => `${place(scope, "number[]")?.text ?? "[0.5]"}.slice(0, ${scope.mayBeEmpty ? "1" : "2"})`,
    (scope) => (scope.mayBeEmpty ? "[]" : "[0.5]"),
    (scope) => `${place(scope, "number[]")?.text ?? "[0.5]"}.slice(${scope.mayBeEmpty ? "1" : "-1"})`,
    (scope) => `${place(scope, "number[][]")?.text ?? "[[0.5]]"}.at(-1)!`,
    (scope) => mapped(scope, place(scope, "number[]")?.text ?? "[0.5, 0.25]"),
    (scope) => `new Array<number>(2).fill(${number(scope, 1)})`,
    (scope) => `[${number(scope, 0)}].concat(${place(scope, "number[]")?.text ?? "[]"}).slice(0, 4)`,
    (scope) => `Array.from(${place(scope, "Floats")?.text ?? place(scope, "number[]")?.text ?? "[0.5]"})`,
    (scope) => {
      const i = scope.fresh("i");
      const inner = inCallback(scope, local(i, "counter", false));
      return `Array.from({ length: 2 }, (_, ${i}) => ${number(inner, 1)})`;
    },
  ],
  Floats: [
    (scope) => `${scope.typed}.of(${number(scope, 1)}, ${number(scope, 1)})`,
    (scope) => `new ${scope.typed}(${place(scope, "number[]")?.text ?? "2"})`,
    (scope) => `new ${scope.typed}(2)`,
    (scope) => `${scope.typed}.from(${smallArray(scope, 0)})`,
    (scope) => mapped(scope, place(scope, "Floats")?.text ?? `new ${scope.typed}(3)`),
  ],
  "number[][]": [
    (scope, depth) => `[${anArray(scope, depth)}, ${anArray(scope, depth)}]`,
    (scope) => {
      const row = place(scope, "number[]")?.text ?? "[0.5]";
      return `[${row}, ${row}]`;
    },
    (scope) => {
      const row = scope.fresh("row");
      return `${place(scope, "number[][]")?.text ?? "[[0.5]]"}.map((${row}) => ${row}.slice())`;
    },
    (scope) => {
      const row = scope.fresh("row");
      return `${place(scope, "number[][]")?.text ?? "[[0.5]]"}.map((${row}) => ${anArray(inCallback(scope, local(row, "number[]", false)), 1)})`;
    },
    (scope) => `[...${place(scope, "number[][]")?.text ?? "[[0.5]]"}].slice(0, 3)`,
    (scope) => `Array.from({ length: 2 }, () => ${smallArray(scope, 0)})`,
  ],
  Inner: [
    (scope, depth) => `{ u: ${number(scope, 1)}, v: ${anArray(scope, depth)} }`,
    (scope, depth) => `{ v: ${anArray(scope, depth)}, u: ${number(scope, 1)} }`,
  ],
  Outer: [
    (scope, depth) => `{ p: ${number(scope, 1)}, q: ${anArray(scope, depth)}, inner: ${value(scope, "Inner", depth)} }`,
  ],
  Couple: [(scope, depth) => `[${number(scope, 1)}, ${anArray(scope, depth)}]`],
  "Inner[]": [(scope, depth) => `[${value(scope, "Inner", depth)}, ${value(scope, "Inner", depth)}]`],
  "Row[]": [
    (scope) => `[${tensorValue(scope, "Row", 1)}, ${tensorValue(scope, "Row", 1)}]`,
    (scope) => `[...${rows(scope)}]`,
    (scope) => `${rows(scope)}.slice(-1)`,
    (scope) => {
      const [v, i] = [scope.fresh("v"), scope.fresh("i")];
      const inner = inCallback(scope, local(v, "Row", false), local(i, "counter", false));
      return `${rows(scope)}.map((${v}, ${i}) => ${tensorValue(inner, "Row", 1)})`;
    },
    (scope) => {
      const i = scope.fresh("i");
      const inner = inCallback(scope, local(i, "counter", false));
      return `Array.from({ length: 2 }, (_, ${i}) => ${tensorValue(inner, "Row", 1)})`;
    },
    (scope) => `unstack(${tensorValue(scope, "Matrix", 1)}, 0)`,
    (scope) => `new Array<Row>(2).fill(${tensorValue(scope, "Row", 1)})`,
    (scope) => `[${tensorValue(scope, "Row", 1)}].concat(${rows(scope)}).slice(0, 3)`,
  ],
  Layer: [
    (scope, depth) =>
      `{ w: ${tensorValue(scope, "Square", depth)}, b: ${tensorValue(scope, "Row", depth)}, k: ${number(scope, 1)} }`,
  ],
  "Layer[]": [(scope, depth) => `[${value(scope, "Layer", depth)}, ${value(scope, "Layer", depth)}]`],
  Net: [
    (scope, depth) =>
      `{ first: ${tensorValue(scope, "Matrix", 1)}, layers: ${value(scope, "Layer[]", depth)}, rows: ${value(scope, "Row[]", depth)} }`,
  ],
  Pair: [(scope, depth) => `[${tensorValue(scope, "Matrix", depth)}, ${number(scope, 1)}]`],
};
