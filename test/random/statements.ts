/** Random statements without blocks. Every maker gives the lines, and the scope after them. */
import { call } from "./calls.ts";
import { parts, type Kind, type Reference } from "./kinds.ts";
import { condition, number } from "./numbers.ts";
import {
  declaration,
  inCallback,
  index,
  local,
  names,
  place,
  referencesOf,
  withLocals,
  type Place,
  type Scope,
} from "./scope.ts";
import { value } from "./values.ts";

export interface Written {
  readonly lines: readonly string[];
  readonly scope: Scope;
}

export type Maker = (scope: Scope) => Written;

export function only(scope: Scope, ...lines: readonly string[]): Written {
  return { lines, scope };
}

function guarded({ array }: Place, line: string): string {
  return array === undefined ? line : `if (${array}.length > 0) ${line}`;
}

export const setNumber: Maker = (scope) => {
  const target = place(scope, "number", true);
  if (!target) return newLocal(scope);
  const operator = scope.choose.pick(["=", "+=", "-=", "*=", "=", "+="]);
  return only(scope, guarded(target, `${target.text} ${operator} ${number(scope)};`));
};

export function declare(scope: Scope, kind: Kind): Written {
  const name = scope.fresh(kind === "number" ? "n" : kind.charAt(0).toLowerCase());
  const line = declaration("let", name, kind, value(scope, kind));
  return { lines: [line], scope: withLocals(scope, local(name, kind)) };
}

export const newNumber: Maker = (scope) => declare(scope, "number");

export const newLocal: Maker = (scope) =>
  declare(scope, scope.choose.pick(["number[]", "maybe", "flag", ...referencesOf(scope)]));

export const setReference: Maker = (scope) => {
  const kind = scope.choose.pick(["number[]", ...referencesOf(scope)] as const);
  const target = place(scope, kind, true);
  return target ? only(scope, `${target.text} = ${value(scope, kind)};`) : declare(scope, kind);
};

export const grow: Maker = (scope) => {
  const { choose } = scope;
  const target = place(scope, "number[]")?.text;
  if (target === undefined) return setNumber(scope);
  const least = scope.mayBeEmpty ? "0" : "1";
  const taken = scope.fresh("n");
  return choose.pick([
    () => only(scope, `if (${target}.length < 5) ${target}.push(${number(scope, 1)});`),
    () => only(scope, `if (${target}.length > ${least}) ${target}.pop();`),
    () => ({
      lines: [`let ${taken} = ${number(scope, 0)};`, `if (${target}.length > ${least}) ${taken} *= ${target}.pop()!;`],
      scope: withLocals(scope, local(taken, "number")),
    }),
  ])();
};

const growRows: Maker = (scope) => {
  const { choose } = scope;
  const kind = choose.pick(["number[][]", "Inner[]"] as const);
  const target = place(scope, kind)?.text;
  if (target === undefined) return grow(scope);
  const row = parts[kind][0].kind;
  const taken = scope.fresh("t");
  return choose.pick([
    () => only(scope, `if (${target}.length < 4) ${target}.push(${value(scope, row, 1)});`),
    () => only(scope, `if (${target}.length > 1) ${target}.pop();`),
    () => ({
      lines: [`let ${taken} = ${target}[0];`, `if (${target}.length > 1) ${taken} = ${target}.pop()!;`],
      scope: withLocals(scope, local(taken, row)),
    }),
  ])();
};

export const swap: Maker = (scope) => {
  const kind = scope.choose.pick(["number[]", "number", ...referencesOf(scope)] as const);
  const [a, b] = [place(scope, kind, true), place(scope, kind, true)];
  if (!a || !b || a.array !== undefined || b.array !== undefined) return setReference(scope);
  if (scope.choose.oneIn(2)) return only(scope, `[${a.text}, ${b.text}] = [${b.text}, ${a.text}];`);
  const kept = scope.fresh("t");
  return {
    lines: [`const ${kept} = ${a.text};`, `${a.text} = ${b.text};`, `${b.text} = ${kept};`],
    scope: withLocals(scope, local(kept, kind, false)),
  };
};

const destructure: Maker = (scope) => {
  const kind = scope.choose.pick(["Couple", "Inner", "Outer", "number[]"] as const);
  const from = place(scope, kind)?.text;
  if (from === undefined) return newNumber(scope);
  const [n, a] = [scope.fresh("n"), scope.fresh("a")];
  const patterns: Readonly<Record<typeof kind, string>> = {
    Couple: `[${n}, ${a}]`,
    Inner: `{ u: ${n}, v: ${a} }`,
    Outer: `{ inner: { u: ${n} }, q: ${a} }`,
    "number[]": `[${n} = 0.5, ...${a}]`,
  };
  const hasArray = kind !== "number[]" || scope.mayBeEmpty;
  const found = withLocals(scope, local(n, "number"), ...(hasArray ? [local(a, "number[]")] : []));
  return { lines: [`let ${patterns[kind]} = ${from};`], scope: found };
};

export const absent: Maker = (scope) => {
  const maybes = names(scope, "maybe", true);
  if (maybes.length === 0) return declare(scope, "maybe");
  const target = scope.choose.pick(maybes);
  return only(
    scope,
    scope.choose.pick([
      `${target} ??= ${number(scope, 1)};`,
      `${target} = ${value(scope, "maybe")};`,
      `if (${target} !== undefined) ${target} = ${target} * ${number(scope, 1)};`,
    ]),
  );
};

export const everyElement: Maker = (scope) => {
  const target = place(scope, scope.choose.pick(["number[]", "Floats"]))?.text;
  if (target === undefined) return setNumber(scope);
  const [v, i] = [scope.fresh("v"), scope.fresh("i")];
  const inner = inCallback(scope, local(v, "number", false), local(i, "counter", false));
  const first = setNumber(inner).lines;
  const body = scope.choose.oneIn(2)
    ? [`if (${condition(inner)}) return;`, ...first]
    : [...first, ...grow(inner).lines];
  return only(
    scope,
    scope.choose.pick([
      `${target}.fill(${number(scope, 1)});`,
      `${target}.forEach((${v}, ${i}) => {\n  ${body.join("\n  ")}\n});`,
      `${target}.fill(${number(scope, 1)}, 1, -1);`,
    ]),
  );
};

/** A local function sees the variables around it that are not assigned, and may write into what they refer to. */
const localFunction: Maker = (scope) => {
  const [name, v, kept] = [scope.fresh("g"), scope.fresh("v"), scope.fresh("n")];
  const seen = scope.locals.filter(({ assignable }) => !assignable);
  const inner = inCallback({ ...scope, locals: seen }, local(kept, "number", false), local(v, "number"));
  const body = scope.choose.oneIn(2)
    ? `${number(inner)} + ${v}`
    : `{\n  ${setNumber(inner).lines.join("\n  ")}\n  return ${number(inner, 1)};\n}`;
  return {
    lines: [`const ${kept} = ${number(scope, 1)};`, `const ${name} = (${v}: number): number => ${body};`],
    scope: { ...withLocals(scope, local(kept, "number", false)), lambdas: [...scope.lambdas, name] },
  };
};

export const chained: Maker = (scope) => {
  const [a, b] = [place(scope, "number", true), place(scope, "number", true)];
  if (!a || !b || a.array !== undefined || b.array !== undefined) return setNumber(scope);
  return only(
    scope,
    scope.choose.pick([
      `${a.text} = ${b.text} = ${number(scope, 1)};`,
      `${a.text} += ${b.text}++ * ${number(scope, 0)};`,
      `${a.text} = ${number(scope, 0)} + (${b.text} *= ${number(scope, 1)});`,
      `[${a.text}, ${b.text}] = [${number(scope, 1)}, ${number(scope, 1)}];`,
    ]),
  );
};

export const callHelper: Maker = (scope) => {
  if (scope.functions.length === 0) return setNumber(scope);
  const chosen = scope.choose.pick(scope.functions);
  const text = call(scope, chosen, number);
  if (scope.choose.oneIn(4)) return only(scope, `${text};`);
  const name = scope.fresh("c");
  return {
    lines: [declaration("let", name, chosen.result, text)],
    scope: withLocals(scope, local(name, chosen.result)),
  };
};

/** The value of an assignment inside an expression, and reads of an array between its writes. */
const inOneLine: Maker = (scope) => {
  const target = place(scope, "number", true);
  const array = place(scope, "number[]")?.text;
  if (!target || target.array !== undefined || array === undefined || scope.mayBeEmpty) return setNumber(scope);
  const i = index(scope, array);
  return only(
    scope,
    `${target.text} = (${array}[${i}] ${scope.choose.pick(["=", "+="])} ${number(scope, 1)}) * ${number(scope, 0)};`,
  );
};

export const exit: Maker = (scope) => {
  const { choose } = scope;
  const leave = `return ${value(scope, scope.result, 1)};`;
  const ways = [
    leave,
    ...(scope.canBreak ? ["break;"] : []),
    ...(scope.canContinue ? ["continue;"] : []),
    ...scope.labels.flatMap((label) => [`break ${label};`, `continue ${label};`]),
  ];
  return only(scope, `if (${condition(scope)}) ${choose.pick(ways)}`);
};

export const simple: readonly Maker[] = [
  setNumber,
  newNumber,
  setNumber,
  setReference,
  newLocal,
  setNumber,
  grow,
  growRows,
  swap,
  destructure,
  absent,
  everyElement,
  callHelper,
  callHelper,
  localFunction,
  chained,
  inOneLine,
  exit,
];

export function declareAll(scope: Scope, kinds: readonly Reference[]): Written {
  const lines: string[] = [];
  let current = scope;
  for (const kind of kinds) {
    const written = declare(current, kind);
    lines.push(...written.lines);
    current = written.scope;
  }
  return { lines, scope: current };
}
