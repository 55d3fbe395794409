/** Which tape variables of different functions are one tape. */
import { sameType } from "../../ir/build.ts";
import type * as ir from "../../ir/ir.ts";
import { expressionsOf, statementsIn, subexpressions } from "../../ir/visit.ts";

/** The variables that one tape has in the functions it is handed through, and where it is declared. */
export interface TapeClass {
  readonly type: ir.TapeType;
  readonly variables: ReadonlySet<ir.Variable>;
}

/**
 * The tapes that are handed from one of these functions to another. A tape that is used in a way other than by saves,
 * restores and calls of these functions is left out.
 */
export function tapeClasses(functions: ReadonlyMap<string, ir.FunctionIR>): readonly TapeClass[] {
  const classOf = new Map<ir.Variable, Set<ir.Variable>>();
  const fixed = new Set<ir.Variable>();
  const members = (tape: ir.Variable): Set<ir.Variable> => {
    const known = classOf.get(tape) ?? new Set([tape]);
    classOf.set(tape, known);
    return known;
  };
  const join = (a: ir.Variable, b: ir.Variable): void => {
    const [into, from] = [members(a), members(b)];
    if (into === from) return;
    for (const tape of from) classOf.set(tape, into.add(tape));
  };
  for (const fn of functions.values()) {
    for (const statement of statementsIn(fn.body)) {
      const callee = statement.kind === "call" ? functions.get(statement.callee) : undefined;
      for (const [i, expression] of expressionsOf(statement).entries()) {
        const parameter = callee?.parameters[i];
        if (expression.kind === "read" && parameter && isTape(parameter)) join(expression.variable, parameter);
        else for (const tape of tapesIn(expression)) fixed.add(tape);
      }
    }
  }
  const handed = new Set([...functions.values()].flatMap((fn) => fn.parameters.filter(isTape).map(members)));
  return [...handed].flatMap((variables) => {
    const [first, ...others] = variables;
    const { type } = first;
    const isOne = type.kind === "tape" && others.every((other) => sameType(other.type, type));
    return isOne && ![...variables].some((tape) => fixed.has(tape)) ? [{ type, variables }] : [];
  });
}

export function isTape({ type }: ir.Variable): boolean {
  return type.kind === "tape";
}

function tapesIn(expression: ir.Expression): readonly ir.Variable[] {
  return [...subexpressions(expression)].flatMap((node) =>
    node.kind === "read" && isTape(node.variable) ? [node.variable] : [],
  );
}
