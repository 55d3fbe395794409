/** What the layers compute, by plain loops over arrays: each gives the number that the program of its case returns. */
import type {
  ConvolutionParameters,
  DenseParameters,
  GruParameters,
  NormParameters,
  RecurrentParameters,
} from "../../../runtime/layers/index.ts";
import type { Tensor } from "../../../runtime/tensor/tensor.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** `Σ dense(x)² · probe` */
export function dense({ weights, bias }: DenseParameters, x: Tensor, probe: Tensor): number {
  const [inputs, outputs] = weights.shape;
  let total = 0;
  for (let row = 0; row < x.shape[0]; row++)
    for (let k = 0; k < outputs; k++) {
      let y = bias.data[k];
      for (let j = 0; j < inputs; j++) y += x.data[row * inputs + j] * weights.data[j * outputs + k];
      total += y * y * probe.data[row * outputs + k];
    }
  return total;
}

/** `Σ conv(x)²` */
export function convolution2d({ weights, bias }: ConvolutionParameters, x: Tensor): number {
  const [filters, channels, kh, kw] = weights.shape;
  const [images, , height, width] = x.shape;
  let total = 0;
  for (let n = 0; n < images; n++)
    for (let f = 0; f < filters; f++)
      for (let top = 0; top + kh <= height; top++)
        for (let left = 0; left + kw <= width; left++) {
          let y = bias.data[f];
          for (let c = 0; c < channels; c++)
            for (let i = 0; i < kh; i++)
              for (let j = 0; j < kw; j++)
                y +=
                  weights.data[((f * channels + c) * kh + i) * kw + j] *
                  x.data[((n * channels + c) * height + top + i) * width + left + j];
          total += y * y;
        }
  return total;
}

function normalized(numbers: readonly number[]): number[] {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  return numbers.map((x) => (x - mean) / Math.sqrt(variance + 1e-5));
}

/** Of a matrix: by columns. */
export function batchNorm({ scale, shift }: NormParameters, x: Tensor, probe: Tensor): number {
  const [rows, channels] = x.shape;
  let total = 0;
  for (let c = 0; c < channels; c++) {
    const column = normalized(Array.from({ length: rows }, (_, row) => x.data[row * channels + c]));
    column.forEach((y, row) => (total += (y * scale.data[c] + shift.data[c]) * probe.data[row * channels + c]));
  }
  return total;
}

export function layerNorm({ scale, shift }: NormParameters, x: Tensor, probe: Tensor): number {
  const features = scale.size;
  let total = 0;
  for (let start = 0; start < x.size; start += features)
    normalized(Array.from(x.data.slice(start, start + features))).forEach((y, k) => {
      total += (y * scale.data[k] + shift.data[k]) * probe.data[start + k];
    });
  return total;
}

/** `bias[k] + Σ x[j] · weights[j, k]` */
function affine(x: readonly number[], weights: Tensor, k: number, bias = 0): number {
  return x.reduce((sum, value, j) => sum + value * weights.data[j * weights.shape[1] + k], bias);
}

/** Walks along the sequences of a batch: `step` makes the state after each element, `[units]`, of which the sum with `probe` is taken. */
function along(x: Tensor, probe: Tensor, start: (example: number) => (element: number[]) => readonly number[]): number {
  const [batch, time, features] = x.shape;
  const units = probe.shape[2];
  let total = 0;
  for (let example = 0; example < batch; example++) {
    const step = start(example);
    for (let t = 0; t < time; t++) {
      const at = (example * time + t) * features;
      const hidden = step(Array.from(x.data.slice(at, at + features)));
      hidden.forEach((h, k) => (total += h * probe.data[(example * time + t) * units + k]));
    }
  }
  return total;
}

function rowOf(x: Tensor, row: number): number[] {
  return Array.from(x.data.slice(row * x.shape[1], (row + 1) * x.shape[1]));
}

export function lstm(p: RecurrentParameters, x: Tensor, first: Tensor, firstCell: Tensor, probe: Tensor): number {
  const units = first.shape[1];
  return along(x, probe, (example) => {
    let [hidden, cell] = [rowOf(first, example), rowOf(firstCell, example)];
    return (element) => {
      const gate = (g: number, k: number): number =>
        affine(element, p.weights, g * units + k, affine(hidden, p.recurrent, g * units + k, p.bias.data[g * units + k]));
      const next = cell.map((c, k) => sigmoid(gate(1, k)) * c + sigmoid(gate(0, k)) * Math.tanh(gate(2, k)));
      hidden = next.map((c, k) => sigmoid(gate(3, k)) * Math.tanh(c));
      cell = next;
      return hidden;
    };
  });
}

export function gru(p: GruParameters, x: Tensor, first: Tensor, probe: Tensor): number {
  const units = first.shape[1];
  return along(x, probe, (example) => {
    let hidden = rowOf(first, example);
    return (element) => {
      const fromInput = (g: number, k: number): number =>
        affine(element, p.weights, g * units + k, p.bias.data[g * units + k]);
      const fromState = (g: number, k: number): number => affine(hidden, p.recurrent, g * units + k);
      hidden = hidden.map((h, k) => {
        const update = sigmoid(fromInput(0, k) + fromState(0, k));
        const reset = sigmoid(fromInput(1, k) + fromState(1, k));
        const candidate = Math.tanh(fromInput(2, k) + reset * (fromState(2, k) + p.recurrentBias.data[k]));
        return (1 - update) * candidate + update * h;
      });
      return hidden;
    };
  });
}

/** `Σ attention(q, k, v)²` */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): number {
  const [batch, queries, features] = q.shape;
  const [keys, outputs] = [k.shape[1], v.shape[2]];
  let total = 0;
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < queries; i++) {
      const weights = Array.from({ length: keys }, (_, j) => {
        if (mask && mask.data[i * keys + j] === 0) return 0;
        let score = 0;
        for (let c = 0; c < features; c++)
          score += q.data[(n * queries + i) * features + c] * k.data[(n * keys + j) * features + c];
        return Math.exp(score / Math.sqrt(features));
      });
      const sum = weights.reduce((a, b) => a + b, 0);
      for (let c = 0; c < outputs; c++) {
        let y = 0;
        for (let j = 0; j < keys; j++) if (sum > 0) y += (weights[j] / sum) * v.data[(n * keys + j) * outputs + c];
        total += y * y;
      }
    }
  return total;
}
