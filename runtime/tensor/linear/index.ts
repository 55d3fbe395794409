/** Linear algebra and convolution: what users get. */
export { matmul, matmulTo, matmulTransposedA, matmulTransposedB } from "./matmul.ts";
