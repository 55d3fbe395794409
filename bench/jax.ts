/**
 * The networks with jax-js on its WebAssembly backend: a whole step, the gradient and Adam, compiled by its `jit`, with
 * which every network was faster. An array is freed by whatever takes it, unless `.ref` keeps it.
 */
import type { Array as Values } from "@jax-js/jax";
import { checked, classes, text, type Peer, type Step } from "./peers.ts";

// It asks the navigator of a browser what it runs on; Node 20 has none.
const host = globalThis as { navigator?: unknown };
host.navigator ??= { hardwareConcurrency: 1, userAgent: "node" };
const jax = await import("@jax-js/jax");
const { lax, nn, numpy: np, random, tree } = jax;

/** The parameters of a network by name. */
type Weights = Record<string, Values>;
/** Of one batch; it uses up its arguments. */
type Loss = (weights: Weights, x: Values, y: Values) => Values;

let key = 0;

/** Numbers up to `size` of either sign. */
function uniform(shape: number[], size: number): Values {
  return random.uniform(random.key(++key), shape, { minval: -size, maxval: size });
}

/** Weights with as much variance as rectified layers need. */
function he(shape: number[], inputs: number): Values {
  return uniform(shape, Math.sqrt(6 / inputs));
}

function oneHot(numbers: readonly number[], of: number): Values {
  return nn.oneHot(np.array([...numbers], { dtype: np.int32 }), of);
}

function dense(x: Values, weights: Values, bias: Values): Values {
  return np.matmul(x, weights).add(bias);
}

function crossEntropy(scores: Values, y: Values): Values {
  return np.mean(np.sum(nn.logSoftmax(scores, -1).mul(y), -1)).mul(-1);
}

function mlp({ w1, b1, w2, b2, w3, b3 }: Weights, x: Values, y: Values): Values {
  const hidden = nn.relu(dense(nn.relu(dense(x, w1, b1)), w2, b2));
  return crossEntropy(dense(hidden, w3, b3), y);
}

/** Pooling by a maximum over two axes: `lax.reduceWindow` took longer in a rough comparison. */
function pool(x: Values): Values {
  const [n, channels, height, width] = x.shape;
  return np.max(x.reshape([n, channels, height / 2, 2, width / 2, 2]), [3, 5]);
}

function cnn({ w1, b1, w2, b2, w3, b3, w4, b4 }: Weights, x: Values, y: Values): Values {
  const first = pool(nn.relu(lax.conv(x, w1, [1, 1], "SAME").add(b1)));
  const second = pool(nn.relu(lax.conv(first, w2, [1, 1], "SAME").add(b2)));
  const hidden = nn.relu(dense(second.reshape([second.shape[0], -1]), w3, b3));
  return crossEntropy(dense(hidden, w4, b4), y);
}

/**
 * Its `jit` refuses the gradient of an embedding, so the characters come as rows of an identity matrix. The inputs of all
 * steps are multiplied at once.
 */
function lstm({ embedding, w, u, b, w2, b2 }: Weights, x: Values, y: Values): Values {
  const [batch, times, units] = [x.shape[0], x.shape[1], 64];
  const letters = np.matmul(x.reshape([batch * times, -1]), embedding);
  const inputs = dense(letters, w, b).reshape([batch, times, 4 * units]);
  let [hidden, cell] = [np.zeros([batch, units]), np.zeros([batch, units])];
  const outputs: Values[] = [];
  for (let t = 0; t < times; t++) {
    const gates = inputs.ref.slice([], t).add(np.matmul(hidden, u.ref));
    const [input, forget, candidate, output] = np.split(gates, 4, 1);
    cell = nn
      .sigmoid(forget)
      .mul(cell)
      .add(nn.sigmoid(input).mul(np.tanh(candidate)));
    hidden = nn.sigmoid(output).mul(np.tanh(cell.ref));
    outputs.push(hidden.ref);
  }
  tree.dispose([inputs, u, hidden, cell]);
  return crossEntropy(dense(np.stack(outputs, 1).reshape([batch * times, units]), w2, b2), y);
}

const [rate, decay1, decay2] = [1e-3, 0.9, 0.999];

/** Adam for one parameter: its new value and its new moments. `scale1` and `scale2` make up for their first steps. */
function adam([value, m, v]: Values[], gradient: Values, scale1: Values, scale2: Values): Values[] {
  const mean = m.mul(decay1).add(gradient.ref.mul(1 - decay1));
  const square = v.mul(decay2).add(np.square(gradient).mul(1 - decay2));
  const change = mean.ref.mul(scale1).div(np.sqrt(square.ref.mul(scale2)).add(1e-8));
  return [value.sub(change.mul(rate)), mean, square];
}

function training(loss: Loss, weights: Weights, x: Values, y: Values): Step {
  const names = Object.keys(weights);
  let state = names.map((name) => [weights[name], np.zeros(weights[name].shape), np.zeros(weights[name].shape)]);
  const differentiated = jax.valueAndGrad(loss);
  const step = jax.jit((state: Values[][], x: Values, y: Values, scale1: Values, scale2: Values) => {
    const now = Object.fromEntries(names.map((name, i) => [name, state[i][0].ref]));
    const [value, gradient] = differentiated(now, x, y) as [Values, Weights];
    const next = names.map((name, i) => adam(state[i], gradient[name], scale1.ref, scale2.ref));
    tree.dispose([scale1, scale2]);
    return [value, next] as [Values, Values[][]];
  });
  let count = 0;
  return async () => {
    count++;
    const scales = [decay1, decay2].map((decay) => np.array(1 / (1 - decay ** count)));
    const [value, next] = step(state, x.ref, y.ref, scales[0], scales[1]) as [Values, Values[][]];
    state = next;
    await jax.blockUntilReady(state);
    return (await value.data())[0];
  };
}

function mlpTraining(): Step {
  const [w1, w2, w3] = [he([784, 128], 784), he([128, 64], 128), he([64, 10], 64)];
  const weights = { w1, b1: np.zeros([128]), w2, b2: np.zeros([64]), w3, b3: np.zeros([10]) };
  return training(mlp, weights, uniform([64, 784], 1), oneHot(classes(64, 10), 10));
}

function cnnTraining(): Step {
  const weights = {
    ...{ w1: he([8, 1, 3, 3], 9), b1: np.zeros([8, 1, 1]), w2: he([16, 8, 3, 3], 72), b2: np.zeros([16, 1, 1]) },
    ...{ w3: he([784, 64], 784), b3: np.zeros([64]), w4: he([64, 10], 64), b4: np.zeros([10]) },
  };
  return training(cnn, weights, uniform([32, 1, 28, 28], 1), oneHot(classes(32, 10), 10));
}

function lstmTraining(): Step {
  const weights = {
    ...{ embedding: uniform([89, 32], 0.05), w: he([32, 256], 96), u: he([64, 256], 192), b: np.zeros([256]) },
    ...{ w2: he([64, 89], 64), b2: np.zeros([89]) },
  };
  const characters = text.flat();
  return training(lstm, weights, oneHot(characters, 89).reshape([16, 32, 89]), oneHot(characters, 89));
}

export async function startJax(): Promise<Peer> {
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return {
    name: "jax-js",
    training: {
      mlp: await checked(mlpTraining()),
      cnn: await checked(cnnTraining()),
      lstm: await checked(lstmTraining()),
    },
    product(size) {
      const [a, b] = [uniform([size, size], 1), uniform([size, size], 1)];
      return async () => {
        await np.matmul(a.ref, b.ref).data();
      };
    },
  };
}
