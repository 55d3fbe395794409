/** Layers that go along a sequence and carry a state. Sequences are `[batch, time, features]`, states `[batch, units]`. */
import { glorot, orthogonal } from "../init.ts";
import type { Random } from "../random.ts";
import { add, mul, sub } from "../tensor/arithmetic.ts";
import { fill } from "../tensor/create.ts";
import { sigmoid, tanh } from "../tensor/functions.ts";
import { concat, split, stack, unstack } from "../tensor/join.ts";
import { matmul } from "../tensor/linear/matmul.ts";
import { flip } from "../tensor/slice.ts";
import { Tensor, type DType } from "../tensor/tensor.ts";

/** For layers with several gates, theirs stand side by side along the last axis. */
export interface RecurrentParameters {
  /** From the inputs: `[inputs, gates · units]`. */
  readonly weights: Tensor;
  /** From the state before: `[units, gates · units]`. */
  readonly recurrent: Tensor;
  /** `[gates · units]` */
  readonly bias: Tensor;
}

export interface RecurrentSizes {
  readonly inputs: number;
  readonly units: number;
  /** Single precision unless given. */
  readonly dtype?: DType;
}

/** The outputs of a layer at all times, `[batch, time, units]`, and the last state. */
export interface Sequence {
  readonly outputs: Tensor;
  readonly hidden: Tensor;
}

export interface LstmState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

export interface LstmSequence {
  readonly outputs: Tensor;
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

export interface GruParameters extends RecurrentParameters {
  /** For the candidate, what is added to the state before: `[units]`. */
  readonly recurrentBias: Tensor;
}

/** First parameters of a simple recurrent layer. */
export function initSimpleRnn(random: Random, sizes: RecurrentSizes): RecurrentParameters {
  return initGates(random, sizes, 1);
}

/** First parameters of an LSTM. The bias of the forget gate is 1, so that the cell remembers at first. */
export function initLstm(random: Random, sizes: RecurrentSizes): RecurrentParameters {
  const parameters = initGates(random, sizes, 4);
  parameters.bias.data.fill(1, sizes.units, 2 * sizes.units);
  return parameters;
}

/** First parameters of a GRU. */
export function initGru(random: Random, sizes: RecurrentSizes): GruParameters {
  return { ...initGates(random, sizes, 3), recurrentBias: new Tensor([sizes.units], sizes.dtype ?? "f32") };
}

function initGates(
  random: Random,
  { inputs, units, dtype = "f32" }: RecurrentSizes,
  gates: number,
): RecurrentParameters {
  const options = { as: "tensor", dtype } as const;
  const squares = Array.from({ length: gates }, () => orthogonal(random, [units, units], options));
  return {
    weights: glorot(random, [inputs, gates * units], { ...options, fanIn: inputs, fanOut: units }),
    recurrent: concat(squares, 1),
    bias: new Tensor([gates * units], dtype),
  };
}

/** One step: `tanh(x · weights + hidden · recurrent + bias)`. */
export function simpleRnnStep(parameters: RecurrentParameters, x: Tensor, hidden: Tensor): Tensor {
  return tanh(add(fromInputs(parameters, x), matmul(hidden, parameters.recurrent)));
}

/** The part of all gates that does not depend on the state: for a whole sequence in one product. */
export function fromInputs(parameters: RecurrentParameters, x: Tensor): Tensor {
  return add(matmul(x, parameters.weights), parameters.bias);
}

/** All steps along a sequence, from the state `first` (zeros unless given). Source: J. L. Elman, "Finding Structure in Time", 1990. */
export function simpleRnn(parameters: RecurrentParameters, x: Tensor, first?: Tensor): Sequence {
  let hidden = first ?? fill([x.shape[0], parameters.recurrent.shape[0]], 0, x.dtype);
  const outputs: Tensor[] = [];
  for (const given of unstack(fromInputs(parameters, x), 1)) {
    hidden = tanh(add(given, matmul(hidden, parameters.recurrent)));
    outputs.push(hidden);
  }
  return { outputs: stack(outputs, 1), hidden };
}

/**
 * One step: with the gates i, f, o (sigmoid) and the candidate g (tanh) of `x · weights + hidden · recurrent + bias`, in the
 * order i, f, g, o, the new cell is `f · cell + i · g` and the new hidden state `o · tanh(cell)`.
 */
export function lstmStep(parameters: RecurrentParameters, x: Tensor, hidden: Tensor, cell: Tensor): LstmState {
  return lstmCell(add(fromInputs(parameters, x), matmul(hidden, parameters.recurrent)), cell);
}

/** The new state from the sums that go into the gates, `[batch, 4 · units]`, and the old cell. */
export function lstmCell(gates: Tensor, cell: Tensor): LstmState {
  const units = cell.shape[1];
  const [input, forget, candidate, output] = split(gates, [units, units, units, units], 1);
  const next = add(mul(sigmoid(forget), cell), mul(sigmoid(input), tanh(candidate)));
  return { hidden: mul(sigmoid(output), tanh(next)), cell: next };
}

/**
 * All steps along a sequence, from the state given (zeros unless given). Source: S. Hochreiter and J. Schmidhuber, "Long
 * Short-Term Memory", 1997, with the forget gate of F. A. Gers et al., 2000.
 */
export function lstm(
  parameters: RecurrentParameters,
  x: Tensor,
  firstHidden?: Tensor,
  firstCell?: Tensor,
): LstmSequence {
  let hidden = firstHidden ?? fill([x.shape[0], parameters.recurrent.shape[0]], 0, x.dtype);
  let cell = firstCell ?? fill([x.shape[0], parameters.recurrent.shape[0]], 0, x.dtype);
  const outputs: Tensor[] = [];
  for (const given of unstack(fromInputs(parameters, x), 1)) {
    const next = lstmCell(add(given, matmul(hidden, parameters.recurrent)), cell);
    hidden = next.hidden;
    cell = next.cell;
    outputs.push(hidden);
  }
  return { outputs: stack(outputs, 1), hidden, cell };
}

/**
 * One step: with the gates z, r (sigmoid) and the candidate n, in the order z, r, n, the new state is
 * `(1 - z) · n + z · hidden`. The reset gate r weighs the whole part of the candidate that comes from the state:
 * `n = tanh(x · weights + bias + r · (hidden · recurrent + recurrentBias))`.
 */
export function gruStep(parameters: GruParameters, x: Tensor, hidden: Tensor): Tensor {
  return gruCell(parameters, fromInputs(parameters, x), hidden);
}

/** The new state from what the inputs give to the gates, `[batch, 3 · units]`, and the old state. */
export function gruCell(parameters: GruParameters, given: Tensor, hidden: Tensor): Tensor {
  const units = hidden.shape[1];
  const [toUpdate, toReset, toCandidate] = split(given, [units, units, units], 1);
  const [update, reset, candidate] = split(matmul(hidden, parameters.recurrent), [units, units, units], 1);
  const remembered = mul(sigmoid(add(toReset, reset)), add(candidate, parameters.recurrentBias));
  const next = tanh(add(toCandidate, remembered));
  return add(next, mul(sigmoid(add(toUpdate, update)), sub(hidden, next)));
}

/**
 * All steps along a sequence, from the state `first` (zeros unless given). Source: K. Cho et al., "Learning Phrase
 * Representations using RNN Encoder–Decoder", 2014.
 */
export function gru(parameters: GruParameters, x: Tensor, first?: Tensor): Sequence {
  let hidden = first ?? fill([x.shape[0], parameters.recurrent.shape[0]], 0, x.dtype);
  const outputs: Tensor[] = [];
  for (const given of unstack(fromInputs(parameters, x), 1)) {
    hidden = gruCell(parameters, given, hidden);
    outputs.push(hidden);
  }
  return { outputs: stack(outputs, 1), hidden };
}

/**
 * The outputs of two layers side by side, `[batch, time, units of both]`, of which the second goes from the end to the
 * beginning: `bidirectional((s) => lstm(p, s).outputs, (s) => lstm(q, s).outputs, x)`. Source: M. Schuster and
 * K. K. Paliwal, "Bidirectional Recurrent Neural Networks", 1997.
 */
export function bidirectional(ahead: (x: Tensor) => Tensor, back: (x: Tensor) => Tensor, x: Tensor): Tensor {
  return concat([ahead(x), flip(back(flip(x, 1)), 1)], 2);
}
