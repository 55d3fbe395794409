/** The loops of pooling: over all planes, their windows, and the elements of each. */
import type { TensorData } from "../tensor.ts";
import type { PoolWindows } from "./pooling-windows.ts";

/** The maximum of the elements of one window; NaN where it has one. */
function maximumOf(x: TensorData, base: number, places: Int32Array, start: number, end: number): number {
  let most = -Infinity;
  for (let i = start; i < end; i++) {
    const value = x[base + places[i]];
    if (value > most) most = value;
    else if (value !== value) return value;
  }
  return most;
}

/** The maximum of each window. */
export function maximize(x: TensorData, y: TensorData, { planes, elements, starts, places }: PoolWindows): void {
  const windows = starts.length - 1;
  for (let plane = 0, at = 0; plane < planes; plane++)
    for (let window = 0; window < windows; window++)
      y[at++] = maximumOf(x, plane * elements, places, starts[window], starts[window + 1]);
}

/** For each window, the mean of `dot` over the elements where `x` has its maximum (or NaN). */
export function averageTies(x: TensorData, dot: TensorData, y: TensorData, pool: PoolWindows): void {
  const { planes, elements, starts, places } = pool;
  const windows = starts.length - 1;
  for (let plane = 0, at = 0; plane < planes; plane++) {
    const base = plane * elements;
    for (let window = 0; window < windows; window++) {
      const [start, end] = [starts[window], starts[window + 1]];
      const most = maximumOf(x, base, places, start, end);
      let sum = 0;
      let ties = 0;
      for (let i = start; i < end; i++) {
        const value = x[base + places[i]];
        if (value !== most && value === value) continue;
        sum += dot[base + places[i]];
        ties++;
      }
      y[at++] = sum / ties;
    }
  }
}

/** Adds what each window has in `dy`, in equal shares, to the elements where `x` has its maximum (or NaN). */
export function spreadTies(x: TensorData, dy: TensorData, dx: TensorData, pool: PoolWindows): void {
  const { planes, elements, starts, places } = pool;
  const windows = starts.length - 1;
  for (let plane = 0, at = 0; plane < planes; plane++) {
    const base = plane * elements;
    for (let window = 0; window < windows; window++) {
      const [start, end] = [starts[window], starts[window + 1]];
      const most = maximumOf(x, base, places, start, end);
      let ties = 0;
      for (let i = start; i < end; i++) {
        const value = x[base + places[i]];
        if (value === most || value !== value) ties++;
      }
      const share = dy[at++] / ties;
      for (let i = start; i < end; i++) {
        const value = x[base + places[i]];
        if (value === most || value !== value) dx[base + places[i]] += share;
      }
    }
  }
}

/** The mean of each window. */
export function average(x: TensorData, y: TensorData, { planes, elements, starts, places }: PoolWindows): void {
  const windows = starts.length - 1;
  for (let plane = 0, at = 0; plane < planes; plane++) {
    const base = plane * elements;
    for (let window = 0; window < windows; window++) {
      let sum = 0;
      for (let i = starts[window]; i < starts[window + 1]; i++) sum += x[base + places[i]];
      y[at++] = sum / (starts[window + 1] - starts[window]);
    }
  }
}

/** Adds what each window has in `dy`, in equal shares, to its elements. */
export function spread(dy: TensorData, dx: TensorData, { planes, elements, starts, places }: PoolWindows): void {
  const windows = starts.length - 1;
  for (let plane = 0, at = 0; plane < planes; plane++) {
    const base = plane * elements;
    for (let window = 0; window < windows; window++) {
      const share = dy[at++] / (starts[window + 1] - starts[window]);
      for (let i = starts[window]; i < starts[window + 1]; i++) dx[base + places[i]] += share;
    }
  }
}
