/** Evaluating a local of the forward pass once more in the backward pass, instead of keeping it on a tape. */
import { cellsOf } from "../../3-analyze/cells.ts";
import type { Cell, Cells } from "../../3-analyze/cells.ts";
import { classesIn, type Classes } from "../../3-analyze/classes.ts";
import { isAllocation, isReference, read } from "../../ir/build.ts";
import type { Block, Expression, FunctionIR, Let, Program, Restore, Save, Statement, Variable } from "../../ir/ir.ts";
import { blocksOf, declaredBy, rewrite, statementsIn, subexpressions, substitute, update } from "../../ir/visit.ts";
import type { PassContext } from "../pass.ts";
import { operatorCount, sameExpression } from "./algebra.ts";
import { isCheap } from "./cheap.ts";
import { comparesObjects, isInertLiteral, objectsThatLeave } from "./literals.ts";
import { counterpart } from "./mirror.ts";
import type { Pairs, Site } from "./mirror.ts";
import { usesIn } from "./uses.ts";

/** More than this is better kept than computed twice. */
const mostOperators = 6;

interface Facts {
  readonly sites: ReadonlyMap<Statement, Site>;
  readonly definitions: ReadonlyMap<Variable, Let>;
  readonly cells: Cells;
  readonly written: ReadonlySet<Cell>;
  readonly pairs: Pairs;
  /** Whether the value of the local is a literal that may as well be written again. */
  readonly isLiteral: (local: Variable, value: Expression) => boolean;
}

/**
 * Replaces restores of locals by their definitions, where these are cheap and read only what is stable: variables
 * written once, memory nobody writes, counters. So it does not matter which passes ran before. A variable of the
 * forward pass becomes its counterpart in the mirrored block: the counter of the loop that undoes its loop, or what
 * was restored there before.
 */
export function replay(
  fn: FunctionIR,
  { effects, program }: PassContext,
  wanted: (local: Variable) => boolean,
): FunctionIR {
  const pairs = tapePairs(fn);
  const asked = pairs.filter(([, , local]) => wanted(local));
  if (asked.length === 0) return fn;
  const classes = classesIn(fn, effects);
  const facts = factsOf(fn, classes, cellsOf(classes, effects), pairs, program);
  const replaced = new Map<Statement, readonly Statement[]>();
  for (const [save, restore, local] of asked) {
    const target = restore.target.kind === "read" ? restore.target.variable : undefined;
    const value = target && replayed(local, save, restore, facts);
    if (!target || !value) continue;
    replaced.set(save, []);
    replaced.set(restore, [{ kind: "let", variable: target, value }]);
  }
  if (replaced.size === 0) return fn;
  return update(fn, { body: rewrite(fn.body, (statement) => replaced.get(statement) ?? [statement]) });
}

type TapePair = readonly [Save, Restore, Variable];

/** The saves of a variable with the restores that declare it again, in the order of the restores; only whole tapes. */
function tapePairs(fn: FunctionIR): readonly TapePair[] {
  const statements = statementsIn(fn.body);
  const saves = statements.filter((statement) => statement.kind === "save");
  const restores = statements.filter((statement) => statement.kind === "restore");
  const passed = new Set<Variable>();
  for (const statement of statements) {
    if (statement.kind !== "call") continue;
    for (const value of statement.arguments)
      for (const part of subexpressions(value)) if (part.kind === "read") passed.add(part.variable);
  }
  return restores.flatMap((restore) => {
    const own = saves.filter((save) => save.tape === restore.tape);
    const single = own.length === 1 && restores.filter((other) => other.tape === restore.tape).length === 1;
    const whole = single && !passed.has(restore.tape) && !fn.parameters.includes(restore.tape);
    const [save] = own;
    return whole && restore.declares && save.value.kind === "read"
      ? [[save, restore, save.value.variable] as const]
      : [];
  });
}

function factsOf(fn: FunctionIR, classes: Classes, cells: Cells, tapes: readonly TapePair[], program: Program): Facts {
  const uses = usesIn(fn.body);
  const sites = sitesIn(fn);
  const definitions = new Map<Variable, Let>();
  const stable = new Set(fn.parameters.filter((parameter) => uses.of(parameter).writes === 0));
  const written = new Set<Cell>();
  for (const statement of statementsIn(fn.body)) {
    for (const cell of cells.written(statement)) written.add(cell);
    const isBare = statement.kind === "let" && !statement.value;
    for (const variable of declaredBy(statement)) if (!isBare && uses.of(variable).writes === 0) stable.add(variable);
    if (statement.kind === "let") definitions.set(statement.variable, statement);
  }
  const restored = tapes.flatMap(([save, restore, local]) => {
    const [saveSite, restoreSite] = [sites.get(save), sites.get(restore)];
    const again = restore.target.kind === "read" ? restore.target.variable : undefined;
    return saveSite && restoreSite && again ? [{ local, again, save: saveSite, restore: restoreSite }] : [];
  });
  const leaving = objectsThatLeave(fn, classes);
  const isLiteral = (local: Variable, value: Expression): boolean =>
    isInertLiteral(value) &&
    local.role !== "shadow" &&
    ![...cells.all(local)].some((cell) => written.has(cell)) &&
    ![...classes.reachable(classes.classOf(local))].some((memory) => memory.outside || leaving.has(memory)) &&
    ![fn, ...program.functions.values()].some(comparesObjects);
  return { sites, definitions, cells, written, pairs: { restored, stable }, isLiteral };
}

/** For each save and restore the blocks it stands in and the variables declared before it in these. */
function sitesIn(fn: FunctionIR): ReadonlyMap<Statement, Site> {
  const sites = new Map<Statement, Site>();
  const visit = (block: Block, site: Site) => {
    const scope = new Set(site.scope);
    for (const statement of block) {
      if (statement.kind === "save" || statement.kind === "restore")
        sites.set(statement, { path: site.path, scope: new Set(scope) });
      for (const variable of declaredBy(statement)) if (statement.kind !== "for") scope.add(variable);
      blocksOf(statement).forEach((nested, branch) => {
        visit(nested, {
          path: [...site.path, { statement, branch }],
          scope: new Set([...scope, ...declaredBy(statement)]),
        });
      });
    }
  };
  visit(fn.body, { path: [], scope: new Set(fn.parameters) });
  return sites;
}

function replayed(local: Variable, save: Save, restore: Restore, facts: Facts): Expression | undefined {
  const [from, to] = [facts.sites.get(save), facts.sites.get(restore)];
  if (!from || !to) return undefined;
  const value = definitionAt(local, from, to, facts);
  return value && (isReference(local.type) || operatorCount(value) <= mostOperators) ? value : undefined;
}

/** The definition of a local of the forward pass in terms of what the place in the backward pass knows. */
function definitionAt(local: Variable, from: Site, to: Site, facts: Facts): Expression | undefined {
  const value = facts.definitions.get(local)?.value;
  if (!value || !facts.pairs.stable.has(local) || !(isCheap(value) || facts.isLiteral(local, value))) return undefined;
  for (const cell of facts.cells.readBy(value)) if (facts.written.has(cell)) return undefined;
  const operands = new Map<Variable, Expression>();
  for (const part of subexpressions(value)) {
    if (part.kind !== "read") continue;
    const again =
      counterpart(part.variable, from, to, facts.pairs) ??
      named(definitionAt(part.variable, from, to, facts), to, facts);
    if (!again || isAllocation(again)) return undefined;
    operands.set(part.variable, again);
  }
  return substitute(value, (variable) => operands.get(variable));
}

/** The variable that holds the value at that place already, if one does. */
function named(value: Expression | undefined, { scope }: Site, { definitions, pairs }: Facts): Expression | undefined {
  if (!value || value.kind === "read" || value.kind === "constant") return value;
  for (const variable of scope) {
    const known = pairs.stable.has(variable) ? definitions.get(variable)?.value : undefined;
    if (known && sameExpression(known, value)) return read(variable);
  }
  return value;
}
