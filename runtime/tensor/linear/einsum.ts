/** Sums of products over labelled axes. */
import { primitive } from "../../primitive.ts";
import { add } from "../arithmetic.ts";
import { broadcastLike } from "../broadcasting.ts";
import { reshape } from "../reshape.ts";
import type { Dimensions, Tensor } from "../tensor.ts";
import { contractAll } from "./einsum-contract.ts";
import { adjointLabels, adjointShape, lengthsOfLabels, readLabels } from "./einsum-labels.ts";
import { commonDType } from "./operands.ts";

/**
 * The product of all operands, summed over the labels that the result does not have: `einsum("bij,bjk->bik", [a, b])` is
 * a batch of matrix products. A letter is the label of an axis; without `->`, the result has those that stand once, in
 * the order of the alphabet. Two operands at a time become a matrix product.
 *
 * Throws a RangeError where the specification is wrong, for a label that stands twice in one operand (traces and
 * diagonals), and where shapes do not fit: lengths must be equal, 1 is not repeated. Throws an Error for operands of different dtypes.
 */
export const einsum = primitive(
  (spec: string, operands: readonly Tensor[]): Tensor => {
    const labels = readLabels(spec);
    const lengths = lengthsOfLabels(
      spec,
      labels,
      operands.map(({ shape }) => shape),
    );
    commonDType("einsum", operands[0], ...operands);
    return contractAll(
      operands.map((x, i) => ({ labels: labels.inputs[i], x })),
      labels.output,
      lengths,
    );
  },
  {
    name: "einsum",
    vjp: [null, (dy, _y, spec, operands): Tensor[] => einsumAdjoints(dy, spec, operands)],
    jvp: [null, (dots, _y, spec, operands): Tensor => einsumTangent(dots, spec, operands)],
  },
);

/** The adjoint of each operand of `einsum`. */
export function einsumAdjoints(dy: Tensor, spec: string, operands: readonly Tensor[]): Tensor[] {
  const adjoints: Tensor[] = [];
  for (let i = 0; i < operands.length; i++) {
    const shared = einsum(einsumAdjointSpec(spec, i), withOperand(operands, i, dy));
    adjoints.push(broadcastLike(reshape(shared, einsumAdjointShape(spec, i, operands[i].shape)), operands[i]));
  }
  return adjoints;
}

/** The tangent of `einsum`: one operand after the other is replaced by its tangent. */
export function einsumTangent(dots: readonly Tensor[], spec: string, operands: readonly Tensor[]): Tensor {
  let tangent = einsum(spec, withOperand(operands, 0, dots[0]));
  for (let i = 1; i < operands.length; i++) {
    tangent = add(tangent, einsum(spec, withOperand(operands, i, dots[i])));
  }
  return tangent;
}

/** The operands with another one in the place `i`. */
export function withOperand(operands: readonly Tensor[], i: number, operand: Tensor): Tensor[] {
  const replaced: Tensor[] = [];
  for (let k = 0; k < operands.length; k++) {
    if (k === i) replaced.push(operand);
    else replaced.push(operands[k]);
  }
  return replaced;
}

/** The specification of the adjoint of operand `i`, in whose place stands the adjoint of the result. */
export const einsumAdjointSpec = primitive((spec: string, i: number): string => adjointLabels(spec, i), {
  name: "einsumAdjointSpec",
  vjp: [null, null],
  jvp: [null, null],
});

/** The shape of operand `i` with 1 for the axes along which its adjoint is the same. */
export const einsumAdjointShape = primitive(
  (spec: string, i: number, shape: Dimensions): Dimensions => adjointShape(spec, i, shape),
  { name: "einsumAdjointShape", vjp: [null, null, null], jvp: [null, null, null] },
);
