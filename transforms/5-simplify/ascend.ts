/** A backward loop whose iterations do not meet counts upwards, as the user's does. */
import type * as ir from "../ir/ir.ts";
import { rewrite, statementsIn, update } from "../ir/visit.ts";
import type { Pass } from "./pass.ts";
import { linearForm, sameExpression, variablesOf } from "./facts/algebra.ts";
import { interferenceIn, type Access, type Interference } from "./facts/interference.ts";
import { assignedBy, declaredIn, mentions, readCount } from "./facts/uses.ts";

/**
 * Turns a descending derived loop around if each iteration touches only its own element of what the loop writes, and
 * outer variables are only added to (a sum of adjoints may be reassociated).
 */
export const ascend: Pass = (fn, context) => {
  const interference = interferenceIn(fn, context);
  const body = rewrite(fn.body, (statement) => [turned(statement, interference)]);
  return update(fn, { body });
};

function turned(statement: ir.Statement, interference: Interference): ir.Statement {
  if (statement.kind !== "for" || !statement.descending || !statement.derived) return statement;
  const own = declaredIn(statement.body);
  const print = interference.footprint(statement);
  if (print.observable || !hasSimpleBody(statement, own)) return statement;
  const independent = print.writes.every(
    (write) => isOwnElement(write, statement, own) && meetsOnlyItself(write, print.reads, print.writes, interference),
  );
  return independent ? { ...statement, descending: false } : statement;
}

function hasSimpleBody(loop: ir.For, own: ReadonlySet<ir.Variable>): boolean {
  for (const statement of statementsIn(loop.body)) {
    if (
      statement.kind === "save" ||
      statement.kind === "restore" ||
      statement.kind === "append" ||
      statement.kind === "remove"
    )
      return false;
    const assigned = assignedBy(statement);
    if (assigned && !own.has(assigned) && !onlyAdds(statement, assigned, loop)) return false;
  }
  return true;
}

/** `v = v + e`, directly in the loop, where nothing else in the loop mentions `v`. */
function onlyAdds(statement: ir.Statement, variable: ir.Variable, loop: ir.For): boolean {
  if (statement.kind !== "set" || !statement.derived || variable.type.kind !== "real" || !loop.body.includes(statement))
    return false;
  const { value } = statement;
  const adds =
    value.kind === "binary" &&
    (value.operator === "+" || value.operator === "-") &&
    value.left.kind === "read" &&
    value.left.variable === variable;
  return (
    adds &&
    readCount(value, variable) === 1 &&
    loop.body.every((other) => other === statement || !mentions(other, variable))
  );
}

/** `array[i + c]`, where `array` is one for the whole loop and `i` is its counter. */
function isOwnElement({ kind, container, index }: Access, loop: ir.For, own: ReadonlySet<ir.Variable>): boolean {
  if (kind !== "element" || !index || container.kind !== "read" || own.has(container.variable)) return false;
  const { terms } = linearForm(index);
  return (
    terms.some(({ atom }) => atom.kind === "read" && atom.variable === loop.counter) &&
    onlyCounterVaries(index, loop, own)
  );
}

function onlyCounterVaries(index: ir.Expression, { counter }: ir.For, own: ReadonlySet<ir.Variable>): boolean {
  const { terms } = linearForm(index);
  const others = terms.filter(({ atom }) => !(atom.kind === "read" && atom.variable === counter));
  return others.every(({ atom }) =>
    [...variablesOf(atom)].every((variable) => variable !== counter && !own.has(variable)),
  );
}

/** Whatever may be in the same array is the same element. */
function meetsOnlyItself(
  write: Access,
  reads: readonly Access[],
  writes: readonly Access[],
  interference: Interference,
): boolean {
  const whole: Access = { kind: "element", container: write.container };
  return [...reads, ...writes].every((other) => {
    const { kind, container, index, name } = other;
    if (!interference.mayOverlap(whole, { kind, container, ...(name !== undefined && { name }) })) return true;
    return (
      kind === "element" &&
      sameExpression(container, write.container) &&
      index !== undefined &&
      write.index !== undefined &&
      sameExpression(index, write.index)
    );
  });
}
