/** Which elements of an image each window of a pooling has. */
import { showShape, sizeOf, type Dimensions } from "../tensor.ts";
import { perAxis, windowsOn, type PerAxis, type WindowAxis, type WindowOptions } from "./windows.ts";

/** A window and how it moves: its stride is its size unless given. */
export interface PoolOptions extends WindowOptions {
  readonly window: PerAxis;
}

/** The size of a window that moves by its size, or all options. */
export type Pool = PerAxis | PoolOptions;

/** The same windows for every image and channel. */
export interface PoolWindows {
  /** How many images and channels. */
  readonly planes: number;
  /** The elements of one of them. */
  readonly elements: number;
  /** Window `i` has `places[starts[i]]` to before `places[starts[i + 1]]`, counted from the first element of its plane. */
  readonly starts: Int32Array;
  readonly places: Int32Array;
  /** The shape of the result. */
  readonly shape: Dimensions;
}

export function poolOptions(pool: Pool): PoolOptions {
  return typeof pool === "number" || "length" in pool ? { window: pool } : pool;
}

/** The windows along each axis. Throws a RangeError where one of them would have no element. */
export function checkPool(name: string, axes: 1 | 2, x: Dimensions, pool: Pool): readonly WindowAxis[] {
  const options = poolOptions(pool);
  if (x.length !== axes + 2) {
    const expected = axes === 1 ? "[images, channels, length]" : "[images, channels, height, width]";
    throw new RangeError(`${name}: shape ${showShape(x)} does not fit (${expected} is expected)`);
  }
  const window = perAxis(name, "window", options.window, axes, 1);
  const windows = windowsOn(name, x.slice(2), window, options, window);
  for (const axis of windows)
    for (let i = 0; i < axis.output; i++)
      if (placesOnAxis(axis, i).length === 0)
        throw new RangeError(`${name}: window ${i} of ${axis.output} lies in the padding`);
  return windows;
}

/** The elements of window `i` along one axis. */
function placesOnAxis({ input, window, stride, dilation, before }: WindowAxis, i: number): number[] {
  const places: number[] = [];
  for (let j = 0; j < window; j++) {
    const place = i * stride + j * dilation - before;
    if (place >= 0 && place < input) places.push(place);
  }
  return places;
}

/** The windows of a pooling of images. */
export function poolWindows(name: string, x: Dimensions, pool: Pool): PoolWindows {
  const [down, across] = checkPool(name, 2, x, pool);
  const columns = Array.from({ length: across.output }, (_, i) => placesOnAxis(across, i));
  const starts = new Int32Array(down.output * across.output + 1);
  const places = new Int32Array(starts.length * down.window * across.window);
  let count = 0;
  for (let j = 0, window = 0; j < down.output; j++) {
    const rows = placesOnAxis(down, j);
    for (const inRow of columns) {
      for (const row of rows) for (const column of inRow) places[count++] = row * across.input + column;
      starts[++window] = count;
    }
  }
  const shape = [x[0], x[1], down.output, across.output];
  return { planes: x[0] * x[1], elements: sizeOf(x.slice(2)), starts, places, shape };
}
