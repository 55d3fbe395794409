/** Pooling of images [images, channels, height, width]: each window becomes one number. */
import { jvp, vjp } from "cotangent";
import { filledWith, type Plain } from "./plain.ts";
import { windowsOn, type PerAxis, type WindowOptions, type WindowSizes } from "./windows.ts";

/** The place in its plane of each element of each window, padding left out. */
function placesOf(shape: Int32Array, pool: WindowSizes): number[][] {
  const [tall, wide] = pool.window;
  const down = windowsOn(0, shape[2], tall, pool);
  const across = windowsOn(1, shape[3], wide, pool);
  const windows: number[][] = [];
  for (let i = 0; i < down.count; i++)
    for (let j = 0; j < across.count; j++) {
      const places: number[] = [];
      for (let p = 0; p < tall; p++)
        for (let q = 0; q < wide; q++) {
          const row = i * down.stride + p * down.dilation - down.before;
          const column = j * across.stride + q * across.dilation - across.before;
          if (row >= 0 && row < shape[2] && column >= 0 && column < shape[3]) places.push(row * shape[3] + column);
        }
      windows.push(places);
    }
  return windows;
}

function pooledShape(shape: Int32Array, pool: WindowSizes): Int32Array {
  const down = windowsOn(0, shape[2], pool.window[0], pool);
  const across = windowsOn(1, shape[3], pool.window[1], pool);
  return Int32Array.of(shape[0], shape[1], down.count, across.count);
}

export function maxPool2d(x: Plain, pool: WindowSizes): Plain {
  const windows = placesOf(x.shape, pool);
  const data: number[] = [];
  for (let plane = 0; plane < x.shape[0] * x.shape[1]; plane++)
    for (const places of windows) {
      let most = -Infinity;
      for (const place of places) most = Math.max(most, x.data[plane * x.shape[2] * x.shape[3] + place]);
      data.push(most);
    }
  return { shape: pooledShape(x.shape, pool), data };
}

/** The adjoint of `maxPool2d`, by the compiler. */
export function maxPool2dInput(dy: Plain, x: Plain, pool: WindowSizes): Plain {
  const [, pull] = vjp(maxPool2d)(x, pool);
  return { shape: x.shape, data: pull(dy).data };
}

/** The tangent of `maxPool2d`, by the compiler. */
export function maxPool2dTangent(dx: Plain, x: Plain, pool: WindowSizes): Plain {
  const [, tangent] = jvp(maxPool2d, { wrt: [0] })([x, pool], [dx]);
  return { shape: pooledShape(x.shape, pool), data: tangent.data };
}

export function averagePool2d(x: Plain, pool: WindowSizes): Plain {
  const windows = placesOf(x.shape, pool);
  const data: number[] = [];
  for (let plane = 0; plane < x.shape[0] * x.shape[1]; plane++)
    for (const places of windows) {
      let sum = 0;
      for (const place of places) sum += x.data[plane * x.shape[2] * x.shape[3] + place];
      data.push(sum / places.length);
    }
  return { shape: pooledShape(x.shape, pool), data };
}

/** The adjoint of `averagePool2d`, by the compiler. */
export function averagePool2dInput(dy: Plain, lengths: readonly number[], pool: WindowSizes): Plain {
  const shape = Int32Array.from(lengths);
  const [, pull] = vjp(averagePool2d)(filledWith(0, shape), pool);
  return { shape, data: pull(dy).data };
}

export function channelAxes(shape: readonly number[]): number[] {
  return shape.slice(2).map((_, k) => k + 2);
}

type Pool = PerAxis | (WindowOptions & { readonly window: PerAxis });

/** The number of the only axis. */
function only(value: PerAxis): number {
  return typeof value === "number" ? value : value[0];
}

/** Options for one axis as those for an image of one row. */
function rowPool(pool: Pool): WindowOptions {
  const options = typeof pool === "number" || "length" in pool ? { window: pool } : pool;
  const { window, stride = window, padding = "valid", dilation = 1 } = options;
  return {
    window: [1, only(window)],
    stride: [1, only(stride)],
    padding: typeof padding === "string" ? padding : [0, only(padding)],
    dilation: [1, only(dilation)],
  };
}

export function maxPool1dOptions(_shape: readonly number[], pool: Pool): WindowOptions {
  return rowPool(pool);
}

export function averagePool1dOptions(_shape: readonly number[], pool: Pool): WindowOptions {
  return rowPool(pool);
}
