/** `p = e1; …; p = … p …` becomes one assignment. */
import type * as ir from "../../ir/ir.ts";
import { isAllocation, isReference, typeOf } from "../../ir/build.ts";
import { mapBlocks, mapOperands } from "../../ir/visit.ts";
import { isTrivial, sameExpression } from "./algebra.ts";
import { accessesOf, cellOf, type Access, type Interference } from "./interference.ts";
import { fitsOnLine } from "./moveToUse.ts";
import { sameOrigin } from "./uses.ts";

/** Merges stores to one place in the block and in nested ones, where nothing in between reads the place. */
export function mergeStores(block: ir.Block, interference: Interference): ir.Block {
  let statements = block.map((statement) => mapBlocks(statement, (nested) => mergeStores(nested, interference)));
  let changed = statements.some((statement, i) => statement !== block[i]);
  for (let i = statements.length - 2; i >= 0; i--) {
    const store = storeOf(statements[i]);
    const rest = store && merged(store, statements.slice(i + 1), interference);
    if (!rest) continue;
    statements = [...statements.slice(0, i), ...rest];
    changed = true;
  }
  return changed ? statements : block;
}

interface Store {
  readonly statement: ir.Let | ir.SetPlace;
  readonly place: ir.Place;
  readonly value: ir.Expression;
}

/** The store of a number that derived code makes. */
function storeOf(statement: ir.Statement): Store | undefined {
  if (statement.kind !== "set" && statement.kind !== "let") return undefined;
  const place: ir.Place = statement.kind === "set" ? statement.target : { kind: "read", variable: statement.variable };
  if (!statement.value || isAllocation(statement.value) || isReference(typeOf(place))) return undefined;
  const own = place.kind === "read" && place.variable.role === "temporary";
  return statement.derived || own ? { statement, place, value: statement.value } : undefined;
}

function merged(store: Store, rest: ir.Block, interference: Interference): ir.Block | undefined {
  for (const [i, statement] of rest.entries()) {
    if (statement.kind === "set" && sameExpression(statement.target, store.place)) {
      const both = mergedInto(store, statement, interference);
      return both && [...rest.slice(0, i), both, ...rest.slice(i + 1)];
    }
    if (blocks(statement, store, interference)) return undefined;
  }
  return undefined;
}

function blocks(statement: ir.Statement, { place, value }: Store, interference: Interference): boolean {
  if (place.kind !== "read" && interference.footprint(statement).observable) return true;
  return (
    interference.touches(statement, place) ||
    interference.changes(statement, value) ||
    interference.changes(statement, place)
  );
}

function mergedInto(first: Store, second: ir.SetPlace, interference: Interference): ir.Statement | undefined {
  const { place } = first;
  if (first.statement.derived !== second.derived) return undefined;
  if (!isTrivial(first.value) && !sameOrigin(first.statement, second)) return undefined;
  let count = 0;
  const replaced = (node: ir.Expression): ir.Expression => {
    if (!sameExpression(node, place)) return mapOperands(node, replaced);
    count++;
    return first.value;
  };
  const value = replaced(second.value);
  if (count > 1 && !isTrivial(first.value)) return undefined;
  if (place.kind !== "read" && readsUnderOtherName(second.value, place, interference)) return undefined;
  const both: ir.Statement =
    first.statement.kind === "let"
      ? { ...withoutTarget(second), kind: "let", variable: first.statement.variable, value }
      : { ...second, value };
  return isTrivial(first.value) || fitsOnLine(both) ? both : undefined;
}

/** Whether the value reads the cell through another path, or may. */
function readsUnderOtherName(value: ir.Expression, place: ir.Element | ir.Field, interference: Interference): boolean {
  const cell = cellOf(place);
  return accessesOf(value).some((access) => interference.mayOverlap(access, cell) && !sameCell(access, cell));
}

function sameCell(a: Access, b: Access): boolean {
  if (a.kind !== b.kind || a.name !== b.name || !sameExpression(a.container, b.container)) return false;
  return a.index === b.index || (a.index !== undefined && b.index !== undefined && sameExpression(a.index, b.index));
}

function withoutTarget({ origin, derived }: ir.SetPlace): Pick<ir.Let, "origin" | "derived"> {
  return { ...(origin && { origin }), ...(derived && { derived }) };
}
