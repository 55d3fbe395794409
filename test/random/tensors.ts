/** Random tensors of every kind, each made so that its shape is the one of its kind. */
import { callOf } from "./calls.ts";
import { type TensorKind } from "./kinds.ts";
import { condition, number } from "./numbers.ts";
import { inCallback, local, names, place, type Scope } from "./scope.ts";

type Make = (scope: Scope, depth: number) => string;
type OperandKind = TensorKind | "number";

/** The functions of tensors that a program may use. */
export const tools = (
  "abs add broadcastTo clip concat cos cumsum deviation div einsum erf exp expandDims fill flip gather gelu greater huber item " +
  "log1p logSoftmax logSumExp matmul max maximum mean meanSquaredError min minimum mul neg norm onesLike pad pick pow " +
  "relu reshape scalar scatterAdd sigmoid silu sin slice softmax softplus sort split sqrt square squeeze stack sub sum " +
  "swapAxes takeAlong tanh tensor transpose unstack variance where zerosLike"
).split(" ");

/** What operands of two kinds give, beside two of the kind itself. */
const partners: Readonly<Record<TensorKind, readonly (readonly [OperandKind, OperandKind])[]>> = {
  Single: [["Single", "number"]],
  Row: [
    ["Row", "Single"],
    ["Row", "number"],
  ],
  Column: [
    ["Column", "Single"],
    ["Column", "number"],
  ],
  Matrix: [
    ["Matrix", "Row"],
    ["Matrix", "Column"],
    ["Row", "Column"],
    ["Matrix", "number"],
  ],
  Square: [
    ["Square", "Row"],
    ["Square", "number"],
    ["Square", "Single"],
  ],
  Empty: [
    ["Empty", "Row"],
    ["Empty", "number"],
  ],
};

export function tensorValue(scope: Scope, kind: TensorKind, depth = 2): string {
  const { choose } = scope;
  const held = place(scope, kind)?.text;
  if (depth <= 0) return held ?? constants[kind];
  const there = held === undefined ? [] : [held, held];
  return choose.pick([
    ...there.map((text) => () => text),
    () => binary(scope, kind, depth - 1),
    () => binary(scope, kind, depth - 1),
    () => unary(scope, kind, depth - 1),
    () => unary(scope, kind, depth - 1),
    ...made[kind].map((make) => () => make(scope, depth - 1)),
    () => callOf(scope, kind, number) ?? unary(scope, kind, depth - 1),
    () => `(${condition(scope)} ? ${tensorValue(scope, kind, depth - 1)} : ${tensorValue(scope, kind, depth - 1)})`,
  ])();
}

/** A function of one tensor of a kind, as it is passed to another. */
export function rowFunction(scope: Scope): string {
  const v = scope.fresh("v");
  const inner = inCallback(scope, local(v, "Row", false));
  return scope.choose.pick([
    () => "tanh",
    () => "sin",
    () => `(${v}) => ${tensorValue(inner, "Row", 1)}`,
    () => `(${v}) => mul(${v}, ${tensorValue(inner, "Row", 1)})`,
    () => (scope.rowLambdas.length > 0 ? scope.choose.pick(scope.rowLambdas) : "square"),
  ])();
}

/** A number made of tensors. */
export function numberOfTensors(scope: Scope, depth: number): string {
  const { choose } = scope;
  const of = (kind: TensorKind): string => tensorValue(scope, kind, depth);
  const some = (): string => of(choose.pick(["Row", "Column", "Matrix", "Square"]));
  return choose.pick([
    () => `item(sum(${some()}))`,
    () => `item(mean(${some()}))`,
    () => `item(${of("Single")})`,
    () => `item(slice(${of("Row")}, [${choose.pick(["0", "1", "-1"])}], [${choose.pick(["Infinity"])}], [3]))`,
    () => `meanSquaredError(${of("Matrix")}, ${of("Matrix")})`,
    () => `huber(${of("Row")}, ${of("Row")}, 0.7)`,
    () => `item(sum(${of("Empty")}))`,
    () => `${of("Matrix")}.shape[1]`,
    () => `item(norm(${of("Row")}, 2))`,
    ...(scope.nested ? [() => `item(sum(${derivative(scope, depth)}))`] : []),
  ])();
}

const operators = ["add", "sub", "mul", "mul", "maximum", "minimum"] as const;

function operand(scope: Scope, kind: OperandKind, depth: number): string {
  return kind === "number" ? number(scope, Math.min(1, depth)) : tensorValue(scope, kind, depth);
}

function binary(scope: Scope, kind: TensorKind, depth: number): string {
  const { choose } = scope;
  const kinds = choose.pick([[kind, kind] as const, ...partners[kind]]);
  const [a, b] = choose.oneIn(2) ? kinds : [kinds[1], kinds[0]];
  const [left, right] = [operand(scope, a, depth), operand(scope, b, depth)];
  if (choose.oneIn(5)) return `div(${left}, add(1.5, square(${right})))`;
  return `${choose.pick(operators)}(${left}, ${right})`;
}

function unary(scope: Scope, kind: TensorKind, depth: number): string {
  const x = tensorValue(scope, kind, depth);
  const y = (): string => tensorValue(scope, kind, depth);
  return scope.choose.pick([
    `tanh(${x})`,
    `sin(${x})`,
    `sigmoid(${x})`,
    `square(${x})`,
    `cos(${x})`,
    `neg(${x})`,
    `relu(${x})`,
    `abs(${x})`,
    `erf(${x})`,
    `softplus(${x})`,
    `gelu(${x})`,
    `silu(${x})`,
    `exp(neg(square(${x})))`,
    `exp(minimum(${x}, 1))`,
    `log1p(square(${x}))`,
    `sqrt(add(${x}, add(1.5, square(${x}))))`,
    `pow(${x}, ${scope.choose.pick(["2", "3"])})`,
    `clip(${x}, -0.8, ${number(scope, 0)})`,
    `where(greater(${x}, 0.1), ${y()}, ${scope.choose.oneIn(2) ? x : number(scope, 1)})`,
    `where(greater(${x}, ${y()}), ${x}, ${y()})`,
    `mul(zerosLike(${x}), ${y()})`,
    `add(onesLike(${x}), ${y()})`,
    `stopGradient(${x})`,
  ]);
}

function derivative(scope: Scope, depth: number): string {
  const row = (): string => tensorValue(scope, "Row", depth);
  return scope.choose.pick([
    `grad(energy)(${row()}, ${row()})`,
    `grad(energy, { wrt: 1 })(${row()}, ${row()})`,
    `hvp(energy)(${row()}, ${row()}, ${row()})`,
    `valueAndGrad(energy)(${row()}, ${row()})[1]`,
  ]);
}

const constants: Readonly<Record<TensorKind, string>> = {
  Single: `scalar(0.4)`,
  Row: `tensor([0.3, -0.6, 1.1], { dtype: "f64" })`,
  Column: `tensor([[0.9], [-0.7]], { dtype: "f64" })`,
  Matrix: `tensor([[0.2, -0.5, 0.8], [1.2, 0.4, -0.1]], { dtype: "f64" })`,
  Square: `tensor([[0.2, -0.5, 0.8], [1.2, 0.4, -0.1], [0.6, 0.7, -0.9]], { dtype: "f64" })`,
  Empty: `fill([0, 3], 0.5, "f64")`,
};

/** A text with other tensors in the places of the names of kinds. */
function written(pattern: string): Make {
  return (scope, depth) =>
    pattern.replace(/\b(Single|Row|Column|Matrix|Square|Empty|number|index|fn)\b/g, (kind) => {
      if (kind === "number") return number(scope, 1);
      if (kind === "fn") return rowFunction(scope);
      if (kind === "index")
        return scope.choose.pick(["0", "1", ...names(scope, "counter").map((name) => `${name} % 2`)]);
      return tensorValue(scope, kind as TensorKind, depth);
    });
}

function rowList(pattern: string): Make {
  return (scope, depth) => {
    const rows = place(scope, "Row[]")?.text ?? `[${tensorValue(scope, "Row", depth)}]`;
    return written(pattern.replaceAll("rows", () => `(${rows})`))(scope, depth);
  };
}

const nestedRow: Make = (scope, depth) =>
  scope.nested ? derivative(scope, depth) : written("softmax(Row)")(scope, depth);

function all(kinds: readonly string[], more: readonly Make[] = []): readonly Make[] {
  return [...kinds.map(written), ...more];
}

const made: Readonly<Record<TensorKind, readonly Make[]>> = {
  Single: all([
    "scalar(number)",
    "sum(Row)",
    "mean(Matrix)",
    "max(Row)",
    "logSumExp(Square)",
    "sum(Empty)",
    "reshape(slice(Row, [1], [2]), [])",
    "pick(Row, index, 0)",
    'fill([], number, "f64")',
    "variance(Row)",
    "norm(Matrix, 2)",
    "squeeze(sum(Column, 0, true))",
  ]),
  Row: all(
    [
      "sum(Matrix, 0)",
      "mean(Square, 1)",
      "max(Matrix, 0)",
      "min(Square, [1])",
      "logSumExp(Square, 0)",
      "softmax(Row)",
      "logSoftmax(Row, 0)",
      "cumsum(Row, 0)",
      "flip(Row, 0)",
      "sort(Row)",
      "pick(Matrix, index, 0)",
      "pick(Square, index, 1)",
      "gather(Row, tensor([2, 0, 2]), 0)",
      "stack([Single, Single, scalar(number)], 0)",
      "concat([slice(Row, [1], [3]), slice(Row, [0], [1])], 0)",
      "reshape(matmul(Square, reshape(Row, [3, 1])), [3])",
      "squeeze(matmul(reshape(Row, [1, 3]), Square), 0)",
      'fill([3], number, "f64")',
      'einsum("ij,j->i", [Square, Row])',
      "pad(slice(Row, [0], [-1]), [1], [0], 0.5)",
      "scatterAdd([3], tensor([1, 1, 0]), Row, 0)",
      "twice(fn, Row)",
      "sum(Empty, 0)",
      "reshape(sum(Matrix, 0, true), [3])",
    ],
    [
      nestedRow,
      rowList("folded((a, b) => tanh(add(a, b)), rows, Row)"),
      rowList("rows[rows.length - 1]"),
      rowList("rows.reduce((total, part) => add(total, mul(part, number)), Row)"),
      rowList("sum(stack(rows, 0), 0)"),
      (scope, depth) =>
        scope.rowLambdas.length > 0
          ? `${scope.choose.pick(scope.rowLambdas)}(${tensorValue(scope, "Row", depth)})`
          : written("mul(Row, Row)")(scope, depth),
    ],
  ),
  Column: all(
    [
      "sum(Matrix, 1, true)",
      "mean(Matrix, 1, true)",
      "max(Matrix, 1, true)",
      "variance(Matrix, 1, true)",
      "slice(Matrix, [0, 1], [2, 2])",
      "gather(Matrix, tensor([1]), 1)",
      "expandDims(logSumExp(Matrix, 1), 1)",
      "matmul(Matrix, reshape(Row, [3, 1]))",
      "takeAlong(Matrix, tensor([[2], [0]]), 1)",
      "concat([sum(Row, 0, true), sum(Row, [0], true)], 0).shape.length > 1 ? Column : Column",
      "stack([sum(Row, 0, true), slice(Row, [0], [1])], 0)",
    ].map((text) => (text.includes("?") ? `(${text})` : text)),
  ),
  Matrix: all(
    [
      "matmul(Matrix, Square)",
      "matmul(Matrix, transpose(Square))",
      "stack([Row, Row], 0)",
      "transpose(stack([Row, Row], 1))",
      "softmax(Matrix, 1)",
      "logSoftmax(Matrix, 0)",
      "gather(Square, tensor([0, 2]), 0)",
      "slice(Square, [1, 0], [3, 3])",
      "reshape(transpose(Matrix), [2, 3])",
      "broadcastTo(Row, [2, 3])",
      "broadcastTo(Column, [2, 3])",
      "concat([Column, Column, slice(Matrix, [0, 0], [2, 1])], 1)",
      "concat([Empty, Matrix], 0)",
      "matmul(Column, reshape(Row, [1, 3]))",
      "sort(Matrix, 1, true)",
      "cumsum(Matrix, 1)",
      "pad(Row, [0], [0]).shape.length === 1 ? Matrix : neg(Matrix)",
      "stack(unstack(Matrix, 0), 0)",
      'swapAxes(einsum("ij,j->ji", [Matrix, Row]), 0, 1)',
    ].map((text) => (text.includes("?") ? `(${text})` : text)),
  ),
  Square: all([
    "matmul(transpose(Matrix), Matrix)",
    "matmul(Square, Square)",
    "transpose(Square)",
    "stack([Row, Row, Row], 0)",
    'einsum("i,j->ij", [Row, Row])',
    "concat([Matrix, expandDims(Row, 0)], 0)",
    "softmax(Square, 0)",
    "gather(Square, tensor([1, 1, 0]), 1)",
    "scatterAdd([3, 3], tensor([2, 0]), Matrix, 0)",
    "add(expandDims(Row, 0), expandDims(Row, 1))",
  ]),
  Empty: all([
    "slice(Matrix, [0, 0], [0, 3])",
    "matmul(Empty, Square)",
    "gather(Matrix, tensor([], { shape: [0] }), 0)",
  ]),
};
