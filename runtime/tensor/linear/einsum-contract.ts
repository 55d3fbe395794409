/** Sums of products over labelled axes, two operands at a time, each by a matrix product. */
import { sum } from "../reductions.ts";
import { reshape, transpose } from "../reshape.ts";
import type { Tensor } from "../tensor.ts";
import { matmul, matmulTransposedA, matmulTransposedB } from "./matmul.ts";

/** A tensor whose axes have labels, one letter each. */
export interface Labelled {
  readonly labels: string;
  readonly x: Tensor;
}

type Lengths = ReadonlyMap<string, number>;

const those = (labels: string, test: (label: string) => boolean): string => labels.split("").filter(test).join("");
const shapeOf = (labels: string, lengths: Lengths): number[] =>
  labels.split("").map((label) => lengths.get(label) ?? 1);
const sizeOf = (labels: string, lengths: Lengths): number => shapeOf(labels, lengths).reduce((a, b) => a * b, 1);

/** The product of all operands, summed over the labels that are not in `output`. */
export function contractAll(operands: readonly Labelled[], output: string, lengths: Lengths): Tensor {
  let terms = operands;
  while (terms.length > 1) {
    const [i, j] = cheapestPair(terms, output, lengths);
    const others = terms.filter((_, k) => k !== i && k !== j);
    terms = [...others, contract(terms[i], terms[j], keptLabels(others, output), lengths)];
  }
  return arranged(summed(terms[0], output), output);
}

function keptLabels(others: readonly Labelled[], output: string): string {
  return output + others.map(({ labels }) => labels).join("");
}

/** The two terms whose product is smallest, for whatever comes after it. */
function cheapestPair(terms: readonly Labelled[], output: string, lengths: Lengths): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  let least = Infinity;
  for (let i = 0; i < terms.length; i++)
    for (let j = i + 1; j < terms.length; j++) {
      const kept = keptLabels(
        terms.filter((_, k) => k !== i && k !== j),
        output,
      );
      const labels = [...new Set((terms[i].labels + terms[j].labels).split(""))].join("");
      const size = sizeOf(
        those(labels, (label) => kept.includes(label)),
        lengths,
      );
      if (size >= least) continue;
      least = size;
      best = [i, j];
    }
  return best;
}

/** The product of two terms, summed over the labels that nothing keeps. */
function contract(first: Labelled, second: Labelled, kept: string, lengths: Lengths): Labelled {
  const p = summed(first, kept + second.labels);
  const q = summed(second, kept + first.labels);
  const shared = those(p.labels, (label) => q.labels.includes(label));
  const batch = those(shared, (label) => kept.includes(label));
  const inner = those(shared, (label) => !kept.includes(label));
  const left = those(p.labels, (label) => !shared.includes(label));
  const right = those(q.labels, (label) => !shared.includes(label));
  const [m, k, n] = [left, inner, right].map((labels) => sizeOf(labels, lengths));
  const matrix = (term: Labelled, order: string, rows: number, columns: number): Tensor =>
    reshape(arranged(term, order), [...shapeOf(batch, lengths), rows, columns]);
  const product = (): Tensor => {
    const b = matrix(q, batch + inner + right, k, n);
    if (p.labels === batch + inner + left) return matmulTransposedA(matrix(p, p.labels, k, m), b);
    return matmul(matrix(p, batch + left + inner, m, k), b);
  };
  const labels = batch + left + right;
  const xy =
    q.labels === batch + right + inner
      ? matmulTransposedB(matrix(p, batch + left + inner, m, k), matrix(q, q.labels, n, k))
      : product();
  return { labels, x: reshape(xy, shapeOf(labels, lengths)) };
}

/** Without the labels that nothing keeps. */
function summed({ labels, x }: Labelled, kept: string): Labelled {
  const axes = Array.from(labels, (_, axis) => axis).filter((axis) => !kept.includes(labels[axis]));
  return axes.length === 0
    ? { labels, x }
    : { labels: those(labels, (label) => kept.includes(label)), x: sum(x, axes) };
}

/** Its axes in another order. */
function arranged({ labels, x }: Labelled, order: string): Tensor {
  return labels === order
    ? x
    : transpose(
        x,
        Array.from(order, (label) => labels.indexOf(label)),
      );
}
