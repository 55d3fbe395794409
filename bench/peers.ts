/** The same networks with other libraries. What a peer cannot train is missing. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

type Run = () => void | Promise<void>;

export interface Peer {
  readonly mlp?: Run;
  readonly cnn?: Run;
  readonly lstm?: Run;
  product?(size: number): Run;
}

/** TensorFlow.js with its WebAssembly backend. */
export async function startTensorFlow(): Promise<Peer> {
  const require = createRequire(import.meta.url);
  setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  await tf.setBackend("wasm");
  await tf.ready();
  const relu = { activation: "relu" } as const;
  const filters = { kernelSize: 3, padding: "same", ...relu } as const;
  const pool = () => tf.layers.maxPooling2d({ poolSize: 2 });
  const mlp = [
    tf.layers.dense({ inputShape: [784], units: 128, ...relu }),
    tf.layers.dense({ units: 64, ...relu }),
    tf.layers.dense({ units: 10 }),
  ];
  const cnn = [
    tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, ...filters }),
    pool(),
    tf.layers.conv2d({ filters: 16, ...filters }),
    pool(),
    tf.layers.flatten(),
    tf.layers.dense({ units: 64, ...relu }),
    tf.layers.dense({ units: 10 }),
  ];
  const lstm = [
    tf.layers.embedding({ inputDim: 89, outputDim: 32, inputLength: 32 }),
    tf.layers.lstm({ units: 64, returnSequences: true }),
    tf.layers.dense({ units: 89 }),
  ];
  const characters = tf.tensor2d(Array.from({ length: 512 }, (_, i) => i % 89), [16, 32]); // prettier-ignore
  return {
    mlp: trainable("mlp", mlp, tf.randomUniform([64, 784]), labels(64, 10)),
    cnn: trainable("cnn", cnn, tf.randomUniform([32, 28, 28, 1]), labels(32, 10)),
    lstm: trainable("lstm", lstm, characters, labels(512, 89)),
    product(size) {
      const [a, b] = [tf.randomUniform([size, size]), tf.randomUniform([size, size])];
      return () => {
        const c = tf.matMul(a, b);
        c.dataSync();
        c.dispose();
      };
    },
  };
}

function labels(count: number, classes: number): tf.Tensor {
  return tf.oneHot(tf.tensor1d(Array.from({ length: count }, (_, i) => i % classes), "int32"), classes); // prettier-ignore
}

/** One step of training; undefined where the backend lacks something, which it says. */
function trainable(name: string, layers: tf.layers.Layer[], x: tf.Tensor, y: tf.Tensor): Run | undefined {
  const model = tf.sequential({ layers });
  const optimizer = tf.train.adam(1e-3);
  const step = (): void => {
    optimizer.minimize(() => {
      const scores = tf.reshape(model.apply(x, { training: true }) as tf.Tensor, y.shape);
      return tf.losses.softmaxCrossEntropy(y, scores).asScalar();
    });
    // What has been computed must be there: one weight is read.
    model.getWeights()[0].dataSync();
  };
  try {
    step();
    return step;
  } catch (error) {
    console.error(`TensorFlow.js cannot train the ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** jax-js with its WebAssembly backend, which asks the navigator of a browser for the number of processors. */
export async function startJax(): Promise<Peer> {
  const host = globalThis as { navigator?: unknown };
  host.navigator ??= { hardwareConcurrency: 1, userAgent: "node" };
  const { defaultDevice, init, numpy, random } = await import("@jax-js/jax");
  await init("wasm");
  defaultDevice("wasm");
  return {
    product(size) {
      const [a, b] = [random.uniform(random.key(1), [size, size]), random.uniform(random.key(2), [size, size])];
      return async () => {
        await numpy.matmul(a.ref, b.ref).data();
      };
    },
  };
}
