/** A record of adjoints that is filled in place by place is written where it is needed as a whole, with its parts. */
import { field, isReference, read, tensorSum, tensorZeros, typeOf, variable, zeroLike } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { mapExpression, mapExpressions, renameVariables, update } from "../ir/visit.ts";
import { isConstant, rootOf } from "./facts/algebra.ts";
import { stabilityIn, type Stability } from "./facts/stable.ts";
import { mentions, readsVariable, usesIn } from "./facts/uses.ts";
import type { Pass } from "./pass.ts";
import { hasShape } from "./settle.ts";

/** `.first.weights` → the value that the place holds by now. */
type Parts = Map<string, ir.Expression>;

/**
 * `const d = zeros; …; d.w = d.w + a; d.b = d.b + b; return d` is `return { w: a, b }`, if nothing else looks at the
 * record, all this stands at the top of the function, and the value whose shape it has does not change. Where something
 * else does, `const d = { w: a, b }` stands before it.
 */
export const assemble: Pass = (fn, context) => {
  const stability = stabilityIn(fn, context);
  let body = fn.body;
  for (const statement of fn.body) {
    if (statement.kind !== "let" || statement.value?.kind !== "zeros" || statement.value.aliased) continue;
    body = assembled(body, statement.variable, statement.value, stability) ?? body;
  }
  return update(fn, { body });
};

function assembled(
  body: ir.Block,
  record: ir.Variable,
  { like, type }: ir.Zeros,
  stability: Stability,
): ir.Block | undefined {
  if (!isRecordOfValues(type) || !stability.isStable(like)) return undefined;
  const uses = usesIn(body);
  const shaped = new Set<ir.Variable>();
  const names = new Map<ir.Variable, string>();
  const parts: Parts = new Map();
  const result: ir.Statement[] = [];
  for (const [at, statement] of body.entries()) {
    if (statement.kind === "let" && statement.variable === record) continue;
    if (!mentions(statement, record)) {
      result.push(statement);
      const isFinal = statement.kind === "let" && uses.of(statement.variable).writes === 0;
      if (isFinal && statement.value && hasShape(statement.value, shaped)) shaped.add(statement.variable);
    } else if (statement.kind === "set" && statement.target.kind === "field" && rootOf(statement.target) === record) {
      const value = partValue(statement, record, like, { parts, shaped });
      if (!value) return undefined;
      const isOwn = value.kind === "read" && uses.of(value.variable).writes === 0;
      const part = isOwn ? value.variable : variable(nameOf(statement.target), typeOf(value), "temporary");
      if (isOwn && part.role === "temporary") names.set(part, nameOf(statement.target));
      if (!isOwn) result.push({ kind: "let", variable: part, value, origin: statement.origin, derived: true });
      parts.set(pathOf(statement.target), read(part));
    } else if (statement.kind === "return" && statement.values.every((value) => isWholeOrNone(value, record))) {
      const whole = recordOf(type, read(record), like, parts);
      result.push(mapExpressions(statement, (value) => (readsVariable(value, record) ? whole : value)));
    } else {
      if (parts.size === 0) return undefined;
      const value = recordOf(type, read(record), like, parts);
      const declaration: ir.Statement = { kind: "let", variable: record, value, derived: true };
      result.push(declaration, ...body.slice(at));
      break;
    }
  }
  const renamed = new Map([...names].map(([part, name]) => [part, { ...part, name }]));
  return renameVariables(result, (v) => renamed.get(v) ?? v);
}

function isRecordOfValues(type: ir.Type): boolean {
  return type.kind === "record" && type.fields.every(({ type: of }) => !isReference(of) || isRecordOfValues(of));
}

function isWholeOrNone(value: ir.Expression, record: ir.Variable): boolean {
  return !readsVariable(value, record) || (value.kind === "read" && value.variable === record);
}

/** What is stored, in terms of what the places hold; undefined where it looks at the record in another way. */
function partValue(
  { target, value }: ir.SetPlace,
  record: ir.Variable,
  like: ir.Expression,
  { parts, shaped }: { readonly parts: Parts; readonly shaped: ReadonlySet<ir.Variable> },
): ir.Expression | undefined {
  if (isReference(typeOf(target))) return undefined;
  const filled = mapExpression(value, (node) =>
    node.kind === "field" && rootOf(node) === record && !isReference(typeOf(node))
      ? (parts.get(pathOf(node)) ?? zeroLike(likeOf(node, like)))
      : node,
  );
  return readsVariable(filled, record) ? undefined : simplified(filled, shaped);
}

/** Without the zeros that the first sum of a place begins with. */
function simplified(value: ir.Expression, shaped: ReadonlySet<ir.Variable>): ir.Expression {
  if (value.kind === "binary" && value.operator === "+" && isConstant(value.left, 0)) return value.right;
  if (value.kind !== "extern" || value.text !== tensorSum) return value;
  const [zeros, part] = value.operands;
  const isZeros = zeros.kind === "extern" && zeros.text === tensorZeros;
  return isZeros && hasShape(part, shaped) ? part : value;
}

function recordOf(type: ir.Type, path: ir.Expression, like: ir.Expression, parts: Parts): ir.Expression {
  if (type.kind !== "record") return parts.get(pathOf(path)) ?? zeroLike(likeOf(path, like));
  const fields = type.fields.map(({ name, type: of }) => ({
    name,
    value: recordOf(of, field(path, name), like, parts),
  }));
  return { kind: "recordLiteral", type, fields };
}

function pathOf(place: ir.Expression): string {
  return place.kind === "field" ? `${pathOf(place.record)}.${place.name}` : "";
}

/** The place of the primal that a place of the record is the adjoint of. */
function likeOf(place: ir.Expression, like: ir.Expression): ir.Expression {
  if (place.kind === "field") return field(likeOf(place.record, like), place.name);
  return like;
}

function nameOf(place: ir.Expression): string {
  const words = pathOf(place)
    .split(".")
    .filter((word) => word !== "");
  return `d${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
}
