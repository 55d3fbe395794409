import type { Dimensions } from "./tensor.ts";

/** Where the number at `index` of the data stands in a tensor of this shape, as messages say it: `[1, 2]`; empty for shape []. */
export function showPosition(shape: Dimensions, index: number): string {
  const position: number[] = [];
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return position.length === 0 ? "" : `[${position.join(", ")}]`;
}
