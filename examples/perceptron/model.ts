/** A line through the plane, `weights · point + bias = 0`. */
export interface Line {
  readonly weights: number[];
  readonly bias: number;
}

/**
 * The perceptron's loss: how far the points on the wrong side are from the line, in the unit of its weights. A label is 1
 * or -1. For one point on the wrong side, a step of 1 against the gradient is Rosenblatt's rule: add `label · point`.
 */
export function loss(line: Line, points: number[][], labels: number[]): number {
  let sum = 0;
  for (let n = 0; n < points.length; n++) {
    let side = line.bias;
    for (let j = 0; j < points[n].length; j++) side += line.weights[j] * points[n][j];
    // A point on the line counts as wrong: so the rule starts from weights of 0.
    if (labels[n] * side <= 0) sum -= labels[n] * side;
  }
  return sum;
}
