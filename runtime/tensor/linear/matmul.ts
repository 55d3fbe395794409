/**
 * Matrix products. With c = a · b, the functions here are the three ways round of one sum over a, b and c; so each is
 * the derivative of the others, and nothing is ever transposed or broadcast in memory.
 */
import { primitive } from "../../primitive.ts";
import { newData, showShape, Tensor, sizeOf, type Dimensions } from "../tensor.ts";
import { productShape, transposedProductShape, tripleOf, type Triple } from "./batches.ts";
import { commonDType } from "./operands.ts";
import { multiply, type Products } from "./products.ts";

/**
 * The matrix product as NumPy has it: of the last two axes, [m, k] · [k, n] = [m, n]; the axes before them are
 * broadcast. A vector on the left is a row, on the right a column, and its axis is missing in the result: so two vectors
 * give their dot product, a tensor without axes.
 *
 * Throws a RangeError where the shapes do not fit, and an Error for operands of different dtypes.
 */
export const matmul = primitive(
  (a: Tensor, b: Tensor): Tensor => solve("matmul", "c", a, b, productShape("matmul", a.shape, b.shape)),
  {
    name: "matmul",
    vjp: [
      (dy, _y, a, b): Tensor => matmulTransposedB(dy, b, a.shape),
      (dy, _y, a, b): Tensor => matmulTransposedA(a, dy, b.shape),
    ],
    jvp: [(da, _y, _a, b): Tensor => matmul(da, b), (db, _y, a): Tensor => matmul(a, db)],
  },
);

/**
 * `matmul(a, b)` in the shape given: the products along a batch axis that it lacks, or has once only, are added; where a
 * and b have one product only, it is repeated.
 */
export const matmulTo = primitive(
  (a: Tensor, b: Tensor, shape: Dimensions): Tensor => solve("matmulTo", "c", a, b, shape),
  {
    name: "matmulTo",
    vjp: [
      (dy, _y, a, b): Tensor => matmulTransposedB(dy, b, a.shape),
      (dy, _y, a, b): Tensor => matmulTransposedA(a, dy, b.shape),
      null,
    ],
    jvp: [
      (da, _y, _a, b, shape): Tensor => matmulTo(da, b, shape),
      (db, _y, a, _b, shape): Tensor => matmulTo(a, db, shape),
      null,
    ],
  },
);

/**
 * aᵀ · c, [m, k]ᵀ · [m, n] = [k, n], for tensors of two axes or more; the axes before them are broadcast.
 *
 * With the shape of the result, it is the adjoint of b in `matmul(a, b)`, for c the adjoint of the product: a, b and c
 * may then have whatever axes a matrix product has, and what a batch axis repeats in b is added up.
 */
export const matmulTransposedA = primitive(
  (a: Tensor, c: Tensor, shape?: Dimensions): Tensor => {
    const name = "matmulTransposedA";
    return solve(name, "b", a, c, shape ?? transposedProductShape(name, a.shape, c.shape, "rows"));
  },
  {
    name: "matmulTransposedA",
    vjp: [
      (dy, _y, a, c): Tensor => matmulTransposedB(c, dy, a.shape),
      (dy, _y, a, c): Tensor => matmulTo(a, dy, c.shape),
      null,
    ],
    jvp: [
      (da, y, _a, c): Tensor => matmulTransposedA(da, c, y.shape),
      (dc, y, a): Tensor => matmulTransposedA(a, dc, y.shape),
      null,
    ],
  },
);

/**
 * c · bᵀ, [m, n] · [k, n]ᵀ = [m, k], for tensors of two axes or more; the axes before them are broadcast.
 *
 * With the shape of the result, it is the adjoint of a in `matmul(a, b)`: see `matmulTransposedA`.
 */
export const matmulTransposedB = primitive(
  (c: Tensor, b: Tensor, shape?: Dimensions): Tensor => {
    const name = "matmulTransposedB";
    return solve(name, "a", c, b, shape ?? transposedProductShape(name, c.shape, b.shape, "columns"));
  },
  {
    name: "matmulTransposedB",
    vjp: [
      (dy, _y, c, b): Tensor => matmulTo(dy, b, c.shape),
      (dy, _y, c, b): Tensor => matmulTransposedA(dy, c, b.shape),
      null,
    ],
    jvp: [
      (dc, y, _c, b): Tensor => matmulTransposedB(dc, b, y.shape),
      (db, y, c): Tensor => matmulTransposedB(c, db, y.shape),
      null,
    ],
  },
);

/** From two of a, b and c the third one, in the shape given. `x` and `y` are in the order of their product. */
function solve(name: string, wanted: "a" | "b" | "c", x: Tensor, y: Tensor, shape: Dimensions): Tensor {
  const dtype = commonDType(name, x, y);
  const [a, b, c] = { a: [shape, y.shape, x.shape], b: [x.shape, shape, y.shape], c: [x.shape, y.shape, shape] }[
    wanted
  ];
  const triple = tripleOf(a, b, c);
  if (!triple) {
    const [first, second, result] = [x.shape, y.shape, shape].map(showShape);
    throw new RangeError(`${name}: shapes ${first} and ${second} do not fit (for a result of shape ${result})`);
  }
  const out = newData(dtype, sizeOf(shape));
  multiply(x.data, y.data, out, productsFor(wanted, triple));
  return new Tensor(shape, dtype, out);
}

/** a = c · bᵀ, b = aᵀ · c, c = a · b. All properties are written out: V8 takes microseconds for a spread. */
function productsFor(wanted: "a" | "b" | "c", { m, n, k, axes }: Triple): Products {
  const [transposeX, transposeY] = [wanted === "b", wanted === "a"];
  switch (wanted) {
    case "a":
      return { m, n: k, k: n, transposeX, transposeY, axes: axes.map((s) => axis(s.length, s.c, s.b, s.a)) };
    case "b":
      return { m: k, n, k: m, transposeX, transposeY, axes: axes.map((s) => axis(s.length, s.a, s.c, s.b)) };
    case "c":
      return { m, n, k, transposeX, transposeY, axes: axes.map((s) => axis(s.length, s.a, s.b, s.c)) };
  }
}

function axis(length: number, x: number, y: number, out: number): Products["axes"][number] {
  return { length, x, y, out };
}
