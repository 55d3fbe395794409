/** Calls of the helpers of a random program. */
import type { Kind } from "./kinds.ts";
import { place, type Local, type Scope, type Signature } from "./scope.ts";
import { value } from "./values.ts";

type MakeNumber = (scope: Scope, depth: number) => string;

/** A call whose result is of the kind; undefined where no function gives one. */
export function callOf(scope: Scope, result: Kind, number: MakeNumber): string | undefined {
  const found = scope.functions.filter((known) => known.result === result);
  return found.length === 0 ? undefined : call(scope, scope.choose.pick(found), number);
}

export function call(scope: Scope, { name, parameters, recursive }: Signature, number: MakeNumber): string {
  const inner = { ...scope, functions: [] };
  const given = recursive ? parameters.slice(0, -1) : parameters;
  const args = given.map((parameter) => argumentFor(inner, parameter, number));
  const last = given.at(-1);
  if (last?.kind === "number" && !recursive && scope.choose.oneIn(3)) args.pop();
  if (recursive) args.push(scope.within === name ? "depth - 1" : scope.choose.pick(["1", "2"]));
  return `${name}(${args.join(", ")})`;
}

/** References are passed as they are, mostly, so that callers see what is written into them. */
function argumentFor(scope: Scope, { kind }: Local, number: MakeNumber): string {
  if (kind === "number") return number(scope, 1);
  const held = place(scope, kind);
  return held && !scope.choose.oneIn(4) ? held.text : value(scope, kind, 1);
}
