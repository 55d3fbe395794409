/**
 * Random programs of the supported language: numbers, arrays under several names, rows, records, loops that end early,
 * growing arrays, calls that write their arguments. Every array keeps at least one element and at most five.
 */
import { chooserOf, type Chooser } from "./chooser.ts";

type Kind = "number" | "counter" | "array" | "matrix" | "record";

interface Local {
  readonly name: string;
  readonly kind: Kind;
  readonly assignable: boolean;
}

interface Scope {
  readonly choose: Chooser;
  readonly locals: readonly Local[];
  readonly depth: number;
  readonly inLoop: boolean;
  /** The last statement of a function returns; a statement may return early. */
  readonly result: "number" | "array";
  readonly helpers: boolean;
  readonly fresh: (stem: string) => string;
}

/** The text of a module with `f(x: number[], y: number, z: number[]): number`. */
export function randomProgram(entropy: readonly number[]): string {
  const choose = chooserOf(entropy);
  let count = 0;
  const fresh = (stem: string): string => `${stem}${String(count++)}`;
  const rows = choose.pick(["[x.slice(), z.slice()]", "[x, [y, 1]]", "[z, x, z]"]);
  const field = choose.pick(["x.slice()", "z", "m[0]"]);
  const setUp = [`const m = ${rows};`, `let r: Pair = { p: y * 0.7, q: ${field} };`];
  const entry = functionText("export function f(x: number[], y: number, z: number[]): number", setUp, {
    choose,
    fresh,
    depth: 0,
    inLoop: false,
    result: "number",
    helpers: true,
    locals: [
      local("x", "array"),
      local("y", "number"),
      local("z", "array"),
      local("m", "matrix", false),
      local("r", "record"),
    ],
  });
  const helper = (head: string, locals: Local[], result: "number" | "array"): string =>
    functionText(head, [], { choose, fresh, depth: 1, inLoop: false, result, helpers: false, locals });
  const helpers = [
    helper("function change(a: number[], s: number): number", [local("a", "array"), local("s", "number")], "number"),
    helper("function choice(a: number[], b: number[]): number[]", [local("a", "array"), local("b", "array")], "array"),
  ];
  return ["interface Pair {\n  p: number;\n  q: number[];\n}\n", ...helpers, recursive(choose), entry].join("\n");
}

function local(name: string, kind: Kind, assignable = true): Local {
  return { name, kind, assignable };
}

function recursive(choose: Chooser): string {
  const step = choose.pick(["a[0] *= s;", "a[a.length - 1] += s * a[0];", "if (a.length < 5) a.push(s);"]);
  return `function descend(a: number[], s: number, depth: number): number {
  if (depth <= 0) return a[0] * s;
  ${step}
  return 0.5 * descend(a, Math.sin(s) + a[0], depth - 1) + s;
}\n`;
}

function functionText(head: string, setUp: readonly string[], scope: Scope): string {
  const { lines, locals } = statements(scope, 2 + scope.choose.below(scope.depth === 0 ? 6 : 3));
  const inner = { ...scope, locals };
  const result = scope.result === "number" ? number(inner, 2) : name(inner, "array");
  return `${head} {\n${indent([...setUp, ...lines, `return ${result};`])}\n}\n`;
}

function indent(lines: readonly string[]): string {
  return lines.join("\n").replace(/^/gm, "  ");
}

interface Written {
  readonly lines: string[];
  readonly locals: readonly Local[];
}

function statements(scope: Scope, count: number): Written {
  const lines: string[] = [];
  let { locals } = scope;
  for (let i = 0; i < count; i++) {
    const written = statement({ ...scope, locals });
    lines.push(...written.lines);
    locals = written.locals;
  }
  return { lines, locals };
}

function block(scope: Scope, more: readonly Local[] = [], inLoop = scope.inLoop): string {
  const inner = { ...scope, locals: [...scope.locals, ...more], depth: scope.depth + 1, inLoop };
  return indent(statements(inner, 1 + scope.choose.below(3)).lines);
}

type Maker = (scope: Scope) => Written;

function statement(scope: Scope): Written {
  const simple: readonly Maker[] = [
    setNumber,
    setElement,
    newNumber,
    newArray,
    setReference,
    setField,
    growOrShrink,
    swap,
    setRow,
    setRecord,
  ];
  const nested: readonly Maker[] = [branch, counted, forOf, whileLoop];
  const makers = [...simple, ...(scope.depth < 3 ? nested : []), ...(scope.helpers ? [callHelper] : []), exit];
  return scope.choose.pick(makers)(scope);
}

function only(scope: Scope, ...lines: string[]): Written {
  return { lines, locals: scope.locals };
}

function names(scope: Scope, kind: Kind, assignable = false): string[] {
  return scope.locals.filter((item) => item.kind === kind && (!assignable || item.assignable)).map((item) => item.name);
}

/** A number to assign: a variable, where there is one that may be assigned. */
function name(scope: Scope, kind: Kind): string {
  const found = names(scope, kind);
  const fields =
    kind === "array"
      ? [...names(scope, "record").map((record) => `${record}.q`), ...names(scope, "matrix").map((m) => row(scope, m))]
      : [];
  return scope.choose.pick([...found, ...fields]);
}

function row(scope: Scope, matrix: string): string {
  const counters = names(scope, "counter");
  return counters.length > 0 && scope.choose.oneIn(2)
    ? `${matrix}[${scope.choose.pick(counters)} % ${matrix}.length]`
    : `${matrix}[${scope.choose.pick(["0", `${matrix}.length - 1`])}]`;
}

function elementOf(scope: Scope): string {
  const array = name(scope, "array");
  const counters = names(scope, "counter");
  const plain = ["0", `${array}.length - 1`];
  return `${array}[${scope.choose.pick([...plain, ...counters.map((counter) => `${counter} % ${array}.length`)])}]`;
}

function number(scope: Scope, depth: number): string {
  const { choose } = scope;
  const inner = (): string => number(scope, depth - 1);
  if (depth === 0 || choose.oneIn(3)) {
    const leaves = [
      ...names(scope, "number"),
      ...names(scope, "record").map((record) => `${record}.p`),
      elementOf(scope),
    ];
    return choose.pick([...leaves, ...leaves, ...names(scope, "counter"), "0.5", "2"]);
  }
  return choose.pick([
    () => `(${inner()} + ${inner()})`,
    () => `${inner()} * ${inner()}`,
    () => `(${inner()} - ${inner()})`,
    () => `Math.sin(${inner()})`,
    () => `Math.tanh(${inner()})`,
    () => `${inner()} / (1 + ${squared(inner())})`,
    () => `Math.exp(-(${squared(inner())}))`,
    () => `Math.max(${inner()}, ${inner()})`,
    () => `(${condition(scope)} ? ${inner()} : ${inner()})`,
    () => `Math.sqrt(1 + ${squared(inner())})`,
  ])();
}

function squared(text: string): string {
  return `(${text}) ** 2`;
}

function condition(scope: Scope): string {
  const { choose } = scope;
  const counters = names(scope, "counter");
  return choose.pick([
    () => `${number(scope, 1)} > ${number(scope, 1)}`,
    () => `${number(scope, 0)} < 0.5`,
    () => (counters.length > 0 ? `${choose.pick(counters)} % 2 === 0` : `${name(scope, "array")}.length > 2`),
    () => `${name(scope, "array")} === ${name(scope, "array")}`,
    () => `${name(scope, "array")}.length > 2 && ${number(scope, 0)} > 0`,
  ])();
}

function setNumber(scope: Scope): Written {
  const { choose } = scope;
  const targets = names(scope, "number", true);
  if (targets.length === 0) return setElement(scope);
  const target = choose.pick(targets);
  return only(scope, `${target} ${choose.pick(["=", "+=", "*=", "-="])} ${number(scope, 2)};`);
}

function setElement(scope: Scope): Written {
  return only(scope, `${elementOf(scope)} ${scope.choose.pick(["=", "+=", "*="])} ${number(scope, 2)};`);
}

function newNumber(scope: Scope): Written {
  const added = scope.fresh("n");
  return { lines: [`let ${added} = ${number(scope, 2)};`], locals: [...scope.locals, local(added, "number")] };
}

function array(scope: Scope): string {
  const { choose } = scope;
  return choose.pick([
    () => name(scope, "array"),
    () => `${name(scope, "array")}.slice()`,
    () => `[${number(scope, 1)}, ${number(scope, 1)}]`,
    () => `${name(scope, "array")}.slice(0, 2)`,
  ])();
}

function newArray(scope: Scope): Written {
  const added = scope.fresh("a");
  const value = array(scope);
  return { lines: [`let ${added} = ${value};`], locals: [...scope.locals, local(added, "array")] };
}

function setReference(scope: Scope): Written {
  return only(scope, `${scope.choose.pick(names(scope, "array", true))} = ${array(scope)};`);
}

function setField(scope: Scope): Written {
  const records = names(scope, "record");
  if (records.length === 0) return setElement(scope);
  const record = scope.choose.pick(records);
  return only(
    scope,
    scope.choose.oneIn(3)
      ? `${record}.q = ${array(scope)};`
      : `${record}.p ${scope.choose.pick(["=", "+=", "*="])} ${number(scope, 2)};`,
  );
}

function growOrShrink(scope: Scope): Written {
  const target = name(scope, "array");
  return scope.choose.oneIn(3)
    ? only(scope, `if (${target}.length > 1) ${target}.pop();`)
    : only(scope, `if (${target}.length < 5) ${target}.push(${number(scope, 1)});`);
}

function swap(scope: Scope): Written {
  const arrays = names(scope, "array", true);
  if (arrays.length < 2) return setReference(scope);
  const kept = scope.fresh("t");
  const [a, b] = [scope.choose.pick(arrays), scope.choose.pick(arrays)];
  return {
    lines: [`const ${kept} = ${a};`, `${a} = ${b};`, `${b} = ${kept};`],
    locals: [...scope.locals, local(kept, "array", false)],
  };
}

function setRow(scope: Scope): Written {
  const matrices = names(scope, "matrix");
  if (matrices.length === 0) return setReference(scope);
  const matrix = scope.choose.pick(matrices);
  return only(scope, `${row(scope, matrix)} = ${array(scope)};`);
}

function setRecord(scope: Scope): Written {
  const { choose } = scope;
  if (names(scope, "record").length === 0) return setNumber(scope);
  const added = scope.fresh("r");
  const value = choose.oneIn(2)
    ? choose.pick(names(scope, "record"))
    : `{ p: ${number(scope, 1)}, q: ${array(scope)} }`;
  if (choose.oneIn(3)) return only(scope, `${choose.pick(names(scope, "record", true))} = ${value};`);
  return { lines: [`let ${added} = ${value};`], locals: [...scope.locals, local(added, "record")] };
}

function branch(scope: Scope): Written {
  const test = condition(scope);
  const then = block(scope);
  return only(
    scope,
    scope.choose.oneIn(2) ? `if (${test}) {\n${then}\n} else {\n${block(scope)}\n}` : `if (${test}) {\n${then}\n}`,
  );
}

function counted(scope: Scope): Written {
  const i = scope.fresh("i");
  const head = scope.choose.pick([
    `let ${i} = 0; ${i} < ${scope.choose.pick(["2", "3", "0", "1"])}; ${i}++`,
    `let ${i} = 2; ${i} >= 0; ${i}--`,
    `let ${i} = 0; ${i} < 5; ${i} += 2`,
    `let ${i} = 0; ${i} < ${name(scope, "array")}.length; ${i}++`,
  ]);
  return only(scope, `for (${head}) {\n${block(scope, [local(i, "counter", false)], true)}\n}`);
}

function forOf(scope: Scope): Written {
  const v = scope.fresh("v");
  return only(
    scope,
    `for (const ${v} of ${name(scope, "array")}) {\n${block(scope, [local(v, "number", false)], true)}\n}`,
  );
}

function whileLoop(scope: Scope): Written {
  const w = scope.fresh("w");
  const body = block({ ...scope, inLoop: true }, [local(w, "counter", false)], true);
  return only(scope, `let ${w} = 0;`, `while (${w} < 3 && ${condition(scope)}) {\n  ${w}++;\n${body}\n}`);
}

function callHelper(scope: Scope): Written {
  const { choose } = scope;
  const added = scope.fresh("c");
  const [a, b] = [name(scope, "array"), name(scope, "array")];
  return choose.pick([
    (): Written => ({
      lines: [`let ${added} = change(${a}, ${number(scope, 1)});`],
      locals: [...scope.locals, local(added, "number")],
    }),
    (): Written => ({
      lines: [`let ${added} = choice(${a}, ${b});`],
      locals: [...scope.locals, local(added, "array")],
    }),
    (): Written => ({
      lines: [`let ${added} = descend(${a}, ${number(scope, 1)}, 2);`],
      locals: [...scope.locals, local(added, "number")],
    }),
  ])();
}

function exit(scope: Scope): Written {
  const { choose } = scope;
  const test = condition(scope);
  const leave = scope.result === "number" ? `return ${number(scope, 1)};` : `return ${name(scope, "array")};`;
  return only(scope, `if (${test}) ${choose.pick(scope.inLoop ? ["break;", "continue;", leave] : [leave])}`);
}
