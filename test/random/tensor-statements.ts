/** Random statements of programs of tensors. */
import { tensorKinds } from "./kinds.ts";
import { condition, number } from "./numbers.ts";
import { inCallback, local, place, withLocals, type Scope } from "./scope.ts";
import * as plain from "./statements.ts";
import { declare, only, type Maker } from "./statements.ts";
import { rowFunction, tensorValue } from "./tensors.ts";
import { value } from "./values.ts";

/** Kinds of tensors that have numbers, mostly. */
const someKind = ({ choose }: Scope): (typeof tensorKinds)[number] =>
  choose.oneIn(8) ? choose.pick(tensorKinds) : choose.pick(["Row", "Row", "Matrix", "Square", "Column", "Single"]);

const newTensor: Maker = (scope) => declare(scope, someKind(scope));

const setTensor: Maker = (scope) => {
  const kind = someKind(scope);
  const target = place(scope, kind, true)?.text;
  if (target === undefined) return declare(scope, kind);
  return only(
    scope,
    scope.choose.pick([
      `${target} = ${tensorValue(scope, kind)};`,
      `${target} = add(${target}, ${tensorValue(scope, kind, 1)});`,
      `${target} = mul(${target}, ${number(scope, 1)});`,
      `${target} = tanh(${target});`,
    ]),
  );
};

const swapTensors: Maker = (scope) => {
  const kind = someKind(scope);
  const [a, b] = [place(scope, kind, true)?.text, place(scope, kind, true)?.text];
  if (a === undefined || b === undefined) return setTensor(scope);
  return only(
    scope,
    scope.choose.pick([
      `[${a}, ${b}] = [${b}, ${a}];`,
      `[${a}, ${b}] = [add(${a}, ${b}), ${tensorValue(scope, kind, 1)}];`,
      `${a} = ${b} = ${tensorValue(scope, kind, 1)};`,
    ]),
  );
};

const growRows: Maker = (scope) => {
  const target = place(scope, "Row[]")?.text;
  if (target === undefined) return declare(scope, "Row[]");
  const taken = scope.fresh("t");
  return scope.choose.pick([
    () => only(scope, `if (${target}.length < 4) ${target}.push(${tensorValue(scope, "Row", 1)});`),
    () => only(scope, `if (${target}.length > 1) ${target}.pop();`),
    () => ({
      lines: [
        `let ${taken}: Row = ${target}[0];`,
        `if (${target}.length > 1) ${taken} = mul(${taken}, ${target}.pop()!);`,
      ],
      scope: withLocals(scope, local(taken, "Row")),
    }),
  ])();
};

const destructure: Maker = (scope) => {
  const kind = scope.choose.pick(["Layer", "Pair", "Net"] as const);
  const from = place(scope, kind)?.text;
  if (from === undefined) return declare(scope, kind);
  const [a, b] = [scope.fresh("a"), scope.fresh("b")];
  const [pattern, first, second] = (
    {
      Layer: [`{ w: ${a}, b: ${b} }`, "Square", "Row"],
      Pair: [`[${a}, ${b}]`, "Matrix", "number"],
      Net: [`{ first: ${a}, rows: [${b}] }`, "Matrix", "Row"],
    } as const
  )[kind];
  return { lines: [`let ${pattern} = ${from};`], scope: withLocals(scope, local(a, first), local(b, second)) };
};

const everyRow: Maker = (scope) => {
  const target = place(scope, "Row[]")?.text;
  if (target === undefined) return setTensor(scope);
  const [v, i] = [scope.fresh("v"), scope.fresh("i")];
  const inner = inCallback(scope, local(v, "Row", false), local(i, "counter", false));
  const first = setTensor(inner).lines;
  const body = scope.choose.oneIn(2) ? [`if (${condition(inner)}) return;`, ...first] : first;
  return only(
    scope,
    scope.choose.pick([
      `${target}.fill(${tensorValue(scope, "Row", 1)});`,
      `${target}.forEach((${v}, ${i}) => {\n  ${body.join("\n  ")}\n});`,
    ]),
  );
};

/** A local function of a row, which sees the variables around it that are not assigned. */
const rowLambda: Maker = (scope) => {
  const [name, v, kept] = [scope.fresh("g"), scope.fresh("v"), scope.fresh("n")];
  const seen = scope.locals.filter(({ assignable }) => !assignable);
  const inner = inCallback({ ...scope, locals: seen }, local(kept, "number", false), local(v, "Row"));
  const body = scope.choose.oneIn(2)
    ? `mul(${tensorValue(inner, "Row", 1)}, ${v})`
    : `{\n  ${setTensor(inner).lines.join("\n  ")}\n  return ${tensorValue(inner, "Row", 1)};\n}`;
  return {
    lines: [`const ${kept} = ${number(scope, 1)};`, `const ${name} = (${v}: Row): Row => ${body};`],
    scope: { ...withLocals(scope, local(kept, "number", false)), rowLambdas: [...scope.rowLambdas, name] },
  };
};

const applied: Maker = (scope) => {
  const target = place(scope, "Row", true)?.text;
  return target === undefined ? newTensor(scope) : only(scope, `${target} = twice(${rowFunction(scope)}, ${target});`);
};

const fromObjects: Maker = (scope) => {
  const kind = scope.choose.pick(["Layer", "Net", "Pair", "Layer[]"] as const);
  const target = place(scope, kind, true)?.text;
  return target === undefined ? declare(scope, kind) : only(scope, `${target} = ${value(scope, kind)};`);
};

export const withTensors: readonly Maker[] = [
  newTensor,
  setTensor,
  setTensor,
  setTensor,
  swapTensors,
  growRows,
  destructure,
  everyRow,
  rowLambda,
  applied,
  fromObjects,
  plain.setNumber,
  plain.newNumber,
  plain.setReference,
  plain.newLocal,
  plain.swap,
  plain.callHelper,
  plain.callHelper,
  plain.chained,
  plain.exit,
];
