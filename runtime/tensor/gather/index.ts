/** What users get of this folder: choosing, sorting, running sums, probabilities, norms and random tensors. */
export { scatterAlong, takeAlong } from "./along.ts";
export { cumsum, cumsumAdjoint, type CumsumOptions } from "./cumsum.ts";
export { embeddingLookup, gather, oneHot, scatterAdd } from "./gather.ts";
export { dotAlong, sumAlong } from "./line-sums.ts";
export { norm, normCurvature, normDirection } from "./norm.ts";
export { dropoutMask, randomNormal, randomUniform, type Seed } from "./random-tensors.ts";
export { logSoftmax, logSoftmaxAdjoint, logSoftmaxTangent, softmax, softmaxAdjoint } from "./softmax.ts";
export { argSort, sort, topIndices, topK } from "./sort.ts";
