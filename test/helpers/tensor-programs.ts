/** Modules that ask for the derivatives of one primitive, and the arguments at which it is tried. */
import { ruleOf } from "../../runtime/primitive.ts";
import { Tensor } from "../../runtime/tensor/tensor.ts";

type Primitive = (...parameters: never[]) => unknown;

/** A module for calls of one primitive that differ in their tensors only. */
export interface TensorProgram {
  readonly name: string;
  readonly text: string;
  /** How many of the first arguments are differentiated with respect to. */
  readonly active: number;
  /** Arguments of the functions of the module: what is active, tensors that are not, weights for the result. */
  readonly cases: readonly (readonly unknown[])[];
}

interface Call {
  readonly args: readonly unknown[];
  /** Parameters that are differentiated, and other tensors. */
  readonly active: readonly number[];
  readonly inert: readonly number[];
  readonly result: unknown;
}

/** Steps at the very points at which they are tried. */
const steps: ReadonlySet<string> = new Set(["tieShares"]);

const mostGroups = 2;
const mostCases = 10;

export function tensorPrograms(
  name: string,
  f: Primitive,
  rows: readonly (readonly unknown[])[],
): readonly TensorProgram[] {
  const groups = new Map<string, Call[]>();
  for (const args of rows) {
    const call = callOf(name, f, args);
    const text = bodyOf(name, call);
    groups.set(text, [...(groups.get(text) ?? []), call]);
  }
  return spread([...groups], mostGroups).map(([text, calls], i) => ({
    name: `${name}-${String(i)}`,
    text,
    active: calls[0].active.length,
    cases: spread(calls, mostCases).map(argumentsOf),
  }));
}

/** Some of the items, from the first to the last. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]);
}

function callOf(name: string, f: Primitive, args: readonly unknown[]): Call {
  const maps = ruleOf(f as (...all: unknown[]) => unknown)?.vjp as readonly unknown[];
  const hasNone = maps.every((map) => map === null);
  const tensors = args.flatMap((argument, i) => (kindOf(argument) === undefined ? [] : [i]));
  const moves = (value: unknown): boolean => value instanceof Tensor && value.dtype === "f64" && !steps.has(name);
  const active = tensors.filter((i) => maps[i] !== null || (hasNone && moves(args[i])));
  const inert = tensors.filter((i) => !active.includes(i) && kindOf(args[i]) !== "number");
  return { args, active, inert, result: (f as (...all: unknown[]) => unknown)(...args) };
}

function kindOf(value: unknown): string | undefined {
  if (typeof value === "number") return "number";
  if (value instanceof Tensor) return "Tensor";
  return Array.isArray(value) && value[0] instanceof Tensor ? "readonly Tensor[]" : undefined;
}

function argumentsOf({ args, active, inert, result }: Call): unknown[] {
  const weights = result instanceof Tensor ? [weightsFor(result)] : [];
  return [...active, ...inert].map((i) => args[i]).concat(weights);
}

function weightsFor(result: Tensor): Tensor {
  return new Tensor(
    result.shape,
    result.dtype,
    result.data.map((_, i) => Math.cos(1.3 * i + 0.4)),
  );
}

/** The names of the primitives that every module uses. */
const tools = ["item", "mul", "sin", "square", "sum"];

function bodyOf(name: string, call: Call): string {
  const { args, active, inert, result } = call;
  const named = [...active, ...inert];
  const heads = named.map((i) => `p${String(i)}: ${kindOf(args[i]) ?? ""}`);
  const parameters = [...heads, ...(result instanceof Tensor ? ["w: Tensor"] : [])].join(", ");
  const made = `${name}(${args.map((argument, i) => (named.includes(i) ? `p${String(i)}` : literal(argument))).join(", ")})`;
  const bend = active.map((i) => bent(`p${String(i)}`, args[i])).join(" + ") || "1";
  const [linear, curved] = valuesOf(result);
  return `import { grad, hvp, jvp, vjp } from "cotangent";
import { ${[...new Set([name, ...tools])].join(", ")}, type Tensor } from "cotangent/nn";

export function linear(${parameters}): number {
  const y = ${made};
  return ${linear};
}

export function curved(${parameters}): number {
  const y = ${made};
  return ${curved} + ${linear} * (${bend});
}
${kindOf(result) === "readonly Tensor[]" ? overParts : ""}${active.length > 0 ? requests(call, parameters) : ""}`;
}

/** A number that depends linearly on the result, and one that does not. */
function valuesOf(result: unknown): readonly [linear: string, curved: string] {
  if (result instanceof Tensor) return ["item(sum(mul(y, w)))", "item(sum(square(y)))"];
  if (kindOf(result) === "readonly Tensor[]") return ["weighed(y)", "squares(y)"];
  return typeof result === "number" ? ["1.3 * y", "y ** 2"] : ["1.3 * y.length", "y.length"];
}

/** The same for arrays of tensors. */
const overParts = `
function weighed(parts: readonly Tensor[]): number {
  let total = 0;
  for (let i = 0; i < parts.length; i++) total += (i + 1) * item(sum(mul(parts[i], 1.3)));
  return total;
}

function squares(parts: readonly Tensor[]): number {
  let total = 0;
  for (const part of parts) total += item(sum(square(part)));
  return total;
}
`;

function bent(name: string, value: unknown): string {
  if (typeof value === "number") return `Math.sin(${name})`;
  return value instanceof Tensor ? `item(sum(sin(${name})))` : `item(sum(sin(${name}[0])))`;
}

function requests({ args, active, inert, result }: Call, parameters: string): string {
  const wrt = `{ wrt: [${active.map((_, i) => i).join(", ")}] }`;
  const types = active.map((i) => (kindOf(args[i]) ?? "").replace("readonly ", "")).join(", ");
  const given = [...[...active, ...inert].map((i) => `p${String(i)}`), ...(result instanceof Tensor ? ["w"] : [])];
  return `
export function gradients(${parameters}): [${types}] {
  return grad(curved, ${wrt})(${given.join(", ")});
}

export const linearGradient = grad(linear, ${wrt});
export const gradient = grad(curved, ${wrt});
export const tangent = jvp(curved, ${wrt});
export const forwardOverReverse = hvp(curved, ${wrt});
export const reverseOverReverse = vjp(gradients, ${wrt});
`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  return `{ ${Object.entries(value)
    .map(([key, part]) => `${key}: ${literal(part)}`)
    .join(", ")} }`;
}
