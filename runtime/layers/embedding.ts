/** Vectors for things that are numbered, such as words, and for places in a sequence. */
import type { Random } from "../random.ts";
import { primitive } from "../primitive.ts";
import { requireShape } from "../tensor/shapes.ts";
import { embeddingLookup } from "../tensor/gather/gather.ts";
import { newData, Tensor, type DType } from "../tensor/tensor.ts";

export interface EmbeddingParameters {
  /** `[count, features]`: a row for each thing. */
  readonly weights: Tensor;
}

export interface EmbeddingSizes {
  /** How many things there are. */
  readonly count: number;
  readonly features: number;
  /** The standard deviation of the first numbers: 1 unless given. */
  readonly deviation?: number;
  /** Single precision unless given. */
  readonly dtype?: DType;
}

/** First parameters of an embedding: normal numbers. */
export function initEmbedding(
  random: Random,
  { count, features, deviation = 1, dtype = "f32" }: EmbeddingSizes,
): EmbeddingParameters {
  requireShape("initEmbedding", [count, features]);
  const data = newData(dtype, count * features);
  for (let i = 0; i < data.length; i++) data[i] = random.normal(0, deviation);
  return { weights: new Tensor([count, features], dtype, data) };
}

/** The rows of the weights with the numbers `ids`: `[…ids.shape, features]`. Throws a RangeError for an id that has no row. */
export function embedding(parameters: EmbeddingParameters, ids: Tensor): Tensor {
  return embeddingLookup(parameters.weights, ids);
}

/**
 * For each place of a sequence a vector that tells it from the others, `[length, features]`, to be added to what stands
 * there: sines of the place at even features, cosines at odd ones, with wavelengths from 2π to 20000π. It carries no
 * derivative. Source: A. Vaswani et al., "Attention Is All You Need", 2017, section 3.5.
 */
export const positionalEncoding: (length: number, features: number, dtype?: DType) => Tensor = primitive(
  (length: number, features: number, dtype: DType = "f32"): Tensor => {
    requireShape("positionalEncoding", [length, features]);
    const data = newData(dtype, length * features);
    for (let place = 0; place < length; place++)
      for (let k = 0; k < features; k++) {
        const angle = place / 10000 ** ((k - (k % 2)) / features);
        data[place * features + k] = k % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }
    return new Tensor([length, features], dtype, data);
  },
  { name: "positionalEncoding", vjp: [null, null, null], jvp: [null, null, null] },
);
