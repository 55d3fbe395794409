import {
  dense,
  embedding,
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
export interface Carried {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** What is left of a piece of text: how badly it was foreseen, and the memory at its end. */
export interface Reading extends Carried {
  readonly loss: number;
}

/**
 * Reads pieces of text, `[batch, time]` character numbers, going on from what the memory held before. The loss is the
 * mean cross-entropy of the characters `next` that follow each of them, in nats.
 */
export function read(network: Network, text: Tensor, next: Tensor, before: Carried): Reading {
  const { outputs, hidden, cell } = lstm(
    network.memory,
    embedding(network.characters, text),
    before.hidden,
    before.cell,
  );
  return { loss: sparseCategoricalCrossEntropy(dense(network.output, outputs), next), hidden, cell };
}
