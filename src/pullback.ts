/** The text of `f_vjp`: the value, and a closure over the arguments as they were. */
import { effectsOf } from "../transforms/3-analyze/effects.ts";
import { normalize } from "../transforms/2-normalize/normalize.ts";
import { isReference } from "../transforms/ir/build.ts";
import type { FunctionIR, Type, Variable } from "../transforms/ir/ir.ts";
import { typeText } from "../transforms/6-write/types.ts";
import type { Answer, Session } from "./session.ts";

/** What the text needs from around it. */
export interface PullbackNames {
  readonly name: string;
  readonly primal: string;
  readonly pullback: string;
  readonly place: string;
  /** Imports a helper of the runtime, or a type of `cotangent`. */
  readonly runtime: (name: string) => string;
  readonly type: (name: string) => string;
}

/** Writes the function `vjp` gives: `(…parameters) => [value, pullback]`. */
export function pullbackText(session: Session, { primal, request }: Answer, names: PullbackNames): string {
  const fn = session.functions.get(primal);
  if (!fn) throw new Error(`no function ${primal}`);
  const wrt = (request.wrt ?? [0]).map((i) => fn.parameters[i]);
  const gradients = wrt.map((parameter) => gradientType(parameter, names));
  const gradient = request.wrtIsTuple ? `[${gradients.map((type, i) => `d${upper(wrt[i].name)}: ${type}`).join(", ")}]` : gradients[0];
  const value = fn.resultAnnotation ?? typeText(fn.results[0], names);
  const seed = fn.results[0].kind === "real" || fn.results[0].kind === "index" ? "number" : `${names.type("Gradient")}<${value}>`;
  const head = fn.parameters.map((parameter) => `${parameter.name}: ${spelled(parameter, names)}`).join(", ");
  const doc = `/** Value of {@link ${names.primal}} (${names.place}) and its pullback, which takes a cotangent of the value to the gradient with respect to ${wrt.map(({ name }) => `\`${name}\``).join(" and ")}. */`;
  return `${doc}
export function ${names.name}(${head}): [value: ${value}, pullback: (cotangent: ${seed}) => ${gradient}] {
${body(session, fn, names)}
}
`;
}

function body(session: Session, fn: FunctionIR, names: PullbackNames): string {
  const all = fn.parameters.map(({ name }) => name);
  const kept = fn.parameters.filter(({ type }) => isReference(type)).map(({ name }) => name);
  const value = free("value", all);
  const cotangent = free("cotangent", all);
  if (kept.length === 0) return returned(names, value, cotangent, all, all);
  const keptName = (name: string): string => (kept.includes(name) ? free(`${name}Kept`, all) : name);
  const clone = names.runtime("cloneAliased");
  const copy = (from: readonly string[], to: readonly string[]): string =>
    from.length === 1 ? `const ${to[0]} = ${clone}(${from[0]});` : `const [${to.join(", ")}] = ${clone}([${from.join(", ")}] as const);`;
  const lines = ["// The pullback sees the arguments as they are now.", copy(kept, kept.map(keptName))];
  if (!writesArguments(session, fn)) return [...lines, returned(names, value, cotangent, all, all.map(keptName))].join("\n");
  const work = kept.map((name) => free(`${name}Copy`, all));
  const called = all.map((name) => (kept.includes(name) ? work[kept.indexOf(name)] : name));
  return [...lines, copy(kept, work), returned(names, value, cotangent, called, all.map(keptName))].join("\n");
}

function returned(names: PullbackNames, value: string, cotangent: string, called: readonly string[], kept: readonly string[]): string {
  return `const ${value} = ${names.primal}(${called.join(", ")});
return [${value}, (${cotangent}) => ${names.pullback}(${[...kept, cotangent].join(", ")})];`;
}

function writesArguments(session: Session, fn: FunctionIR): boolean {
  const core = new Map([...session.functions].map(([key, each]) => [key, each.derivation ? each : normalize(each)]));
  return effectsOf({ functions: core })(fn.key).writes.size > 0;
}

function spelled(parameter: Variable, names: PullbackNames): string {
  return parameter.annotation ?? typeText(parameter.type, names);
}

function gradientType(parameter: Variable, names: PullbackNames): string {
  if (isPlain(parameter.type)) return typeText(parameter.type, names).replaceAll("readonly ", "");
  return parameter.annotation === undefined ? typeText(parameter.type, names) : `${names.type("Gradient")}<${parameter.annotation}>`;
}

function isPlain(type: Type): boolean {
  return type.kind === "array" ? isPlain(type.element) : type.kind === "real" || type.kind === "index";
}

function free(wish: string, used: readonly string[]): string {
  let name = wish;
  for (let i = 2; used.includes(name); i++) name = `${wish}${i}`;
  return name;
}

function upper(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
