/** The layers. */
import { createRandom } from "../../../runtime/random.ts";
import * as layers from "../../../runtime/layers/index.ts";
import { along, numbers, random, type LayerCase } from "./case.ts";
import * as loops from "./loops.ts";

const generator = createRandom(3);
const dtype = "f64";

/** Parameters moved away from the zeros and ones that they begin with. */
function shaken<T>(parameters: T, seed = 40): T {
  let next = seed;
  const noise = (part: unknown): unknown => {
    if (typeof part === "object" && part !== null && "shape" in part)
      return random(part.shape as number[], next++, 0.2);
    return Object.fromEntries(Object.entries(part as object).map(([name, inner]) => [name, noise(inner)]));
  };
  return along(parameters, 1, noise(parameters)) as T;
}

const recurrent = { inputs: 2, units: 3, dtype } as const;
const sequence = random([2, 4, 2], 21);
const states = random([2, 3], 22);
const outputs = random([2, 4, 3], 23);
const cells = random([2, 3], 24);

const simpleRnn = shaken(layers.initSimpleRnn(generator, recurrent));
const lstm = shaken(layers.initLstm(generator, recurrent));
const gru = shaken(layers.initGru(generator, recurrent));

const recurrentLayers: readonly LayerCase[] = [
  {
    of: ["simpleRnn", "simpleRnnStep", "fromInputs", "initSimpleRnn"],
    parameters: "parameters: RecurrentParameters, x: Tensor, first: Tensor, probe: Tensor",
    result: "item(add(sum(mul(simpleRnn(parameters, x, first).outputs, probe)), sum(simpleRnn(parameters, x).hidden)))",
    arguments: [simpleRnn, sequence, states, outputs],
    wrt: [0, 1, 2],
  },
  {
    of: ["lstm", "lstmStep", "lstmCell", "initLstm"],
    parameters: "parameters: RecurrentParameters, x: Tensor, hidden: Tensor, cell: Tensor, probe: Tensor",
    result: "item(sum(mul(lstm(parameters, x, hidden, cell).outputs, probe)))",
    arguments: [lstm, sequence, states, cells, outputs],
    wrt: [0, 1, 2, 3],
    value: loops.lstm,
  },
  {
    of: ["lstm"],
    as: "FromZeros",
    parameters: "parameters: RecurrentParameters, x: Tensor",
    result: "item(sum(mul(lstm(parameters, x).cell, lstm(parameters, x).hidden)))",
    arguments: [lstm, sequence],
    wrt: [0, 1],
  },
  {
    of: ["gru", "gruStep", "gruCell", "initGru"],
    parameters: "parameters: GruParameters, x: Tensor, first: Tensor, probe: Tensor",
    result: "item(sum(mul(gru(parameters, x, first).outputs, probe)))",
    arguments: [gru, sequence, states, outputs],
    wrt: [0, 1, 2],
    value: loops.gru,
  },
  {
    of: ["bidirectional"],
    parameters: "ahead: RecurrentParameters, back: GruParameters, x: Tensor, probe: Tensor",
    result:
      "item(sum(mul(bidirectional((s) => lstm(ahead, s).outputs, (s) => gru(back, s).outputs, x), concat([probe, probe], 2))))",
    arguments: [lstm, gru, sequence, outputs],
    wrt: [0, 1, 2],
  },
];

const features = random([2, 3, 4], 31);
const memory = random([2, 5, 4], 32);
const padding = numbers([2, 5], [1, 1, 1, 1, 0, 1, 0, 1, 0, 0]);
const attention = shaken(layers.initAttention(generator, { features: 4, dtype }));

const transformers: readonly LayerCase[] = [
  {
    of: ["scaledDotProductAttention"],
    parameters: "q: Tensor, k: Tensor, v: Tensor",
    result: "item(sum(square(scaledDotProductAttention(q, k, v))))",
    arguments: [features, memory, random([2, 5, 2], 33)],
    wrt: [0, 1, 2],
    value: loops.attention,
  },
  {
    of: ["scaledDotProductAttention", "causalMask"],
    as: "Masked",
    parameters: "q: Tensor, k: Tensor, v: Tensor, mask: Tensor",
    result: "item(sum(square(scaledDotProductAttention(q, k, v, mask))))",
    arguments: [
      features,
      memory,
      random([2, 5, 2], 33),
      numbers([3, 5], [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]),
    ],
    wrt: [0, 1, 2],
    value: loops.attention,
  },
  {
    of: ["multiHeadAttention", "initAttention", "attentionMask"],
    parameters: "parameters: AttentionParameters, x: Tensor, memory: Tensor, padding: Tensor, probe: Tensor",
    result: "item(sum(mul(multiHeadAttention(parameters, 2, x, memory, false, padding), probe)))",
    arguments: [attention, features, memory, padding, random([2, 3, 4], 34)],
    wrt: [0, 1, 2],
  },
  {
    of: ["multiHeadAttention"],
    as: "Causal",
    parameters: "parameters: AttentionParameters, x: Tensor, probe: Tensor",
    result: "item(sum(mul(multiHeadAttention(parameters, 4, x, x, true), probe)))",
    arguments: [attention, features, random([2, 3, 4], 34)],
    wrt: [0, 1],
  },
  {
    of: ["transformerEncoderBlock", "initEncoderBlock", "positionalEncoding"],
    parameters: "parameters: EncoderBlockParameters, x: Tensor, padding: Tensor, probe: Tensor",
    result:
      "item(sum(mul(transformerEncoderBlock(parameters, 2, add(x, positionalEncoding(3, 4, x.dtype)), false, padding), probe)))",
    arguments: [
      shaken(layers.initEncoderBlock(generator, { features: 4, hidden: 5, dtype })),
      features,
      numbers([2, 3], [1, 1, 0, 1, 1, 1]),
      random([2, 3, 4], 35),
    ],
    wrt: [0, 1],
  },
  {
    of: ["transformerDecoderBlock", "initDecoderBlock"],
    parameters: "parameters: DecoderBlockParameters, x: Tensor, memory: Tensor, padding: Tensor, probe: Tensor",
    result: "item(sum(mul(transformerDecoderBlock(parameters, 2, x, memory, padding), probe)))",
    arguments: [
      shaken(layers.initDecoderBlock(generator, { features: 4, hidden: 5, dtype })),
      features,
      memory,
      padding,
      random([2, 3, 4], 36),
    ],
    wrt: [0, 1, 2],
  },
];

const images = random([2, 2, 4, 5], 51);
const sounds = random([2, 2, 7], 52);

function convolution(name: string, kernel: readonly number[], options: string): LayerCase {
  const x = kernel.length === 1 ? sounds : images;
  const isTransposed = name.startsWith("transposed");
  const init = isTransposed ? layers.initTransposedConvolution : layers.initConvolution;
  return {
    of: [name, isTransposed ? "initTransposedConvolution" : "initConvolution"],
    as: options === "" ? "" : "WithOptions",
    parameters: "parameters: ConvolutionParameters, x: Tensor",
    result: `item(sum(square(${name}(parameters, x${options}))))`,
    arguments: [shaken(init(generator, { channels: 2, filters: 3, kernel, dtype })), x],
    wrt: [0, 1],
    value: name === "convolution2d" && options === "" ? loops.convolution2d : undefined,
  };
}

const normal = shaken(layers.initNorm(3, dtype));
const matrix = random([4, 3], 61);

export const layerCases: readonly LayerCase[] = [
  {
    of: ["dense", "initDense", "flattenFeatures"],
    parameters: "parameters: DenseParameters, x: Tensor, probe: Tensor",
    result: "item(sum(mul(square(dense(parameters, flattenFeatures(x))), probe)))",
    arguments: [
      shaken(layers.initDense(generator, { inputs: 6, outputs: 4, dtype })),
      random([3, 2, 3], 11),
      random([3, 4], 12),
    ],
    wrt: [0, 1],
    value: loops.dense,
  },
  {
    of: ["residual"],
    parameters: "parameters: DenseParameters, x: Tensor, probe: Tensor",
    result: "item(sum(mul(residual((h) => tanh(dense(parameters, h)), x), probe)))",
    arguments: [
      shaken(layers.initDense(generator, { inputs: 4, outputs: 4, dtype })),
      random([3, 4], 13),
      random([3, 4], 12),
    ],
    wrt: [0, 1],
  },
  {
    of: ["dropout"],
    parameters: "x: Tensor, rate: number",
    result: "item(sum(square(dropout(x, rate, 7))))",
    arguments: [random([3, 4], 14), 0.4],
  },
  convolution("convolution1d", [3], ""),
  convolution("convolution1d", [3], ', { stride: 2, padding: "same" }'),
  convolution("convolution2d", [2, 3], ""),
  convolution("convolution2d", [2, 3], ", { stride: [2, 1], padding: 1 }"),
  convolution("transposedConvolution1d", [3], ", { stride: 2 }"),
  convolution("transposedConvolution1d", [3], ""),
  convolution("transposedConvolution2d", [2, 3], ", { stride: 2, outputPadding: 1 }"),
  {
    of: ["batchNorm", "initNorm"],
    parameters: "parameters: NormParameters, x: Tensor, probe: Tensor",
    result: "item(sum(mul(batchNorm(parameters, x), probe)))",
    arguments: [normal, random([4, 3], 15), random([4, 3], 16)],
    wrt: [0, 1],
    value: loops.batchNorm,
  },
  {
    of: ["batchNorm"],
    as: "OfImages",
    parameters: "parameters: NormParameters, x: Tensor, probe: Tensor",
    result: "item(sum(mul(batchNorm(parameters, x, 0.1), probe)))",
    arguments: [normal, random([2, 3, 2, 2], 15), random([2, 3, 2, 2], 16)],
    wrt: [0, 1],
  },
  {
    of: ["batchNormBy", "initStatistics", "updateStatistics"],
    parameters: "parameters: NormParameters, statistics: Statistics, x: Tensor, probe: Tensor",
    result: "item(sum(mul(batchNormBy(parameters, statistics, x), probe)))",
    arguments: [
      normal,
      layers.updateStatistics(layers.initStatistics(3, dtype), random([4, 3], 17)),
      random([4, 3], 15),
      random([4, 3], 16),
    ],
    wrt: [0, 2],
  },
  {
    of: ["layerNorm"],
    parameters: "parameters: NormParameters, x: Tensor, probe: Tensor",
    result: "item(sum(mul(layerNorm(parameters, x), probe)))",
    arguments: [normal, random([2, 2, 3], 15), random([2, 2, 3], 16)],
    wrt: [0, 1],
    value: loops.layerNorm,
  },
  {
    of: ["spectralNorm", "initSpectral", "updateSpectral"],
    parameters: "weights: Tensor, vectors: SingularVectors, probe: Tensor",
    result: "item(sum(mul(spectralNorm(weights, vectors), probe)))",
    arguments: [matrix, layers.initSpectral(generator, matrix, 50), random([4, 3], 62)],
  },
  {
    of: ["embedding", "initEmbedding"],
    parameters: "parameters: EmbeddingParameters, ids: Tensor, probe: Tensor",
    result: "item(sum(mul(square(embedding(parameters, ids)), probe)))",
    arguments: [
      layers.initEmbedding(generator, { count: 4, features: 3, dtype }),
      numbers([2, 3], [1, 3, 1, 0, 1, 3]),
      random([2, 3, 3], 18),
    ],
  },
  ...recurrentLayers,
  ...transformers,
];
