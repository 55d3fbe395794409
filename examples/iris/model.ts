/**
 * The mean cross-entropy of multi-class logistic regression.
 *
 * `weights` has one row for each species: a weight for each feature, and the bias last. A flower's score for a
 * species is the weighted sum of its features, its probability `exp(score) / Σ exp(scores)`, and the loss is the
 * mean of `-log` of the probability given to the true species.
 */
export function loss(weights: number[][], flowers: number[][], species: number[], decay: number): number {
  let total = 0;
  for (let n = 0; n < flowers.length; n++) {
    const flower = flowers[n];
    let normalizer = 0;
    let trueScore = 0;
    for (let k = 0; k < weights.length; k++) {
      const row = weights[k];
      let score = row[flower.length];
      for (let j = 0; j < flower.length; j++) {
        score += row[j] * flower[j];
      }
      normalizer += Math.exp(score);
      if (k === species[n]) trueScore = score;
    }
    total += Math.log(normalizer) - trueScore;
  }

  let penalty = 0;
  for (const row of weights) {
    for (const weight of row) penalty += weight ** 2;
  }
  return total / flowers.length + decay * penalty;
}

/** The species with the highest score. */
export function classify(weights: number[][], flower: number[]): number {
  let best = 0;
  let bestScore = -Infinity;
  for (let k = 0; k < weights.length; k++) {
    let score = weights[k][flower.length];
    for (let j = 0; j < flower.length; j++) {
      score += weights[k][j] * flower[j];
    }
    if (score > bestScore) {
      best = k;
      bestScore = score;
    }
  }
  return best;
}
