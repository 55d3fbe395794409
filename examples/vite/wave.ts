/** The first `terms` terms of the Fourier series of a square wave; right of 0 it fades away. */
export function wave(x: number, terms: number): number {
  let y = 0;
  for (let n = 0; n < terms; n++) {
    const k = 2 * n + 1;
    y += Math.sin(k * x) / k;
  }
  if (x > 0) {
    y *= Math.exp(-x / 4);
  }
  return y;
}
