/** einsum against its definition, and its rule against differences. */
import { describe, expect, test } from "vitest";
import * as linear from "../../../../runtime/tensor/linear/index.ts";
import { ruleOf } from "../../../../runtime/primitive.ts";
import type { Tensor } from "../../../../runtime/tensor/tensor.ts";
import { checkRule, randomTensor } from "../check.ts";
import { dtypes, expectTensor, indicesOf } from "./table.ts";

const { einsum, einsumAdjoints } = linear;

type Lengths = Readonly<Record<string, number>>;

/** Specifications, the lengths of their labels, and the same with the result written out. */
const table: readonly (readonly [spec: string, lengths: Lengths, explicit?: string])[] = [
  ["ij,jk->ik", { i: 2, j: 3, k: 4 }],
  ["ij,jk", { i: 2, j: 3, k: 4 }, "ij,jk->ik"],
  ["ij,jk->ki", { i: 2, j: 3, k: 4 }],
  ["ji,jk->ik", { i: 2, j: 3, k: 4 }],
  ["ij,kj->ik", { i: 2, j: 3, k: 4 }],
  ["ji,kj->ik", { i: 2, j: 3, k: 4 }],
  ["ba", { a: 2, b: 3 }, "ba->ab"],
  ["ij->", { i: 2, j: 3 }],
  ["ij->j", { i: 2, j: 3 }],
  ["ij->ij", { i: 2, j: 3 }],
  ["->", {}],
  [",i->i", { i: 3 }],
  ["i,i", { i: 5 }, "i,i->"],
  ["i,i->i", { i: 5 }],
  ["i,j->ij", { i: 2, j: 3 }],
  ["i,j->", { i: 2, j: 3 }],
  ["ij,k->ik", { i: 2, j: 3, k: 4 }],
  ["ijk,k l -> i l", { i: 2, j: 3, k: 4, l: 2 }, "ijk,kl->il"],
  ["bij,bjk->bik", { b: 2, i: 3, j: 4, k: 2 }],
  ["ibj,jkb->bki", { b: 2, i: 3, j: 4, k: 2 }],
  ["bhqd,bhkd->bhqk", { b: 2, h: 3, q: 2, k: 4, d: 3 }],
  ["abcd,dcef->fabe", { a: 2, b: 3, c: 2, d: 3, e: 2, f: 2 }],
  ["bi,ijk,bj->bk", { b: 2, i: 3, j: 4, k: 2 }],
  ["ij,jk,kl,lm->im", { i: 2, j: 3, k: 4, l: 2, m: 3 }],
  ["ij,ij,ij->i", { i: 2, j: 3 }],
  ["ij,jk->ik", { i: 1, j: 1, k: 1 }],
  ["ij,jk->ik", { i: 0, j: 3, k: 2 }],
  ["ij,jk->ik", { i: 2, j: 0, k: 2 }],
  ["Ij,jK->IK", { I: 2, j: 3, K: 2 }],
];
const cases = table.map(([spec, lengths, explicit = spec]) => [spec, lengths, explicit] as const);

function operandsFor(spec: string, lengths: Lengths, dtype: "f32" | "f64" = "f64"): Tensor[] {
  const [inputs] = spec.replaceAll(" ", "").split("->");
  return inputs.split(",").map((labels, i) => {
    const shape = Array.from(labels, (label) => lengths[label]);
    return randomTensor(shape, i + 1, dtype);
  });
}

function define(explicit: string, lengths: Lengths, operands: readonly Tensor[]) {
  const [inputs, output] = explicit.split("->");
  const labels = Object.keys(lengths);
  const shape = Array.from(output, (label) => lengths[label]);
  const sum = new Float64Array(shape.reduce((a, b) => a * b, 1));
  for (const index of indicesOf(Object.values(lengths))) {
    const place = (names: string): number =>
      Array.from(names).reduce((at, label) => at * lengths[label] + index[labels.indexOf(label)], 0);
    sum[place(output)] += inputs.split(",").reduce((product, names, i) => product * operands[i].data[place(names)], 1);
  }
  return { shape, sum };
}

test.each(cases)("%s %o", (spec, lengths, explicit) => {
  for (const dtype of dtypes) {
    const operands = operandsFor(spec, lengths, dtype);
    const { shape, sum } = define(explicit, lengths, operands);
    expectTensor(einsum(spec, operands), shape, dtype, sum);
  }
  checkRule(einsum, [spec, operandsFor(spec, lengths)]);
});

test.each(cases)("each adjoint of %s %o alone", (spec, lengths, explicit) => {
  const operands = operandsFor(spec, lengths);
  const y = einsum(spec, operands);
  const dy = randomTensor(y.shape, 9);
  const [inputs, output] = explicit.split("->");
  einsumAdjoints(dy, spec, operands).forEach((adjoint, i) => {
    const replaced = inputs.split(",").map((labels, k) => (k === i ? output : labels));
    const all = operands.map((operand, k) => (k === i ? dy : operand));
    const { shape, sum } = define(`${replaced.join(",")}->${inputs.split(",")[i]}`, lengths, all);
    expectTensor(adjoint, shape, "f64", sum);
  });
});

describe("errors", () => {
  const of = (...shapes: number[][]): Tensor[] => shapes.map((shape) => randomTensor(shape));
  test.each<[string, Tensor[], string]>([
    ["ii->i", of([2, 2]), 'label i stands twice in operand 0 of "ii->i": traces and diagonals are not supported'],
    ["i,jj", of([2], [2, 2]), 'label j stands twice in operand 1 of "i,jj": traces and diagonals are not supported'],
    ["...i->i", of([2, 2]), '"...i->i" has ".", expected letters, commas and one ->'],
    ["i->i->i", of([2]), '"i->i->i" has "-", expected letters, commas and one ->'],
    ["i->i,", of([2]), 'label , of the result of "i->i," stands in no operand'],
    ["ij->k", of([2, 2]), 'label k of the result of "ij->k" stands in no operand'],
    ["ij->ii", of([2, 2]), 'label i stands twice in the result of "ij->ii"'],
    ["ij,jk", of([2, 2]), '"ij,jk" has 2 operands, but 1 are given'],
    ["i", [], '"i" has 1 operands, but 0 are given'],
    ["ij,jk", of([2, 2], [2]), 'operand 1 of "ij,jk" has shape [2], expected 2 axes'],
    ["ij,jk", of([2, 3], [4, 5]), 'shapes [2, 3], [4, 5] do not fit (label j of "ij,jk" is 3 and 4)'],
    ["ij,jk", of([2, 3], [1, 5]), 'shapes [2, 3], [1, 5] do not fit (label j of "ij,jk" is 3 and 1)'],
  ])("%s", (spec, operands, message) => {
    expect(() => einsum(spec, operands)).toThrow(new RangeError(`einsum: ${message}`));
  });

  test("dtypes that differ", () => {
    const operands = [randomTensor([2]), randomTensor([2], 1, "f32")];
    expect(() => einsum("i,i", operands)).toThrow(new Error("einsum: operands are f64 and f32: use cast first"));
  });
});

test("every export of the folder is known: those with a rule are in the table of a test here", () => {
  const hasMaps = (name: string): boolean => {
    const rule = ruleOf((linear as unknown as Readonly<Record<string, () => unknown>>)[name]);
    return rule !== undefined && (rule.vjp as readonly unknown[]).some((map) => map !== null);
  };
  expect(Object.keys(linear).filter(hasMaps).sort()).toEqual([
    "averagePool2d",
    "averagePool2dInput",
    "conv2d",
    "conv2dInput",
    "conv2dWeights",
    "einsum",
    "matmul",
    "matmulTo",
    "matmulTransposedA",
    "matmulTransposedB",
    "maxPool2d",
    "maxPool2dInput",
    "maxPool2dTangent",
  ]);
});
