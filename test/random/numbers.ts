/** Random expressions of numbers and of conditions. */
import { callOf } from "./calls.ts";
import { inCallback, local, names, place, type Scope } from "./scope.ts";
import { numberOfTensors } from "./tensors.ts";

/** A number that a place holds, or a constant where its array is empty. */
function held(scope: Scope): string {
  const found = place(scope, "number");
  if (!found) return "0.5";
  return found.array === undefined ? found.text : `(${found.array}.length > 0 ? ${found.text} : 0.5)`;
}

function leaf(scope: Scope): string {
  const { choose } = scope;
  const maybes = names(scope, "maybe");
  const counters = names(scope, "counter");
  return choose.pick([
    () => held(scope),
    () => "0.5",
    () => held(scope),
    () => held(scope),
    () => (counters.length > 0 ? choose.pick(counters) : "2"),
    () => (maybes.length > 0 ? `(${choose.pick(maybes)} ?? ${held(scope)})` : held(scope)),
    () => (maybes.length > 0 ? `(${choose.pick(maybes)} ?? 0.3)` : held(scope)),
  ])();
}

export function number(scope: Scope, depth = 2): string {
  const { choose } = scope;
  if (depth === 0 || choose.oneIn(3)) return leaf(scope);
  if (scope.tensors && choose.oneIn(2)) return numberOfTensors(scope, depth - 1);
  const inner = (): string => number(scope, depth - 1);
  return choose.pick([
    () => leaf(scope),
    () => `(${inner()} + ${inner()})`,
    () => `${inner()} * ${inner()}`,
    () => `(${inner()} - ${inner()})`,
    () => `Math.sin(${inner()})`,
    () => `Math.tanh(${inner()})`,
    () => `Math.atan2(${inner()}, 1.5)`,
    () => `${inner()} / (1 + ${squared(inner())})`,
    () => `Math.exp(-(${squared(inner())}))`,
    () => `Math.max(${inner()}, ${inner()})`,
    () => `Math.min(${inner()}, ${inner()}, 0.7)`,
    () => `Math.hypot(1, ${inner()})`,
    () => `Math.abs(${inner()})`,
    () => `-(${inner()})`,
    () => `(1.5 + Math.cos(${inner()})) ** ${inner()}`,
    () => `(${condition(scope)} ? ${inner()} : ${inner()})`,
    () => `Math.sqrt(1 + ${squared(inner())})`,
    () => `Math.log1p(${squared(inner())})`,
    () => callOf(scope, "number", number) ?? inner(),
    () => folded(scope),
    () => (scope.lambdas.length > 0 ? `${choose.pick(scope.lambdas)}(${inner()})` : inner()),
    () => `${inner()} % (1.5 + ${squared(inner())})`,
    () => `Math.cbrt(1.5 + ${squared(inner())})`,
    () => `Math.exp(Math.min(${inner()}, 1))`,
    () => `Math.sign(${inner()}) * ${inner()}`,
    () => floored(scope),
  ])();
}

function folded(scope: Scope): string {
  const array = place(scope, "number[]")?.text;
  if (array === undefined) return leaf(scope);
  const [s, v] = [scope.fresh("s"), scope.fresh("v")];
  const inner = inCallback(scope, local(s, "number", false), local(v, "number", false));
  return `${array}.reduce((${s}, ${v}) => 0.5 * ${s} + ${number(inner, 1)}, ${leaf(scope)})`;
}

/** A number read where another number says. */
function floored(scope: Scope): string {
  const array = place(scope, "number[]")?.text;
  if (array === undefined || scope.mayBeEmpty) return leaf(scope);
  return `${array}[Math.floor(Math.abs(${leaf(scope)}) * 2) % ${array}.length]`;
}

function squared(text: string): string {
  return `(${text}) ** 2`;
}

export function condition(scope: Scope): string {
  const { choose } = scope;
  const counters = names(scope, "counter");
  const maybes = names(scope, "maybe");
  const flags = names(scope, "flag");
  const array = (): string => place(scope, "number[]")?.text ?? place(scope, "Floats")?.text ?? `[0.5]`;
  return choose.pick([
    () => `${leaf(scope)} < 0.5`,
    () => `${number(scope, 1)} > ${number(scope, 1)}`,
    () => (counters.length > 0 ? `${choose.pick(counters)} % 2 === 0` : `${array()}.length > 2`),
    () => (counters.length > 0 ? `${choose.pick(counters)} > 0` : `${array()}.length > 1`),
    () => (maybes.length > 0 ? `${choose.pick(maybes)} !== undefined` : `!(${leaf(scope)} > 0)`),
    () => same(scope),
    () => (flags.length > 0 ? choose.pick(flags) : same(scope)),
    () => `${array()}.length > 2 && ${leaf(scope)} > 0`,
    () => `(${leaf(scope)} > 0.2 || ${leaf(scope)} < ${leaf(scope)})`,
  ])();
}

function same(scope: Scope): string {
  const kind = scope.choose.pick(["number[]", "Inner", "number[][]"] as const);
  const [a, b] = [place(scope, kind), place(scope, kind)];
  return a && b ? `${a.text} === ${b.text}` : `${leaf(scope)} > 0`;
}
