/** The windows of an image as the columns of a matrix, whose product with the weights is the convolution. */
import type { TensorData } from "../tensor.ts";
import { windowsInside, type WindowAxis } from "./windows.ts";

/** The vertical and the horizontal axis. */
export type Axes = readonly [WindowAxis, WindowAxis];

/**
 * Writes one row for each channel and element of the window, with one column for each window: 0 where that element lies
 * in the padding. `image` begins with the image, `columns` with the place for it.
 */
export function toColumns(image: TensorData, columns: TensorData, channels: number, [down, across]: Axes): void {
  let to = 0;
  for (let channel = 0; channel < channels; channel++)
    for (let j = 0; j < down.window; j++)
      for (let i = 0; i < across.window; i++) {
        const [first, end] = windowsInside(across, i);
        const shift = i * across.dilation - across.before;
        for (let row = 0; row < down.output; row++, to += across.output) {
          const y = row * down.stride + j * down.dilation - down.before;
          if (y < 0 || y >= down.input) {
            columns.fill(0, to, to + across.output);
            continue;
          }
          const from = (channel * down.input + y) * across.input + shift;
          for (let x = 0; x < first; x++) columns[to + x] = 0;
          for (let x = first; x < end; x++) columns[to + x] = image[from + x * across.stride];
          for (let x = end; x < across.output; x++) columns[to + x] = 0;
        }
      }
}

/** Adds each element of the columns to the element of the image that `toColumns` takes it from. */
export function addColumns(columns: TensorData, image: TensorData, channels: number, [down, across]: Axes): void {
  let from = 0;
  for (let channel = 0; channel < channels; channel++)
    for (let j = 0; j < down.window; j++)
      for (let i = 0; i < across.window; i++) {
        const [first, end] = windowsInside(across, i);
        const shift = i * across.dilation - across.before;
        for (let row = 0; row < down.output; row++, from += across.output) {
          const y = row * down.stride + j * down.dilation - down.before;
          if (y < 0 || y >= down.input) continue;
          const to = (channel * down.input + y) * across.input + shift;
          for (let x = first; x < end; x++) image[to + x * across.stride] += columns[from + x];
        }
      }
}
