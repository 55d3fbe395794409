/** What is known already is neither stored nor computed again. */
import { isAllocation, read } from "../ir/build.ts";
import type { Block, Expression, Let, SetPlace, Statement, Variable } from "../ir/ir.ts";
import { mapBlocks, update } from "../ir/visit.ts";
import { isTrivial, sameExpression } from "./facts/algebra.ts";
import { interferenceIn } from "./facts/interference.ts";
import type { Interference } from "./facts/interference.ts";
import type { Pass } from "./pass.ts";

/** The variable holds at present what the expression would give. */
interface Fact {
  readonly variable: Variable;
  readonly expression: Expression;
}

/**
 * `const d = p; …; p = d` with neither written in between: the second goes. Equal pure definitions in derived code:
 * the second becomes a copy of the first.
 */
export const same: Pass = (fn, context) => update(fn, { body: sameBlock(fn.body, [], interferenceIn(fn, context)) });

function sameBlock(block: Block, known: readonly Fact[], interference: Interference): Block {
  let facts = known;
  const result = block.flatMap((statement) => {
    const kept = facts.filter((fact) => !breaks(statement, fact, interference));
    const within = statement.kind === "if" ? facts : kept;
    const mapped = mapBlocks(statement, (nested) => sameBlock(nested, within, interference));
    const [simplified] = simplify(mapped, facts);
    if (!simplified) return [];
    facts = learned(mapped, kept);
    return [simplified];
  });
  return result.length === block.length && result.every((statement, i) => statement === block[i]) ? block : result;
}

function breaks(statement: Statement, { variable, expression }: Fact, interference: Interference): boolean {
  return (
    interference.footprint(statement).variablesWritten.has(variable) || interference.changes(statement, expression)
  );
}

function simplify(statement: Statement, facts: readonly Fact[]): readonly Statement[] {
  if (statement.kind === "set") return storesAgain(statement, facts) ? [] : [statement];
  if (statement.kind !== "let" || !statement.value || isTrivial(statement.value) || !isCompilers(statement))
    return [statement];
  const known = facts.find(({ expression }) => statement.value && sameExpression(expression, statement.value));
  return [known ? update(statement, { value: read(known.variable) }) : statement];
}

function storesAgain({ target, value }: SetPlace, facts: readonly Fact[]): boolean {
  if (value.kind !== "read") return false;
  return facts.some(({ variable, expression }) => variable === value.variable && sameExpression(expression, target));
}

/** The user's own definitions are left as they were written. */
function isCompilers({ variable, derived }: Let): boolean {
  return derived === true && (variable.role === "temporary" || variable.role === "shadow");
}

function learned(statement: Statement, facts: readonly Fact[]): readonly Fact[] {
  if (
    statement.kind !== "let" ||
    !statement.value ||
    isAllocation(statement.value) ||
    statement.value.kind === "constant"
  )
    return facts;
  if (isTrivial(statement.value) && statement.value.kind !== "read") return facts;
  return [...facts, { variable: statement.variable, expression: statement.value }];
}
