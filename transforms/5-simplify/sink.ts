/** Declarations go to where they are needed. */
import type * as ir from "../ir/ir.ts";
import { forwardResults, isAllocation } from "../ir/build.ts";
import { declaredBy, mapBlocks, update } from "../ir/visit.ts";
import type { Pass } from "./pass.ts";
import { interferenceIn, type Interference } from "./facts/interference.ts";
import { mentions, readsVariable } from "./facts/uses.ts";

/**
 * Declares what the compiler added just before its first use, a variable without a value at its first assignment, and
 * what only one branch uses in that branch. A value moves only as far as nothing writes what it reads.
 */
export const sink: Pass = (fn, context) => update(fn, { body: sunk(fn.body, interferenceIn(fn, context)) });

/** The same for the pullback of a `vjp` only, which may not take over what is declared before it is made. */
export const sinkInPullback: Pass = (fn, context) => {
  const at = fn.body.findIndex((s) => s.kind === "effect" && s.text === forwardResults) + 1;
  if (at === 0) return fn;
  return { ...fn, body: [...fn.body.slice(0, at), ...sunk(fn.body.slice(at), interferenceIn(fn, context))] };
};

function sunk(block: ir.Block, interference: Interference): ir.Block {
  let statements = block;
  for (let i = block.length - 1; i >= 0; i--) {
    const declaration = statements[i];
    if (declaration.kind !== "let") continue;
    if (!isCompilers(declaration)) {
      // What is left of a default value: `let epsilon; epsilon = 1e-5`.
      const joined = i + 1 < statements.length ? joinedWith(declaration, statements[i + 1]) : undefined;
      if (joined) statements = [...statements.slice(0, i), joined, ...statements.slice(i + 2)];
      continue;
    }
    const rest = placed(declaration, statements.slice(i + 1), interference);
    if (rest) statements = [...statements.slice(0, i), ...rest];
  }
  const nested = statements.map((statement) => mapBlocks(statement, (inner) => sunk(inner, interference)));
  return nested.length === block.length && nested.every((statement, i) => statement === block[i]) ? block : nested;
}

function isCompilers({ variable, derived }: ir.Let): boolean {
  return variable.role === "shadow" || variable.role === "temporary" || (variable.role === "tape" && derived === true);
}

/** The statements after a declaration with the declaration in its place, or undefined if it is there already. */
function placed(declaration: ir.Let, rest: ir.Block, interference: Interference): ir.Block | undefined {
  const { variable, value } = declaration;
  const first = rest.findIndex((statement) => mentions(statement, variable));
  if (first < 0) return undefined;
  const barrier = value ? rest.slice(0, first).findIndex((statement) => interference.changes(statement, value)) : -1;
  const at = barrier < 0 ? first : barrier;
  const [before, user, after] = [rest.slice(0, at), rest[at], rest.slice(at + 1)];
  if (at === first) {
    const joined = joinedWith(declaration, user);
    if (joined) return [...before, ...(placed(joined, after, interference) ?? [joined, ...after])];
    if (!after.some((statement) => mentions(statement, variable))) {
      const inside = placedInside(declaration, user, interference);
      if (inside) return [...before, inside, ...after];
    }
  }
  // A computed value stays with the statement of the user's that it belongs to.
  if (value && value.kind !== "constant" && !isAllocation(value)) return undefined;
  // Declarations that wait for the same statement keep their order.
  const isThere = before.every((statement) => statement.kind === "let" && isCompilers(statement));
  return isThere ? undefined : [...before, declaration, user, ...after];
}

/** `let v; v = e` is `let v = e`. */
function joinedWith({ variable, value }: ir.Let, statement: ir.Statement): ir.Let | undefined {
  if (value || statement.kind !== "set" || !assigns(statement, variable)) return undefined;
  const { origin, derived } = statement;
  return { kind: "let", variable, value: statement.value, ...(origin && { origin }), ...(derived && { derived }) };
}

function assigns({ target, value }: ir.SetPlace, variable: ir.Variable): boolean {
  return target.kind === "read" && target.variable === variable && !readsVariable(value, variable);
}

function placedInside(
  declaration: ir.Let,
  statement: ir.Statement,
  interference: Interference,
): ir.Statement | undefined {
  const { variable } = declaration;
  const isUsedIn = (block: ir.Block): boolean => block.some((nested) => mentions(nested, variable));
  const put = (block: ir.Block): ir.Block => placed(declaration, block, interference) ?? [declaration, ...block];
  if (statement.kind === "if" && !readsVariable(statement.test, variable)) {
    if (!isUsedIn(statement.else)) return { ...statement, then: put(statement.then) };
    if (!isUsedIn(statement.then)) return { ...statement, else: put(statement.else) };
    return undefined;
  }
  if (statement.kind !== "for" && statement.kind !== "while") return undefined;
  // Each iteration may have a variable of its own if it gives it a value before anything reads it.
  const first = statement.body.find((nested) => mentions(nested, variable));
  const isOwn =
    !declaration.value &&
    first?.kind === "set" &&
    assigns(first, variable) &&
    !declaredBy(statement).includes(variable);
  const inHead = statement.kind === "for" ? [statement.lo, statement.hi] : [statement.test];
  return isOwn && !inHead.some((expression) => readsVariable(expression, variable))
    ? { ...statement, body: put(statement.body) }
    : undefined;
}
