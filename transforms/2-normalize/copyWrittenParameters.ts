import { binary, constant, element, isReference, read, sameType, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import type { FunctionEffects } from "../3-analyze/effects.ts";
import { parametersMayAlias } from "../3-analyze/classes.ts";

/** The run-time helper that copies nested values and keeps the aliasing among them. */
export const deepCopy = "@runtime.cloneAliased($0)";

/**
 * Lets a function work on copies of what it writes into, so that its arguments hold on return what they held before.
 * Objects that two parameters share have one copy.
 */
export function copyWrittenParameters(fn: ir.FunctionIR, effects: FunctionEffects, program: ir.Program): ir.FunctionIR {
  const written = fn.parameters.filter((p, i) => effects.writes.has(i) && p.type.kind !== "tape");
  if (written.length === 0) return fn;
  const shared = fn.parameters.filter(
    (p) =>
      isReference(p.type) &&
      p.type.kind !== "tape" &&
      written.some((w) => w === p || parametersMayAlias(program, fn.key, w, p)),
  );
  // The body keeps its variables, as locals; the parameters are new ones of the same names.
  const given = new Map(shared.map((local) => [local, { ...local }]));
  const asGiven = (local: ir.Variable): ir.Expression => read(given.get(local) ?? local);
  const [{ type }] = shared;
  const isFlat =
    type.kind === "array" && !isReference(type.element) && shared.every((local) => sameType(local.type, type));
  const copies = isFlat ? copyArrays(shared, type, asGiven) : copyTogether(shared, asGiven);
  return { ...fn, parameters: fn.parameters.map((p) => given.get(p) ?? p), body: [...copies, ...fn.body] };
}

type AsGiven = (local: ir.Variable) => ir.Expression;

function copyArrays(shared: readonly ir.Variable[], type: ir.ArrayType, asGiven: AsGiven): ir.Block {
  return shared.flatMap((local, i): ir.Block => [
    { kind: "let", variable: local, value: { kind: "copy", type, source: asGiven(local) } },
    ...shared.slice(0, i).map((earlier): ir.Statement => {
      const test = binary("===", asGiven(local), asGiven(earlier));
      return { kind: "if", test, then: [{ kind: "set", target: read(local), value: read(earlier) }], else: [] };
    }),
  ]);
}

function copyTogether(shared: readonly ir.Variable[], asGiven: AsGiven): ir.Block {
  const copyOf = (operand: ir.Expression, of: ir.Type): ir.Expression => ({
    kind: "extern",
    text: deepCopy,
    operands: [operand],
    type: of,
  });
  if (shared.length === 1)
    return [{ kind: "let", variable: shared[0], value: copyOf(asGiven(shared[0]), shared[0].type) }];
  const type: ir.TupleType = { kind: "tuple", elements: shared.map((local) => local.type) };
  const list = variable("given", type);
  const copies = variable("copies", type);
  return [
    { kind: "let", variable: list, value: { kind: "arrayLiteral", type, elements: shared.map(asGiven) } },
    { kind: "let", variable: copies, value: copyOf(read(list), type) },
    ...shared.map((local, i): ir.Statement => ({
      kind: "let",
      variable: local,
      value: element(read(copies), constant(i)),
    })),
  ];
}
