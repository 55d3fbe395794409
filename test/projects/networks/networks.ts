/** Networks as people write them, to be differentiated; with derivatives inside, states in records, and weights that are shared. */
import { grad, jvp, stopGradient, valueAndGrad } from "cotangent";
import {
  add,
  concat,
  div,
  exp,
  fill,
  gather,
  item,
  log,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  pick,
  scatterAdd,
  sigmoid,
  slice,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  type Tensor,
} from "cotangent/nn";
interface Net {
  w: Tensor;
  b: Tensor;
}

// A siamese network, with a branch for each pair.
function embed(w: Tensor[], x: Tensor): Tensor {
  let h = x;
  for (const [i, each] of w.entries()) {
    h = matmul(h, each);
    if (i < w.length - 1) h = tanh(h);
  }
  return h;
}
export function siamese(w: Tensor[], a: Tensor, b: Tensor, same: number[]): number {
  const d = sub(embed(w, a), embed(w, b));
  let loss = 0;
  for (let i = 0; i < same.length; i++) {
    const dist = Math.sqrt(item(sum(square(pick(d, i, 0)))) + 1e-3);
    if (same[i] > 0) loss += dist ** 2;
    else if (dist < 2) loss += (2 - dist) ** 2;
  }
  return loss / same.length;
}

// A critic whose gradient in its inputs shall have norm 1.
export interface Critic {
  w: Tensor;
  v: Tensor;
}
function critic(x: Tensor, p: Critic): number {
  return item(sum(matmul(tanh(matmul(x, p.w)), p.v)));
}
export function penalty(p: Critic, real: Tensor, fake: Tensor, eps: number): number {
  const between = add(mul(real, eps), mul(fake, 1 - eps));
  const g = grad(critic)(between, p);
  const norms = sqrt(add(sum(square(g), 1), 1e-6));
  return critic(fake, p) - critic(real, p) + 10 * item(mean(square(sub(norms, 1))));
}

// A recurrent cell, whose state is cut from its past now and then.
interface State {
  h: Tensor;
  c: Tensor;
  steps: number;
}
export interface Cell {
  wx: Tensor;
  wh: Tensor;
  b: Tensor;
}
function cell(p: Cell, s: State, x: Tensor): State {
  const z = add(add(matmul(x, p.wx), matmul(s.h, p.wh)), p.b);
  const gate = sigmoid(slice(z, [0, 0], [1, 2]));
  const c = add(mul(gate, s.c), mul(sub(1, gate), tanh(slice(z, [0, 2], [1, 4]))));
  return { h: tanh(c), c, steps: s.steps + 1 };
}
export function truncated(p: Cell, xs: Tensor[], every: number): number {
  let state: State = { h: fill([1, 2], 0, "f64"), c: fill([1, 2], 0, "f64"), steps: 0 };
  let loss = 0;
  for (const x of xs) {
    state = cell(p, state, x);
    loss += item(sum(square(sub(state.h, 0.3))));
    if (state.steps % every === 0) state = { h: stopGradient(state.h), c: stopGradient(state.c), steps: state.steps };
  }
  return loss / xs.length;
}

// A mixture of densities.
export interface Mdn {
  hidden: Tensor;
  pi: Tensor;
  mu: Tensor;
  sigma: Tensor;
}
export function mixture(p: Mdn, x: Tensor, y: Tensor): number {
  const h = tanh(matmul(x, p.hidden));
  const logPi = logSoftmax(matmul(h, p.pi), 1);
  const logSigma = matmul(h, p.sigma);
  const z = div(sub(y, matmul(h, p.mu)), exp(logSigma));
  const each = sub(sub(logPi, logSigma), mul(0.5, add(square(z), Math.log(2 * Math.PI))));
  return -item(mean(logSumExp(each, 1)));
}

// A field that satisfies a differential equation.
export interface Pinn {
  w1: Tensor;
  b1: Tensor;
  w2: Tensor;
}
function field(t: number, p: Pinn): number {
  return item(sum(matmul(tanh(add(mul(p.w1, t), p.b1)), p.w2)));
}
const speed = grad(field);
export function pinn(p: Pinn, ts: number[], k: number): number {
  let loss = (field(0, p) - 1) ** 2;
  for (const t of ts) {
    const acceleration = grad(speed)(t, p);
    loss += (acceleration + k * field(t, p) + 0.1 * speed(t, p)) ** 2;
  }
  return loss;
}

// Parameters from which few steps of training lead far.
function taskLoss(p: Net, x: Tensor, y: Tensor): number {
  return item(mean(square(sub(tanh(add(matmul(x, p.w), p.b)), y))));
}
export function maml(p: Net, xs: Tensor[], ys: Tensor[], rate: number): number {
  let loss = 0;
  for (let task = 0; task < xs.length; task++) {
    let own: Net = { w: p.w, b: p.b };
    for (let step = 0; step < 2; step++) {
      const g = grad(taskLoss)(own, xs[task], ys[task]);
      own = { w: sub(own.w, mul(rate, g.w)), b: sub(own.b, mul(rate, g.b)) };
    }
    loss += taskLoss(own, xs[task], ys[task]);
  }
  return loss / xs.length;
}

// An LSTM whose gates are records.
interface LstmP {
  i: Net;
  f: Net;
  o: Net;
  g: Net;
}
export function lstm(p: LstmP, xs: Tensor, bias: number): number {
  let [h, c] = [fill([1, 2], 0, "f64"), fill([1, 2], 0, "f64")];
  const gate = (g: Net, f: (x: Tensor) => Tensor, hx: Tensor): Tensor => f(add(matmul(hx, g.w), g.b));
  const outputs: Tensor[] = [];
  for (let t = 0; t < xs.shape[0]; t++) {
    const hx = concat([h, slice(xs, [t], [t + 1])], 1);
    const keep = gate(p.f, (z) => sigmoid(add(z, bias)), hx);
    c = add(mul(keep, c), mul(gate(p.i, sigmoid, hx), gate(p.g, tanh, hx)));
    h = mul(gate(p.o, sigmoid, hx), tanh(c));
    outputs.push(h);
  }
  return item(sum(square(sub(concat(outputs, 0), 0.2))));
}

// Messages along the edges of a graph.
export function graph(w: Tensor[], nodes: Tensor, from: Tensor, to: Tensor): number {
  let h = nodes;
  for (const each of w) {
    const messages = gather(matmul(h, each), from, 0);
    h = add(h, tanh(scatterAdd(h.shape, to, messages, 0)));
  }
  return item(logSumExp(sum(h, 0)));
}

// A learned optimizer, unrolled.
export interface Opt {
  a: Tensor;
  b: Tensor;
}
function quadratic(x: Tensor, m: Tensor): number {
  return item(sum(square(sub(matmul(x, m), 1))));
}
export function learned(o: Opt, x: Tensor, m: Tensor, steps: number): number {
  let state = fill(x.shape, 0, x.dtype);
  let total = 0;
  for (let i = 0; i < steps; i++) {
    const [value, g] = valueAndGrad(quadratic)(x, m);
    if (value < 1e-6) break;
    state = tanh(add(mul(o.a, state), mul(o.b, g)));
    x = sub(x, mul(0.1, state));
    total += quadratic(x, m);
  }
  return total;
}

export const gradients = {
  siamese: grad(siamese, { wrt: [0, 1, 2] }),
  penalty: grad(penalty, { wrt: [0] }),
  truncated: grad(truncated, { wrt: [0] }),
  mixture: grad(mixture, { wrt: [0, 1, 2] }),
  pinn: grad(pinn, { wrt: [0, 1, 2] }),
  maml: grad(maml, { wrt: [0, 1, 2, 3] }),
  lstm: grad(lstm, { wrt: [0, 1, 2] }),
  graph: grad(graph, { wrt: [0, 1] }),
  learned: grad(learned, { wrt: [0, 1, 2] }),
};

export const tangents = {
  siamese: jvp(siamese, { wrt: [0, 1, 2] }),
  penalty: jvp(penalty, { wrt: [0] }),
  truncated: jvp(truncated, { wrt: [0] }),
  mixture: jvp(mixture, { wrt: [0, 1, 2] }),
  pinn: jvp(pinn, { wrt: [0, 1, 2] }),
  maml: jvp(maml, { wrt: [0, 1, 2, 3] }),
  lstm: jvp(lstm, { wrt: [0, 1, 2] }),
  graph: jvp(graph, { wrt: [0, 1] }),
  learned: jvp(learned, { wrt: [0, 1, 2] }),
};
