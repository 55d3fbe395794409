/** Random statements with blocks: conditionals, and loops that end after a few iterations whatever their body does. */
import { parts } from "./kinds.ts";
import { condition, number } from "./numbers.ts";
import { local, names, place, withLocals, type Local, type Scope } from "./scope.ts";
import { simple, type Maker, type Written } from "./statements.ts";
import { withTensors } from "./tensor-statements.ts";

const tensorLists = ["number[]", "Row[]", "Layer[]"] as const;

export function statements(scope: Scope, count: number): Written {
  const lines: string[] = [];
  let current = scope;
  for (let i = 0; i < count; i++) {
    const makers = [...(scope.tensors ? withTensors : simple), ...(scope.room > 0 ? nested : [])];
    const written = scope.choose.pick(makers)(current);
    lines.push(...written.lines);
    current = written.scope;
  }
  return { lines, scope: current };
}

export function indent(lines: readonly string[]): string {
  return lines.join("\n").replace(/^/gm, "  ");
}

type Change = Partial<Pick<Scope, "canBreak" | "canContinue" | "labels">>;

function block(scope: Scope, more: readonly Local[] = [], change: Change = {}): string {
  const inner = withLocals({ ...scope, ...change, room: scope.room - 1 }, ...more);
  return indent(statements(inner, 1 + scope.choose.below(3)).lines);
}

/** A loop; now and then it has a label that statements deep inside can name. */
function loop(scope: Scope, head: (body: string) => string, more: readonly Local[]): string {
  const label = scope.choose.oneIn(4) ? scope.fresh("outer") : undefined;
  const labels = label === undefined ? scope.labels : [...scope.labels, label];
  const text = head(block(scope, more, { canBreak: true, canContinue: true, labels }));
  return label === undefined ? text : `${label}: ${text}`;
}

function only(scope: Scope, ...lines: readonly string[]): Written {
  return { lines, scope };
}

const branch: Maker = (scope) => {
  const { choose } = scope;
  const text = `if (${condition(scope)}) {\n${block(scope)}\n}`;
  const other = choose.oneIn(3) ? ` else if (${condition(scope)}) {\n${block(scope)}\n}` : "";
  return only(scope, text + other + (choose.oneIn(2) ? ` else {\n${block(scope)}\n}` : ""));
};

const counted: Maker = (scope) => {
  const i = scope.fresh("i");
  const kinds = scope.tensors ? tensorLists : (["number[]", "Floats", "number[][]"] as const);
  const array = place(scope, scope.choose.pick(kinds))?.text ?? "[0.5, 0.25]";
  const head = scope.choose.pick([
    `let ${i} = 0; ${i} < 2; ${i}++`,
    `let ${i} = 0; ${i} < ${array}.length; ${i}++`,
    `let ${i} = 2; ${i} >= 0; ${i}--`,
    `let ${i} = 0; ${i} < 5; ${i} += 2`,
    `let ${i} = 1; ${i} < 1; ${i}++`,
    `let ${i} = ${array}.length - 1; ${i} >= 0; ${i}--`,
    `let ${i} = 1; ${i} <= 2 && ${condition(scope)}; ${i}++`,
  ]);
  return only(
    scope,
    loop(scope, (body) => `for (${head}) {\n${body}\n}`, [local(i, "counter", false)]),
  );
};

/** The bound is a variable that the body moves. */
const movingBound: Maker = (scope) => {
  const [i, n] = [scope.fresh("i"), scope.fresh("k")];
  const after = [local(n, "counter", false)];
  const move = scope.choose.pick([`if (${n} < 4) ${n}++;`, `${n}--;`, `if (${condition(scope)}) ${n} = 1;`]);
  const head = (body: string): string => `for (let ${i} = 0; ${i} < ${n}; ${i}++) {\n  ${move}\n${body}\n}`;
  const text = loop(scope, head, [local(i, "counter", false), ...after]);
  return { lines: [`let ${n} = 2;`, text], scope };
};

/** The counter is a number that carries a derivative. */
const realSteps: Maker = (scope) => {
  const s = scope.fresh("s");
  const head = scope.choose.pick([
    `let ${s} = 0.1; ${s} < 1; ${s} += 0.35`,
    `let ${s} = ${number(scope, 1)}; ${s} < 1.2; ${s} += 0.5 + ${s} ** 2`,
  ]);
  return only(
    scope,
    loop(scope, (body) => `for (${head}) {\n${body}\n}`, [local(s, "number", false)]),
  );
};

const forOf: Maker = (scope) => {
  const v = scope.fresh("v");
  const kinds = scope.tensors ? tensorLists : (["number[]", "Floats", "number[][]", "Inner[]"] as const);
  const kind = scope.choose.pick(kinds);
  const array = place(scope, kind)?.text;
  if (array === undefined) return counted(scope);
  const element = parts[kind][0].kind;
  const counter = scope.choose.oneIn(4) ? scope.fresh("i") : undefined;
  const head = counter === undefined ? `const ${v} of ${array}` : `const [${counter}, ${v}] of ${array}.entries()`;
  const more = [local(v, element, false), ...(counter === undefined ? [] : [local(counter, "counter", false)])];
  return only(
    scope,
    loop(scope, (body) => `for (${head}) {\n${body}\n}`, more),
  );
};

const whileLoop: Maker = (scope) => {
  const w = scope.fresh("w");
  const test = condition(scope);
  const [count, trips] = [`  ${w}++;\n`, [local(w, "counter", false)]];
  const text = scope.choose.oneIn(3)
    ? loop(scope, (body) => `do {\n${count}${body}\n} while (${w} < 3 && ${test});`, trips)
    : loop(scope, (body) => `while (${w} < 3 && ${test}) {\n${count}${body}\n}`, trips);
  return { lines: [`let ${w} = 0;`, text], scope: withLocals(scope, ...trips) };
};

/** A stack that is worked off; each step may add to it. */
const workOff: Maker = (scope) => {
  const [stack, n, w] = [scope.fresh("stack"), scope.fresh("n"), scope.fresh("w")];
  const from = place(scope, "number[]")?.text ?? "[0.5]";
  const inner = [local(n, "number"), local(w, "counter", false)];
  const add = `if (${w} < 3) ${stack}.push(${number(withLocals({ ...scope, functions: [] }, ...inner), 1)});`;
  const take = `  const ${n} = ${stack}.pop()!;\n  ${w}++;\n`;
  const text = loop(scope, (body) => `while (${stack}.length > 0) {\n${take}${body}\n  ${add}\n}`, [
    local(n, "number", false),
    local(w, "counter", false),
  ]);
  return { lines: [`let ${w} = 0;`, `const ${stack} = ${from}.slice(0, 3);`, text], scope };
};

/** Two counters that meet. */
const meeting: Maker = (scope) => {
  const [i, j] = [scope.fresh("i"), scope.fresh("j")];
  const array = place(scope, "number[]")?.text ?? "[0.5]";
  const head = `let ${i} = 0, ${j} = ${array}.length - 1; ${i} < ${j}; ${i}++, ${j}--`;
  const counters = [local(i, "counter", false), local(j, "counter", false)];
  return only(
    scope,
    loop(scope, (body) => `for (${head}) {\n${body}\n}`, counters),
  );
};

const switched: Maker = (scope) => {
  const { choose } = scope;
  const counters = names(scope, "counter");
  const array = place(scope, "number[]")?.text ?? "[0.5]";
  const on = counters.length > 0 ? `${choose.pick(counters)} % 3` : `${array}.length % 3`;
  const inner = (): string => `{\n${block(scope, [], { canBreak: true })}\n  }`;
  const leave = (): string => (choose.oneIn(3) ? "" : "\n    break;");
  return only(
    scope,
    `switch (${on}) {\n  case 0: ${inner()}${leave()}\n  case 1: ${inner()}${leave()}\n  default: ${inner()}\n}`,
  );
};

const nested: readonly Maker[] = [
  branch,
  counted,
  forOf,
  whileLoop,
  switched,
  movingBound,
  realSteps,
  workOff,
  meeting,
  branch,
  counted,
];
