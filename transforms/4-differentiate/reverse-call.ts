import {
  binary,
  converted,
  isAllocation,
  isReference,
  read,
  real,
  shadowType,
  tensor,
  typeOf,
  variable,
  zeroOf,
  zeros,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { adjoint, dependsOnActive } from "./adjoint.ts";
import { valueOfMap } from "./inline-map.ts";
import type { Reversed } from "./reverse-block.ts";
import { nameOf, shadowOrZeros, shapedAdjoint } from "./reverse-memory.ts";
import { adjointName, adjointPlace, mirror, shadowOf, type CalleeRule, type Reversal } from "./reversal.ts";

/** A call becomes a call that records, and in the backward pass one that consumes what was recorded. */
export function reverseCall(reversal: Reversal, call: ir.Call): Reversed {
  const rule = reversal.calleeRule(call);
  switch (rule.kind) {
    case "plain":
      return { forward: [call, ...freshShadows(reversal, call)], backward: [] };
    case "custom":
      return reverseCustom(reversal, call, rule.maps);
    case "split":
      return reverseSplit(reversal, call, rule);
  }
}

/** The results of a call without derivative may still have shadows, if they meet active memory elsewhere. */
function freshShadows(reversal: Reversal, call: ir.Call): ir.Block {
  return call.results.flatMap((result): ir.Block => {
    const shadow = reversal.shadows.get(result);
    return shadow
      ? [{ kind: "let", variable: shadow, value: zeros(read(result), shadow.type), origin: call.origin, derived: true }]
      : [];
  });
}

function reverseCustom(reversal: Reversal, call: ir.Call, maps: readonly (string | null)[]): Reversed {
  const { origin } = call;
  const [result] = call.results;
  const own = isReference(result.type) ? shadowOf(reversal, read(result)) : adjointPlace(reversal, read(result));
  if (!own) return { forward: [call], backward: [] };
  const primal = [mirror(reversal, read(result)), ...call.arguments.map((argument) => mirror(reversal, argument))];
  const backward = call.arguments.flatMap((argument, i): ir.Block => {
    const map = maps[i];
    const type = shadowType(typeOf(argument));
    if (!map || !type || !dependsOnActive(reversal, argument)) return [];
    const part = variable(
      isPlace(argument) ? adjointName(nameOf(argument)) : "dPart",
      isReference(type) ? type : reversal.functionOf(map).results[0],
    );
    const given = [mirror(reversal, own), ...primal];
    const made = valueOfMap(reversal.functionOf(map), given, part, { origin, derived: true });
    const { statements } = made;
    const value = isReference(type) ? made.value : converted(made.value, type);
    const shadow = isReference(type) ? shadowOf(reversal, argument) : undefined;
    if (shadow)
      return [
        ...statements,
        { kind: "addInto", target: mirror(reversal, shadow), source: value, origin, derived: true },
      ];
    return [...statements, ...adjoint(reversal, argument, value, origin)];
  });
  return { forward: [call, ...freshShadows(reversal, call)], backward: unlessZero(own, backward, origin) };
}

function isPlace({ kind }: ir.Expression): boolean {
  return kind === "read" || kind === "element" || kind === "field";
}

/** An adjoint that is `zero` has no shape, and must not meet an infinite partial: no map is given it. */
function unlessZero(own: ir.Expression, backward: ir.Block, origin?: ir.Origin): ir.Block {
  if (typeOf(own).kind !== "tensor" || backward.length === 0) return backward;
  const test = binary("!==", own, zeroOf(tensor));
  return [{ kind: "if", test, then: backward, else: [], origin, derived: true }];
}

function reverseSplit(reversal: Reversal, call: ir.Call, rule: Extract<CalleeRule, { kind: "split" }>): Reversed {
  const { origin } = call;
  const { signature } = rule;
  const before: ir.Statement[] = [];
  const shadowArguments: ir.Expression[] = [];
  for (const [i, argument] of call.arguments.entries()) {
    const type = shadowType(typeOf(argument));
    if (!signature.parameters[i] || !type || !isReference(typeOf(argument))) continue;
    shadowArguments.push(asOperand(shadowOrZeros(reversal, argument, type), before, origin));
  }
  const shadowResults = call.results.flatMap((result, i) => {
    if (!signature.results[i] || !isReference(result.type)) return [];
    return [reversal.shadows.get(result) ?? variable("unused", shadowType(result.type) ?? result.type, "shadow")];
  });
  const adjoints = call.results.flatMap((result, i) => {
    if (!signature.results[i] || isReference(result.type)) return [];
    // The callee consumes what it recorded in any case, and wants an adjoint that has a shape.
    return [shapedAdjoint(reversal, read(result))];
  });
  const forward: ir.Statement = {
    ...call,
    callee: rule.forward,
    arguments: [...call.arguments, ...shadowArguments],
    results: [...call.results, ...shadowResults],
  };
  const numbers = call.arguments.filter((argument, i) => signature.parameters[i] && !isReference(typeOf(argument)));
  const parts = numbers.map((argument) =>
    variable(
      argument.kind === "read" ? adjointName(argument.variable.name) : "dArgument",
      shadowType(typeOf(argument)) ?? real,
    ),
  );
  const backward: ir.Statement = {
    kind: "call",
    results: parts,
    callee: rule.backward,
    arguments: [...call.arguments, ...shadowArguments].map((argument) => mirror(reversal, argument)).concat(adjoints),
    origin,
    derived: true,
  };
  const passed = numbers.flatMap((argument, i) => adjoint(reversal, argument, read(parts[i]), origin));
  return { forward: [...before, forward], backward: [backward, ...passed] };
}

/** New zeros stand in a variable; the backward pass makes its own, as nobody reads what is added to them. */
function asOperand(made: ir.Expression, before: ir.Statement[], origin?: ir.Origin): ir.Expression {
  if (!isAllocation(made)) return made;
  const named = variable("unused", typeOf(made), "shadow");
  before.push({ kind: "let", variable: named, value: made, origin, derived: true });
  return read(named);
}
