/** Two counters that always agree are one. */
import type * as ir from "../ir/ir.ts";
import { blocksOf, mapBlocks, renameVariables, statementsIn, update } from "../ir/visit.ts";
import type { Pass } from "./pass.ts";
import { isConstant } from "./facts/algebra.ts";
import { mentions, usesIn } from "./facts/uses.ts";

/**
 * The tops of two growing tapes that start at 0, step up once in one block and down once in another are equal, so one
 * of them serves both: it steps up after the last use in the first block, down before the first use in the second.
 */
export const counters: Pass = (fn) => {
  let body = fn.body;
  for (;;) {
    const pair = agreeingPair(body);
    if (!pair) return update(fn, { body });
    body = merged(body, pair[0], pair[1]);
  }
};

interface Counter {
  readonly variable: ir.Variable;
  readonly declaredIn: ir.Block;
  readonly up: ir.Statement;
  readonly upIn: ir.Block;
  readonly down: ir.Statement;
  readonly downIn: ir.Block;
}

function agreeingPair(body: ir.Block): readonly [Counter, Counter] | undefined {
  const found = countersIn(body);
  for (const [i, a] of found.entries())
    for (const b of found.slice(i + 1))
      if (a.declaredIn === b.declaredIn && a.upIn === b.upIn && a.downIn === b.downIn) return [a, b];
  return undefined;
}

function countersIn(body: ir.Block): readonly Counter[] {
  const uses = usesIn(body);
  const blocks = allBlocks(body);
  return [...statementsIn(body)].flatMap((statement) => {
    if (statement.kind !== "let" || !statement.value || !isConstant(statement.value, 0)) return [];
    const { variable } = statement;
    if (variable.role !== "temporary" || variable.type.kind !== "index" || uses.of(variable).writes !== 2) return [];
    const steps = (operator: "+" | "-") =>
      blocks.flatMap((block) =>
        block.filter((other) => isStep(other, variable, operator)).map((step) => ({ step, block })),
      );
    const [up, down] = [steps("+"), steps("-")];
    if (up.length !== 1 || down.length !== 1) return [];
    const declaredIn = blocks.find((block) => block.includes(statement));
    const counter = declaredIn && {
      variable,
      declaredIn,
      up: up[0].step,
      upIn: up[0].block,
      down: down[0].step,
      downIn: down[0].block,
    };
    return counter && usedWithSteps(body, counter) ? [counter] : [];
  });
}

function allBlocks(block: ir.Block): readonly ir.Block[] {
  return [block, ...block.flatMap((statement) => blocksOf(statement).flatMap(allBlocks))];
}

function isStep(statement: ir.Statement, variable: ir.Variable, operator: "+" | "-"): boolean {
  if (statement.kind !== "set" || statement.target.kind !== "read" || statement.target.variable !== variable)
    return false;
  const { value } = statement;
  return (
    value.kind === "binary" &&
    value.operator === operator &&
    value.left.kind === "read" &&
    value.left.variable === variable &&
    isConstant(value.right, 1)
  );
}

/** Whether everything else that reads the counter stands before the step up, or after the step down, in its block. */
function usedWithSteps(body: ir.Block, { variable, up, upIn, down, downIn }: Counter): boolean {
  if (upIn === downIn) return false;
  const near = new Set<ir.Statement>([...upIn.slice(0, upIn.indexOf(up) + 1), ...downIn.slice(downIn.indexOf(down))]);
  const isUsedElsewhere = (block: ir.Block): boolean =>
    block.some((statement) => {
      if (near.has(statement) || !mentions(statement, variable)) return false;
      if (statement.kind === "let" && statement.variable === variable) return false;
      const nested = blocksOf(statement);
      return nested.length === 0 || mentions(withoutBlocks(statement), variable) || nested.some(isUsedElsewhere);
    });
  return !isUsedElsewhere(body);
}

function withoutBlocks(statement: ir.Statement): ir.Statement {
  return mapBlocks(statement, () => []);
}

function merged(body: ir.Block, kept: Counter, gone: Counter): ir.Block {
  const later = kept.upIn.indexOf(kept.up) > kept.upIn.indexOf(gone.up) ? kept.up : gone.up;
  const earlier = kept.downIn.indexOf(kept.down) < kept.downIn.indexOf(gone.down) ? kept.down : gone.down;
  const instead = new Map<ir.Statement, readonly ir.Statement[]>([
    [kept.up, []],
    [gone.up, []],
    [kept.down, []],
    [gone.down, []],
  ]);
  instead.set(later, [kept.up]);
  instead.set(earlier, [kept.down]);
  let first = true;
  const rewritten = (block: ir.Block): ir.Block =>
    block.flatMap((statement) => {
      const isDeclaration =
        statement.kind === "let" && (statement.variable === kept.variable || statement.variable === gone.variable);
      if (isDeclaration && !first) return [];
      if (isDeclaration) first = false;
      return instead.get(statement) ?? [mapBlocks(statement, rewritten)];
    });
  return renameVariables(rewritten(body), (variable) => (variable === gone.variable ? kept.variable : variable));
}
