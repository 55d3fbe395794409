import { binary, constant, deepCopy, element, isReference, read, sameType, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import type { FunctionEffects } from "../3-analyze/effects.ts";
import { parametersMayAlias } from "../3-analyze/classes.ts";

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
  const copies = copiesOf(shared, (local) => read(given.get(local) ?? local));
  return { ...fn, parameters: fn.parameters.map((p) => given.get(p) ?? p), body: [...copies, ...fn.body] };
}

/** What a variable is to be a copy of. */
export type AsGiven = (local: ir.Variable) => ir.Expression;

/**
 * Declares variables as copies of what is given, which may share objects: then the copies share them likewise. With
 * `mayBeUnset` what is given may be undefined at run time, whatever its type says.
 */
export function copiesOf(locals: readonly ir.Variable[], asGiven: AsGiven, mayBeUnset = false): ir.Block {
  const [{ type }] = locals;
  const isFlat =
    !mayBeUnset &&
    type.kind === "array" &&
    !isReference(type.element) &&
    locals.every((local) => sameType(local.type, type));
  return isFlat ? copyArrays(locals, type, asGiven) : copyTogether(locals, asGiven);
}

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
