import { binary, isReference, read, sameType } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import type { FunctionEffects } from "../3-analyze/effects.ts";
import { parametersMayAlias } from "../3-analyze/classes.ts";
import { notYet } from "../diagnostics/catalog.ts";
import { DifferentiationError } from "../diagnostics/diagnostic.ts";

/**
 * Lets a function work on copies of the arrays it writes into, so that its arguments hold on return what they held
 * before. Two parameters that are the same array have the same copy.
 */
export function copyWrittenParameters(fn: ir.FunctionIR, effects: FunctionEffects, program: ir.Program): ir.FunctionIR {
  const written = fn.parameters.filter((_, i) => effects.writes.has(i));
  if (written.length === 0) return fn;
  const shared = fn.parameters.filter(
    (p) => isReference(p.type) && written.some((w) => w === p || parametersMayAlias(program, fn.key, w, p)),
  );
  // The body keeps its variables, as locals; the parameters are new ones of the same names.
  const given = new Map(shared.map((local) => [local, { ...local }]));
  const asGiven = (local: ir.Variable): ir.Expression => read(given.get(local) ?? local);
  const copies = shared.flatMap((local, i): ir.Block => {
    const { type } = local;
    if (type.kind !== "array" || isReference(type.element)) {
      throw new DifferentiationError([notYet(fn.origin, `forward mode of \`${fn.name}\`, which writes into its argument \`${local.name}\``)]);
    }
    const aliases = shared.slice(0, i).filter((earlier) => sameType(earlier.type, type));
    return [
      { kind: "let", variable: local, value: { kind: "copy", type, source: asGiven(local) } },
      ...aliases.map((earlier): ir.Statement => {
        const test = binary("===", asGiven(local), asGiven(earlier));
        return { kind: "if", test, then: [{ kind: "set", target: read(local), value: read(earlier) }], else: [] };
      }),
    ];
  });
  return { ...fn, parameters: fn.parameters.map((p) => given.get(p) ?? p), body: [...copies, ...fn.body] };
}
