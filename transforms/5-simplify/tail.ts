/** A function that ends in a conditional returns from its branches. */
import type * as ir from "../ir/ir.ts";
import { substitute, update } from "../ir/visit.ts";
import type { Pass } from "./pass.ts";
import { isTrivial } from "./facts/algebra.ts";
import { fitsOnLine } from "./facts/moveToUse.ts";
import { mentions, readCount, readsVariable } from "./facts/uses.ts";

/**
 * `if (c) r = a; else r = b; return r` returns `a` and `b` where they are known; `r = e; return r` is `return e`.
 * From here on a `return` may stand at the end of the last branches of a function.
 */
export const tail: Pass = (fn) => {
  const body = shortened(fn.body);
  return update(fn, { body: sameBlock(body, fn.body) ? fn.body : body });
};

function shortened(block: ir.Block): ir.Block {
  const last = block[block.length - 1];
  if (last?.kind !== "return" || block.length < 2) return block;
  const previous = block[block.length - 2];
  const before = block.slice(0, -2);
  if (previous.kind === "if" && returnsEarlier(previous, last)) {
    const then = shortened([...previous.then, last]);
    const otherwise = shortened([...previous.else, last]);
    return withoutUnused([...before, { ...previous, then, else: otherwise }]);
  }
  const inlined = returned(previous, last);
  return inlined ? shortened(withoutUnused([...before, inlined])) : block;
}

/** Whether a branch ends with an assignment of what is returned, so that it could return it. */
function returnsEarlier(statement: ir.If, last: ir.Return): boolean {
  if (!last.values.every(isPlain)) return false;
  const known = [statement.then, statement.else].filter((branch) => endsInResult(branch, last)).length;
  return known === 2 || (known === 1 && last.values.every(isTrivial) && last.values.length === 1);
}

/** Variables and constants, also in a tuple: short enough to be written twice. */
function isPlain(value: ir.Expression): boolean {
  return isTrivial(value) || (value.kind === "arrayLiteral" && value.elements.every(isTrivial));
}

function endsInResult(branch: ir.Block, last: ir.Return): boolean {
  const end = branch[branch.length - 1];
  if (end?.kind === "if") return returnsEarlier(end, last);
  return end?.kind === "set" && returned(end, last) !== undefined;
}

/** `return` of the value that the statement before it assigns to a local variable. */
function returned(statement: ir.Statement, last: ir.Return): ir.Return | undefined {
  const assigned = assignedValue(statement);
  if (!assigned) return undefined;
  const { variable, value } = assigned;
  const count = last.values.reduce((sum, result) => sum + readCount(result, variable), 0);
  if (count !== 1 || readsVariable(value, variable)) return undefined;
  const values = last.values.map((result) => substitute(result, (other) => (other === variable ? value : undefined)));
  const { origin, derived } = statement;
  const inlined: ir.Return = { ...last, values, ...(origin && { origin }), ...(derived && { derived }) };
  return isTrivial(value) || values.length === 1 || fitsOnLine(inlined) ? inlined : undefined;
}

function assignedValue(
  statement: ir.Statement,
): { readonly variable: ir.Variable; readonly value: ir.Expression } | undefined {
  const assigned =
    statement.kind === "let"
      ? { variable: statement.variable, value: statement.value }
      : statement.kind === "set" && statement.target.kind === "read"
        ? { variable: statement.target.variable, value: statement.value }
        : undefined;
  // The user's `const r = …; return r` stays as it was written.
  if (!assigned?.value || !isCompilers(assigned.variable)) return undefined;
  return { variable: assigned.variable, value: assigned.value };
}

function isCompilers({ role }: ir.Variable): boolean {
  return role === "temporary" || role === "shadow";
}

/** Drops declarations without a value that nothing mentions any more. */
function withoutUnused(block: ir.Block): ir.Block {
  const isUsed = (declaration: ir.Let): boolean =>
    block.some((other) => other !== declaration && mentions(other, declaration.variable));
  return block.filter((statement) => !(statement.kind === "let" && isIdle(statement) && !isUsed(statement)));
}

function isIdle({ value, variable }: ir.Let): boolean {
  return value === undefined || (isCompilers(variable) && isTrivial(value));
}

function sameBlock(a: ir.Block, b: ir.Block): boolean {
  return a.length === b.length && a.every((statement, i) => statement === b[i]);
}
