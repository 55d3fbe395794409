import {
  dense,
  embedding,
  fill,
  lstm,
  sparseCategoricalCrossEntropy,
  type DenseParameters,
  type EmbeddingParameters,
  type RecurrentParameters,
  type Tensor,
} from "cotangent/nn";

/** A vector for each character, a long short-term memory, and a score for each character that may come next. */
export interface Network {
  readonly characters: EmbeddingParameters;
  readonly memory: RecurrentParameters;
  readonly output: DenseParameters;
}

/** What the memory holds after a piece of text: `[batch, units]` each. */
export interface Memory {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** The scores of what may follow each character: `[batch, time, characters]`; and the memory at the end. */
export interface Foresight extends Memory {
  readonly scores: Tensor;
}

/** How badly a piece of text was foreseen, and the memory at its end. */
export interface Reading extends Memory {
  readonly loss: number;
}

/** What the memory holds before anything has been read. */
export function silence(batch: number, units: number): Memory {
  return { hidden: fill([batch, units], 0), cell: fill([batch, units], 0) };
}

/** Reads pieces of text, `[batch, time]` numbers of characters, going on from what the memory held before. */
export function foresee(network: Network, text: Tensor, before: Memory): Foresight {
  const letters = embedding(network.characters, text);
  const { outputs, hidden, cell } = lstm(network.memory, letters, before.hidden, before.cell);
  return { scores: dense(network.output, outputs), hidden, cell };
}

/** The same, with the mean cross-entropy of the characters `next` that really follow, in nats. */
export function read(network: Network, text: Tensor, next: Tensor, before: Memory): Reading {
  const { scores, hidden, cell } = foresee(network, text, before);
  return { loss: sparseCategoricalCrossEntropy(scores, next), hidden, cell };
}
