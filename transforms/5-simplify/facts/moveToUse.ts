/** Moves the value of a variable that is used once to its use. */
import type * as ir from "../../ir/ir.ts";
import { isAllocation, isReference, typeOf } from "../../ir/build.ts";
import { expressionsOf, mapBlocks, mapExpressions, placeOperands, substitute } from "../../ir/visit.ts";
import { isTrivial, operatorCount, readsMemory, textWidth } from "./algebra.ts";
import type { Interference } from "./interference.ts";
import { mentions, readsVariable, sameOrigin, usesIn, type Uses } from "./uses.ts";

/** As much as a line of the output should hold. */
const widest = 80;
const mostOperators = 12;

/** Every declaration in the block (and in nested ones) that can move does. */
export function moveToUses(block: ir.Block, interference: Interference): ir.Block {
  return moved(block, usesIn(block), interference);
}

function moved(block: ir.Block, uses: Uses, interference: Interference): ir.Block {
  let statements = block.map((statement) => mapBlocks(statement, (nested) => moved(nested, uses, interference)));
  let changed = statements.some((statement, i) => statement !== block[i]);
  for (let i = statements.length - 2; i >= 0; i--) {
    const declaration = statements[i];
    if (!isCandidate(declaration, uses)) continue;
    const rest = placed(statements.slice(i + 1), declaration, interference);
    if (!rest) continue;
    statements = [...statements.slice(0, i), ...rest];
    changed = true;
  }
  return changed ? statements : block;
}

type Candidate = ir.Let & { readonly value: ir.Expression };

/** A compiler's variable that is written once and read once. Allocations have no place but a declaration. */
function isCandidate(statement: ir.Statement, uses: Uses): statement is Candidate {
  if (statement.kind !== "let" || !statement.value || isAllocation(statement.value)) return false;
  const { variable } = statement;
  const { reads, writes } = uses.of(variable);
  return (variable.role === "temporary" || variable.role === "shadow") && reads === 1 && writes === 0;
}

/** The statements with the value at its use, or undefined where it cannot get there unchanged. */
function placed(rest: ir.Block, declaration: Candidate, interference: Interference): ir.Block | undefined {
  for (const [i, statement] of rest.entries()) {
    if (!mentions(statement, declaration.variable)) {
      if (interference.changes(statement, declaration.value)) return pulledUp(rest, i, declaration, interference);
      continue;
    }
    const replaced = expressionsOf(statement).some((expression) => readsVariable(expression, declaration.variable))
      ? replacedIn(statement, declaration, interference)
      : placedInBranch(statement, declaration, interference);
    return replaced && [...rest.slice(0, i), replaced, ...rest.slice(i + 1)];
  }
  return undefined;
}

/**
 * The use before the write that stands in its way: `t = v; v = …; p = … t …` is `p = … v …; v = …`, all of one
 * statement of the user, if what is between has nothing to do with `p` and what `p` is given.
 */
function pulledUp(
  rest: ir.Block,
  write: number,
  declaration: Candidate,
  interference: Interference,
): ir.Block | undefined {
  const at = rest.findIndex((statement) => mentions(statement, declaration.variable));
  const use = rest[at];
  if (use?.kind !== "set" || !use.derived || isReference(typeOf(use.target))) return undefined;
  const { target, value } = use;
  const between = rest.slice(write, at);
  const isFree = (statement: ir.Statement): boolean =>
    sameOrigin(statement, use) &&
    !interference.footprint(statement).observable &&
    !interference.touches(statement, target) &&
    !interference.changes(statement, target) &&
    !interference.changes(statement, value);
  if (!between.every(isFree)) return undefined;
  const replaced = replacedIn(use, declaration, interference);
  return replaced && [...rest.slice(0, write), replaced, ...between, ...rest.slice(at + 1)];
}

function placedInBranch(
  statement: ir.Statement,
  declaration: Candidate,
  interference: Interference,
): ir.Statement | undefined {
  if (statement.kind !== "if") return undefined;
  const inThen = statement.then.some((nested) => mentions(nested, declaration.variable));
  const branch = placed(inThen ? statement.then : statement.else, declaration, interference);
  return branch && (inThen ? { ...statement, then: branch } : { ...statement, else: branch });
}

function replacedIn(
  statement: ir.Statement,
  declaration: Candidate,
  interference: Interference,
): ir.Statement | undefined {
  const { variable, value } = declaration;
  if (!mayStandIn(statement, declaration, interference)) return undefined;
  const replaced = mapExpressions(statement, (expression) =>
    substitute(expression, (read) => (read === variable ? value : undefined)),
  );
  const asWritten = !declaration.derived && !statement.derived;
  return asWritten || isTrivial(value) || fitsOnLine(replaced) ? quoting(replaced, declaration) : undefined;
}

/** The adjoint of `for (const x of xs)` says where it comes from: the statement that uses `x`, if there is one. */
function quoting(statement: ir.Statement, { origin, derived }: Candidate): ir.Statement {
  const isLoopHead = statement.derived && statement.origin?.text.startsWith("for (");
  return isLoopHead && derived && origin ? { ...statement, origin } : statement;
}

/** Whether the form of the statement allows the value in that place. */
function mayStandIn(statement: ir.Statement, { variable, value }: Candidate, interference: Interference): boolean {
  if (isReference(typeOf(value)) && !isPath(value)) return false;
  switch (statement.kind) {
    case "while":
    case "scope":
    case "exit":
      return false;
    case "for":
      return operatorCount(value) <= 1 && !interference.changes(statement, value);
    case "set":
    case "restore": {
      const inPlace = placeOperands(statement.target).some((operand) => readsVariable(operand, variable));
      if (!inPlace) return true;
      return isReference(variable.type) ? !isReference(typeOf(statement.target)) : !readsMemory(value);
    }
    default:
      return true;
  }
}

function isPath(expression: ir.Expression): boolean {
  return (
    expression.kind === "read" ||
    expression.kind === "element" ||
    expression.kind === "field" ||
    expression.kind === "global"
  );
}

/** Whether a statement with these expressions is still easy to read. */
export function fitsOnLine(statement: ir.Statement): boolean {
  const expressions = expressionsOf(statement);
  const width = expressions.reduce((sum, expression) => sum + textWidth(expression), 0);
  return (
    width <= widest && expressions.reduce((sum, expression) => sum + operatorCount(expression), 0) <= mostOperators
  );
}
