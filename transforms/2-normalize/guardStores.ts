import { unprovedStores, type Missing } from "../3-analyze/bounds.ts";
import { classesOf, type Classes, type MemoryClass } from "../3-analyze/classes.ts";
import { effectsOf, reachableFunctions } from "../3-analyze/effects.ts";
import { binary, constant, lengthOf, typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { printExpression } from "../ir/print-expression.ts";
import { sameExpression } from "../5-simplify/facts/algebra.ts";
import { expressionsIn, rewrite, statementsIn, update } from "../ir/visit.ts";

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/**
 * Takes care of stores that are not proved to be within their array. A plain array would become longer, which no shadow
 * follows: a check before the store throws. A typed array ignores the store: it is marked, so that no adjoint is taken
 * from where nothing was stored. `functions` are all that the entry reaches.
 */
export function guardStores(functions: Functions, entry: string): Map<string, ir.FunctionIR> {
  if (![...functions.values()].some(storesIntoArray)) return new Map(functions);
  const program = { functions };
  const unproved = unprovedStores(program, entry, effectsOf(program));
  if (unproved.size === 0) return new Map(functions);
  const classes = classesOf(program, [entry]);
  const measured = measuredClasses(program, entry, classes);
  const isMeasured = (array: ir.Expression): boolean => measured.has(classes.classOf(array));
  const guard = (statement: ir.Statement): readonly ir.Statement[] => {
    const missing = statement.kind === "set" ? unproved.get(statement) : undefined;
    return statement.kind === "set" && missing ? guarded(statement, missing, isMeasured) : [statement];
  };
  return new Map([...functions].map(([key, fn]) => [key, update(fn, { body: rewrite(fn.body, guard) })]));
}

function storesIntoArray({ body }: ir.FunctionIR): boolean {
  return statementsIn(body).some((statement) => statement.kind === "set" && statement.target.kind === "element");
}

/** The arrays whose length somebody asks for. */
function measuredClasses(program: ir.Program, entry: string, classes: Classes): ReadonlySet<MemoryClass> {
  const measured = new Set<MemoryClass>();
  for (const key of reachableFunctions(program, [entry])) {
    for (const expression of expressionsIn(program.functions.get(key)?.body ?? [])) {
      if (expression.kind === "length") measured.add(classes.classOf(expression.array));
      else if (expression.kind === "copy") measured.add(classes.classOf(expression.source));
    }
  }
  return measured;
}

function guarded(
  statement: ir.SetPlace,
  missing: Missing,
  isMeasured: (array: ir.Expression) => boolean,
): readonly ir.Statement[] {
  const { target, value, derived, origin } = statement;
  const type = target.kind === "element" ? typeOf(target.array) : undefined;
  if (target.kind !== "element" || type?.kind !== "array") return [statement];
  // Outside the array `a[i] = a[i] + x` makes a NaN, of which nothing finite comes …
  const isNaNOutside = isNaNIfAbsent(value, target);
  if (type.storage !== "plain") return isNaNOutside ? [statement] : [update(statement, { mayMiss: true })];
  // The shadow of an array is as long as the array, so a derived store is within it where the user's was. A store at a
  // negative or fractional index makes no array longer.
  if (derived || !missing.upper) return [statement];
  // … unless somebody asks for the length.
  if (isNaNOutside && !isMeasured(target.array)) return [statement];
  const length = lengthOf(target.array);
  const test =
    target.index.kind === "constant" ? binary("<=", length, target.index) : binary(">=", target.index, length);
  return [
    { kind: "if", test, then: [{ kind: "throw", value: errorAt(target, origin), origin }], else: [], origin },
    statement,
  ];
}

const pastTheEnd = "@runtime.pastTheEnd($0, $1, $2)";

/** Whether a check stands before a store of a body: then it is not what the user wrote. */
export function isGuarded(body: ir.Block): boolean {
  for (const s of statementsIn(body))
    if (s.kind === "throw" && s.value.kind === "extern" && s.value.text === pastTheEnd) return true;
  return false;
}

function errorAt(target: ir.Element, origin: ir.Origin | undefined): ir.Expression {
  const place = constant(printExpression(target, plainPrinter));
  const where = constant(origin ? `${origin.file.split("/").at(-1) ?? ""}:${origin.line}:${origin.column}` : "");
  const type: ir.Type = { kind: "opaque", text: "RangeError" };
  return { kind: "extern", text: pastTheEnd, operands: [place, target.index, where], type };
}

const plainPrinter = {
  name: (variable: ir.Variable) => variable.name,
  allocation: () => "",
  stop: (value: string) => value,
};

/** Whether an expression is NaN where reading the place gives `undefined`. */
function isNaNIfAbsent(value: ir.Expression, place: ir.Element): boolean {
  if (value.kind === "binary" && ["+", "-", "*", "/", "%"].includes(value.operator))
    return [value.left, value.right].some((operand) => isSamePlace(operand, place) || isNaNIfAbsent(operand, place));
  return value.kind === "unary" && value.operator === "-" && isNaNIfAbsent(value.operand, place);
}

function isSamePlace(value: ir.Expression, place: ir.Element): boolean {
  return value.kind === "element" && sameExpression(value, place);
}
