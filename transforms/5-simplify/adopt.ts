/** A shadow that only takes over another one is that other one. */
import type * as ir from "../ir/ir.ts";
import { lengthOf, read, sameType } from "../ir/build.ts";
import { expressionsOf, operandsOf, renameVariables, statementsIn, subexpressions, update } from "../ir/visit.ts";
import type { Pass } from "./pass.ts";
import { stabilityIn, type Stability } from "./facts/stable.ts";
import { mentions } from "./facts/uses.ts";

/**
 * `du0 = zeros(u0); …; addInto(du0, du)` where `u` is a copy of `u0`: `du` has the length of `du0`, nothing else is
 * added to `du0` before and nothing uses `du` afterwards, so `du` takes its place.
 */
export const adopt: Pass = (fn, context) => {
  const stability = stabilityIn(fn, context);
  let body = fn.body;
  for (const statement of fn.body) {
    if (statement.kind === "addInto") body = adopted(body, statement, stability) ?? body;
  }
  return update(fn, { body });
};

function adopted(body: ir.Block, take: ir.AddInto, stability: Stability): ir.Block | undefined {
  const { target, source } = take;
  if (take.from || target.kind !== "read" || source.kind !== "read") return undefined;
  const [final, working] = [target.variable, source.variable];
  const declarations = [final, working].map((variable) =>
    body.find((statement) => statement.kind === "let" && statement.variable === variable),
  );
  const [madeFinal, madeWorking] = declarations;
  if (!madeFinal || !madeWorking || !haveOneLength(madeFinal, madeWorking, body, stability)) return undefined;
  const at = body.indexOf(take);
  const early = body.slice(0, at).some((statement) => statement !== madeFinal && mentions(statement, final));
  const late = body.slice(at + 1).some((statement) => mentions(statement, working));
  if (
    early ||
    late ||
    escapes(body, working) ||
    [final, working].some((variable) => !stability.isStableVariable(variable))
  )
    return undefined;
  const rest = body.filter((statement) => statement !== take && statement !== madeFinal);
  return renameVariables(rest, (variable) => (variable === final ? working : variable));
}

/** The one is zeros like `u0`, the other zeros like a copy of `u0`, and neither changes its length. */
function haveOneLength(final: ir.Statement, working: ir.Statement, body: ir.Block, { isStable }: Stability): boolean {
  const original = shapeOf(final);
  const copy = shapeOf(working);
  if (!original || !copy || final.kind !== "let" || working.kind !== "let") return false;
  const { type } = final.variable;
  if (type.kind !== "array" || type.element.kind !== "real" || !sameType(type, working.variable.type)) return false;
  const made = body.find((statement) => statement.kind === "let" && statement.variable === copy);
  const value = made?.kind === "let" ? made.value : undefined;
  const whole =
    value?.kind === "copy" &&
    !value.from &&
    !value.to &&
    value.source.kind === "read" &&
    value.source.variable === original;
  return (
    whole && [original, copy, final.variable, working.variable].every((variable) => isStable(lengthOf(read(variable))))
  );
}

/** The variable in whose shape zeros are made. */
function shapeOf(statement: ir.Statement): ir.Variable | undefined {
  if (statement.kind !== "let" || !statement.value) return undefined;
  const { value } = statement;
  if (value.kind === "zeros" && value.like.kind === "read") return value.like.variable;
  const length = value.kind === "newArray" && (value.fill?.value ?? 0) === 0 ? value.length : undefined;
  return length?.kind === "length" && length.array.kind === "read" ? length.array.variable : undefined;
}

/** Whether another name may come to mean the object. */
function escapes(body: ir.Block, variable: ir.Variable): boolean {
  for (const statement of statementsIn(body)) {
    const isTop = statement.kind !== "addInto";
    for (const expression of expressionsOf(statement)) {
      if (isTop && isRead(expression, variable) && !isWrittenPlace(statement, expression)) return true;
      for (const node of subexpressions(expression)) {
        const looksInside =
          node.kind === "element" || node.kind === "length" || node.kind === "zeros" || node.kind === "copy";
        if (!looksInside && operandsOf(node).some((operand) => isRead(operand, variable))) return true;
      }
    }
  }
  return false;
}

function isRead(expression: ir.Expression, variable: ir.Variable): boolean {
  return expression.kind === "read" && expression.variable === variable;
}

/** The array of a stored element is an operand of the statement itself. */
function isWrittenPlace(statement: ir.Statement, expression: ir.Expression): boolean {
  return (
    (statement.kind === "set" || statement.kind === "restore") &&
    statement.target.kind === "element" &&
    statement.target.array === expression
  );
}
