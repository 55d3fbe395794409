/** How the results of primitives depend on what they are given: found in their rules, which are all that is known of them. */
import type { FunctionIR, Program } from "../ir/ir.ts";
import { isOwnFile } from "../own-package.ts";
import { join, NotLinear, type Degree } from "./degree.ts";

/** Of the library's own primitives: linear in all these operands together. */
const together: Readonly<Record<string, readonly number[]>> = {
  add: [0, 1],
  sub: [0, 1],
  where: [1, 2],
  reshape: [0],
  fill: [1],
  broadcastLike: [0],
  broadcastTo: [0],
};

/** The degree of the result of a primitive. Throws where it depends on the parameter in any way but linearly. */
export function degreeOfPrimitive(program: Program, fn: FunctionIR, degrees: readonly Degree[]): Degree {
  if (isOwnFile(fn.file) && Object.hasOwn(together, fn.name)) {
    const inside = together[fn.name];
    if (degrees.some((degree, i) => degree === "linear" && !inside.includes(i))) throw new NotLinear();
    return inside.map((i) => degrees.at(i) ?? "zero").reduce(join);
  }
  const linear = degrees.flatMap((degree, i) => (degree === "linear" ? [i] : []));
  if (linear.length > 1 || linear.some((i) => !isLinearIn(program, fn, i))) throw new NotLinear();
  if (linear.length === 1) return "linear";
  return degrees.some((degree, i) => degree === "zero" && isLinearIn(program, fn, i)) ? "zero" : "free";
}

/**
 * Whether the tangent map is the primitive itself, with the tangent in the parameter's place and everything else as it is:
 * `(dot, y, a, b) => matmul(dot, b)`. A function that is its own derivative is linear.
 */
function isLinearIn({ functions }: Program, fn: FunctionIR, i: number): boolean {
  const map = functions.get(fn.custom?.jvp?.[i] ?? "");
  const [call, last, ...more] = map?.body.filter((s) => s.kind !== "note") ?? [];
  if (!map || call?.kind !== "call" || last?.kind !== "return" || more.length > 0) return false;
  const original = call.callee === fn.key.replace(/ \d+$/, ""); // copies are numbered
  const [dot, , ...parameters] = map.parameters;
  const [returned] = last.values;
  const isResult = returned.kind === "read" && returned.variable === call.results.at(0);
  const asGiven = fn.parameters.every((_, at) => {
    const argument = call.arguments.at(at);
    return argument?.kind === "read" && argument.variable === (at === i ? dot : parameters.at(at));
  });
  return original && isResult && asGiven;
}
