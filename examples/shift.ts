import { tensor, type Random, type Tensor } from "cotangent/nn";

const side = 28;

/** Images `[n, 1, 28, 28]`, each moved by up to a pixel in both directions. What comes in at the borders is 0. */
export function shifted(images: Tensor, random: Random): Tensor {
  const moved = new Float32Array(images.size);
  for (let start = 0; start < images.size; start += side * side) {
    const [down, right] = [random.integer(3) - 1, random.integer(3) - 1];
    const [left, end] = [Math.max(0, -right), Math.min(side, side - right)];
    for (let row = Math.max(0, -down); row < Math.min(side, side - down); row++) {
      const from = start + row * side;
      moved.set(images.data.subarray(from + left, from + end), from + down * side + left + right);
    }
  }
  return tensor(moved, { shape: images.shape });
}
