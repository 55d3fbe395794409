/** The networks with TensorFlow.js on its WebAssembly backend. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { checked, classes, text, type Peer, type Step } from "./peers.ts";

const relu = { activation: "relu" } as const;

function mlp(): tf.layers.Layer[] {
  return [
    tf.layers.dense({ inputShape: [784], units: 128, ...relu }),
    tf.layers.dense({ units: 64, ...relu }),
    tf.layers.dense({ units: 10 }),
  ];
}

function cnn(): tf.layers.Layer[] {
  const filters = { kernelSize: 3, padding: "same", ...relu } as const;
  const pool = () => tf.layers.maxPooling2d({ poolSize: 2 });
  return [
    tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, ...filters }),
    pool(),
    tf.layers.conv2d({ filters: 16, ...filters }),
    pool(),
    tf.layers.flatten(),
    tf.layers.dense({ units: 64, ...relu }),
    tf.layers.dense({ units: 10 }),
  ];
}

/** The backend has no gradient of an embedding, so the characters come as rows of an identity matrix, times a matrix. */
function lstm(): tf.layers.Layer[] {
  return [
    tf.layers.dense({ inputShape: [32, 89], units: 32, useBias: false }),
    tf.layers.lstm({ units: 64, returnSequences: true }),
    tf.layers.dense({ units: 89 }),
  ];
}

function oneHot(numbers: readonly number[], of: number): tf.Tensor {
  return tf.cast(tf.oneHot(tf.tensor1d([...numbers], "int32"), of), "float32");
}

function training(layers: tf.layers.Layer[], x: tf.Tensor, y: tf.Tensor): Step {
  const model = tf.sequential({ layers });
  const optimizer = tf.train.adam(1e-3);
  // The backend computes at once: what has been called is done.
  return () => {
    const loss = optimizer.minimize(() => {
      const scores = tf.reshape(model.apply(x, { training: true }) as tf.Tensor, y.shape);
      return tf.losses.softmaxCrossEntropy(y, scores).asScalar();
    }, true);
    const [value] = loss?.dataSync() ?? [NaN];
    loss?.dispose();
    return value;
  };
}

export async function startTensorFlow(): Promise<Peer> {
  const require = createRequire(import.meta.url);
  setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  await tf.setBackend("wasm");
  await tf.ready();
  const characters = text.flat();
  const sequences = tf.reshape(oneHot(characters, 89), [16, 32, 89]);
  return {
    name: "TensorFlow.js",
    training: {
      mlp: await checked(training(mlp(), tf.randomUniform([64, 784]), oneHot(classes(64, 10), 10))),
      cnn: await checked(training(cnn(), tf.randomUniform([32, 28, 28, 1]), oneHot(classes(32, 10), 10))),
      lstm: await checked(training(lstm(), sequences, oneHot(characters, 89))),
    },
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
