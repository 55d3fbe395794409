/** Inequalities that a loop keeps although it changes a variable in them: bounds of what it only counts up or down. */
import type { Block, Expression, Variable } from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import { variablesWritten } from "./cells.ts";
import { atomOf, type Known, type Lengths } from "./integers.ts";
import { atomPolynomial, atomsIn, atomsOf, difference, type Polynomial } from "./polynomials.ts";

/** A variable that a loop changes only by adding constants, all of one sign. */
interface Counted {
  readonly variable: Variable;
  readonly sign: 1 | -1;
}

/** The facts, and the finite quantities, that hold before every iteration and speak of variables counted by the loop. */
export function keptByLoop(
  body: Block,
  known: Known,
  lengths: Lengths,
): { readonly facts: readonly Polynomial[]; readonly finite: readonly string[] } {
  const written = new Set([...statementsIn(body)].flatMap(variablesWritten));
  const others = [...written].map((variable) => atomOf(variable, lengths));
  const facts: Polynomial[] = [];
  const finite: string[] = [];
  for (const { variable, sign } of countedIn(body)) {
    const atom = atomOf(variable, lengths);
    const start = known.values.get(atom);
    const candidates = start
      ? [sign > 0 ? difference(atomPolynomial(atom), start) : difference(start, atomPolynomial(atom))]
      : known.facts.filter((fact) => atomsOf(fact).has(atom));
    const isKept = (fact: Polynomial): boolean =>
      [...fact].every(([monomial, factor]) =>
        monomial === atom
          ? Math.sign(factor) === sign
          : atomsIn(monomial).every((each) => !each.includes("~") && !others.some((other) => each.includes(other))),
      );
    facts.push(...candidates.filter(isKept));
    const startsFinite = start ? [...atomsOf(start)].every((each) => known.finite.has(each)) : known.finite.has(atom);
    if (startsFinite) finite.push(atom);
  }
  return { facts, finite };
}

/** Copies of variables: `k++` that is used reads `previous = k; k = previous + 1`. */
function copiesIn(body: Block): ReadonlyMap<Variable, Variable> {
  const copies = new Map<Variable, Variable>();
  for (const statement of statementsIn(body))
    if (statement.kind === "let" && statement.value?.kind === "read")
      copies.set(statement.variable, statement.value.variable);
  return copies;
}

function countedIn(body: Block): readonly Counted[] {
  const signs = new Map<Variable, Set<number>>();
  const copies = copiesIn(body);
  for (const statement of statementsIn(body)) {
    for (const variable of variablesWritten(statement)) {
      const step = statement.kind === "set" ? stepOf(statement.value, variable, copies) : undefined;
      signs.set(variable, (signs.get(variable) ?? new Set()).add(step === undefined ? 0 : Math.sign(step)));
    }
  }
  return [...signs].flatMap(([variable, found]) => {
    const [sign, ...others] = found;
    return others.length === 0 && (sign === 1 || sign === -1) ? [{ variable, sign }] : [];
  });
}

/** `c` of `v + c`, where `v` may be a copy made before. */
function stepOf(value: Expression, variable: Variable, copies: ReadonlyMap<Variable, Variable>): number | undefined {
  if (value.kind !== "binary" || (value.operator !== "+" && value.operator !== "-")) return undefined;
  const { left, right } = value;
  if (left.kind !== "read" || (left.variable !== variable && copies.get(left.variable) !== variable)) return undefined;
  if (right.kind !== "constant" || typeof right.value !== "number") return undefined;
  return value.operator === "+" ? right.value : -right.value;
}
