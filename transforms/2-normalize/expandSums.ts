import { add, constant, element, field, index, lengthOf, typeOf, variable, read } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { rewrite, update } from "../ir/visit.ts";

/** Writes `addInto` out as loops over numbers, so that a derivative can be differentiated again by the same few rules. */
export function expandSums(fn: ir.FunctionIR): ir.FunctionIR {
  const body = rewrite(fn.body, (statement) => {
    if (statement.kind !== "addInto") return [statement];
    return expand(statement.target, statement.source, statement.from, statement);
  });
  return update(fn, { body });
}

function expand(
  target: ir.Expression,
  source: ir.Expression,
  from: ir.Expression | undefined,
  sum: ir.AddInto,
): ir.Block {
  const { origin } = sum;
  const type = typeOf(source);
  switch (type.kind) {
    case "real":
    case "tensor":
      return [{ kind: "set", target: target as ir.Place, value: add(target, source), origin, derived: true }];
    case "array": {
      const counter = variable("i", index, "counter");
      const at = from ? add(from, read(counter)) : read(counter);
      const body = expand(element(target, at), element(source, read(counter)), undefined, sum);
      return [
        { kind: "for", counter, lo: constant(0), hi: lengthOf(source), descending: false, body, origin, derived: true },
      ];
    }
    case "tuple":
      return type.elements.flatMap((_, i) =>
        expand(element(target, constant(i)), element(source, constant(i)), undefined, sum),
      );
    case "record":
      return type.fields.flatMap(({ name }) => expand(field(target, name), field(source, name), undefined, sum));
    default:
      return [];
  }
}
