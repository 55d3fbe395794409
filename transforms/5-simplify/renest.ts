/** What one expression says better than a conditional statement. */
import type * as ir from "../ir/ir.ts";
import { isReference, typeOf } from "../ir/build.ts";
import { mapBlocks, rewrite, update } from "../ir/visit.ts";
import type { Pass } from "./pass.ts";
import { rootOf, sameExpression } from "./facts/algebra.ts";
import { not } from "./facts/exact.ts";
import { fitsOnLine } from "./facts/moveToUse.ts";
import { choice } from "./facts/sums.ts";
import { readsVariable, sameOrigin } from "./facts/uses.ts";

/**
 * Makes `x = test ? a : b` of an `if` whose two branches do nothing but assign the same place, where the compiler split
 * one statement of the user into them. An `if` that the user wrote stays one. An empty first branch goes.
 */
export const renest: Pass = (fn) => {
  const body = rewrite(fn.body, (statement) => [statement.kind === "if" ? nested(statement) : statement]);
  return update(fn, { body: joined(body) });
};

function nested(statement: ir.If): ir.Statement {
  if (statement.then.length === 0 && statement.else.length > 0)
    return { ...statement, test: not(statement.test), then: statement.else, else: [] };
  return chosen(statement) ?? statement;
}

function chosen(statement: ir.If): ir.Statement | undefined {
  const [a, b] = [statement.then[0], statement.else[0]];
  if (statement.then.length !== 1 || statement.else.length !== 1 || a.kind !== "set" || b.kind !== "set")
    return undefined;
  if (!sameExpression(a.target, b.target) || !sameOrigin(a, b) || !sameOrigin(a, statement)) return undefined;
  const isOwn = a.derived === true || rootOf(a.target)?.role === "temporary" || a.origin !== undefined;
  if (!isOwn || isAllocated(a.value) || isAllocated(b.value)) return undefined;
  const made = { ...a, value: chosenValue(a.target, statement.test, a.value, b.value) };
  return fitsOnLine(made) ? made : undefined;
}

/** An allocation of a reference stands by itself; a reference that exists may be chosen. */
function isAllocated(value: ir.Expression): boolean {
  return isReference(typeOf(value)) && !["read", "element", "field", "conditional", "global"].includes(value.kind);
}

/** `p + (test ? a : b)` where both values are added to the place. */
function chosenValue(target: ir.Place, test: ir.Expression, a: ir.Expression, b: ir.Expression): ir.Expression {
  const added =
    a.kind === "binary" &&
    b.kind === "binary" &&
    a.operator === b.operator &&
    (a.operator === "+" || a.operator === "-");
  if (added && sameExpression(a.left, target) && sameExpression(b.left, target))
    return { ...a, right: choice(test, a.right, b.right) };
  return choice(test, a, b);
}

/** `let t; t = e` is `let t = e`, here and in nested blocks. */
function joined(block: ir.Block): ir.Block {
  const result: ir.Statement[] = [];
  for (const statement of block) {
    const previous = result.at(-1);
    const first = previous && firstValue(previous, statement);
    if (first) result[result.length - 1] = first;
    else result.push(mapBlocks(statement, joined));
  }
  return result.length === block.length && result.every((statement, i) => statement === block[i]) ? block : result;
}

function firstValue(declaration: ir.Statement, statement: ir.Statement): ir.Let | undefined {
  if (declaration.kind !== "let" || declaration.value || statement.kind !== "set") return undefined;
  if (declaration.variable.role === "user" && statement.value.kind !== "conditional") return undefined;
  const { target, value, origin, derived } = statement;
  if (target.kind !== "read" || target.variable !== declaration.variable || readsVariable(value, target.variable))
    return undefined;
  return { kind: "let", variable: target.variable, value, ...(origin && { origin }), ...(derived && { derived }) };
}
