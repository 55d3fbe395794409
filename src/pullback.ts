import { isReference } from "../transforms/ir/build.ts";
import type { FunctionIR } from "../transforms/ir/ir.ts";
import { assertRepeatable } from "../transforms/4-differentiate/repeatable.ts";
import type { Requests } from "./requests.ts";

export interface Wrapper {
  readonly text: string;
  /** What it imports from `cotangent/runtime`. */
  readonly runtime: string | undefined;
}

/**
 * The text of `f_vjp`: the value, and a function that runs the pullback on the arguments as they were. The pullback
 * goes through the function again at every call, so a function with effects is refused.
 */
export function wrapPullback(requests: Requests, of: string, name: string, primal: string, pullback: string): Wrapper {
  const fn = requests.functions.get(of);
  if (!fn) throw new Error(`no function ${of}`);
  assertRepeatable(requests.functions, fn, "vjp");
  const copies = fn.parameters.some((parameter) => isReference(parameter.type));
  const value = copies ? "cloneAliased(args)" : "args";
  const lines = [
    `/** Value of {@link ${primal}} and its pullback, which may be called again and again. */`,
    `export function ${name}(`,
    `  ...args: Parameters<typeof ${primal}>`,
    `): [value: ReturnType<typeof ${primal}>, pullback: (cotangent: Parameters<typeof ${pullback}>[${fn.parameters.length}]) => ReturnType<typeof ${pullback}>] {`,
    ...(copies ? [`  const kept = cloneAliased(args);`] : []),
    `  return [${primal}(...${value}), (cotangent) => ${pullback}(${keptArguments(fn, copies ? "kept" : "args")}, cotangent)];`,
    `}`,
    ``,
  ];
  return { text: lines.join("\n"), runtime: copies ? "cloneAliased" : undefined };
}

/** Where arguments may be left out, each stands at its place: the cotangent comes after all of them. */
function keptArguments({ parameters }: FunctionIR, kept: string): string {
  const mayBeLeftOut = parameters.some(({ type }) => type.kind === "maybe");
  return mayBeLeftOut ? parameters.map((_, i) => `${kept}[${i}]`).join(", ") : `...${kept}`;
}
