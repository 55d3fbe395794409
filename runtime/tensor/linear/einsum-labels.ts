/** What the first argument of `einsum` says: `ij,jk->ik`. */
import { showShape, type Dimensions } from "../tensor.ts";

/** The labels of the axes of each operand and of the result, one letter each. */
export interface Labels {
  readonly inputs: readonly string[];
  readonly output: string;
}

const count = (text: string, label: string): number => text.split(label).length - 1;

/** Reads a specification. Without `->`, the result has the labels that stand once, in the order of the alphabet. */
export function readLabels(spec: string): Labels {
  const text = spec.replaceAll(" ", "");
  const unknown = /[^a-zA-Z,]/.exec(text.replace("->", ""));
  if (unknown) throw new RangeError(`einsum: "${spec}" has "${unknown[0]}", expected letters, commas and one ->`);
  const [left, right] = text.split("->");
  const inputs = left.split(",");
  const output =
    right ??
    [...new Set(left.replaceAll(",", "").split(""))]
      .filter((a) => count(left, a) === 1)
      .sort()
      .join("");
  for (const [i, labels] of inputs.entries()) {
    const twice = labels.split("").find((label) => count(labels, label) > 1);
    if (twice !== undefined)
      throw new RangeError(
        `einsum: label ${twice} stands twice in operand ${i} of "${spec}": traces and diagonals are not supported`,
      );
  }
  for (const label of output) {
    if (!left.includes(label))
      throw new RangeError(`einsum: label ${label} of the result of "${spec}" stands in no operand`);
    if (count(output, label) > 1)
      throw new RangeError(`einsum: label ${label} stands twice in the result of "${spec}"`);
  }
  return { inputs, output };
}

/** The length of each label. Throws a RangeError where the shapes of the operands do not fit. */
export function lengthsOfLabels(
  spec: string,
  { inputs }: Labels,
  shapes: readonly Dimensions[],
): ReadonlyMap<string, number> {
  if (shapes.length !== inputs.length)
    throw new RangeError(`einsum: "${spec}" has ${inputs.length} operands, but ${shapes.length} are given`);
  const lengths = new Map<string, number>();
  for (const [i, shape] of shapes.entries()) {
    const labels = inputs[i];
    if (shape.length !== labels.length)
      throw new RangeError(
        `einsum: operand ${i} of "${spec}" has shape ${showShape(shape)}, expected ${labels.length} axes`,
      );
    for (const [axis, length] of shape.entries()) {
      const known = lengths.get(labels[axis]) ?? length;
      if (known !== length)
        throw new RangeError(
          `einsum: shapes ${shapes.map(showShape).join(", ")} do not fit (label ${labels[axis]} of "${spec}" is ${known} and ${length})`,
        );
      lengths.set(labels[axis], length);
    }
  }
  return lengths;
}

/** The labels of one input that stand in the result or in another input: the derivative repeats along the others. */
function sharedLabels({ inputs, output }: Labels, i: number): string {
  const others = output + inputs.filter((_, k) => k !== i).join("");
  return inputs[i]
    .split("")
    .filter((label) => others.includes(label))
    .join("");
}

/** The specification of the derivative with respect to operand `i`, in whose place stands the adjoint of the result. */
export function adjointLabels(spec: string, i: number): string {
  const labels = readLabels(spec);
  const inputs = labels.inputs.map((input, k) => (k === i ? labels.output : input));
  return `${inputs.join(",")}->${sharedLabels(labels, i)}`;
}

/** The shape of operand `i` with 1 for the axes that its derivative repeats. */
export function adjointShape(spec: string, i: number, shape: Dimensions): Dimensions {
  const labels = readLabels(spec);
  const shared = sharedLabels(labels, i);
  return shape.map((length, axis) => (shared.includes(labels.inputs[i][axis]) ? length : 1));
}
