/** What reads the same anywhere in its scope, whatever ran before. */
import type * as ir from "../../ir/ir.ts";
import { declaredBy, statementsIn, subexpressions } from "../../ir/visit.ts";
import type { PassContext } from "../pass.ts";
import { accessesOf, interferenceIn } from "./interference.ts";
import { usesIn } from "./uses.ts";

export interface Stability {
  /** Written once, by its declaration, or a parameter that nobody writes. */
  readonly isStableVariable: (variable: ir.Variable) => boolean;
  /** Reads only stable variables and memory that nothing in the function writes. */
  readonly isStable: (expression: ir.Expression) => boolean;
  /** Surely at least 0. */
  readonly isNonNegative: (expression: ir.Expression) => boolean;
}

/** The stable things of one function. */
export function stabilityIn(fn: ir.FunctionIR, context: PassContext): Stability {
  const uses = usesIn(fn.body);
  const interference = interferenceIn(fn, context);
  const writes = fn.body.flatMap((statement) => [...interference.footprint(statement).writes]);
  const parameters = new Set(fn.parameters);
  const counted = new Set(
    [...statementsIn(fn.body)].flatMap((statement) => (statement.kind === "while" ? declaredBy(statement) : [])),
  );
  const isStableVariable = (variable: ir.Variable): boolean => {
    const { declaration, writes } = uses.of(variable);
    if (writes > 0 || counted.has(variable)) return false;
    return (
      parameters.has(variable) || (declaration !== undefined && !(declaration.kind === "let" && !declaration.value))
    );
  };
  const isStable = (expression: ir.Expression): boolean => {
    for (const node of subexpressions(expression))
      if (node.kind === "read" && !isStableVariable(node.variable)) return false;
    return accessesOf(expression).every((read) => !writes.some((write) => interference.mayOverlap(read, write)));
  };
  const isNonNegative = (expression: ir.Expression): boolean => {
    switch (expression.kind) {
      case "constant":
        return typeof expression.value === "number" && expression.value >= 0;
      case "length":
        return true;
      case "math":
        return (
          expression.name === "max" &&
          expression.operands.some((operand) => operand.kind === "constant" && isNonNegative(operand))
        );
      case "binary":
        return (
          (expression.operator === "+" || expression.operator === "*") &&
          isNonNegative(expression.left) &&
          isNonNegative(expression.right)
        );
      case "read": {
        const { declaration } = uses.of(expression.variable);
        if (counted.has(expression.variable)) return true;
        if (!isStableVariable(expression.variable) || declaration?.kind !== "let" || !declaration.value) return false;
        return isNonNegative(declaration.value);
      }
      default:
        return false;
    }
  };
  return { isStableVariable, isStable, isNonNegative };
}
